"""Promises of leaving and of erasing: killed anywhere and done again, each ends the same, once."""

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from functions.messages.kinds import MessageKind
from functions.programme.links import Link, Purpose
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import runs
from functions.storage.table import BusyError
from functions.usecases.enrolment.decide_application import decide
from functions.usecases.enrolment.withdraw import withdraw
from functions.usecases.pairings.end_pairings import end_pairings, end_pairings_of_leavers
from functions.usecases.people.erase_people import erase, erase_what_is_over
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import publish_run
from tests.conftest import NAME
from tests.faults.switchboard import Fault, KilledError, Switchboard
from tests.harness import MENTEE, MENTOR, CohortHarness
from tests.storage.fixtures import everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAIRS = 13  # one for each call that leaving makes, and one to count them with
ERASED = 6  # erasing makes many calls: every so many is struck


def paired(harness: CohortHarness, count: int) -> list[Enrolment]:
    """Return that many mentees, each with a mentor of their own; no mail has left."""
    for number in range(count):
        name = f"Mentee {chr(ord('A') + number)}"
        harness.confirmed({**MENTEE, "email": f"mentee{number}@planted.example", "name": name})
        harness.confirmed({**MENTOR, "email": f"mentor{number}@mentors.example", "capacity": 1})
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="c")
    assert introduce_pairs(harness.services, harness.cohort.id, run_id) == count
    return harness.people(Role.MENTEE)


def leave(harness: CohortHarness, person: Enrolment) -> None:
    link = Link(
        id="link",
        purpose=Purpose.WITHDRAW,
        cohort_id=harness.cohort.id,
        person_id=person.id,
        expires_at=harness.clock.now,
    )
    withdraw(harness.services, link)
    end_pairings(harness.services, harness.cohort.id, person.id)


def done(harness: CohortHarness) -> Counter[str]:
    lines = audit.trail(harness.services.table, harness.cohort.id)
    return Counter(line.event.action for line in lines if isinstance(line, audit_chain.Entry))


@pytest.mark.load
def test_leaving_is_one_withdrawal_one_ending_and_two_mails_wherever_it_is_killed(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    first, *others = paired(harness, PAIRS)
    with Switchboard(emulated).connected() as board:
        leave(harness, first)
    assert len(board.calls) < PAIRS
    for call, person in enumerate(others, start=1):
        plan = {call: Fault.KILL_AFTER}
        with Switchboard(emulated, plan).connected(), suppress(KilledError, BusyError):
            leave(harness, person)
        leave(harness, person) if call % 2 else end_pairings_of_leavers(harness.services)
        leave(harness, person)

    counted = done(harness)
    assert counted["withdraw"] == counted["end-pairing"] == PAIRS
    kinds = Counter(message.kind for message in outbox.in_cohort(harness.services.table, harness.cohort.id))
    assert kinds[MessageKind.WITHDRAWN] == kinds[MessageKind.PARTNER_LEFT] == PAIRS
    assert all(pairing.ended for pairing in pairings.in_cohort(harness.services.table, harness.cohort.id))
    assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []


@pytest.mark.load
def test_erasing_that_was_killed_anywhere_is_finished_by_the_days_work(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    first, *others = everybody = paired(harness, ERASED)
    with Switchboard(emulated).connected() as board:
        erase(harness.services, harness.cohort.id, first.id, actor="t")
    step = len(board.calls) // len(others) + 1
    for number, person in enumerate(others):
        plan = {1 + number * step: Fault.KILL_AFTER}
        with Switchboard(emulated, plan).connected(), suppress(KilledError, BusyError):
            erase(harness.services, harness.cohort.id, person.id, actor="t")
        if number % 2:
            erase(harness.services, harness.cohort.id, person.id, actor="t")
    for person in everybody:
        erase(harness.services, harness.cohort.id, person.id, actor="t")
    erase_what_is_over(harness.services)

    counted = done(harness)
    assert counted["erase"] == counted["forgotten"] == ERASED
    assert not any("planted" in str(item) for item in everything_in(emulated, NAME))
    assert {person.state for person in harness.people(Role.MENTEE)} == {EnrolmentState.ERASED}
    assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []


def test_two_coordinators_who_decide_at_once_are_one_decision(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    harness.clock.morning_of(harness.cohort.closes_on, harness.cohort.zone)
    harness.clock.pass_by(days=1)
    late = harness.confirmed(MENTEE)
    others: list[object] = []

    def somebody_else() -> None:
        others.append(
            decide(harness.services, harness.cohort.id, late.id, accept=False, reason="Full", by="other")
        )

    with Switchboard(emulated, {4: somebody_else}).connected():
        mine = decide(harness.services, harness.cohort.id, late.id, accept=True, reason="", by="me")

    decided = harness.person(late.email)
    assert {str(mine), str(others[0])} == {"Decided.NOW", "Decided.OTHERWISE"}
    assert (decided.state, decided.decided_by) == (EnrolmentState.DECLINED, "other")
    kinds = Counter(message.kind for message in outbox.in_cohort(harness.services.table, harness.cohort.id))
    assert (kinds[MessageKind.DECLINED], kinds[MessageKind.WELCOME]) == (1, 0)
