"""`./kith cost`: what a cohort costs in AWS, from counted requests and a table of prices."""

from infra.cost.command import run

__all__ = ["run"]
