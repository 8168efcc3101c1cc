import inspect
import re
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
