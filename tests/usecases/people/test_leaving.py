"""Leaving, being erased, and what time takes away: nothing of a person stays, nobody is left in the dark."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.entry import handle
from functions.messages.kinds import MessageKind
from functions.programme.health import Health
from functions.programme.links import Link, Purpose, place_in
from functions.programme.messages import MessageState
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import EnrolmentState, Role
from functions.programme.retention import answers_kept_until, people_kept_until
from functions.programme.run import RunState
from functions.storage import audit, keys
from functions.storage.messages import outbox, suppressions
from functions.storage.pairings import pairings
from functions.storage.runs import documents, runs
from functions.storage.table import Event
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.messages.stop_messages import stop
from functions.usecases.pairings.answer_checkin import answer as answer_checkin
from functions.usecases.pairings.ask_checkins import ask_checkins
from functions.usecases.pairings.end_pairings import end_pairings, end_pairings_of_leavers
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.people.erase_people import Erased, erase, erase_what_is_over
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import Published, publish_run
from functions.usecases.runs.read_run import read_run
from functions.usecases.runs.start_run import RunRequest, start_run
from functions.usecases.surveys.answer_survey import answer as answer_survey
from functions.usecases.surveys.ask_survey import ask_survey
from functions.usecases.surveys.report_cohort import report_cohort
from tests.conftest import NAME
from tests.harness import MENTEE, MENTOR, CohortHarness
from tests.storage.fixtures import everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])
# What a person wrote or chose, each as nobody else would: none of it may be found after erasing.
PLANTED = {
    "name": "Philippa Plantagenet",
    "email": "philippa@planted.example",
    "about": "Planted words of my own.",
}
PERSON = {**MENTEE, **PLANTED}
TRACES = ("Philippa", "Plantagenet", "philippa", "planted", "Planted")


@pytest.fixture
def pair(harness: CohortHarness) -> CohortHarness:
    harness.confirmed(PERSON)
    harness.confirmed(MENTOR)
    harness.introduced()
    harness.clock.pass_by(minutes=1)
    return harness


def link_of(harness: CohortHarness, address: str) -> Link:
    person = harness.person(address)
    return Link(
        id="link",
        purpose=Purpose.WITHDRAW,
        cohort_id=harness.cohort.id,
        person_id=person.id,
        expires_at=harness.clock.now,
    )


def leave(harness: CohortHarness, address: str) -> Withdrawn:
    """Leave as the page does it."""
    link = link_of(harness, address)
    outcome = withdraw(harness.services, link)
    end_pairings(harness.services, link.cohort_id, link.person_id)
    return outcome


def erased(harness: CohortHarness, person_id: str) -> Erased:
    """Be erased as the page does it."""
    outcome = erase(harness.services, harness.cohort.id, person_id, actor=f"person:{person_id}")
    end_pairings(harness.services, harness.cohort.id, person_id)
    return outcome


def kinds_to(harness: CohortHarness, person_id: str) -> list[str]:
    found = outbox.to_person(harness.services.table, harness.cohort.id, person_id)
    return [message.kind for message in found if message.state is MessageState.SENT]


def texts_in(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """Yield everything that stands in the table as text, documents unpacked."""
    for item in everything_in(dynamodb, NAME):
        packed = item.get("packed")
        yield gzip.decompress(bytes(packed["B"])).decode() if packed else str(item)


def traces_in(dynamodb: "DynamoDBClient") -> list[str]:
    return [text for text in texts_in(dynamodb) if any(trace in text for trace in TRACES)]


# Leaving


def test_whoever_leaves_gets_one_mail_and_so_does_their_partner(pair: CohortHarness) -> None:
    ada, grace = pair.person(PLANTED["email"]), pair.person(GRACE)

    assert [leave(pair, ada.email), leave(pair, ada.email)] == [Withdrawn.NOW, Withdrawn.BEFORE]
    pair.send()

    assert kinds_to(pair, ada.id)[-1] == MessageKind.WITHDRAWN
    assert kinds_to(pair, grace.id)[-1] == MessageKind.PARTNER_LEFT
    [pairing] = pairings.in_cohort(pair.services.table, pair.cohort.id)
    assert (pairing.ended, pairing.ended_on) == (True, pair.cohort.today(pair.clock.now))
    assert end_pairings_of_leavers(pair.services) == 0


def test_nothing_is_asked_about_a_pairing_that_has_ended_and_nobody_lags_in_it(pair: CohortHarness) -> None:
    leave(pair, PLANTED["email"])
    pair.send()
    before = len(pair.sent_mail.mails)

    pair.clock.pass_by(days=22)
    assert ask_checkins(pair.services) == 0
    pair.send()

    assert len(pair.sent_mail.mails) == before
    [review] = review_pairs(pair.reader())
    assert review.finding.health is Health.ENDED
    report = report_cohort(pair.services, pair.cohort.id)
    assert report is not None
    assert report.health[Health.ENDED] == 1


def test_what_was_due_to_somebody_who_has_left_is_not_sent(pair: CohortHarness) -> None:
    pair.clock.pass_by(days=8)
    ask_checkins(pair.services)
    before = len(pair.sent_mail.to(PLANTED["email"]))

    leave(pair, PLANTED["email"])
    pair.send()

    [goodbye] = pair.sent_mail.to(PLANTED["email"])[before:]
    assert "/my/checkin/" not in str(goodbye)
    assert "/my/checkin/" not in str(pair.sent_mail.to(GRACE)[-1])


def test_a_lost_moment_is_made_up_for_by_the_days_work(pair: CohortHarness) -> None:
    assert withdraw(pair.services, link_of(pair, PLANTED["email"])) is Withdrawn.NOW

    handle({"schedule": "ask"}, pair.services, owner="schedule")
    handle({"schedule": "ask"}, pair.services, owner="schedule")
    pair.send()

    assert kinds_to(pair, pair.person(GRACE).id).count(MessageKind.PARTNER_LEFT) == 1


def test_nobody_is_introduced_to_somebody_who_left_after_the_publication(harness: CohortHarness) -> None:
    harness.confirmed(PERSON)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="c")

    leave(harness, PLANTED["email"])
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()

    assert list(pairings.in_cohort(harness.services.table, harness.cohort.id)) == []
    assert MessageKind.INTRODUCTION not in kinds_to(harness, harness.person(GRACE).id)
    waiting = harness.reader().waiting
    assert [each.person.email for each in waiting] == [GRACE]


def test_who_is_left_by_a_partner_waits_since_that_day(pair: CohortHarness) -> None:
    assert pair.reader().waiting == []
    pair.clock.pass_by(days=5)

    leave(pair, PLANTED["email"])

    [waiting] = pair.reader().waiting
    assert (waiting.person.email, waiting.since) == (GRACE, pair.clock.now)


# Erasing


def test_after_erasing_nothing_of_the_person_is_found_in_the_whole_table(
    emulated: "DynamoDBClient", pair: CohortHarness
) -> None:
    harness, person = pair, pair.person(PLANTED["email"])
    table = harness.services.table
    harness.clock.pass_by(days=8)
    ask_checkins(harness.services)
    harness.send()
    answer_checkin(harness.services, harness.link(person.email, Purpose.CHECKIN), CheckinAnswer.MET, None)
    harness.clock.morning_of(harness.cohort.ends_on, harness.cohort.zone)
    ask_survey(harness.services)
    harness.send()
    answer_survey(
        harness.services, harness.link(person.email, Purpose.SURVEY), {"comment": "Planted comment"}
    )
    assert len(traces_in(emulated)) >= 3
    opened = [harness.sent_mail.token(person.email, page) for page in ("match", "survey", "stop")]

    assert [erased(harness, person.id), erased(harness, person.id)] == [Erased.NOW, Erased.BEFORE]

    assert traces_in(emulated) == []
    assert [reason for each in pairings.in_cohort(table, harness.cohort.id) for reason in each.reasons] == []
    [tombstone] = [each for each in harness.people() if each.state is EnrolmentState.ERASED]
    assert (tombstone.id, tombstone.role, tombstone.name, tombstone.email, tombstone.answers) == (
        person.id,
        Role.MENTEE,
        "",
        "",
        {},
    )
    assert tombstone.forgotten_at is not None
    assert audit.faults_in(audit.trail(table, harness.cohort.id)) == []
    assert [table.read(keys.link(str(place_in(token)))) for token in opened] == [None] * 3


def test_an_answer_that_was_on_its_way_while_somebody_was_erased_is_not_kept(
    emulated: "DynamoDBClient", pair: CohortHarness
) -> None:
    person = pair.person(PLANTED["email"])
    pair.clock.morning_of(pair.cohort.ends_on, pair.cohort.zone)
    ask_survey(pair.services)
    pair.send()
    opened = pair.link(person.email, Purpose.SURVEY)

    erased(pair, person.id)
    answer_survey(pair.services, opened, {"comment": "Planted comment"})

    assert traces_in(emulated) == []


def test_what_was_published_stands_without_the_erased_and_still_shows_the_others(pair: CohortHarness) -> None:
    cohort_id, person = pair.cohort.id, pair.person(PLANTED["email"])
    [before] = runs.in_cohort(pair.services.table, cohort_id)
    erased(pair, person.id)

    [after] = runs.in_cohort(pair.services.table, cohort_id)
    view = read_run(pair.services, cohort_id, after.id, language="en")

    assert after == before
    assert view is not None
    [proposed] = view.pairs
    assert (proposed.mentee_id, proposed.reasons) == (person.id, ())
    assert proposed.mentor is not None
    snapshot = documents.load(pair.services.table, cohort_id, str(after.snapshot_sha256))
    assert GRACE in snapshot.decode()
    assert PLANTED["email"] not in snapshot.decode()


def test_a_proposal_in_which_somebody_was_erased_is_not_published(harness: CohortHarness) -> None:
    harness.confirmed(PERSON)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    person = harness.person(PLANTED["email"])
    erased(harness, person.id)

    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    outcome = publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="c")

    assert (outcome.outcome, outcome.changed) == (Published.PEOPLE_CHANGED, (person.id,))


def test_while_a_run_works_an_erasure_is_finished_on_another_day(
    emulated: "DynamoDBClient", harness: CohortHarness
) -> None:
    harness.confirmed(PERSON)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    person = harness.person(PLANTED["email"])
    left_by_a_worker = documents.load(harness.services.table, harness.cohort.id, str(run.snapshot_sha256))
    _claim_another(harness)

    erased(harness, person.id)
    documents.store(harness.services.table, harness.cohort.id, left_by_a_worker + b"\n")
    [tombstone] = [each for each in harness.people() if each.id == person.id]
    assert tombstone.forgotten_at is None

    for waiting in runs.in_cohort(harness.services.table, harness.cohort.id):
        if waiting.state is RunState.RUNNING:
            harness.services.table.commit(
                [runs.failure(waiting, owner="worker", why="killed", summary={})],
                event=_event(harness, waiting.id),
                idempotency_key="fail",
            )
    handle({"schedule": "forget"}, harness.services, owner="schedule")

    assert traces_in(emulated) == []
    assert [each.forgotten_at is None for each in harness.people() if each.id == person.id] == [False]


def _claim_another(harness: CohortHarness) -> None:
    _, run = start_run(
        harness.services, RunRequest(cohort_id=harness.cohort.id, seed=2), request_key="other", actor="c"
    )
    assert run is not None
    until = harness.clock.now + timedelta(minutes=16)
    assert runs.claim(harness.services.table, run, owner="worker", now=harness.clock.now, until=until)


def _event(harness: CohortHarness, subject_id: str) -> Event:
    return Event(
        cohort_id=harness.cohort.id,
        at=harness.clock.now,
        actor="worker",
        action="failed",
        subject_id=subject_id,
    )


def test_who_had_stopped_the_mail_stays_unwritten_to_after_being_erased(pair: CohortHarness) -> None:
    person = pair.person(PLANTED["email"])
    stop(pair.services, link_of(pair, PLANTED["email"]))

    erased(pair, person.id)

    assert suppressions.exists(pair.services.table, PLANTED["email"])


def test_whoever_was_erased_may_enrol_again_with_the_same_address(harness: CohortHarness) -> None:
    first = harness.confirmed(PERSON)
    erased(harness, first.id)
    harness.clock.pass_by(minutes=1)
    again = harness.apply(PERSON, key="again")
    assert again.name == "CREATED"
    assert harness.person(PLANTED["email"]).id != first.id


# Time


def test_time_takes_the_answers_first_and_the_people_later(
    emulated: "DynamoDBClient", pair: CohortHarness
) -> None:
    services, cohort = pair.services, pair.cohort
    answers_until = answers_kept_until(services.programme, cohort)
    people_until = people_kept_until(services.programme, cohort)
    assert cohort.closed_after < answers_until < people_until

    pair.clock.morning_of(answers_until, cohort.zone)
    assert erase_what_is_over(services).answers == 0
    pair.clock.morning_of(answers_until + timedelta(days=1), cohort.zone)
    assert [erase_what_is_over(services).answers for _ in range(2)] == [2, 0]
    texts = list(texts_in(emulated))
    assert not any("study-skills" in text or PLANTED["about"] in text for text in texts)
    assert any(PLANTED["name"] in text for text in texts)
    assert pair.person(GRACE).name == "Grace Example"

    pair.clock.morning_of(people_until, cohort.zone)
    assert erase_what_is_over(services).people == 0
    pair.clock.morning_of(people_until + timedelta(days=1), cohort.zone)
    swept = [erase_what_is_over(services) for _ in range(2)]
    assert [(each.people, each.finished) for each in swept] == [(2, 2), (0, 0)]
    assert not any("Example" in text and "Grace" in text for text in texts_in(emulated))
    assert traces_in(emulated) == []
    [run] = runs.in_cohort(services.table, cohort.id)
    view = read_run(services, cohort.id, run.id, language="en")
    assert view is not None
    assert view.pairs == ()
    assert "erased" in view.notes[0]


def test_whose_partner_left_before_the_introduction_is_told_that_they_wait_once(
    harness: CohortHarness,
) -> None:
    harness.confirmed(PERSON)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="c")

    leave(harness, PLANTED["email"])
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()

    assert kinds_to(harness, harness.person(GRACE).id).count(MessageKind.WAITING) == 1
    assert MessageKind.WAITING not in kinds_to(harness, harness.person(PLANTED["email"]).id)
