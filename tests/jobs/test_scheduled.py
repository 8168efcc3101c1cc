from datetime import timedelta

import pytest

from functions.entry import handle
from functions.jobs.scheduled import SCHEDULES, ScheduleError
from functions.services import Office
from functions.storage.runs import runs
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.runs.start_run import Wish, start_run
from tests.town import MENTEE, MENTOR, Town


def tick(town: Town, schedule: str) -> None:
    handle({"schedule": schedule, "time": town.clock.now.isoformat()}, town.office, owner="schedule")


def test_a_sweep_sends_what_is_due_though_no_message_ever_said_so(town: Town) -> None:
    town.apply(MENTEE)
    tick(town, "sweep")
    assert len(town.letters.mails) == 1


def test_a_sweep_queues_a_run_again_whose_message_or_worker_was_lost(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    _, run = start_run(town.office, Wish(cohort_id=town.cohort.id), request_key="r", actor="c")
    assert run is not None
    lost, town.run_queue.bodies[:] = list(town.run_queue.bodies), []
    runs.claim(
        town.office.table,
        run,
        owner="killed",
        now=town.clock.now,
        until=town.clock.now + timedelta(minutes=16),
    )

    tick(town, "sweep")
    while_it_works = list(town.run_queue.bodies)
    town.clock.pass_by(minutes=17)
    tick(town, "sweep")

    assert (while_it_works, town.run_queue.bodies) == ([], lost)


def test_the_daily_tick_asks_check_ins_and_a_double_tick_asks_nothing_more(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    town.introduced()
    [pair] = review_pairs(town.office, town.cohort.id)
    town.clock.morning_of(pair.pairing.introduced_on + timedelta(days=7), town.cohort.zone)
    before = len(town.letters.mails)

    tick(town, "ask")
    tick(town, "ask")
    tick(town, "sweep")

    assert len(town.letters.mails) == before + 2


def test_a_schedule_that_no_template_knows_is_a_fault(town: Town) -> None:
    with pytest.raises(ScheduleError):
        tick(town, "dance")


def test_a_schedule_that_fails_repeats_nothing_of_what_it_choked_on(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def choke(_: Office, __: str) -> None:
        raise ValueError("philippa@planted.example")

    monkeypatch.setitem(SCHEDULES, "ask", choke)

    with pytest.raises(ScheduleError) as raised:
        tick(town, "ask")

    assert str(raised.value) == "ValueError"
    assert [record.__dict__["fault"] for record in caplog.records] == ["ValueError"]
    assert "planted" not in caplog.text
