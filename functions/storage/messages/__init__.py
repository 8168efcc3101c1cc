"""The outbox, and the addresses that must not be written to."""
