"""One module for each kind of pairing, from people to a verified outcome: best, stable, peers, groups."""
