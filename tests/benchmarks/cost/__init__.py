"""What `./kith cost --measure` counts: a whole cohort, played through a metered stack."""
