"""Previous pair, read again: as people of whom one names the other."""

from functions.matching.verification.rules.avoided import reading

__all__ = ["reading"]
