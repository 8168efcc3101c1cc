"""The price table beside this module, read and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")
OLD_AFTER_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit of something costs in one region: `dollars` for each `per` of it.

    `free` is what an account keeps for good in a month; `seen` says how the price was found out.
    """

    service: str
    unit: str
    dollars: float
    per: float
    free: float
    page: str
    seen: str

    def of(self, quantity: float) -> float:
        """Return what so much of it costs, in dollars."""
        return quantity / self.per * self.dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The table for one region, by what is counted."""

    region: str
    on: date
    of: Mapping[str, Price]

    def old(self, today: date) -> bool:
        """Return whether the table is so old that its prices should be looked up again."""
        return (today - self.on).days > OLD_AFTER_DAYS


def regions() -> tuple[str, ...]:
    """Return the regions that the table knows, the usual one first."""
    return tuple(tomllib.loads(FILE.read_text("utf-8"))["regions"])


def prices(region: str) -> Prices:
    """Return the prices of a region; raises KeyError for one that the table does not know."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    if region not in table["regions"]:
        raise KeyError(region)
    known = {name: entry for name, entry in table.items() if isinstance(entry, dict)}
    return Prices(
        region=region,
        on=table["date"],
        of={
            name: Price(
                service=entry["service"],
                unit=entry["unit"],
                dollars=entry[region],
                per=entry["per"],
                free=entry.get("free", 0),
                page=entry["page"],
                seen=entry["seen"][region],
            )
            for name, entry in known.items()
        },
    )
