"""Runs, and their snapshots and proposals."""
