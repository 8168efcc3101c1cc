"""A person's week, moved to UTC: which half-hours of the world's week they can give.

Offsets are those of one stated week, so the same policy gives the same half-hours on any day.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from functions.matching.people import Person, Role
from functions.matching.policy.model import Zones
from functions.matching.reasons import CannotMatch, Problem

HALF_HOURS = 7 * 48  # of a week
_DAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_OFFSET = re.compile(r"(?:utc|gmt|z)?(?:([+\-−])(\d{1,2})(?::?([0-5]\d))?)?", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):?(00|30)", re.ASCII)
_LARGEST_OFFSET = 14  # hours; nowhere is further from UTC


def half_hours(person: Person, role: Role, entries: tuple[str, ...], place: tuple[str, Zones]) -> list[int]:
    """Return the half-hours of the week in UTC (0 begins on Monday) that the entries of a column mean.

    No half-hour when the person named no zone: nobody knows then when those times are. Raises CannotMatch for
    a zone or an entry that can't be read.
    """
    return sorted(local_half_hours(person, role, entries, place))


def zone_of(person: Person, role: Role, zones: Zones) -> str:
    """Return the zone that the person named, or nothing."""
    answer = person.answers.get(zones.column(role))
    raw = (
        (answer[0] if answer else "") if isinstance(answer, tuple) else "" if answer is None else str(answer)
    )
    return unicodedata.normalize("NFKC", raw).strip()


def local_half_hours(
    person: Person, role: Role, entries: tuple[str, ...], place: tuple[str, Zones]
) -> dict[int, int]:
    """Return the same half-hours in UTC, each with the half-hour of the person's own week that it is."""
    column, zones = place
    name = zone_of(person, role, zones)
    if not name or not entries:
        return {}
    zone = _zone(name)
    if zone is None:
        raise CannotMatch(Problem.NO_TIME_ZONE, person.id, role=role, column=zones.column(role), answer=name)
    slots: dict[int, int] = {}
    for entry in entries:
        starts = _starts(entry, zones)
        if starts is None:
            raise CannotMatch(
                Problem.NO_HALF_HOUR,
                person.id,
                role=role,
                column=column,
                answer=entry,
                known=tuple(zones.hours),
            )
        slots.update((_in_utc(start, zones.monday, zone), start) for start in starts)
    return slots


def _starts(entry: str, zones: Zones) -> range | None:
    """Return the half-hours of the local week that an entry means."""
    day, _, when = entry.partition("-")
    if day not in _DAYS:
        return None
    midnight = 48 * _DAYS[day]
    if when in zones.hours:
        begin, end = zones.hours[when]
        return range(midnight + 2 * begin, midnight + 2 * end)
    clock = _CLOCK.fullmatch(when)
    if clock is None:
        return None
    start = midnight + 2 * int(clock[1]) + (clock[2] == "30")
    return range(start, start + 1)


@lru_cache(maxsize=100_000)
def _in_utc(start: int, monday: date, zone: tzinfo) -> int:
    day, half_hour = divmod(start, 48)
    local = datetime.combine(
        monday + timedelta(days=day), time(half_hour // 2, 30 * (half_hour % 2)), tzinfo=zone
    )
    since = local.astimezone(UTC) - datetime.combine(monday, time(), tzinfo=UTC)
    return since // timedelta(minutes=30) % HALF_HOURS


def _zone(name: str) -> tzinfo | None:
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        sign, hours, minutes = offset.groups(default="0")
        away = timedelta(hours=int(hours), minutes=int(minutes))
        if away > timedelta(hours=_LARGEST_OFFSET):
            return None
        return timezone(away if sign in "+0" else -away)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
