"""Published pairings: check-ins, how they are doing, how they end."""
