"""What storage tests share: people and things made up, and a look at the whole table."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from functions.matching.reasons import Facts, Finding, Reason
from functions.messages.kinds import MessageKind
from functions.programme.cohort import Cohort
from functions.programme.messages import Message
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.run import Run, RunState
from functions.storage.table import Change, Event, Item, Refusal, Table, Written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

COHORT = Cohort(
    id="spring",
    programme="first-year",
    name="First Year Together, January 2027",
    zone="Europe/London",
    opens_on=date(2027, 1, 11),
    closes_on=date(2027, 2, 7),
    ends_on=date(2027, 8, 15),
    policy="first-year",
)
ADA = Enrolment(
    id="ada",
    cohort_id="spring",
    role=Role.MENTEE,
    state=EnrolmentState.UNCONFIRMED,
    name="Ada Lövelace 🙂",
    email="Ada@Example.org",
    capacity=1,
    answers={"goals": ("statistics", "writing"), "hours": 2, "agreed": True, "note": ""},
    questionnaire_version="v1",
    enrolled_at=NOW,
)
DUE_MESSAGE = Message(
    id="letter",
    cohort_id="spring",
    recipient_id="ada",
    kind=MessageKind.CHECKIN,
    due_at=NOW,
    link_id="link-1",
    about="pairing-1",
    checkin=2,
)
RUN = Run(
    id="run-1",
    cohort_id="spring",
    state=RunState.QUEUED,
    version=0,
    policy="first-year",
    seed=7,
    requested_at=NOW,
    requested_by="coordinator-1",
)
PAIRING = Pairing(
    id="pairing-1",
    cohort_id="spring",
    run_id="run-1",
    mentor_id="grace",
    mentee_id="ada",
    score=42,
    policy="first-year",
    reasons=(
        Reason(
            criterion="topics", finding=Finding.IN_COMMON, facts=Facts(answers=("a", "b"), common=2), points=9
        ),
        Reason(
            criterion="field", finding=Finding.BOTH_SAID, facts=Facts(answers=("law",), common=1), points=7
        ),
    ),
    introduced_at=NOW,
    introduced_on=NOW.date(),
)


def event(subject_id: str = "ada", action: str = "enrolled", cohort_id: str = "spring") -> Event:
    return Event(cohort_id=cohort_id, at=NOW, actor="test", action=action, subject_id=subject_id)


def write(table: Table, *changes: Change, idempotency_key: str, subject_id: str = "ada") -> Written | Refusal:
    """Commit the changes as one operation of that idempotency key."""
    return table.commit(changes, event=event(subject_id), idempotency_key=idempotency_key)


def everything_in(client: "DynamoDBClient", name: str) -> list[dict[str, Any]]:
    """Return every item of the table as it is on the wire, in order."""
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    items: list[dict[str, Any]] = [dict(item) for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def empty(client: "DynamoDBClient", name: str) -> None:
    """Take everything out of the table."""
    for item in everything_in(client, name):
        client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def stored(outcome: Written | Refusal) -> Item:
    """Return what stood in the way of a refused write."""
    assert isinstance(outcome, Refusal)
    assert outcome.stored is not None
    return outcome.stored
