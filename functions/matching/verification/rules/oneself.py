"""Oneself, read again: as answers that are the same."""

from functions.matching.verification.rules.same import reading

__all__ = ["reading"]
