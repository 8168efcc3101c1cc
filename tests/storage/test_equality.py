"""Answers about equality: counted, once a person, and joined to nobody."""

from typing import TYPE_CHECKING

from functions.storage.surveys import equality
from functions.storage.table import Refusal, Table, Written
from tests.conftest import NAME
from tests.storage.fixtures import everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_a_person_answers_once(table: Table) -> None:
    assert not equality.has_participated(table, "spring", "ada")

    assert write(table, equality.participation("spring", "ada"), idempotency_key="w1") is Written.NOW

    assert isinstance(write(table, equality.participation("spring", "ada"), idempotency_key="w2"), Refusal)
    assert equality.has_participated(table, "spring", "ada")
    assert not equality.has_participated(table, "spring", "bob")
    assert not equality.has_participated(table, "autumn", "ada")


def test_that_somebody_has_answered_says_neither_who_nor_who_wrote_it(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    write(table, equality.participation("spring", "ada"), idempotency_key="w1", subject_id="")

    (claim,) = [
        item for item in everything_in(dynamodb, NAME) if item["sk"]["S"].startswith("PARTICIPATION#")
    ]

    assert set(claim) == {"pk", "sk"}
    assert "ada" not in claim["sk"]["S"]
    # `printf 'has answered about equality\x1fada' | sha256sum`
    assert claim["sk"]["S"] == "PARTICIPATION#da16efc69795b696932c33746c3ff34e"


def test_marks_are_counted_over_every_version_of_the_questions(table: Table) -> None:
    for writer, version, marks in (
        ("w1", "v1", ["gender=woman", "carer=no"]),
        ("w2", "v1", ["gender=woman"]),
        ("w3", "v2", ["gender=woman", "language=ar", "language=ar"]),
        ("w4", "v2", []),
    ):
        write(table, equality.addition("spring", version, marks), idempotency_key=writer)
    write(table, equality.participation("spring", "ada"), idempotency_key="w5")

    answered, counts = equality.counts(table, "spring")

    assert answered == 4
    assert counts == {"gender=woman": 3, "carer=no": 1, "language=ar": 2}


def test_where_nobody_has_answered_nothing_is_counted(table: Table) -> None:
    write(table, equality.addition("autumn", "v1", ["gender=woman"]), idempotency_key="w1")

    assert equality.counts(table, "spring") == (0, {})


def test_an_option_named_like_the_number_of_people_is_not_taken_for_it(table: Table) -> None:
    write(table, equality.addition("spring", "v1", ["answered"]), idempotency_key="w1")

    assert equality.counts(table, "spring") == (1, {"answered": 1})
