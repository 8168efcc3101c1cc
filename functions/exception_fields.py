"""Says of an unexpected fault what a log may keep: its kind and its place, never its text.

A fault's text often repeats what it choked on, and that is what a person wrote.
"""

import traceback
from pathlib import Path

FRAMES = 5


def exception_fields(fault: BaseException) -> dict[str, object]:
    """Return the fault's kind and its innermost places, for a log's `extra`."""
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    return {
        "fault": type(fault).__name__,
        "where": [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames],
    }
