"""What is wrong with a file that somebody gave, told once: where, why and what to do."""

from pathlib import Path


class BadInput(Exception):  # noqa: N818 - it says what the input is
    """Something that was given can't be used; the message is all that the coordinator needs to read."""

    def __init__(self, file: Path | str, cause: str, remedy: str, *, row: int = 0, column: str = "") -> None:
        place = f"{file}, row {row}" if row else f"{file}"
        super().__init__(f"{place}{f', column “{column}”' if column else ''}: {cause}. {remedy.rstrip('.')}.")
        self.file = str(file)
        self.cause = cause
        self.remedy = remedy
        self.row = row
        self.column = column


class TooLargeError(BadInput):
    """A file, or what it unpacks to, is larger than is read."""
