"""The people of a cohort: list, export, erase; the cohort at a glance."""
