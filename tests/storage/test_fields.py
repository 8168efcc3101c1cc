from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from functions.storage.item_values import instant, instant_text, seconds

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
