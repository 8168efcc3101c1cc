"""The bill: what was counted, times what it costs.

    counted in a play ──▶ × people / played ─┐
                                             ├─▶ quantities ──▶ × price ──▶ dollars by service
    what stands (templates) ──▶ × months ────┘

Two columns: at list price, and less what each account keeps for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.cost import assumptions
from infra.cost.fixed_costs import Standing
from infra.cost.functions import FUNCTION, memory_of
from infra.cost.prices import Prices

Quantities = Mapping[str, float]
# What is counted under the same name as it is priced.
AS_COUNTED = (
    "invocations",
    "log_bytes",
    "mails",
    "queue_requests",
    "read_units",
    "requests",
    "schedules",
    "write_units",
)
MEGABYTES_A_GIGABYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one service costs, in dollars: what the people cause, what stands, both less the allowances."""

    service: str
    caused: float
    stands: float
    with_allowances: float

    @property
    def total(self) -> float:
        """The list price of both."""
        return self.caused + self.stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A cohort's bill, the dearest service first.

    `by_month` says what the people cause in each month that they cause anything in, and what stands in each;
    `a_month` is what a month between cohorts costs.
    """

    people: int
    months: int
    lines: tuple[Line, ...]
    by_month: tuple[Line, ...]
    a_month: Line

    @property
    def whole(self) -> Line:
        """The sum of the lines."""
        return _sum("All of it", self.lines)


def bill(counts: Mapping[str, Any], stands: Standing, prices: Prices, *, people: int, months: int) -> Bill:
    """Return what a number of people cost in a number of months."""
    share = people / counts["played"]["people"]
    in_each = {month: _times(caused_in(counts, month), share) for month in counts["months"]}
    caused = _plus(*in_each.values())
    kept = _times(kept_for(counts), share)
    monthly = _plus(standing_for_a_month(counts, stands), kept)
    between = _plus(monthly, _ticks(counts, "ask", "forget"))
    lines = _lines(caused, _times(monthly, months), prices, months)
    return Bill(
        people=people,
        months=months,
        lines=tuple(sorted(lines, key=lambda line: (-line.total, line.service))),
        by_month=tuple(
            _sum(month, _lines(quantities, monthly, prices, 1)) for month, quantities in in_each.items()
        ),
        a_month=_sum("A month between cohorts", _lines({}, between, prices, 1)),
    )


def caused_in(counts: Mapping[str, Any], month: str) -> Quantities:
    """Return what those who were played cause in a month; of the visits to the site, as of the requests."""
    events = (_events(whose, counted) for whose, counted in counts["months"][month].items())
    requests = {name: by.get("web", {}).get("requests", 0) for name, by in counts["months"].items()}
    return _plus(_times(_visits(counts), requests[month] / sum(requests.values())), *events)


def kept_for(counts: Mapping[str, Any]) -> Quantities:
    """Return what is stored of those who were played, for a month."""
    size = counts["stored"]["bytes"]
    return {"table_bytes": size, "backup_bytes": size}


def standing_for_a_month(counts: Mapping[str, Any], stands: Standing) -> Quantities:
    """Return what is billed in a month in which nothing happens, but for the daily ticks."""
    site = counts["site"]["stored_bytes"]
    resources = {
        "queue_requests": stands.polls,
        "alarms": stands.alarms,
        "key_requests": stands.key_requests,
        "file_bytes": site + assumptions.RELEASES_KEPT * assumptions.RELEASE_BYTES,
        "file_writes": assumptions.FILE_WRITES_A_MONTH,
    }
    return _plus(resources, _times(_events("sweep", counts["idle"]["sweep"]), stands.sweeps))


def _ticks(counts: Mapping[str, Any], *schedules: str) -> Quantities:
    """Return what daily ticks cost in a month in which they find nothing to do."""
    events = (_events(schedule, counts["idle"][schedule]) for schedule in schedules)
    return _times(_plus(*events), assumptions.DAYS_A_MONTH)


def _events(whose: str, counted: Mapping[str, float]) -> Quantities:
    """Return the quantities that a function's events come to."""
    function = FUNCTION[whose]
    gigabytes = memory_of()[function] / MEGABYTES_A_GIGABYTE
    cold = counted["invocations"] * assumptions.COLD_SHARE[function] * assumptions.COLD_SECONDS[function]
    mails = counted.get("mails", 0)
    counted_as_billed = {name: counted[name] for name in AS_COUNTED if name in counted}
    follows = {
        "gigabyte_seconds": (counted["milliseconds"] / 1000 + cold) * gigabytes,
        "edge_requests": counted.get("requests", 0),
        "edge_bytes": counted.get("bytes_out", 0),
        "publications": mails * assumptions.EVENTS_A_MAIL,
        "queue_requests": mails * assumptions.EVENTS_A_MAIL,
    }
    # The emulator says of a mail only that it was accepted.
    times = assumptions.EVENTS_A_MAIL if function == "feedback" else 1
    return _times(_plus(counted_as_billed, follows), times)


def _visits(counts: Mapping[str, Any]) -> Quantities:
    """Return what visits to the site come to; each file is asked of the bucket, as if nothing were cached."""
    site, people = counts["site"], counts["played"]["people"]
    first = people * (1 + assumptions.LOOKERS_A_PARTICIPANT)
    pages = first * assumptions.PAGES_OF_A_FIRST_VISIT
    pages += people * assumptions.LATER_VISITS * assumptions.PAGES_OF_A_LATER_VISIT
    requests = pages + first * site["assets"]
    return {
        "edge_requests": requests,
        "edge_functions": requests,
        "edge_bytes": pages * site["page_bytes"] + first * site["asset_bytes"],
        "file_reads": requests,
    }


def _lines(caused: Quantities, stands: Quantities, prices: Prices, months: int) -> list[Line]:
    by_service: dict[str, list[Line]] = {}
    for name in sorted({*caused, *stands}):
        price = prices.of[name]
        by_people, standing = caused.get(name, 0), stands.get(name, 0)
        beyond = max(0.0, by_people + standing - price.free * months)
        by_service.setdefault(price.service, []).append(
            Line(
                service=price.service,
                caused=price.of(by_people),
                stands=price.of(standing),
                with_allowances=price.of(beyond),
            )
        )
    return [_sum(service, lines) for service, lines in by_service.items()]


def _sum(name: str, lines: Iterable[Line]) -> Line:
    lines = list(lines)
    return Line(
        service=name,
        caused=sum(line.caused for line in lines),
        stands=sum(line.stands for line in lines),
        with_allowances=sum(line.with_allowances for line in lines),
    )


def _times(quantities: Quantities, number: float) -> Quantities:
    return {name: quantity * number for name, quantity in quantities.items()}


def _plus(*several: Quantities) -> Quantities:
    whole: dict[str, float] = defaultdict(float)
    for quantities in several:
        for name, quantity in quantities.items():
            whole[name] += quantity
    return dict(whole)
