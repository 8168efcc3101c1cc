"""What may cross the wire, and the questionnaires and programmes that define it."""
