"""Promises of what is decided on an enrolment that somebody else changes in that very moment.

Each is tried with the other's change before every call up to its write, and before the next: both stay, and
each is done once.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.programme.links import Link, Purpose
from functions.programme.people import Answer, Enrolment, EnrolmentState
from functions.programme.programme import Decision
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox
from functions.usecases.enrolment.acknowledge_training import acknowledge
from functions.usecases.enrolment.change_answers import Changed, change
from functions.usecases.enrolment.confirm_enrolment import Confirmed, confirm
from functions.usecases.enrolment.decide_application import Decided, decide
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.people.erase_people import Erased, erase
from functions.usecases.people.recount import differences
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.harness import MENTEE, CohortHarness
from tests.storage.fixtures import everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Act = Callable[[CohortHarness, Enrolment], object]
NEW_ANSWERS: Mapping[str, Answer] = {**MENTEE, "name": "Ada Renamed", "style": "challenge"}
ENDLESS = 100
WRITE = "TransactWriteItems"


def link_of(harness: CohortHarness, person: Enrolment) -> Link:
    return Link(
        id=f"link of {person.id}",
        purpose=Purpose.CONFIRM,
        cohort_id=harness.cohort.id,
        person_id=person.id,
        expires_at=harness.clock.now,
    )


def confirms(harness: CohortHarness, person: Enrolment) -> Confirmed:
    return confirm(harness.services, link_of(harness, person))


def leaves(harness: CohortHarness, person: Enrolment) -> Withdrawn:
    return withdraw(harness.services, link_of(harness, person))


def reads_the_training(harness: CohortHarness, person: Enrolment) -> bool:
    return acknowledge(harness.services, link_of(harness, person))


def is_erased(harness: CohortHarness, person: Enrolment) -> Erased:
    return erase(harness.services, harness.cohort.id, person.id, actor=f"person:{person.id}")


def is_accepted(harness: CohortHarness, person: Enrolment) -> Decided:
    return decide(harness.services, harness.cohort.id, person.id, accept=True, reason="", by="c:amara")


def is_declined(harness: CohortHarness, person: Enrolment) -> Decided:
    return decide(harness.services, harness.cohort.id, person.id, accept=False, reason="Full", by="c:bo")


def changes_answers(harness: CohortHarness, person: Enrolment) -> Changed:
    return change(harness.services, link_of(harness, person), NEW_ANSWERS, version=person.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What came of an act and of another's change before one of its calls; `writes` are those of both."""

    person: Enrolment
    outcome: object
    others: object
    actions: Counter[str]
    mails: Counter[str]
    writes: int


def in_state(harness: CohortHarness, state: EnrolmentState, number: int) -> Enrolment:
    """Enrol somebody of their own and bring them to the state."""
    email = f"ada{number}@mentees.example"
    answers = {**MENTEE, "email": email}
    harness.rule(decided_by=Decision.COORDINATOR if state is EnrolmentState.APPLIED else Decision.AUTOMATIC)
    if state is not EnrolmentState.UNCONFIRMED:
        return harness.confirmed(answers)
    harness.apply(answers)
    return harness.person(email)


def meetings(
    emulated: "DynamoDBClient", harness: CohortHarness, act: Act, other: Act, state: EnrolmentState
) -> list[Meeting]:
    """Let somebody act on a person in that state, and another before each call until after the write."""
    met: list[Meeting] = []
    for call in count(1):
        assert call < ENDLESS
        person, others = in_state(harness, state, call), list[object]()

        def interrupt(whom: Enrolment = person, said: list[object] = others) -> None:
            said.append(other(harness, whom))

        with Switchboard(emulated, {call: interrupt}).connected() as board:
            outcome = act(harness, person)
        if not others or WRITE in board.calls[: max(call - 2, 0)]:
            return met
        writes = board.calls.count(WRITE)
        met.append(meeting(harness, person, outcome=outcome, others=others[0], writes=writes))
    raise AssertionError


def meeting(harness: CohortHarness, person: Enrolment, **facts: object) -> Meeting:
    table, cohort_id = harness.services.table, harness.cohort.id
    entries = [line for line in audit.trail(table, cohort_id) if isinstance(line, audit_chain.Entry)]
    return Meeting(
        person=next(each for each in harness.people() if each.id == person.id),
        actions=Counter(entry.event.action for entry in entries if entry.event.subject_id == person.id),
        mails=Counter(message.kind for message in outbox.to_person(table, cohort_id, person.id)),
        **facts,  # type: ignore[arg-type]
    )


def nothing_is_amiss(harness: CohortHarness) -> bool:
    """Whether the trail is whole and the roll and the counts agree with the facts."""
    faults = audit.faults_in(audit.trail(harness.services.table, harness.cohort.id))
    return not faults and differences(harness.services, harness.cohort.id).none


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody does to an enrolment, and what is to come of it."""

    act: Act
    state: EnrolmentState
    becomes: EnrolmentState
    action: str
    mail: str


@pytest.mark.parametrize(
    "step",
    [
        Step(
            act=confirms,
            state=EnrolmentState.UNCONFIRMED,
            becomes=EnrolmentState.CONFIRMED,
            action="confirm",
            mail="welcome",
        ),
        Step(
            act=leaves,
            state=EnrolmentState.CONFIRMED,
            becomes=EnrolmentState.WITHDRAWN,
            action="withdraw",
            mail="withdrawn",
        ),
        Step(
            act=is_accepted,
            state=EnrolmentState.APPLIED,
            becomes=EnrolmentState.CONFIRMED,
            action="accept",
            mail="welcome",
        ),
        Step(
            act=is_declined,
            state=EnrolmentState.APPLIED,
            becomes=EnrolmentState.DECLINED,
            action="decline",
            mail="declined",
        ),
        Step(
            act=reads_the_training,
            state=EnrolmentState.CONFIRMED,
            becomes=EnrolmentState.CONFIRMED,
            action="read-training",
            mail="welcome",
        ),
    ],
    ids=lambda step: step.action,
)
def test_answers_that_change_while_something_is_decided_are_kept_and_it_is_decided_once(
    emulated: "DynamoDBClient", harness: CohortHarness, step: Step
) -> None:
    met = meetings(emulated, harness, step.act, changes_answers, step.state)

    before_the_write = [each for each in met if each.others is Changed.NOW]
    assert before_the_write
    for each in before_the_write:
        assert (each.person.name, each.person.answers["style"]) == ("Ada Renamed", "challenge")
    for each in met:
        assert each.person.state is step.becomes
        assert (each.actions[step.action], each.mails[step.mail]) == (1, 1)
    # The one that comes between the read and the write is met by a write that is refused, and done again.
    assert max(each.writes for each in met) == 3
    assert nothing_is_amiss(harness)


@pytest.mark.parametrize(
    ("act", "other", "state"),
    [
        (leaves, is_accepted, EnrolmentState.APPLIED),
        (leaves, confirms, EnrolmentState.UNCONFIRMED),
        (leaves, reads_the_training, EnrolmentState.CONFIRMED),
        (is_accepted, leaves, EnrolmentState.APPLIED),
        (confirms, leaves, EnrolmentState.UNCONFIRMED),
        (reads_the_training, leaves, EnrolmentState.CONFIRMED),
    ],
)
def test_whoever_leaves_has_left_whatever_else_is_decided_in_that_moment(
    emulated: "DynamoDBClient", harness: CohortHarness, act: Act, other: Act, state: EnrolmentState
) -> None:
    met = meetings(emulated, harness, act, other, state)

    for each in met:
        assert each.person.state is EnrolmentState.WITHDRAWN
        assert (each.actions["withdraw"], each.mails["withdrawn"]) == (1, 1)
    assert nothing_is_amiss(harness)


@pytest.mark.parametrize(
    ("act", "other", "state"),
    [
        (is_erased, changes_answers, EnrolmentState.CONFIRMED),
        (is_erased, leaves, EnrolmentState.CONFIRMED),
        (is_erased, reads_the_training, EnrolmentState.CONFIRMED),
        (is_erased, confirms, EnrolmentState.UNCONFIRMED),
        (is_erased, is_accepted, EnrolmentState.APPLIED),
        (confirms, is_erased, EnrolmentState.UNCONFIRMED),
        (leaves, is_erased, EnrolmentState.CONFIRMED),
        (is_declined, is_erased, EnrolmentState.APPLIED),
        (reads_the_training, is_erased, EnrolmentState.CONFIRMED),
    ],
)
def test_whoever_is_erased_is_gone_whatever_else_is_decided_in_that_moment(
    emulated: "DynamoDBClient", harness: CohortHarness, act: Act, other: Act, state: EnrolmentState
) -> None:
    met = meetings(emulated, harness, act, other, state)

    for each in met:
        assert each.person.state is EnrolmentState.ERASED
        assert (each.actions["erase"], each.actions["forgotten"]) == (1, 1)
    erased = {each.person.id for each in met}
    left = [item for item in everything_in(emulated, NAME) if str(item).count("Ada ")]
    assert not {item["id"]["S"] for item in left if "id" in item} & erased
    assert nothing_is_amiss(harness)


def test_of_two_coordinators_who_decide_otherwise_in_one_moment_one_decides_and_the_other_is_told(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    met = meetings(emulated, harness, is_accepted, is_declined, EnrolmentState.APPLIED)

    assert {(each.outcome, each.others) for each in met} == {(Decided.OTHERWISE, Decided.NOW)}
    for each in met:
        assert (each.person.state, each.person.decided_by) == (EnrolmentState.DECLINED, "c:bo")
        assert each.actions["decline"] + each.actions["accept"] == 1
        assert each.mails["declined"] + each.mails["welcome"] == 1
    assert nothing_is_amiss(harness)


@pytest.mark.parametrize(
    ("act", "state", "action", "outcomes"),
    [
        (confirms, EnrolmentState.UNCONFIRMED, "confirm", {Confirmed.NOW, Confirmed.BEFORE}),
        (leaves, EnrolmentState.CONFIRMED, "withdraw", {Withdrawn.NOW, Withdrawn.BEFORE}),
        (is_declined, EnrolmentState.APPLIED, "decline", {Decided.NOW, Decided.BEFORE}),
        (reads_the_training, EnrolmentState.CONFIRMED, "read-training", {True}),
        (is_erased, EnrolmentState.CONFIRMED, "erase", {Erased.NOW, Erased.BEFORE}),
    ],
)
def test_what_is_pressed_twice_in_one_moment_is_done_once(
    emulated: "DynamoDBClient",
    harness: CohortHarness,
    act: Act,
    state: EnrolmentState,
    action: str,
    outcomes: set[object],
) -> None:
    met = meetings(emulated, harness, act, act, state)

    for each in met:
        assert {each.outcome, each.others} <= outcomes
        assert each.actions[action] == 1
    assert nothing_is_amiss(harness)
