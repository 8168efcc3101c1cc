"""Check-ins and surveys: that each was asked, and what was last answered to it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from functions.programme.pairing import CheckinAnswer, Reply
from functions.programme.programme import Moment
from functions.storage.pairings import checkins
from functions.storage.surveys import surveys
from functions.storage.surveys.surveys import SurveyAnswer
from functions.storage.table import Refusal, Table, Written
from tests.conftest import NAME
from tests.storage.fixtures import NOW, PAIRING, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INSTANT = timedelta(microseconds=1)
REPLY = Reply(
    pairing_id="pairing-1",
    checkin=2,
    person_id="ada",
    answer=CheckinAnswer.MET,
    met_on=date(2026, 11, 20),
    answered_at=NOW,
    answered_on=NOW.date(),
)
ANSWER = SurveyAnswer(
    person_id="ada",
    moment=Moment.END,
    survey="end",
    survey_version="v1",
    answers={"score": 4},
    answered_at=NOW,
)


def items_with(client: "DynamoDBClient", name: str) -> list[dict[str, Any]]:
    return [item for item in everything_in(client, NAME) if name in item]


def test_what_was_asked_and_what_was_answered_are_told_apart(table: Table) -> None:
    write(table, checkins.request(PAIRING, 1, NOW), idempotency_key="a")
    write(table, checkins.reply(REPLY, "spring"), idempotency_key="b")
    write(table, surveys.request("spring", Moment.MID, "ada", NOW), idempotency_key="c")
    write(table, surveys.answer("spring", ANSWER), idempotency_key="d")

    assert checkins.requested(table, "spring") == {("pairing-1", 1)}
    assert list(checkins.replies(table, "spring")) == [REPLY]
    assert surveys.requested(table, "spring") == {(Moment.MID, "ada")}
    assert list(surveys.answers(table, "spring")) == [ANSWER]


def test_when_something_was_asked_is_kept(dynamodb: "DynamoDBClient", table: Table) -> None:
    write(table, checkins.request(PAIRING, 2, NOW), idempotency_key="a")
    write(table, surveys.request("spring", Moment.END, "ada", NOW), idempotency_key="b")

    asked_at = [item["asked_at"]["S"] for item in items_with(dynamodb, "asked_at")]

    assert asked_at == ["2026-11-21T09:30:00.000000Z"] * 2


def test_answers_given_in_the_same_moment_replace_each_other(table: Table) -> None:
    changed_reply = replace(REPLY, answer=CheckinAnswer.NEED_HELP)
    changed_answer = replace(ANSWER, answers={"score": 1})
    for reply, answer in ((REPLY, ANSWER), (changed_reply, changed_answer)):
        write(table, checkins.reply(reply, "spring"), idempotency_key=f"r{reply.answer}")
        write(table, surveys.answer("spring", answer), idempotency_key=f"a{reply.answer}")

    assert list(checkins.replies(table, "spring")) == [changed_reply]
    assert list(surveys.answers(table, "spring")) == [changed_answer]


def test_survey_answers_that_come_late_do_not_undo_newer_ones(table: Table) -> None:
    newer = replace(ANSWER, answers={"score": 5}, answered_at=NOW + INSTANT)
    write(table, surveys.answer("spring", newer), idempotency_key="a")

    assert isinstance(write(table, surveys.answer("spring", ANSWER), idempotency_key="b"), Refusal)

    assert list(surveys.answers(table, "spring")) == [newer]


def test_survey_answers_sent_twice_count_once_and_changed_ones_twice(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    later = replace(ANSWER, answered_at=NOW + INSTANT)
    sent = [("a", ANSWER), ("a", later), ("b", later)]

    outcomes = [write(table, surveys.answer("spring", given), idempotency_key=key) for key, given in sent]

    (item,) = items_with(dynamodb, "times")
    assert outcomes == [Written.NOW, Written.BEFORE, Written.NOW]
    assert item["times"] == {"N": "2"}


def test_survey_answers_are_forgotten_one_by_one_and_again_at_will(table: Table) -> None:
    bobs = replace(ANSWER, person_id="bob")
    for given in (ANSWER, bobs):
        write(table, surveys.answer("spring", given), idempotency_key=given.person_id)

    for key in ("f1", "f2"):
        forgetting = surveys.forgetting("spring", Moment.END, "ada")
        assert write(table, forgetting, idempotency_key=key) is Written.NOW

    assert list(surveys.answers(table, "spring")) == [bobs]
