"""Rendering and sending. SES is known here alone."""
