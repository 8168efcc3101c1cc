"""Runs: start one, match, read, publish, introduce."""
