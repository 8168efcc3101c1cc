"""`./kith match`: a whole batch match from files, without any cloud."""

from infra.match.command import run

__all__ = ["run"]
