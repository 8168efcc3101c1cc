"""From scores and capacities to the best assignment, with its certificate."""
