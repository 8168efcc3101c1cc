"""Promises of documents: whole or not there, the same bytes whoever finished the work."""

import random
from typing import TYPE_CHECKING

import pytest

from functions.storage import keys
from functions.storage.runs import documents
from functions.storage.table import BusyError, Table
from tests.conftest import NAME
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, KilledError, Switchboard
from tests.storage.fixtures import empty, everything_in

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
    assert len(undisturbed) == PARTS + 2  # its head, and its line in the list of documents

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
    from_the_second_part_on = dict.fromkeys(range(4, 99), Fault.LOST_BEFORE)
    with Switchboard(dynamodb, from_the_second_part_on).connected(), pytest.raises(BusyError):
        documents.store(table, "spring", CONTENT)
    (part, _its_line_in_the_list) = everything_in(dynamodb, NAME)

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


def without_ada(content: bytes) -> bytes:
    return content.replace(b"Ada", b"")


def without_grace(content: bytes) -> bytes:
    return content.replace(b"Grace", b"")


def parts_in(dynamodb: "DynamoDBClient") -> int:
    return sum("packed" in item for item in everything_in(dynamodb, NAME))


def test_a_document_that_becomes_another_keeps_its_name_and_loses_what_went(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    sha256 = documents.store(table, "spring", b"Ada and Grace")

    documents.revise(table, "spring", sha256, without_ada)
    documents.revise(table, "spring", sha256, without_ada)
    documents.revise(table, "spring", sha256, without_grace)

    assert documents.load(table, "spring", sha256) == b" and "
    assert parts_in(dynamodb) == 1
    assert len(documents.listed(table, "spring")) == 3


def test_a_document_killed_while_it_becomes_another_is_finished_to_the_same_bytes(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    content = b"Ada" + CONTENT[:PART_BYTES]
    sha256 = documents.store(table, "spring", content)
    with Switchboard(dynamodb).connected() as switchboard:
        documents.revise(table, "spring", sha256, without_ada)
    undisturbed = everything_in(dynamodb, NAME)
    assert parts_in(dynamodb) == 1

    for call in range(1, len(switchboard.calls) + 1):
        empty(dynamodb, NAME)
        documents.store(table, "spring", content)
        with Switchboard(dynamodb, {call: Fault.KILL_AFTER}).connected(), pytest.raises(KilledError):
            documents.revise(table, "spring", sha256, without_ada)
        assert documents.load(table, "spring", sha256) in (content, content[3:])

        documents.revise(table, "spring", sha256, without_ada)
        assert everything_in(dynamodb, NAME) == undisturbed


@pytest.mark.parametrize("call", [2, 3, 5, 6, 8])
def test_of_two_who_revise_a_document_at_once_neither_is_lost(
    dynamodb: "DynamoDBClient", table: Table, call: int
) -> None:
    sha256 = documents.store(table, "spring", b"Ada and Grace")

    def somebody_else() -> None:
        documents.revise(table, "spring", sha256, without_grace)

    with Switchboard(dynamodb, {call: somebody_else}).connected():
        documents.revise(table, "spring", sha256, without_ada)

    assert documents.load(table, "spring", sha256) == b" and "
    assert parts_in(dynamodb) == 1


def test_of_an_erased_document_nothing_is_left_but_that_there_was_one(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    sha256 = documents.store(table, "spring", CONTENT)

    documents.erase(table, "spring", sha256)
    documents.erase(table, "spring", sha256)
    documents.revise(table, "spring", sha256, without_ada)

    with pytest.raises(documents.ErasedError):
        documents.load(table, "spring", sha256)
    assert parts_in(dynamodb) == 0
