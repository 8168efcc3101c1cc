"""`./kith play`: a whole cohort, played through the real doors."""
