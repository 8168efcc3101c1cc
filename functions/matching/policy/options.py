"""Options that several kinds of criterion and rule take: ladders of answers, and weeks in time zones."""

from datetime import date, datetime, timedelta

from functions.matching.people import canonical
from functions.matching.policy.model import LARGEST_STEP, Ladder, Zones
from functions.matching.policy.toml import TomlTable, quoted

LADDER_KEYS = ("order", "mentee_places", "mentor_places")
ZONE_KEYS = ("mentee_zone", "mentor_zone", "week", "hours")
_PARTS_OF_A_DAY = {"morning": (8, 12), "afternoon": (12, 18), "evening": (18, 22)}


def ladder_of(table: TomlTable) -> Ladder:
    """Return where the answers of each side stand: in one order, in places, or as numbers."""
    order = tuple(map(canonical, table.texts("order", default=())))
    mentee, mentor = _places(table, "mentee_places"), _places(table, "mentor_places")
    if order and (mentee or mentor):
        raise table.mistake("order", "both an order and places are given", "Keep one of the two")
    if bool(mentee) != bool(mentor):
        raise table.mistake(
            "mentee_places" if mentee else "mentor_places",
            "only one side has its places",
            "Give mentee_places and mentor_places, or one order for both",
        )
    if len(set(order)) != len(order):
        raise table.mistake("order", "a value stands in it twice", "Name each value once, the lowest first")
    if order:
        places = {value: place for place, value in enumerate(order)}
        return Ladder(mentee=places, mentor=places)
    return Ladder(mentee=mentee or None, mentor=mentor or None)


def _places(table: TomlTable, key: str) -> dict[str, int]:
    inner = table.table(key, required=False)
    return {
        canonical(value): inner.integer(value, smallest=-LARGEST_STEP) for value in inner.remaining_keys()
    }


def steps_per_place(ladder: Ladder) -> int:
    """Return what one step counts: thousandths where the answers are numbers, places otherwise."""
    return 1000 if ladder.mentee is None else 1


def check_bounds(table: TomlTable, at_least: int | None, at_most: int | None) -> None:
    """Refuse a smallest distance above the largest."""
    if at_least is not None and at_most is not None and at_least > at_most:
        raise table.mistake("at_least", "it is more than at_most", "Write the smaller number in at_least")


def zones_of(table: TomlTable) -> Zones | None:
    """Return the zones and the week of a timetable, None where the table names none of them."""
    columns = {key: table.text(key, default="") for key in ("mentee_zone", "mentor_zone")}
    week = table.take("week", default=None)
    hours = _hours(table.table("hours", required=False))
    if not any(table.has(key) for key in ZONE_KEYS):
        return None
    missing = next((key for key, column in columns.items() if not column), None)
    if missing is not None:
        raise table.mistake(missing, "zones are half said", "Give mentee_zone, mentor_zone and week together")
    if not isinstance(week, date) or isinstance(week, datetime):
        raise table.mistake(
            "week",
            "it is not a date" if week is not None else "it is missing",
            "Write a day of the week whose offsets count, such as week = 2027-01-11",
        )
    monday = week - timedelta(days=week.weekday())
    return Zones(mentee=columns["mentee_zone"], mentor=columns["mentor_zone"], monday=monday, hours=hours)


def _hours(table: TomlTable) -> dict[str, tuple[int, int]]:
    hours: dict[str, tuple[int, int]] = {}
    for part in table.remaining_keys():
        value = table.take(part)
        whole = isinstance(value, list) and all(type(hour) is int for hour in value)
        if not whole or len(value) != 2 or not 0 <= value[0] < value[1] <= 24:  # noqa: PLR2004 - of a day
            raise table.mistake(
                part, f"{quoted(value)} is not two hours of a day", "Write hours = { morning = [8, 12] }"
            )
        hours[canonical(part)] = (value[0], value[1])
    return hours or _PARTS_OF_A_DAY
