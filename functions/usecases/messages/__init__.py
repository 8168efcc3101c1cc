"""Messages: send what is due, record what became of it, stop."""
