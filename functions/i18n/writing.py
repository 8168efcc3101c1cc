"""How a language is written: from which side, and how it says a day, a month and an instant.

Pages and mails both write days, and Babel is in no zip: names and patterns are messages of the catalogue
like any other sentence (`functions/i18n/languages.py`). Where the catalogue lacks one it is English.
"""

import re
from datetime import date, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from functions.i18n.languages import translations

# Languages that are written from right to left in the script that they are usually written in.
_FROM_THE_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_FOREIGN = {
    "rtl": re.compile(rf"[^\W\d_{_RIGHT_TO_LEFT}]"),
    "ltr": re.compile(f"[{_RIGHT_TO_LEFT}]"),
}

_HALF_HOURS_A_DAY = 48


def direction(language: str) -> str:
    """Return `rtl` for a language (a tag such as “ar” or “ar-MA”) that is written so, else `ltr`."""
    return "rtl" if language.lower().partition("-")[0] in _FROM_THE_RIGHT else "ltr"


def isolated(text: str, language: str) -> str:
    """Return a text as it may stand inside a sentence of the language: isolated if it reads the other way.

    The isolates are U+2068 and U+2069; without them the words around a foreign name would be shuffled.
    """
    return f"\u2068{text}\u2069" if _FOREIGN[direction(language)].search(text) else text


def day(value: date, language: str) -> str:
    """Return a day as it is said: Monday 11 January 2027."""
    say = translations(language)
    return say.gettext("{weekday} {day} {month} {year}").format(
        weekday=_weekdays(say)[value.weekday()],
        day=value.day,
        month=_months(say)[value.month - 1],
        year=value.year,
    )


def month(value: date, language: str) -> str:
    """Return the month that a day is in: January 2027."""
    say = translations(language)
    return say.gettext("{month} {year}").format(month=_months(say)[value.month - 1], year=value.year)


def moment(value: datetime, zone: str, language: str) -> str:
    """Return an instant in a zone, which is named: 11 January 2027, 14:05 (Europe/London)."""
    say, local = translations(language), value.astimezone(ZoneInfo(zone))
    return say.gettext("{day} {month} {year}, {time} ({zone})").format(
        day=local.day,
        month=_months(say)[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
        zone=isolated(zone, language),
    )


def part_of_week(say: NullTranslations, begin: int, half_hours: int, *, with_day: bool) -> str:
    """Return a time of the week, from a half-hour of it (0 begins on Monday): Monday 9:00 to 10:30."""
    (weekday, start), end = divmod(begin, _HALF_HOURS_A_DAY), (begin + half_hours) % _HALF_HOURS_A_DAY
    message = say.gettext("{weekday} {start} to {end}") if with_day else say.gettext("{start} to {end}")
    return message.format(weekday=_weekdays(say)[weekday], start=_clock(start), end=_clock(end))


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2}:{half_hour % 2 * 30:02}"


def _weekdays(say: NullTranslations) -> tuple[str, ...]:
    return (
        say.gettext("Monday"),
        say.gettext("Tuesday"),
        say.gettext("Wednesday"),
        say.gettext("Thursday"),
        say.gettext("Friday"),
        say.gettext("Saturday"),
        say.gettext("Sunday"),
    )


def _months(say: NullTranslations) -> tuple[str, ...]:
    return (
        say.gettext("January"),
        say.gettext("February"),
        say.gettext("March"),
        say.gettext("April"),
        say.gettext("May"),
        say.gettext("June"),
        say.gettext("July"),
        say.gettext("August"),
        say.gettext("September"),
        say.gettext("October"),
        say.gettext("November"),
        say.gettext("December"),
    )
