"""Which documents a cohort has, and what the table holds of each."""

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from functions.storage.runs import documents
from functions.storage.table import Table
from tests.conftest import NAME
from tests.storage.fixtures import everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# `printf 'Ada and Grace' | sha256sum`
SHA256 = "cef34c4291127e033a0d3a24a52ab1a21793100b72b4ebef48fdb29b8ec3e999"


def items_in(client: "DynamoDBClient") -> dict[tuple[str, str], dict[str, Any]]:
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in everything_in(client, NAME)}


def test_a_document_stands_as_a_head_its_parts_and_a_line_in_the_list(
    dynamodb: "DynamoDBClient", table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHUNK_BYTES", 8)

    assert documents.store(table, "spring", b"Ada and Grace") == SHA256

    items = items_in(dynamodb)
    head = items[f"DOCUMENT#spring#{SHA256}", "DOCUMENT"]
    parts = [items[f"DOCUMENT#spring#{SHA256}", f"CHUNK#{number:06}"] for number in (0, 1)]
    assert len(items) == 4
    assert (head["bytes"], head["chunks"]) == ({"N": "13"}, {"N": "2"})
    assert [gzip.decompress(part["packed"]["B"]) for part in parts] == [b"Ada and ", b"Grace"]
    assert items["DOCUMENTS#spring", f"LISTED#{SHA256}"]["sha256"] == {"S": SHA256}
    assert {item["written_by"]["S"] for item in items.values()} == {SHA256}


def test_a_cohort_lists_its_own_documents(table: Table) -> None:
    digests = {documents.store(table, "spring", content) for content in (b"1", b"2")}
    documents.store(table, "autumn", b"3")

    assert set(documents.listed(table, "spring")) == digests
    assert documents.listed(table, "winter") == []


def test_a_document_is_finished_when_it_was_stored_to_its_end(table: Table) -> None:
    sha256 = documents.store(table, "spring", b"1")

    assert documents.finished(table, "spring", sha256)
    assert not documents.finished(table, "spring", "never")
    assert not documents.finished(table, "autumn", sha256)


def test_a_document_that_is_left_as_it_was_is_not_written_again(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    sha256 = documents.store(table, "spring", b"Ada and Grace")
    before = items_in(dynamodb)

    documents.revise(table, "spring", sha256, lambda content: content)
    documents.revise(table, "spring", "never", lambda content: content + b"!")

    assert items_in(dynamodb) == before


def test_whoever_loads_a_document_that_is_not_there_or_erased_reads_which(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    sha256 = documents.store(table, "spring", b"Ada and Grace")
    documents.erase(table, "spring", sha256)

    head = items_in(dynamodb)[f"DOCUMENT#spring#{sha256}", "DOCUMENT"]
    assert head["written_by"] == {"S": f"erase:{sha256}"}
    with pytest.raises(documents.DocumentError, match=r"^there is no document never in the cohort$"):
        documents.load(table, "spring", "never")
    with pytest.raises(documents.ErasedError, match=f"^the document {sha256} is erased$"):
        documents.load(table, "spring", sha256)


def test_a_document_becomes_one_after_the_other_and_the_first_name_leads_to_the_last(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    sha256 = documents.store(table, "spring", b"Ada and Grace")
    other = documents.store(table, "spring", b"something else")

    documents.revise(table, "spring", sha256, lambda content: content.replace(b"Ada", b""))

    left = documents.store(table, "spring", b" and Grace")
    items = items_in(dynamodb)
    assert items[f"DOCUMENT#spring#{sha256}", "DOCUMENT"]["became"] == {"S": left}
    assert items[f"DOCUMENT#spring#{sha256}", "DOCUMENT"]["written_by"] == {"S": f"became:{left}"}
    assert (f"DOCUMENT#spring#{sha256}", "CHUNK#000000") not in items
    assert documents.load(table, "spring", sha256) == b" and Grace"
    assert documents.load(table, "spring", other) == b"something else"
