"""The pages of the console, and what they need that no other page does."""

from collections.abc import Sequence

from functions.web.console import pairs, people, reports, runs, signing_in
from functions.web.guards import Guarded

CONSOLE_BLUEPRINTS: Sequence[Guarded] = (
    signing_in.routes,
    runs.routes,
    people.routes,
    pairs.routes,
    reports.routes,
)
