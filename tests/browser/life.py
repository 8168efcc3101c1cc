"""The cohorts that the browser tests look at are those that `./kith audit` looks at."""

from infra.audit.life import ENROLLING, Clock, Life

__all__ = ["ENROLLING", "Clock", "Life"]
