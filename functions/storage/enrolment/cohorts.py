"""Cohorts, and which run of each is published."""

from datetime import date
from typing import Any

from boto3.dynamodb.conditions import Attr

from functions.programme.cohort import Cohort
from functions.storage import keys
from functions.storage.item_values import item_of
from functions.storage.table import Change, Item, ItemReader, Table, amendment
from functions.storage.table import creation as creation_at


def creation(cohort: Cohort) -> list[Change]:
    """Return the changes that begin a cohort; refused when there is one with its id."""
    return [creation_at(keys.cohort(cohort.id), item_of(cohort))]


def get(table: ItemReader, cohort_id: str) -> Cohort | None:
    """Return the cohort, or None."""
    item = table.read(keys.cohort(cohort_id))
    return None if item is None else _cohort(item)


def every(table: Table) -> list[Cohort]:
    """Return all cohorts, the latest to open first."""
    found = map(_cohort, table.query(keys.cohorts(), "COHORT#"))
    return sorted(found, key=lambda cohort: (cohort.opens_on, cohort.id), reverse=True)


def publication(cohort: Cohort, run_id: str) -> Change:
    """Return the change that makes a run the cohort's published one; refused when the cohort changed."""
    sets = {"published_run_id": run_id, "version": cohort.version + 1}
    return amendment(keys.cohort(cohort.id), sets, condition=Attr("version").eq(cohort.version))


def _cohort(item: Item) -> Cohort:
    days: dict[str, Any] = {
        name: date.fromisoformat(item[name]) for name in ("opens_on", "closes_on", "ends_on")
    }
    return Cohort(
        id=item["id"],
        programme=item["programme"],
        name=item["name"],
        zone=item["zone"],
        policy=item["policy"],
        survey_days=item["survey_days"],
        published_run_id=item.get("published_run_id"),
        version=item["version"],
        **days,
    )
