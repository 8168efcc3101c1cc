"""How a pairing is doing, always with the reasons.

Good practice in the field: first contact by day 7, first meeting by day 21. A pairing that has said
nothing is not well, it is unknown, and unknown for long means that the coordinator should check in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from functions.programme.pairing import CheckinAnswer, Reply, first_contact_on, first_meeting_on

CONTACT_BY_DAY = 7
MEETING_BY_DAY = 21
# A check-in is given this long before its silence counts.
DAYS_TO_ANSWER = 7


class Health(StrEnum):
    """How a pairing is doing."""

    TOO_EARLY = "too early"
    ON_TRACK = "on track"
    CHECK_IN = "check in"
    ASKED_FOR_HELP = "asked for help"
    ENDED = "ended"


class Because(StrEnum):
    """Why a pairing has the health that it has; the words that a coordinator reads."""

    JUST_INTRODUCED = "introduced in the last two weeks"
    MET = "they have met"
    IN_CONTACT = "they are in contact"
    NO_CONTACT_YET = "no contact after a week"
    NO_MEETING_YET = "no meeting after three weeks"
    SILENT = "neither has answered a check-in"
    MENTOR_ASKED = "the mentor asked for help"
    MENTEE_ASKED = "the mentee asked for help"
    LEFT = "one of the two has left"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """The health of one pairing on one day, with at least one reason."""

    health: Health
    reasons: tuple[Because, ...]


def health_of(
    introduced_on: date, mentor_id: str, replies: Sequence[Reply], today: date, *, ended: bool = False
) -> HealthFinding:
    """Return the health of a pairing on that day; `replies` are those of this pairing alone.

    One that has ended because somebody left needs nobody, also where it asked for help before.
    """
    if ended:
        return HealthFinding(health=Health.ENDED, reasons=(Because.LEFT,))
    latest = {reply.person_id: reply for reply in sorted(replies, key=lambda reply: reply.answered_at)}
    asked = tuple(
        sorted(
            Because.MENTOR_ASKED if person_id == mentor_id else Because.MENTEE_ASKED
            for person_id, reply in latest.items()
            if reply.answer is CheckinAnswer.NEED_HELP
        )
    )
    if asked:
        return HealthFinding(health=Health.ASKED_FOR_HELP, reasons=asked)
    if first_meeting_on(replies):
        return HealthFinding(health=Health.ON_TRACK, reasons=(Because.MET,))
    return _before_the_first_meeting((today - introduced_on).days, replies)


def _before_the_first_meeting(days: int, replies: Sequence[Reply]) -> HealthFinding:
    in_contact = first_contact_on(replies) is not None
    if in_contact and days <= MEETING_BY_DAY + DAYS_TO_ANSWER:
        return HealthFinding(health=Health.ON_TRACK, reasons=(Because.IN_CONTACT,))
    if in_contact:
        return HealthFinding(health=Health.CHECK_IN, reasons=(Because.NO_MEETING_YET,))
    if replies:
        return HealthFinding(health=Health.CHECK_IN, reasons=(Because.NO_CONTACT_YET,))
    if days <= CONTACT_BY_DAY + DAYS_TO_ANSWER:
        return HealthFinding(health=Health.TOO_EARLY, reasons=(Because.JUST_INTRODUCED,))
    return HealthFinding(health=Health.CHECK_IN, reasons=(Because.SILENT,))
