"""How often fresh links may be asked for with one address."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from functions.storage.access import link_request_limit
from functions.storage.table import Table
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.storage.fixtures import NOW, everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def ask(table: Table, at: datetime, email: str = "ada@example.org") -> bool:
    return link_request_limit.count(table, email, at, idempotency_key=f"{at}")


def test_three_links_an_hour_may_be_asked_for_and_not_a_fourth(table: Table) -> None:
    asked = [ask(table, NOW + number * MINUTE) for number in range(4)]

    assert asked == [True, True, True, False]


def test_an_hour_after_the_first_of_three_there_may_be_another(table: Table) -> None:
    for number in range(3):
        ask(table, NOW + number * MINUTE)

    assert not ask(table, NOW + HOUR - INSTANT)
    assert ask(table, NOW + HOUR)
    assert not ask(table, NOW + HOUR + MINUTE - INSTANT)
    assert ask(table, NOW + HOUR + MINUTE)


def test_each_address_is_counted_by_itself_however_it_is_written(table: Table) -> None:
    for number in range(3):
        ask(table, NOW + number * MINUTE)

    assert ask(table, NOW + 3 * MINUTE, "bob@example.org")
    assert not ask(table, NOW + 3 * MINUTE, " ADA@Example.org")


@pytest.mark.parametrize("asked_before", [0, 1])
def test_of_two_who_ask_in_the_same_moment_one_gets_a_link(
    dynamodb: "DynamoDBClient", table: Table, asked_before: int
) -> None:
    for number in range(asked_before):
        ask(table, NOW - MINUTE - number * MINUTE)
    others: list[bool] = []

    # The other asks between our read and our write.
    with Switchboard(dynamodb, {2: lambda: others.append(ask(table, NOW + INSTANT))}).connected():
        mine = ask(table, NOW)

    assert (others, mine) == ([True], False)


def test_what_was_counted_is_swept_up_after_an_hour(dynamodb: "DynamoDBClient", table: Table) -> None:
    ask(table, NOW)

    (kept,) = everything_in(dynamodb, NAME)

    # `date -ud '2026-11-21 10:30' +%s`
    assert kept["expires"] == {"N": "1795257000"}
    assert "ada" not in str(kept)
