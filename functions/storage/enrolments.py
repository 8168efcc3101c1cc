"""Enrolments, and the claims that keep one address to one enrolment a role."""

from collections.abc import Iterator
from datetime import datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.storage import keys
from functions.storage.fields import answers_of, instant, instant_or_none, instant_text, item_of
from functions.storage.table import Change, Item, Table, amendment
from functions.storage.table import creation as creation_at


def creation(enrolment: Enrolment) -> list[Change]:
    """Return the enrolment and its claim on the address, in this order.

    The claim is refused when somebody holds the address in this role; what stands there names them
    as `enrolment_id`.
    """
    claim = keys.address(enrolment.cohort_id, enrolment.role, enrolment.email)
    return [
        creation_at(keys.enrolment(enrolment.cohort_id, enrolment.id), item_of(enrolment)),
        creation_at(claim, {"enrolment_id": enrolment.id}),
    ]


def get(table: Table, cohort_id: str, enrolment_id: str) -> Enrolment | None:
    """Return the enrolment, or None."""
    item = table.read(keys.enrolment(cohort_id, enrolment_id))
    return None if item is None else _enrolment(item)


def by_address(table: Table, cohort_id: str, role: Role, email: str) -> Enrolment | None:
    """Return who is enrolled in the role with this address, or None."""
    claim = table.read(keys.address(cohort_id, role, email))
    return None if claim is None else get(table, cohort_id, claim["enrolment_id"])


def in_cohort(table: Table, cohort_id: str) -> Iterator[Enrolment]:
    """Yield every enrolment of the cohort, whatever its state, by id."""
    return map(_enrolment, table.query(keys.people(cohort_id), "ENROLMENT#"))


def confirmation(enrolment: Enrolment, at: datetime) -> Change:
    """Return the change that confirms an enrolment; refused unless it waits for that."""
    return amendment(
        keys.enrolment(enrolment.cohort_id, enrolment.id),
        {"state": str(EnrolmentState.CONFIRMED), "confirmed_at": instant_text(at)},
        condition=Attr("state").eq(str(EnrolmentState.UNCONFIRMED)),
    )


def withdrawal(enrolment: Enrolment, at: datetime) -> Change:
    """Return the change that withdraws an enrolment; refused when it is withdrawn or erased."""
    standing = [str(EnrolmentState.UNCONFIRMED), str(EnrolmentState.CONFIRMED)]
    return amendment(
        keys.enrolment(enrolment.cohort_id, enrolment.id),
        {"state": str(EnrolmentState.WITHDRAWN), "withdrawn_at": instant_text(at)},
        condition=Attr("state").is_in(standing),
    )


def _enrolment(item: Item) -> Enrolment:
    return Enrolment(
        id=item["id"],
        cohort_id=item["cohort_id"],
        role=Role(item["role"]),
        state=EnrolmentState(item["state"]),
        name=item["name"],
        email=item["email"],
        capacity=item["capacity"],
        answers=answers_of(item["answers"]),
        questionnaire_version=item["questionnaire_version"],
        enrolled_at=instant(item["enrolled_at"]),
        confirmed_at=instant_or_none(item.get("confirmed_at")),
    )
