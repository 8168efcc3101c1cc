from datetime import timedelta

import pytest

from functions.entry import handle
from functions.jobs.scheduled import SCHEDULES, ScheduleError
from functions.services import Services
from functions.storage.runs import runs
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.runs.start_run import RunRequest, start_run
from tests.harness import MENTEE, MENTOR, CohortHarness


def tick(harness: CohortHarness, schedule: str) -> None:
    handle({"schedule": schedule, "time": harness.clock.now.isoformat()}, harness.services, owner="schedule")


def test_a_sweep_sends_what_is_due_though_no_message_ever_said_so(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    tick(harness, "sweep")
    assert len(harness.sent_mail.mails) == 1


def test_a_sweep_queues_a_run_again_whose_message_or_worker_was_lost(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    _, run = start_run(harness.services, RunRequest(cohort_id=harness.cohort.id), request_key="r", actor="c")
    assert run is not None
    lost, harness.run_queue.bodies[:] = list(harness.run_queue.bodies), []
    runs.claim(
        harness.services.table,
        run,
        owner="killed",
        now=harness.clock.now,
        until=harness.clock.now + timedelta(minutes=16),
    )

    tick(harness, "sweep")
    while_it_works = list(harness.run_queue.bodies)
    harness.clock.pass_by(minutes=17)
    tick(harness, "sweep")

    assert (while_it_works, harness.run_queue.bodies) == ([], lost)


def test_the_daily_tick_asks_check_ins_and_a_double_tick_asks_nothing_more(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    harness.introduced()
    [pair] = review_pairs(harness.reader())
    harness.clock.morning_of(pair.pair.introduced_on + timedelta(days=7), harness.cohort.zone)
    before = len(harness.sent_mail.mails)

    tick(harness, "ask")
    tick(harness, "ask")
    tick(harness, "sweep")

    assert len(harness.sent_mail.mails) == before + 2


def test_a_schedule_that_no_template_knows_is_a_fault(harness: CohortHarness) -> None:
    with pytest.raises(ScheduleError):
        tick(harness, "dance")


def test_a_schedule_that_fails_repeats_nothing_of_what_it_choked_on(
    harness: CohortHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def choke(_: Services, __: str) -> None:
        raise ValueError("philippa@planted.example")

    monkeypatch.setitem(SCHEDULES, "ask", choke)

    with pytest.raises(ScheduleError) as raised:
        tick(harness, "ask")

    assert str(raised.value) == "ValueError"
    assert [record.__dict__["fault"] for record in caplog.records] == ["ValueError"]
    assert "planted" not in caplog.text
