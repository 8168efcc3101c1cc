"""Checks a result again from the answers; shares no code with what made it."""
