"""Promises of documents: whole or not there, the same bytes whoever finished the work."""

import random
from typing import TYPE_CHECKING

import pytest

from functions.storage import documents, keys
from functions.storage.table import BusyError, Table
from tests.conftest import NAME
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, KilledError, Switchboard
from tests.storage.ground import empty, everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Three parts that do not compress.
PART_BYTES = 1_000
CONTENT = random.Random(7).randbytes(2 * PART_BYTES + 1)  # noqa: S311
PARTS = 3


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "CHUNK_BYTES", PART_BYTES)


def test_a_document_killed_at_any_call_is_finished_to_the_same_bytes(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    with Switchboard(dynamodb).connected() as switchboard:
        sha256 = documents.store(table, "spring", CONTENT)
    undisturbed = everything_in(dynamodb, NAME)
    assert len(undisturbed) == PARTS + 1

    for kill in (Fault.KILL_BEFORE, Fault.KILL_AFTER):
        for call in range(1, len(switchboard.calls) + 1):
            empty(dynamodb, NAME)
            with Switchboard(dynamodb, {call: kill}).connected(), pytest.raises(KilledError):
                documents.store(table, "spring", CONTENT)

            assert documents.store(table, "spring", CONTENT) == sha256
            assert everything_in(dynamodb, NAME) == undisturbed


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_a_document_is_stored_whole_through_every_fault(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    # Every second call is struck: each one needs its second attempt.
    with Switchboard(dynamodb, dict.fromkeys(range(1, 99, 2), fault)).connected():
        sha256 = documents.store(table, "spring", CONTENT)
        loaded = documents.load(table, "spring", sha256)

    assert loaded == CONTENT


def test_a_document_that_was_not_finished_is_not_there(dynamodb: "DynamoDBClient", table: Table) -> None:
    from_the_second_part_on = dict.fromkeys(range(3, 99), Fault.LOST_BEFORE)
    with Switchboard(dynamodb, from_the_second_part_on).connected(), pytest.raises(BusyError):
        documents.store(table, "spring", CONTENT)
    (part,) = everything_in(dynamodb, NAME)

    with pytest.raises(documents.DocumentError, match="no document"):
        documents.load(table, "spring", part["pk"]["S"].removeprefix("DOCUMENT#spring#"))


@pytest.mark.parametrize("damage", ["cut", "changed", "lost"])
def test_a_document_that_was_tampered_with_is_not_loaded(
    dynamodb: "DynamoDBClient", table: Table, damage: str
) -> None:
    sha256 = documents.store(table, "spring", CONTENT)
    key = {name: {"S": text} for name, text in keys.chunk("spring", sha256, 1)._asdict().items()}
    item = dynamodb.get_item(TableName=NAME, Key=key)["Item"]
    packed = bytes(item["packed"]["B"])
    if damage == "lost":
        dynamodb.delete_item(TableName=NAME, Key=key)
    else:
        harmed = packed[:-10] if damage == "cut" else packed[:100] + b"\0\0\0\0" + packed[104:]
        dynamodb.put_item(TableName=NAME, Item={**item, "packed": {"B": harmed}})

    with pytest.raises(documents.DocumentError):
        documents.load(table, "spring", sha256)
