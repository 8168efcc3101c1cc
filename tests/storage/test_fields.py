from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.people import Role
from functions.storage.item_values import (
    answers_of,
    day_or_none,
    instant,
    instant_or_none,
    instant_text,
    item_of,
    seconds,
    to_item_value,
)

ZONES = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - the zone comes beside


@given(INSTANTS, INSTANTS)
def test_instants_sort_as_text_as_they_do_in_time(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) is (one < other)


@given(INSTANTS)
def test_an_instant_comes_back_as_it_was(at: datetime) -> None:
    assert instant(instant_text(at)) == at
    assert instant(instant_text(at)).utcoffset() == timedelta(0)


@given(INSTANTS)
def test_nothing_is_swept_up_before_it_expires(at: datetime) -> None:
    assert 0 <= seconds(at) - at.timestamp() < 1


def test_the_first_thousand_years_have_four_digits_too() -> None:
    assert instant_text(datetime(33, 4, 3, tzinfo=UTC)).startswith("0033-")


NINE_IN_BERLIN = datetime(2027, 1, 11, 9, tzinfo=timezone(timedelta(hours=1)))


def test_an_instant_is_kept_in_utc_to_the_microsecond() -> None:
    assert instant_text(NINE_IN_BERLIN) == "2027-01-11T08:00:00.000000Z"


def test_what_was_not_kept_is_none() -> None:
    assert instant_or_none(None) is None
    assert day_or_none(None) is None
    assert instant_or_none("2027-01-11T08:00:00.000000Z") == NINE_IN_BERLIN
    assert day_or_none("2027-01-11") == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (NINE_IN_BERLIN, "2027-01-11T08:00:00.000000Z"),
        (date(2027, 1, 11), "2027-01-11"),
        ({Role.MENTOR: (NINE_IN_BERLIN,)}, {"mentor": ["2027-01-11T08:00:00.000000Z"]}),
        ([date(2027, 1, 11), 2], ["2027-01-11", 2]),
        (frozenset({"b", "a", "c"}), ["a", "b", "c"]),
        (7, 7),
        (True, True),
        (b"x", b"x"),
    ],
)
def test_a_value_is_kept_as_dynamodb_takes_it(value: object, kept: object) -> None:
    assert to_item_value(value) == kept


def test_an_enumeration_is_kept_as_plain_text() -> None:
    assert type(to_item_value(Role.MENTOR)) is str
    assert [type(name) for name in to_item_value({Role.MENTOR: 1})] == [str]


@dataclass
class Record:
    name: str
    role: Role
    left_at: datetime | None
    note: str


def test_an_item_has_the_fields_that_are_known_and_wanted() -> None:
    record = Record(name="Ada", role=Role.MENTEE, left_at=None, note="")

    assert item_of(record) == {"name": "Ada", "role": "mentee", "note": ""}
    assert item_of(record, without=["name"]) == {"role": "mentee", "note": ""}


def test_of_several_choices_the_order_comes_back_and_one_answer_stays_one() -> None:
    assert answers_of({"goals": ["b", "a"], "hours": 2, "note": "x"}) == {
        "goals": ("b", "a"),
        "hours": 2,
        "note": "x",
    }
