"""Promises of leaving and of erasing: killed anywhere and done again, each ends the same, once."""

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from functions.programme.links import Link, Purpose
from functions.programme.messages import MessageKind
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
from tests.storage.ground import everything_in
from tests.town import MENTEE, MENTOR, Town

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAIRS = 13  # one for each call that leaving makes, and one to count them with
ERASED = 6  # erasing makes many calls: every so many is struck


def paired(town: Town, count: int) -> list[Enrolment]:
    """Return that many mentees, each with a mentor of their own; no mail has left."""
    for number in range(count):
        name = f"Mentee {chr(ord('A') + number)}"
        town.confirmed({**MENTEE, "email": f"mentee{number}@planted.example", "name": name})
        town.confirmed({**MENTOR, "email": f"mentor{number}@mentors.example", "capacity": 1})
    run_id = town.matched()
    run = runs.get(town.office.table, town.cohort.id, run_id)
    assert run is not None
    publish_run(town.office, town.cohort.id, run_id, version=run.version, actor="c")
    assert introduce_pairs(town.office, town.cohort.id, run_id) == count
    return town.people(Role.MENTEE)


def leave(town: Town, person: Enrolment) -> None:
    link = Link(
        id="link",
        purpose=Purpose.WITHDRAW,
        cohort_id=town.cohort.id,
        person_id=person.id,
        expires_at=town.clock.now,
    )
    withdraw(town.office, link)
    end_pairings(town.office, town.cohort.id, person.id)


def done(town: Town) -> Counter[str]:
    lines = audit.trail(town.office.table, town.cohort.id)
    return Counter(line.event.action for line in lines if isinstance(line, audit_chain.Entry))


@pytest.mark.load
def test_leaving_is_one_withdrawal_one_ending_and_two_mails_wherever_it_is_killed(
    emulated: "DynamoDBClient", town: Town
) -> None:
    first, *others = paired(town, PAIRS)
    with Switchboard(emulated).connected() as board:
        leave(town, first)
    assert len(board.calls) < PAIRS
    for call, person in enumerate(others, start=1):
        plan = {call: Fault.KILL_AFTER}
        with Switchboard(emulated, plan).connected(), suppress(KilledError, BusyError):
            leave(town, person)
        leave(town, person) if call % 2 else end_pairings_of_leavers(town.office)
        leave(town, person)

    counted = done(town)
    assert counted["withdraw"] == counted["end-pairing"] == PAIRS
    kinds = Counter(message.kind for message in outbox.in_cohort(town.office.table, town.cohort.id))
    assert kinds[MessageKind.WITHDRAWN] == kinds[MessageKind.PARTNER_LEFT] == PAIRS
    assert all(pairing.ended for pairing in pairings.in_cohort(town.office.table, town.cohort.id))
    assert audit.faults_in(audit.trail(town.office.table, town.cohort.id)) == []


@pytest.mark.load
def test_erasing_that_was_killed_anywhere_is_finished_by_the_days_work(
    emulated: "DynamoDBClient", town: Town
) -> None:
    first, *others = everybody = paired(town, ERASED)
    with Switchboard(emulated).connected() as board:
        erase(town.office, town.cohort.id, first.id, actor="t")
    step = len(board.calls) // len(others) + 1
    for number, person in enumerate(others):
        plan = {1 + number * step: Fault.KILL_AFTER}
        with Switchboard(emulated, plan).connected(), suppress(KilledError, BusyError):
            erase(town.office, town.cohort.id, person.id, actor="t")
        if number % 2:
            erase(town.office, town.cohort.id, person.id, actor="t")
    for person in everybody:
        erase(town.office, town.cohort.id, person.id, actor="t")
    erase_what_is_over(town.office)

    counted = done(town)
    assert counted["erase"] == counted["forgotten"] == ERASED
    assert not any("planted" in str(item) for item in everything_in(emulated, NAME))
    assert {person.state for person in town.people(Role.MENTEE)} == {EnrolmentState.ERASED}
    assert audit.faults_in(audit.trail(town.office.table, town.cohort.id)) == []


def test_two_coordinators_who_decide_at_once_are_one_decision(emulated: "DynamoDBClient", town: Town) -> None:
    town.clock.morning_of(town.cohort.closes_on, town.cohort.zone)
    town.clock.pass_by(days=1)
    late = town.confirmed(MENTEE)
    others: list[object] = []

    def somebody_else() -> None:
        others.append(decide(town.office, town.cohort.id, late.id, accept=False, reason="Full", by="other"))

    with Switchboard(emulated, {4: somebody_else}).connected():
        mine = decide(town.office, town.cohort.id, late.id, accept=True, reason="", by="me")

    decided = town.person(late.email)
    assert {str(mine), str(others[0])} == {"Decided.NOW", "Decided.OTHERWISE"}
    assert (decided.state, decided.decided_by) == (EnrolmentState.DECLINED, "other")
    kinds = Counter(message.kind for message in outbox.in_cohort(town.office.table, town.cohort.id))
    assert (kinds[MessageKind.DECLINED], kinds[MessageKind.WELCOME]) == (1, 0)
