"""What can be wrong with an environment or this machine, and how an operator reads it."""
