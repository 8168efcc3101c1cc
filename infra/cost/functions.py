"""Which function answers each event, and how much memory each has."""

import json

from functions.jobs.scheduled import SCHEDULES
from infra import ROOT

# Which function answers each event; the schedules call one of them.
FUNCTION = {name: name for name in ("web", "match", "mail", "feedback")} | dict.fromkeys(SCHEDULES, "mail")


def memory_of() -> dict[str, int]:
    """Return the megabytes of each function, as it is deployed."""
    stages = json.loads((ROOT / "zappa_settings.json").read_text("utf-8"))
    return {name: stage["memory_size"] for name, stage in stages.items() if "memory_size" in stage}
