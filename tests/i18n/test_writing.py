"""Days, months and instants in words, and which side a language is read from."""

from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations

import pytest

from functions.i18n import writing
from functions.i18n.writing import day, direction, isolated, moment, month


class Marked(NullTranslations):
    """A language that marks each word that it says, and puts the year first."""

    def gettext(self, message: str) -> str:
        pattern = {"{weekday} {day} {month} {year}": "{year}/{month}/{day} ({weekday})"}
        return pattern.get(message, message if "{" in message else f"«{message}»")


def test_a_day_a_month_and_an_instant_are_written_as_people_write_them() -> None:
    at = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)  # a minute before London's clocks go forward

    assert day(date(2027, 1, 11), "en") == "Monday 11 January 2027"
    assert month(date(2027, 1, 11), "en") == "January 2027"
    assert moment(at, "Europe/London", "en") == "28 March 2027, 00:59 (Europe/London)"
    assert moment(at + timedelta(minutes=1), "Europe/London", "en") == "28 March 2027, 02:00 (Europe/London)"


def test_english_says_every_day_of_a_year_as_the_calendar_does() -> None:
    days = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]

    assert [day(each, "en") for each in days] == [f"{each:%A} {each.day} {each:%B} 2028" for each in days]


def test_another_language_has_its_own_names_and_its_own_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "translations", lambda _: Marked())

    assert day(date(2027, 1, 11), "xx") == "2027/«January»/11 («Monday»)"
    assert month(date(2027, 1, 11), "xx") == "«January» 2027"


@pytest.mark.parametrize(
    ("language", "written"), [("ar", "rtl"), ("ar-MA", "rtl"), ("HE", "rtl"), ("en", "ltr"), ("", "ltr")]
)
def test_a_language_is_written_from_its_side(language: str, written: str) -> None:
    assert direction(language) == written


def test_a_name_that_reads_the_other_way_is_isolated_and_a_number_never_is() -> None:
    assert isolated("Ada", "ar") == "\u2068Ada\u2069"
    assert isolated("ليلى", "en") == "\u2068ليلى\u2069"
    assert [isolated("Ada", "en"), isolated("ليلى", "ar"), isolated("12", "ar")] == ["Ada", "ليلى", "12"]
