"""From an application to a place in a cohort, or out of it."""
