"""What a queue message or a schedule does; each is safe to run twice, at once and out of order."""
