"""I6: the audit trail only grows, and its chains verify."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.storage import audit, keys
from functions.storage.audit_chain import Entry, Event, Head, entry_after
from functions.storage.table import Table, Written, creation, deletion
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.storage.fixtures import event, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Lines = list[Entry | Head]


@pytest.fixture
def lines(table: Table) -> Lines:
    """Five events about one subject."""
    for number in range(5):
        change = creation(keys.run("spring", f"r{number}"), {"number": number})
        assert write(table, change, idempotency_key=f"w{number}") is Written.NOW
    return list(audit.trail(table, "spring"))


def tampered(lines: Lines, place: int, **fields: object) -> Lines:
    return [*lines[:place], replace(lines[place], **fields), *lines[place + 1 :]]  # type: ignore[arg-type]


def events(lines: Lines) -> list[Event]:
    return [line.event for line in lines if isinstance(line, Entry)]


def test_every_commit_leaves_one_entry_and_the_trail_verifies(lines: Lines) -> None:
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 5]
    assert events(lines) == [event()] * 5
    assert audit.faults_in(lines) == []


def test_a_refused_commit_leaves_no_entry(table: Table, lines: Lines) -> None:
    write(table, creation(keys.run("spring", "r0"), {}), idempotency_key="other")

    assert list(audit.trail(table, "spring")) == lines


def sealed_anew(lines: Lines, place: int, number: int) -> Lines:
    """Return the trail with one entry replaced by a forgery, with that number, that is sealed properly."""
    before = lines[place - 1]
    forged = entry_after(
        Head(shard=before.shard, number=number - 1, digest=before.digest), event(action="no")
    )
    return [*lines[:place], forged, *lines[place + 1 :]]


def last_sealed_anew(lines: Lines, number: int) -> Lines:
    """Return the trail with a forged last entry, and a head that agrees with it."""
    forged = sealed_anew(lines, 4, number)
    return tampered(forged, 5, number=number, digest=forged[4].digest)


TAMPERINGS: dict[str, Callable[[Lines], Lines]] = {
    "an edited action": lambda lines: tampered(lines, 2, event=event(action="nothing")),
    "an edited subject": lambda lines: tampered(lines, 2, event=event(subject_id="bob")),
    "an edited digest": lambda lines: tampered(lines, 2, digest="f" * 64),
    "an edited link": lambda lines: tampered(lines, 2, previous="f" * 64),
    "the first entry gone": lambda lines: lines[1:],
    "an entry gone": lambda lines: [*lines[:2], *lines[3:]],
    "the last entry gone": lambda lines: [*lines[:4], lines[5]],
    "the head gone": lambda lines: lines[:5],
    "the head turned back": lambda lines: tampered(lines, 5, number=4),
    "two entries swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "an entry twice": lambda lines: [lines[0], *lines],
    "an entry sealed anew": lambda lines: sealed_anew(lines, 2, number=3),
    "a number left out": lambda lines: last_sealed_anew(lines, number=6),
    "all entries gone": lambda lines: lines[5:],
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_trail_that_was_changed_shows_it(lines: Lines, tamper: Callable[[Lines], Lines]) -> None:
    assert audit.faults_in(tamper(lines)) != []


def test_an_entry_is_sealed_by_the_digest_of_all_that_it_says() -> None:
    first = entry_after(Head(shard=3, number=0, digest="0" * 64), event())

    # `sha256sum` of {"action":"enrolled","actor":"test","at":"2026-11-21T09:30:00.000000Z", … }, its names
    # in order and without spaces: cohort_id, number 1, previous 64 zeros, shard 3, subject_id ada.
    assert (first.number, first.previous) == (1, "0" * 64)
    assert first.digest == "c42ab93fb424674b98b7fb1e6a3357a25e0ca418d10f97e6e4f7a02933aa1887"


SAID = {
    "the first entry gone": [
        "entry 2 stands where entry 1 belongs",
        "entry 2 does not follow the one before it",
    ],
    "an edited action": ["entry 3 was changed after it was written"],
    "the head gone": ["the end of the chain is missing"],
    "the head turned back": ["the chain should end with entry 4, and does not"],
    "all entries gone": ["the chain should end with entry 5, and does not"],
}


@pytest.mark.parametrize("tampering", SAID)
def test_what_was_done_to_a_trail_is_said_in_a_sentence(lines: Lines, tampering: str) -> None:
    chain = f"chain {lines[0].shard}: "

    faults = audit.faults_in(TAMPERINGS[tampering](lines))

    assert [fault.removeprefix(chain) for fault in faults][: len(SAID[tampering])] == SAID[tampering]
    assert all(fault.startswith(chain) for fault in faults)


def test_an_edit_in_the_table_itself_shows(dynamodb: "DynamoDBClient", table: Table, lines: Lines) -> None:
    key = keys.audit_entry("spring", lines[0].shard, 3)
    dynamodb.update_item(
        TableName=NAME,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        UpdateExpression="SET actor = :other",
        ExpressionAttributeValues={":other": {"S": "somebody else"}},
    )

    assert audit.faults_in(audit.trail(table, "spring")) == [
        f"chain {lines[0].shard}: entry 3 was changed after it was written"
    ]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("HEAD", "the end of the chain is missing"),
        ("ENTRY#", "the chain should end with entry 5, and does not"),
    ],
)
def test_a_chain_that_lost_its_head_or_its_entries_in_the_table_shows_it(
    table: Table, lines: Lines, kind: str, fault: str
) -> None:
    partition = keys.audit("spring", lines[0].shard)
    for item in list(table.query(partition, kind)):
        table.write_unaudited(deletion(keys.Key(item["pk"], item["sk"])), idempotency_key="tampered")

    assert audit.faults_in(audit.trail(table, "spring")) == [f"chain {lines[0].shard}: {fault}"]


def test_a_chain_that_begins_while_the_trail_is_read_is_no_fault(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    def begin() -> None:
        write(table, creation(keys.run("spring", "r"), {}), idempotency_key="meanwhile")

    # Five chains are asked for head and entries; of the sixth, Ada's, the head was read already.
    with Switchboard(dynamodb, {12: begin}).connected():
        trail = list(audit.trail(table, "spring"))

    assert [type(line) for line in trail] == [Entry, Head]
    assert audit.faults_in(trail) == []


def test_what_is_written_while_the_trail_is_read_is_no_fault(lines: Lines) -> None:
    earlier_head = replace(lines[5], number=3, digest=lines[2].digest)

    assert audit.faults_in([*lines[:5], earlier_head]) == []


def test_a_cohort_in_which_nothing_happened_has_an_empty_trail_without_fault(table: Table) -> None:
    assert list(audit.trail(table, "spring")) == []
    assert audit.faults_in([]) == []


def test_events_about_many_subjects_spread_over_the_chains(table: Table) -> None:
    for number in range(24):
        change = creation(keys.run("spring", f"r{number}"), {})
        write(table, change, idempotency_key=f"w{number}", subject_id=f"subject-{number}")

    trail = list(audit.trail(table, "spring"))
    assert len(events(trail)) == 24
    assert len({line.shard for line in trail}) > 4
    assert audit.faults_in(trail) == []


@pytest.mark.emulator
@pytest.mark.parametrize("dynamodb", ["emulator"], indirect=True)  # moto's transactions break under threads
def test_many_who_write_at_once_about_one_subject_all_get_their_entry(dynamodb: "DynamoDBClient") -> None:
    table = Table(dynamodb, NAME)

    def commit(number: int) -> object:
        change = creation(keys.run("spring", f"r{number}"), {})
        return write(table, change, idempotency_key=f"w{number}")

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(commit, range(24)))

    trail = list(audit.trail(table, "spring"))
    assert outcomes == [Written.NOW] * 24
    assert len(events(trail)) == 24
    assert audit.faults_in(trail) == []
