"""The bill in words, as a table for the README and as data. The same bill makes the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from infra.cost.assumptions import DAYS_A_MONTH
from infra.cost.bill import Bill, Line
from infra.cost.prices import Prices

HEADINGS = ("US dollars", "the people cause", "stands", "at list price", "less allowances")


def as_text(bill: Bill, prices: Prices, played: Mapping[str, Any]) -> str:
    """Return the bill as a terminal shows it."""
    rows = [HEADINGS, *_rows(bill)]
    lines = [f"{name:<24}" + "".join(f"{text:>18}" for text in texts) for name, *texts in rows]
    months = [
        f"{line.service:<24}{line.caused:>18.2f}{line.stands:>18.2f}{line.total:>18.2f}"
        f"{line.with_allowances:>18.2f}"
        for line in bill.by_month
    ]
    notes = _notes(bill, prices, played)
    return "\n".join([_title(bill, prices), "", *lines, "", "Month by month, as played", *months, "", *notes])


def as_markdown(bill: Bill, prices: Prices, played: Mapping[str, Any]) -> str:
    """Return the bill as the README shows it."""
    table = [
        "| " + " | ".join(HEADINGS) + " |",
        "|---|---:|---:|---:|---:|",
        *("| " + " | ".join(row) + " |" for row in _rows(bill)),
    ]
    return "\n".join([_title(bill, prices), "", *table, "", " ".join(_notes(bill, prices, played))])


def as_data(bill: Bill, prices: Prices, played: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bill as data, in whole cents' fractions as they were reckoned."""
    return {
        "region": prices.region,
        "prices_of": f"{prices.on}",
        "played": dict(played),
        "people": bill.people,
        "months": bill.months,
        "services": [_data(line) for line in bill.lines],
        "whole": _data(bill.whole),
        "by_month": [_data(line) for line in bill.by_month],
        "a_participant": bill.whole.total / bill.people,
        "a_month_between_cohorts": _data(bill.a_month),
        "not_from_a_page": _unconfirmed(prices),
    }


def _data(line: Line) -> dict[str, Any]:
    return {**asdict(line), "total": line.total}


def _rows(bill: Bill) -> Iterator[tuple[str, ...]]:
    for line in (*bill.lines, bill.whole):
        yield _row(line.service, line, 2)
    yield _row("For each participant", bill.whole, 4, bill.people)
    between = bill.a_month
    yield (
        between.service,
        "",
        f"{between.stands:.2f}",
        f"{between.total:.2f}",
        f"{between.with_allowances:.2f}",
    )


def _row(name: str, line: Line, digits: int, shared_by: int = 1) -> tuple[str, ...]:
    dollars = (line.caused, line.stands, line.total, line.with_allowances)
    return (name, *(f"{amount / shared_by:.{digits}f}" for amount in dollars))


def _title(bill: Bill, prices: Prices) -> str:
    return f"{bill.people} people, {bill.months} months, in {prices.region}; prices of {prices.on}."


def _notes(bill: Bill, prices: Prices, played: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Counted on {played['on']} in a played cohort of {played['people']} people and {played['weeks']} "
        "weeks, from the first visit until everybody is forgotten"
        + ("" if played["people"] == bill.people else f", and taken times {bill.people / played['people']:g}")
        + "."
    )
    days = (date.fromisoformat(played["last_day"]) - date.fromisoformat(played["first_day"])).days + 1
    yield (
        f"From the first day of enrolment to the last of the survey it was {days / DAYS_A_MONTH:.1f} months; "
        f"what stands is billed for {bill.months}, and each month more costs what one between cohorts does."
    )
    yield "Tax, a domain and whatever else the account does are not in it."
    yield (
        "The last column leaves out what each account keeps for good (a million SQS requests a month, ten "
        "alarms and so on), and nothing that ends after a year."
    )
    if unsure := _unconfirmed(prices):
        yield (
            f"{len(unsure)} of {len(prices.of)} prices could not be looked up where this was written; "
            "infra/cost/prices.toml says which."
        )


def _unconfirmed(prices: Prices) -> list[str]:
    return sorted(name for name, price in prices.of.items() if price.seen == "memory")
