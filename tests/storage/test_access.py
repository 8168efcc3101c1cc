"""Who is signed in, and which bearer tokens there are."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.programme.links import digest_of
from functions.storage.access import api_tokens, sessions
from functions.storage.access.api_tokens import BearerToken
from functions.storage.access.sessions import Session
from functions.storage.table import Refusal, Table, Written
from tests.conftest import NAME
from tests.storage.fixtures import NOW, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MINUTE = timedelta(minutes=1)
SESSION = Session(
    digest=digest_of("cookie"),
    coordinator_id="coordinator-1",
    role="owner",
    created_at=NOW,
    seen_at=NOW + MINUTE,
)
TOKEN = BearerToken(
    id="token-1",
    digest=digest_of("secret"),
    scopes=frozenset({"runs:start", "cohort:read"}),
    cohort_id="spring",
    expires_at=NOW + timedelta(days=1),
    name="the registry",
)


def test_a_session_comes_back_as_it_was(table: Table) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="s")

    assert sessions.find(table, "cookie", NOW + MINUTE) == SESSION


def test_half_an_hour_counts_from_the_last_request_and_eight_hours_from_the_first(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="s")
    kept = sessions.touch(table, SESSION, NOW + 479 * MINUTE)

    (item,) = [item for item in everything_in(dynamodb, NAME) if item["sk"]["S"] == "SESSION"]
    assert kept == replace(SESSION, seen_at=NOW + 479 * MINUTE)
    assert item["written_by"] == {"S": "seen:2026-11-21T17:29:00.000000Z"}
    assert sessions.find(table, "cookie", NOW + 479 * MINUTE) == kept
    assert sessions.find(table, "cookie", NOW + 480 * MINUTE) is None


def test_every_session_of_a_coordinator_is_found_over_or_not(table: Table) -> None:
    other = replace(SESSION, digest=digest_of("other"))
    anothers = replace(SESSION, digest=digest_of("another"), coordinator_id="coordinator-2")
    for session in (SESSION, other, anothers):
        write(table, sessions.creation(session), idempotency_key=session.digest)

    theirs = sessions.of(table, "coordinator-1")
    everybodys = sessions.of(table, None)

    assert {session.digest for session in theirs} == {SESSION.digest, other.digest}
    assert len(everybodys) == 3
    assert sessions.of(table, "coordinator-3") == []


def test_a_session_is_swept_up_after_eight_hours_and_a_token_when_it_expires(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    write(table, sessions.creation(SESSION), idempotency_key="s")
    write(table, api_tokens.creation(TOKEN), idempotency_key="t")

    expires = {
        item["sk"]["S"]: item["expires"] for item in everything_in(dynamodb, NAME) if "expires" in item
    }

    # `date -ud '2026-11-21 17:30' +%s` and `date -ud '2026-11-22 09:30' +%s`
    assert expires == {"SESSION": {"N": "1795282200"}, "TOKEN": {"N": "1795339800"}}


def test_a_bearer_token_comes_back_as_it_was_and_is_ended_again_and_again(table: Table) -> None:
    write(table, api_tokens.creation(TOKEN), idempotency_key="t")
    assert api_tokens.find(table, "secret", NOW) == TOKEN

    for key in ("e1", "e2"):
        assert write(table, api_tokens.ending(TOKEN), idempotency_key=key) is Written.NOW

    assert api_tokens.find(table, "secret", NOW) is None


def test_every_bearer_token_is_listed_expired_or_not(table: Table) -> None:
    expired = replace(TOKEN, id="token-2", digest=digest_of("old"), expires_at=NOW - MINUTE)
    for token in (TOKEN, expired):
        write(table, api_tokens.creation(token), idempotency_key=token.id)
    write(table, sessions.creation(SESSION), idempotency_key="s")

    assert sorted(api_tokens.every(table), key=lambda token: token.id) == [TOKEN, expired]


def test_neither_a_session_nor_a_token_is_made_twice(table: Table) -> None:
    for key, change in (("s", sessions.creation(SESSION)), ("t", api_tokens.creation(TOKEN))):
        write(table, change, idempotency_key=key)

        assert isinstance(write(table, change, idempotency_key=f"{key}2"), Refusal)
