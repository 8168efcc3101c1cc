"""Links, sessions, API tokens, and the limit on link requests."""
