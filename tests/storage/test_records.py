"""The smaller records: each comes back as it was, stands once, and is judged by the clock it is given."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.links import Link, Purpose, digest_of, link_token
from functions.programme.messages import MessageState
from functions.programme.pairing import CheckinAnswer, Reply
from functions.programme.people import Answer
from functions.programme.programme import Moment
from functions.programme.run import Run
from functions.storage import keys
from functions.storage.access import api_tokens, links, sessions
from functions.storage.access.api_tokens import EVERY_COHORT, BearerToken
from functions.storage.access.sessions import IDLE, LONGEST, Session
from functions.storage.enrolment import cohorts
from functions.storage.messages import outbox, suppressions
from functions.storage.messages.outbox import Settlement
from functions.storage.pairings import checkins, pairings
from functions.storage.runs import documents, runs
from functions.storage.surveys import surveys
from functions.storage.surveys.surveys import SurveyAnswer
from functions.storage.table import Refusal, Table, Written, creation
from tests.conftest import NAME
from tests.storage.fixtures import COHORT, DUE_MESSAGE, NOW, PAIRING, RUN, everything_in, stored, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SECRET = bytes(range(32))
INSTANT = timedelta(microseconds=1)
LINK = Link(
    id="link-1",
    purpose=Purpose.CHECKIN,
    cohort_id="spring",
    person_id="ada",
    expires_at=NOW + timedelta(days=7),
    about="pairing-1",
    checkin=2,
)
REPLY = Reply(
    pairing_id="pairing-1",
    checkin=2,
    person_id="ada",
    answer=CheckinAnswer.MET,
    met_on=date(2026, 11, 20),
    answered_at=NOW,
    answered_on=NOW.date(),
)


# Cohorts


def test_a_cohort_comes_back_as_it_was(table: Table) -> None:
    later = replace(COHORT, id="autumn", opens_on=date(2027, 9, 1), survey_days=14)
    write(table, *cohorts.creation(COHORT), idempotency_key="a")
    write(table, *cohorts.creation(later), idempotency_key="b")

    assert cohorts.get(table, "spring") == COHORT
    assert cohorts.every(table) == [later, COHORT]
    assert cohorts.get(table, "none") is None


def test_a_cohort_publishes_only_what_was_decided_on_its_present_version(table: Table) -> None:
    write(table, *cohorts.creation(COHORT), idempotency_key="a")

    assert write(table, cohorts.publication(COHORT, "run-1"), idempotency_key="p1") is Written.NOW
    refused = write(table, cohorts.publication(COHORT, "run-2"), idempotency_key="p2")

    assert stored(refused)["published_run_id"] == "run-1"
    assert cohorts.get(table, "spring") == replace(COHORT, published_run_id="run-1", version=1)


# Links


def test_a_link_opens_with_its_token_until_it_expires_though_nobody_has_swept_it_up(table: Table) -> None:
    write(table, links.creation(LINK, SECRET), idempotency_key="a")
    token = link_token(SECRET, LINK.id)

    assert links.find(table, token, LINK.expires_at - INSTANT) == LINK
    assert links.find(table, token, LINK.expires_at) is None
    assert links.find(table, link_token(SECRET, "link-2"), NOW) is None
    assert links.find(table, link_token(b"other", LINK.id), NOW) is None


def test_no_token_stands_in_the_table(dynamodb: "DynamoDBClient", table: Table) -> None:
    write(table, links.creation(LINK, SECRET), idempotency_key="a")

    assert link_token(SECRET, LINK.id) not in str(everything_in(dynamodb, NAME))


def test_a_link_that_opens_once_opens_once(table: Table) -> None:
    write(table, links.creation(LINK, SECRET), idempotency_key="a")

    assert write(table, links.use(LINK), idempotency_key="u1") is Written.NOW

    assert isinstance(write(table, links.use(LINK), idempotency_key="u2"), Refusal)
    assert links.find(table, link_token(SECRET, LINK.id), NOW) is None


def test_a_link_is_opened_by_its_token_of_either_key_while_the_key_is_changed(table: Table) -> None:
    new, newest = b"new", b"newest"
    write(table, links.creation(LINK, SECRET, new), idempotency_key="a")
    for key in (SECRET, new):
        assert links.find(table, link_token(key, LINK.id), NOW) == LINK

    write(table, links.rekeying(LINK.id, newest), idempotency_key="b")
    for key in (SECRET, new, newest):
        assert links.find(table, link_token(key, LINK.id), NOW) == LINK

    write(table, links.rekeying(LINK.id, newest, alone=True), idempotency_key="c")
    assert links.find(table, link_token(newest, LINK.id), NOW) == LINK
    for key in (SECRET, new):
        assert links.find(table, link_token(key, LINK.id), NOW) is None


def test_a_link_that_is_forgotten_is_not_made_again_by_another_key(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    write(table, links.creation(LINK, SECRET), idempotency_key="a")
    write(table, links.forgetting(LINK.id), idempotency_key="b")

    for alone in (True, False):
        assert isinstance(
            write(table, links.rekeying(LINK.id, b"new", alone=alone), idempotency_key="c"), Refusal
        )

    assert "LINK#" not in str(everything_in(dynamodb, NAME))


def test_a_link_that_was_never_made_is_not_used_into_being(dynamodb: "DynamoDBClient", table: Table) -> None:
    assert isinstance(write(table, links.use(LINK), idempotency_key="u"), Refusal)

    assert everything_in(dynamodb, NAME) == []


# Messages


def test_a_message_comes_back_as_it_was_and_is_due_at_its_time(table: Table) -> None:
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="a")

    assert outbox.get(table, "spring", "ada", "letter") == DUE_MESSAGE
    assert list(outbox.in_cohort(table, "spring")) == [DUE_MESSAGE]
    assert list(outbox.waiting(table, NOW - INSTANT)) == []
    assert list(outbox.waiting(table, NOW)) == [DUE_MESSAGE]


def test_messages_of_every_shard_are_found(table: Table) -> None:
    letters = {f"letter-{number}" for number in range(20)}
    write(table, *[outbox.creation(replace(DUE_MESSAGE, id=id_)) for id_ in letters], idempotency_key="a")

    assert {message.id for message in outbox.waiting(table, NOW)} == letters
    assert {message.id for message in outbox.in_cohort(table, "spring")} == letters


def test_a_dropped_message_keeps_its_reason(table: Table) -> None:
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="a")
    claimed = outbox.claim(table, DUE_MESSAGE, owner="o", now=NOW)
    assert claimed is not None

    dropped = Settlement(state=MessageState.DROPPED, reason="recipient suppressed")
    assert outbox.settle(table, claimed, owner="o", settlement=dropped, now=NOW)

    kept = replace(DUE_MESSAGE, state=MessageState.DROPPED, attempts=1, settled_at=NOW)
    assert outbox.get(table, "spring", "ada", "letter") == kept
    assert list(outbox.waiting(table, NOW + timedelta(days=999))) == []


def test_a_message_that_is_not_due_yet_cannot_be_claimed(table: Table) -> None:
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="a")

    assert outbox.claim(table, DUE_MESSAGE, owner="o", now=NOW - INSTANT) is None


# Runs


def test_runs_come_back_as_they_were_the_latest_first(table: Table) -> None:
    later = replace(RUN, id="a-later-one", requested_at=NOW + timedelta(hours=1))
    write(table, runs.creation(RUN), idempotency_key="a")
    write(table, runs.creation(later), idempotency_key="b")

    assert runs.get(table, "spring", "run-1") == RUN
    assert runs.in_cohort(table, "spring") == [later, RUN]
    assert list(runs.waiting(table, NOW)) == [RUN]
    assert list(runs.waiting(table, NOW + timedelta(hours=1))) == [RUN, later]


def test_a_run_that_fails_says_why_and_waits_no_more(table: Table) -> None:
    write(table, runs.creation(RUN), idempotency_key="a")
    claimed = runs.claim(table, RUN, owner="o", now=NOW, until=NOW + timedelta(minutes=15))
    assert claimed is not None

    assert (
        write(table, runs.failure(claimed, owner="o", why="no mentors", summary={}), idempotency_key="f")
        is Written.NOW
    )

    failed: Run | None = runs.get(table, "spring", "run-1")
    assert failed is not None
    assert (failed.state, failed.failure, failed.lease_owner) == ("failed", "no mentors", None)
    assert list(runs.waiting(table, NOW + timedelta(days=1))) == []


# Documents


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * (3 * documents.CHUNK_BYTES)])
def test_a_document_comes_back_as_it_was_and_is_stored_once(
    dynamodb: "DynamoDBClient", table: Table, content: bytes
) -> None:
    first = documents.store(table, "spring", content)
    before = everything_in(dynamodb, NAME)

    assert documents.store(table, "spring", content) == first

    assert documents.load(table, "spring", first) == content
    assert everything_in(dynamodb, NAME) == before
    with pytest.raises(documents.DocumentError):
        documents.load(table, "autumn", first)


# Pairings


def test_a_pairing_is_found_by_its_cohort_and_by_either_person(table: Table) -> None:
    other = replace(PAIRING, id="pairing-2", mentee_id="bob")
    write(table, *pairings.creation(PAIRING), *pairings.creation(other), idempotency_key="a")

    assert pairings.get(table, "spring", "pairing-1") == PAIRING
    assert list(pairings.in_cohort(table, "spring")) == [PAIRING, other]
    assert pairings.of(table, "spring", "grace") == [PAIRING, other]
    assert pairings.of(table, "spring", "ada") == [PAIRING]
    assert pairings.of(table, "spring", "nobody") == []


def test_two_people_are_not_paired_twice(table: Table) -> None:
    write(table, *pairings.creation(PAIRING), idempotency_key="a")

    outcome = write(table, *pairings.creation(replace(PAIRING, id="pairing-2")), idempotency_key="b")

    assert stored(outcome)["pairing_id"] == "pairing-1"
    assert list(pairings.in_cohort(table, "spring")) == [PAIRING]


# Check-ins


def test_a_checkin_is_asked_once(table: Table) -> None:
    assert write(table, checkins.request(PAIRING, 1, NOW), idempotency_key="a") is Written.NOW
    assert write(table, checkins.request(PAIRING, 2, NOW), idempotency_key="b") is Written.NOW
    assert isinstance(write(table, checkins.request(PAIRING, 1, NOW), idempotency_key="c"), Refusal)

    assert checkins.requested(table, "spring") == {("pairing-1", 1), ("pairing-1", 2)}


def test_a_later_reply_replaces_the_earlier_one(dynamodb: "DynamoDBClient", table: Table) -> None:
    later = replace(
        REPLY, answer=CheckinAnswer.NEED_HELP, met_on=None, answered_at=NOW + timedelta(minutes=1)
    )
    write(table, checkins.reply(REPLY, "spring"), idempotency_key="a")
    assert list(checkins.replies(table, "spring")) == [REPLY]

    assert write(table, checkins.reply(later, "spring"), idempotency_key="b") is Written.NOW

    assert list(checkins.replies(table, "spring")) == [later]
    assert list(checkins.replies_to(table, "spring", "pairing-1")) == [later]
    assert list(checkins.replies_to(table, "spring", "pairing")) == []
    (reply,) = [item for item in everything_in(dynamodb, NAME) if item["sk"]["S"].startswith("REPLY#")]
    assert reply["times"] == {"N": "2"}


def test_a_reply_that_comes_late_does_not_undo_a_newer_one(table: Table) -> None:
    newer = replace(REPLY, answer=CheckinAnswer.NEED_HELP, answered_at=NOW + INSTANT)
    write(table, checkins.reply(newer, "spring"), idempotency_key="a")

    assert isinstance(write(table, checkins.reply(REPLY, "spring"), idempotency_key="b"), Refusal)

    assert list(checkins.replies(table, "spring")) == [newer]


def test_the_same_reply_sent_twice_is_one_reply(dynamodb: "DynamoDBClient", table: Table) -> None:
    write(table, checkins.reply(REPLY, "spring"), idempotency_key="a")
    before = everything_in(dynamodb, NAME)

    again = replace(REPLY, answered_at=NOW + timedelta(minutes=1))

    assert write(table, checkins.reply(again, "spring"), idempotency_key="a") is Written.BEFORE
    assert everything_in(dynamodb, NAME) == before


# Surveys


def test_a_person_is_asked_each_survey_once(table: Table) -> None:
    assert write(table, surveys.request("spring", Moment.MID, "ada", NOW), idempotency_key="a") is Written.NOW
    assert isinstance(
        write(table, surveys.request("spring", Moment.MID, "ada", NOW), idempotency_key="b"), Refusal
    )
    assert write(table, surveys.request("spring", Moment.END, "ada", NOW), idempotency_key="c") is Written.NOW

    assert surveys.requested(table, "spring") == {(Moment.MID, "ada"), (Moment.END, "ada")}


def given_at(moment: Moment, answers: dict[str, Answer], at: datetime) -> SurveyAnswer:
    return SurveyAnswer(
        person_id="ada", moment=moment, survey="end", survey_version="v1", answers=answers, answered_at=at
    )


def test_survey_answers_come_back_as_they_were_and_are_replaced_by_later_ones(table: Table) -> None:
    given = given_at(Moment.END, {"liked": ("talks", "walks"), "again": True, "score": 4}, NOW)
    write(table, surveys.answer("spring", given), idempotency_key="a")
    write(table, surveys.request("spring", Moment.END, "bob", NOW), idempotency_key="b")

    assert surveys.answer_of(table, "spring", Moment.END, "ada") == given
    assert list(surveys.answers(table, "spring")) == [given]
    assert surveys.answer_of(table, "spring", Moment.END, "bob") is None
    assert surveys.answer_of(table, "spring", Moment.MID, "ada") is None

    later = given_at(Moment.END, {"score": 5}, NOW + INSTANT)
    assert write(table, surveys.answer("spring", later), idempotency_key="c") is Written.NOW
    assert [one.answers for one in surveys.answers(table, "spring")] == [{"score": 5}]


# Suppressions


def test_an_address_is_suppressed_for_good_however_it_is_written(table: Table) -> None:
    assert not suppressions.exists(table, "ada@example.org")

    assert (
        write(table, suppressions.addition("Ada@example.org", "bounced", NOW), idempotency_key="a")
        is Written.NOW
    )
    assert (
        write(table, suppressions.addition("ada@example.org", "complained", NOW), idempotency_key="b")
        is Written.NOW
    )

    assert suppressions.exists(table, "ADA@EXAMPLE.ORG")
    assert not suppressions.exists(table, "bob@example.org")


# Sessions

SESSION = Session(
    digest=digest_of("cookie"), coordinator_id="coordinator-1", role="owner", created_at=NOW, seen_at=NOW
)


def test_a_session_ends_after_half_an_hour_without_a_request(table: Table) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="a")

    assert sessions.find(table, "cookie", NOW + IDLE - INSTANT) == SESSION
    assert sessions.find(table, "cookie", NOW + IDLE) is None
    assert sessions.find(table, "other", NOW) is None


def test_a_session_that_is_used_lasts_eight_hours_and_no_more(table: Table) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="a")
    session, at = SESSION, NOW

    while at + IDLE - INSTANT < NOW + LONGEST:
        at += IDLE - INSTANT
        touched = sessions.touch(table, session, at)
        assert touched is not None
        session = touched
    assert sessions.find(table, "cookie", NOW + LONGEST - INSTANT) == session
    assert sessions.find(table, "cookie", NOW + LONGEST) is None


def test_a_session_that_was_ended_is_not_touched_back_to_life(table: Table) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="a")
    assert write(table, sessions.ending(SESSION), idempotency_key="b") is Written.NOW

    assert sessions.touch(table, SESSION, NOW) is None

    assert sessions.find(table, "cookie", NOW) is None


# Bearer tokens


def test_a_bearer_token_allows_what_it_says_until_it_expires(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    token = BearerToken(
        id="token-1",
        digest=digest_of("secret"),
        scopes=frozenset({"runs:start", "cohort:read"}),
        cohort_id=EVERY_COHORT,
        expires_at=NOW + timedelta(days=1),
    )
    write(table, api_tokens.creation(token), idempotency_key="a")

    assert api_tokens.find(table, "secret", token.expires_at - INSTANT) == token
    assert api_tokens.find(table, "secret", token.expires_at) is None
    assert api_tokens.find(table, "Secret", NOW) is None
    assert "secret" not in str(everything_in(dynamodb, NAME))


# Partitions


def test_what_else_stands_in_a_partition_is_taken_for_no_record(table: Table) -> None:
    for partition in (
        keys.cohorts(),
        keys.runs_of("spring"),
        keys.documents("spring"),
        *keys.messages("spring"),
    ):
        table.write_unaudited(creation(keys.Key(partition, "ZZZ#other"), {}), idempotency_key="w")
    write(table, *cohorts.creation(COHORT), runs.creation(RUN), idempotency_key="a")
    document = documents.store(table, "spring", b"{}")

    assert cohorts.every(table) == [COHORT]
    assert runs.in_cohort(table, "spring") == [RUN]
    assert list(outbox.in_cohort(table, "spring")) == []
    assert documents.listed(table, "spring") == [document]
