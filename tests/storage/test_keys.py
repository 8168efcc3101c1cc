import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.storage import keys

ROWS = re.compile(
    r"^\| (?P<asked>[^|]+?) +\| (?:due_)?pk=(?P<pk>\S+) +(?:due_)?sk=(?P<sk>\S+) +\|$", re.MULTILINE
)


def families() -> set[tuple[str, str]]:
    """The partition and sort key of every row of the map, each placeholder as it stands."""
    return {(row["pk"], row["sk"]) for row in ROWS.finditer(keys.__doc__ or "")}


def shape(key: str) -> str:
    """A key or a pattern with only its fixed words: what stands between `#` in lower case is a part."""
    return "#".join(
        part if part.upper() == part and any(map(str.isalpha, part)) else "*" for part in key.split("#")
    )


def test_the_map_lists_every_key_that_the_module_can_make() -> None:
    at = datetime(2027, 1, 1, tzinfo=UTC)
    given_: dict[str, object] = {"number": 1, "shard": 1, "at": at}
    made = set()
    for _, function in inspect.getmembers(keys, inspect.isfunction):
        signature = inspect.signature(function)
        if signature.return_annotation is not keys.Key:
            continue
        arguments = [given_.get(name, f"a{name}".replace("_", "")) for name in signature.parameters]
        key = function(*arguments)
        made.add((shape(key.pk), shape(key.sk)))
    mapped = {(shape(pk), shape(sk)) for pk, sk in families()}
    index = {(shape(keys.outbox("a")), "*#*"), (shape(keys.runs()), "*#*")}

    assert made | index == mapped


def test_every_key_family_has_an_access_pattern_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "access-patterns.md").read_text("utf-8")
    described = {
        (row["pk"], row["sk"])
        for row in re.finditer(r"`(?:due_)?pk=(?P<pk>\S+) (?:due_)?sk=(?P<sk>\S+)`", text)
    }

    assert described == families()


@given(st.text(), st.text())
def test_no_id_names_what_another_id_names(one: str, other: str) -> None:
    assert (keys.run("c", one) == keys.run("c", other)) is (one == other)
    assert (keys.pair("c", one, "x") == keys.pair("c", other, "x")) is (one == other)


@pytest.mark.parametrize("strange", ["a#b", "x" * 5000, "\ud800", "\0", "", "é" * 2000, "%23"])
def test_a_strange_id_makes_a_key_that_dynamodb_takes_and_no_further_part(strange: str) -> None:
    key = keys.pair(strange, strange, strange)

    assert key.pk.count("#") == 1
    assert key.sk.count("#") == 2
    assert len(key.pk.encode()) < 2048
    assert len(key.sk.encode()) < 1024


@pytest.mark.parametrize("same", ["ADA@example.org", " ada@example.org ", "\uff41\uff44\uff41@example.org"])
def test_an_address_is_the_same_in_any_case_and_width(same: str) -> None:
    assert keys.address_digest(same) == keys.address_digest("ada@example.org")


def test_a_digest_is_not_the_address() -> None:
    assert "ada" not in keys.address("c", "mentee", "ada@example.org").sk


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-2, 2), st.text())
def test_what_is_due_up_to_an_instant_is_below_its_bound(at: datetime, microseconds: int, id_: str) -> None:
    if (
        not datetime.min.replace(tzinfo=UTC) + timedelta(1)
        < at
        < datetime.max.replace(tzinfo=UTC) - timedelta(1)
    ):
        return
    due_at = at + timedelta(microseconds=microseconds)

    assert (keys.moment(due_at, id_) < keys.moments_until(at)) is (due_at <= at)


@given(st.text())
def test_a_shard_is_one_of_eight(id_: str) -> None:
    assert keys.shard_of(id_) in range(keys.SHARDS)


# The map, filled in. `printf ada@example.org | sha256sum`
ADDRESS = "cfe00dde46ef942601ffafb9e2825e802858b460e586b8305b344c1eb826357d"
NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
PLACES: dict[str, Callable[[], keys.Key]] = {
    "COHORTS / COHORT#spring": lambda: keys.cohort("spring"),
    "PEOPLE#spring / ENROLMENT#ada": lambda: keys.enrolment("spring", "ada"),
    f"PEOPLE#spring / EMAIL#mentee#{ADDRESS}": lambda: keys.address("spring", "mentee", "ada@example.org"),
    "ROLL#spring / PERSON#ada": lambda: keys.roll_person("spring", "ada"),
    "ROLL#spring / PAIR#p": lambda: keys.roll_pair("spring", "p"),
    "COUNTS#spring / PEOPLE#3": lambda: keys.people_counts("spring", 3),
    "COUNTS#spring / MESSAGES#3": lambda: keys.message_counts("spring", 3),
    "RUNS#spring / RUN#r": lambda: keys.run("spring", "r"),
    "PAIRINGS#spring / PAIRING#p": lambda: keys.pairing("spring", "p"),
    "PAIRINGS#spring / PAIR#grace#ada": lambda: keys.pair("spring", "grace", "ada"),
    "PAIRINGS#spring / PERSON#ada#PAIRING#p": lambda: keys.pairing_of("spring", "ada", "p"),
    "CHECKINS#spring / REQUEST#p#007": lambda: keys.checkin_request("spring", "p", 7),
    "CHECKINS#spring / REPLY#p#012#ada": lambda: keys.reply("spring", "p", 12, "ada"),
    "SURVEYS#spring / SURVEY-REQUEST#end#ada": lambda: keys.survey_request("spring", "end", "ada"),
    "SURVEYS#spring / SURVEY#end#ada": lambda: keys.survey("spring", "end", "ada"),
    "EQUALITY#spring / PARTICIPATION#d": lambda: keys.equality_participation("spring", "d"),
    "EQUALITY#spring / COUNTS#v1": lambda: keys.equality_counts("spring", "v1"),
    "MESSAGES#spring#5 / MESSAGE#ada#letter-2": lambda: keys.message("spring", "ada", "letter-2"),
    "LINK#place / LINK": lambda: keys.link("place"),
    "DOCUMENT#spring#d / DOCUMENT": lambda: keys.document("spring", "d"),
    "DOCUMENT#spring#d / CHUNK#000012": lambda: keys.chunk("spring", "d", 12),
    "SUPPLY_FORECAST#spring / SUPPLY_FORECAST": lambda: keys.supply_forecast("spring"),
    "DOCUMENTS#spring / LISTED#d": lambda: keys.document_listing("spring", "d"),
    f"LINK-REQUESTS#{ADDRESS} / LINK-REQUESTS": lambda: keys.link_requests("ada@example.org"),
    f"SUPPRESSION#{ADDRESS} / SUPPRESSION": lambda: keys.suppression("ada@example.org"),
    "SESSION#d / SESSION": lambda: keys.session("d"),
    "TOKEN#d / TOKEN": lambda: keys.token("d"),
    "AUDIT#spring#3 / ENTRY#000000000012": lambda: keys.audit_entry("spring", 3, 12),
    "AUDIT#spring#3 / HEAD": lambda: keys.audit_head("spring", 3),
}


@pytest.mark.parametrize(("place", "key"), PLACES.items(), ids=PLACES)
def test_each_item_stands_where_the_map_says(place: str, key: Callable[[], keys.Key]) -> None:
    assert " / ".join(key()) == place


def test_each_partition_is_asked_by_the_name_under_which_its_items_stand() -> None:
    assert list(keys.messages("spring")) == [f"MESSAGES#spring#{shard}" for shard in range(8)]
    assert list(keys.outboxes()) == ["OUTBOX#0", "OUTBOX#1", "OUTBOX#2", "OUTBOX#3"]
    assert keys.runs() == "RUNS"
    # `printf ada | sha256sum` begins with fd: 253 leaves 5 of 8, and 1 of 4.
    assert (keys.shard_of("ada"), keys.outbox("ada")) == (5, "OUTBOX#1")
    assert keys.moment(NOON, "a#b") == "2027-01-11T12:00:00.000000Z#a%23b"


def test_an_id_stands_as_it_is_up_to_128_characters_and_by_its_digest_beyond() -> None:
    longest, too_long = "x" * 128, "x" * 129

    assert keys.run("c", longest).sk == f"RUN#{longest}"
    # `head -c 129 /dev/zero | tr '\\0' x | sha256sum`
    assert keys.run("c", too_long).sk == (
        "RUN#long:0ec9eb33e74510bcdd1f2ea55206e82f21649c5c2becbf2b433eb475b34c01bd"
    )


def test_what_is_common_in_ids_and_addresses_is_not_escaped() -> None:
    assert keys.run("c", "a@b:c+d=e, f").sk == "RUN#a@b:c+d=e, f"
    assert keys.run("c", "a/b#c").sk == "RUN#a%2Fb%23c"


def test_two_capitals_that_only_fold_together_once_they_are_normalised_are_one_address() -> None:
    # The sign of a ligature of f and i, and a capital sharp s.
    assert keys.address_digest("\ufb01@example.org") == keys.address_digest("FI@example.org")
    assert keys.address_digest("stra\u1e9ee@example.org") == keys.address_digest("STRASSE@example.org")
