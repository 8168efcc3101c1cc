"""Promises of whole use cases: whatever breaks, wherever they are killed, done again they end the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.programme.messages import MessageState
from functions.programme.run import Run, RunState
from functions.storage import audit
from functions.storage.enrolment import cohorts
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import runs
from functions.storage.table import BusyError, Event
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.messages.send_messages import send_messages
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import Published, publish_run
from functions.usecases.runs.run_match import Ran, run_match
from functions.usecases.runs.start_run import RunRequest, start_run
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, KilledError, Switchboard
from tests.harness import MENTEE, MENTOR, CohortHarness

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)
# More calls than any of these use cases makes; each test ends at the first number that nothing reaches.
ENDLESS = 500


@contextmanager
def struck(emulated: "DynamoDBClient", call: int, fault: Fault) -> Iterator[Switchboard]:
    """Strike one call; what then gives up or dies is what the test is about."""
    board = Switchboard(emulated, {call: fault})
    with board.connected(), suppress(BusyError, KilledError):
        yield board


def at_every_call(emulated: "DynamoDBClient", fault: Fault, act: Callable[[int], None]) -> int:
    """Do the act again and again, struck one call later each time; return how many calls it makes."""
    for call in count(1):
        assert call < ENDLESS
        with struck(emulated, call, fault) as board:
            act(call)
        if len(board.calls) < call:
            return call - 1
    raise AssertionError


def publish_and_introduce(harness: CohortHarness, run: Run) -> Published:
    """Publish the run as it was proposed, and do what a worker does then."""
    publication = publish_run(harness.services, harness.cohort.id, run.id, version=run.version, actor="c")
    introduce_pairs(harness.services, harness.cohort.id, run.id)
    return publication.outcome


def another_cohort(harness: CohortHarness, name: str) -> None:
    """Go on in a cohort of its own, in the same table."""
    cohort = replace(harness.cohort, id=name, published_run_id=None)
    harness.services.table.commit(
        cohorts.creation(cohort),
        event=Event(cohort_id=name, at=harness.clock.now, actor="t", action="open", subject_id=name),
        idempotency_key=f"open {name}",
    )
    harness.cohort = cohort


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST, Fault.CONFLICT, *KILLS])
def test_an_application_that_is_struck_anywhere_and_sent_again_enrols_once(
    emulated: "DynamoDBClient", harness: CohortHarness, fault: Fault
) -> None:
    def apply(call: int) -> None:
        harness.apply({**MENTEE, "email": f"ada{call}@mentees.example"}, key=f"key {call}")

    calls = at_every_call(emulated, fault, apply)

    assert calls >= 3
    for call in range(1, calls + 1):
        again = harness.apply({**MENTEE, "email": f"ada{call}@mentees.example"}, key=f"key {call}")
        assert again in (Enrolled.CREATED, Enrolled.ALREADY_BY_THIS_REQUEST)
    assert len(harness.people()) == len({person.email for person in harness.people()}) == calls + 1
    assert len(list(outbox.in_cohort(harness.services.table, harness.cohort.id))) == calls + 1
    assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []


@pytest.mark.load
@pytest.mark.parametrize("kill", KILLS)
def test_a_run_that_is_killed_anywhere_and_taken_up_again_ends_in_the_same_bytes(
    emulated: "DynamoDBClient", harness: CohortHarness, kill: Fault
) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)

    def started(name: str) -> Run:
        _, run = start_run(
            harness.services, RunRequest(cohort_id=harness.cohort.id), request_key=name, actor="c"
        )
        assert run is not None
        return run

    whole = started("whole")
    run_match(harness.services, harness.cohort.id, whole.id, owner="worker")
    waiting = [started(f"run {call}") for call in range(1, 60)]

    calls = at_every_call(
        emulated,
        kill,
        lambda call: (run_match(harness.services, harness.cohort.id, waiting[call].id, owner="killed"), None)[
            1
        ],
    )

    harness.clock.pass_by(minutes=17)
    expected = runs.get(harness.services.table, harness.cohort.id, whole.id)
    assert expected is not None
    assert calls > 5
    for run in waiting[1 : calls + 1]:
        assert run_match(harness.services, harness.cohort.id, run.id, owner="next") in (
            Ran.PROPOSED,
            Ran.NOT_OURS,
        )
        found = runs.get(harness.services.table, harness.cohort.id, run.id)
        assert found is not None
        assert (found.state, found.snapshot_sha256, found.proposals_sha256) == (
            RunState.PROPOSED,
            expected.snapshot_sha256,
            expected.proposals_sha256,
        )


@pytest.mark.load
@pytest.mark.parametrize("kill", KILLS)
def test_a_publication_that_is_killed_anywhere_and_asked_again_introduces_everybody_once(
    emulated: "DynamoDBClient", harness: CohortHarness, kill: Fault
) -> None:
    for call in count(1):
        another_cohort(harness, f"cohort {call}")
        harness.confirmed(MENTEE)
        harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
        harness.confirmed(MENTOR)
        run = runs.get(harness.services.table, harness.cohort.id, harness.matched())
        assert run is not None
        with struck(emulated, call, kill) as board:
            publish_and_introduce(harness, run)
        assert publish_and_introduce(harness, run) in (Published.NOW, Published.BEFORE)

        found = list(pairings.in_cohort(harness.services.table, harness.cohort.id))
        introductions = [
            (message.recipient_id, message.about)
            for message in outbox.in_cohort(harness.services.table, harness.cohort.id)
            if message.kind == "introduction"
        ]
        assert len(found) == len({(pairing.mentor_id, pairing.mentee_id) for pairing in found}) == 2
        assert len(introductions) == len(set(introductions)) == 4
        assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []
        if len(board.calls) < call:
            break
    assert call > 20


@pytest.mark.load
@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST, *KILLS])
def test_a_sweep_that_is_struck_anywhere_hands_no_message_over_twice_and_forgets_none(
    emulated: "DynamoDBClient", harness: CohortHarness, fault: Fault
) -> None:
    def send(call: int) -> None:
        harness.apply({**MENTEE, "email": f"ada{call}@mentees.example"}, key=f"key {call}")
        send_messages(harness.services, owner=f"struck {call}")

    at_every_call(emulated, fault, send)
    harness.clock.pass_by(minutes=3)
    harness.send()
    harness.clock.pass_by(minutes=3)
    harness.send()

    handed_over = [mail["To"] for mail in harness.sent_mail.mails]
    assert len(handed_over) == len(set(handed_over))
    for message in outbox.in_cohort(harness.services.table, harness.cohort.id):
        person = next(person for person in harness.people() if person.id == message.recipient_id)
        # Whatever was claimed and not settled may have left, so it is unknown until the service says.
        assert message.state in (MessageState.SENT, MessageState.UNKNOWN)
        assert message.state is MessageState.UNKNOWN or person.email in handed_over


def test_what_the_service_took_and_we_never_heard_of_is_settled_by_its_own_word(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    harness.apply(MENTEE)
    calls = at_every_call_of_one_sweep(emulated, harness)
    for call in range(1, calls):
        harness.apply({**MENTEE, "email": f"b{call}@mentees.example"}, key=f"b {call}")
        with struck(emulated, call, Fault.KILL_BEFORE):
            send_messages(harness.services, owner=f"killed {call}")
        harness.clock.pass_by(minutes=3)
        harness.send()

    for mail in harness.sent_mail.mails:
        outbox.record_sent(
            harness.services.table,
            mail["X-Kith-Cohort"],
            mail["X-Kith-Recipient"],
            mail["X-Kith-Message"],
            provider_id="ses",
            at=harness.clock.now,
        )

    left = {mail["X-Kith-Message"] for mail in harness.sent_mail.mails}
    for message in outbox.in_cohort(harness.services.table, harness.cohort.id):
        assert (message.state is MessageState.SENT) is (message.id in left)


def at_every_call_of_one_sweep(emulated: "DynamoDBClient", harness: CohortHarness) -> int:
    board = Switchboard(emulated, {})
    with board.connected():
        harness.send()
    return len(board.calls)
