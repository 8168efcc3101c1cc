"""Work that is more than one function can do: each stops in time, and the next goes on."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from functions.entry import handle
from functions.messages.kinds import MessageKind
from functions.programme.messages import MessageState
from functions.programme.people import EnrolmentState
from functions.storage import audit
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import runs
from functions.time_limit import RESERVE, OutOfTimeError, TimeLimit, limit_of
from functions.usecases.runs.publish_run import publish_run
from infra import ROOT
from tests.harness import MENTEE, MENTOR, CohortHarness

START = datetime(2026, 9, 2, 8, 0, tzinfo=UTC)
PAIRS = 3
MOST_FUNCTIONS = 40


def time_for(parts: int) -> TimeLimit:
    """Return a limit that lets a function begin that many parts of its work."""
    seconds = count()
    return TimeLimit(
        clock=lambda: START + timedelta(seconds=next(seconds)), stop_at=START + timedelta(seconds=parts)
    )


def work_in_small_functions(harness: CohortHarness, first: dict[str, object]) -> int:
    """Answer the event, and all that it leaves on the queues, in functions with time for one part each.

    A message takes one look at the time, and each part of its work another. Returns how many functions
    it took.
    """

    def left() -> Iterator[str]:
        for queue in (harness.run_queue, harness.mail_queue):
            while queue.bodies:
                yield queue.bodies.pop(0)

    handle(first, replace(harness.services, time_limit=time_for(1)), owner="function 0")
    for number, body in enumerate(left(), 1):
        assert number < MOST_FUNCTIONS, "the work never ends"
        services = replace(harness.services, time_limit=time_for(2))
        answer = handle({"Records": [{"messageId": str(number), "body": body}]}, services, owner=str(number))
        assert answer == {"batchItemFailures": []}
    return number


@pytest.fixture
def paired(harness: CohortHarness) -> CohortHarness:
    """Three pairs and a mentee with nobody: matched and published, and nobody was told yet."""
    for number in range(PAIRS):
        harness.confirmed({**MENTEE, "email": f"mentee{number}@planted.example"})
        harness.confirmed({**MENTOR, "email": f"mentor{number}@mentors.example", "capacity": 1})
    harness.confirmed({**MENTEE, "email": "nobody@planted.example"})
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="c")
    harness.send()
    harness.mail_queue.bodies.clear()
    return harness


def messages_of(harness: CohortHarness, kind: MessageKind) -> Counter[MessageState]:
    return Counter(
        message.state
        for message in outbox.in_cohort(harness.services.table, harness.cohort.id)
        if message.kind == kind
    )


def test_introductions_go_on_from_function_to_function_and_nobody_is_told_twice(
    paired: CohortHarness,
) -> None:
    [body] = [body for body in paired.run_queue.bodies if json.loads(body)["do"] == "introduce"]
    paired.run_queue.bodies.clear()

    functions = work_in_small_functions(paired, {"Records": [{"messageId": "0", "body": body}]})

    assert functions > PAIRS
    assert len(list(pairings.in_cohort(paired.services.table, paired.cohort.id))) == PAIRS
    assert messages_of(paired, MessageKind.INTRODUCTION) == {MessageState.SENT: 2 * PAIRS}
    assert messages_of(paired, MessageKind.WAITING) == {MessageState.SENT: 1}
    introductions = [mail for mail in paired.sent_mail.mails if "/my/match/" in str(mail)]
    assert len({mail["To"] for mail in introductions}) == len(introductions)


def test_mail_that_is_due_leaves_in_as_many_functions_as_it_needs(harness: CohortHarness) -> None:
    for number in range(PAIRS):
        harness.apply({**MENTEE, "email": f"mentee{number}@planted.example"}, key=str(number))
    harness.mail_queue.bodies.clear()

    functions = work_in_small_functions(harness, {"schedule": "sweep"})

    assert functions >= PAIRS - 1
    assert messages_of(harness, MessageKind.CONFIRM) == {MessageState.SENT: PAIRS}
    assert len(harness.sent_mail.mails) == PAIRS


def test_check_ins_are_asked_of_everybody_however_little_time_a_function_has(paired: CohortHarness) -> None:
    introduce_all(paired)
    introduced_on = min(
        pairing.introduced_on for pairing in pairings.in_cohort(paired.services.table, paired.cohort.id)
    )
    paired.clock.morning_of(introduced_on + timedelta(days=7), paired.cohort.zone)

    functions = work_in_small_functions(paired, {"schedule": "ask"})

    assert functions >= PAIRS
    assert messages_of(paired, MessageKind.CHECKIN) == {MessageState.SENT: 2 * PAIRS}


def test_everybody_is_forgotten_person_by_person(paired: CohortHarness) -> None:
    introduce_all(paired)
    paired.clock.pass_by(days=2 * 365)

    functions = work_in_small_functions(paired, {"schedule": "forget"})

    people = paired.people()
    assert functions > len(people)
    assert {person.state for person in people} == {EnrolmentState.ERASED}
    assert all(person.forgotten_at for person in people)
    done = Counter(
        entry.event.action
        for entry in audit.trail(paired.services.table, paired.cohort.id)
        if isinstance(entry, audit.Entry)
    )
    assert done["erase"] == done["forgotten"] == len(people)


def introduce_all(harness: CohortHarness) -> None:
    for queue in (harness.run_queue, harness.mail_queue):
        while queue.bodies:
            record = {"messageId": "all", "body": queue.bodies.pop(0)}
            assert handle({"Records": [record]}, harness.services, owner="w") == {"batchItemFailures": []}


def test_a_function_keeps_a_reserve_for_the_part_that_it_has_begun() -> None:
    now = [START]
    limit = limit_of(lambda: now[0], timedelta(seconds=120))

    now[0] = START + timedelta(seconds=120) - RESERVE - timedelta(microseconds=1)
    limit.check()
    now[0] += timedelta(microseconds=1)
    with pytest.raises(OutOfTimeError):
        limit.check()


def test_what_nobody_ends_has_all_the_time(harness: CohortHarness) -> None:
    harness.services.time_limit.check()


@pytest.mark.parametrize("stage", ["match", "mail"])
def test_a_function_that_queues_its_work_again_has_time_for_more_than_its_reserve(stage: str) -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text("utf-8"))

    assert timedelta(seconds=settings[stage]["timeout_seconds"]) >= 2 * RESERVE
