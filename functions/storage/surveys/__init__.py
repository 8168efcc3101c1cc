"""Surveys, and counts of answers about equality."""
