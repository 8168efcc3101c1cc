"""Pairings and their check-ins."""
