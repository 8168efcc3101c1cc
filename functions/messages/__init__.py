"""Messages: rendering and sending. SES is known here alone."""
