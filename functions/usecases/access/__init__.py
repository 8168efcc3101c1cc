"""Links, sign-in sessions and API tokens."""
