"""The field itself, pure: people, cohorts, pairings, check-ins, health.

Nothing here knows the cloud, the web, the clock, the environment or chance: times, dates and ids
reach every function as arguments.
"""
