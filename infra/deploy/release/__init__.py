"""How a release goes live, goes back, and how an environment is removed."""
