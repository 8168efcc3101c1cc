"""What can stop work that is spread over processes or machines."""


class SpreadError(Exception):
    """Blocks that could not be worked out; the message says why."""


class InstallError(SpreadError):
    """An environment that can't be installed; the message says why."""
