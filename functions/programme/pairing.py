"""A published mentor–mentee bond and what its people say about it.

A check-in is a dated question to a pairing; both of its people may answer, each once or again until
the next one is asked. The days are counted from the pairing's introduction, so that a pairing made
late is not asked early.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from functions.matching import Reason


class PairingState(StrEnum):
    """Where a pairing stands. It ends when one of the two leaves, whoever that is and without a reason."""

    INTRODUCED = "introduced"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One mentor and one mentee of a published run, from their introduction on.

    `reasons` are those that speak for it, of which both may read, found under the `policy` of that name.
    `ended_on` is the day, in the cohort's zone, on which it ended before its time. `in_group` says that the
    mentor has a group of mentees and each of them this mentor alone.
    """

    id: str
    cohort_id: str
    run_id: str
    mentor_id: str
    mentee_id: str
    score: int
    policy: str
    reasons: tuple[Reason, ...]
    introduced_at: datetime
    introduced_on: date
    in_group: bool = False
    state: PairingState = PairingState.INTRODUCED
    ended_at: datetime | None = None
    ended_on: date | None = None

    @property
    def ended(self) -> bool:
        """Whether it ended before its time: nothing is asked about it any more."""
        return self.state is PairingState.ENDED

    def partner_of(self, person_id: str) -> str:
        """Return the id of the other of the two."""
        return self.mentee_id if person_id == self.mentor_id else self.mentor_id


class CheckinAnswer(StrEnum):
    """How a pairing is going, in the words of the check-in page."""

    NOT_YET = "not-yet"
    IN_CONTACT = "in-contact"
    MET = "met"
    NEED_HELP = "need-help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One person's answer to one check-in; `met_on` is given with `MET` when they know the day."""

    pairing_id: str
    checkin: int
    person_id: str
    answer: CheckinAnswer
    met_on: date | None
    answered_at: datetime
    answered_on: date


def checkin_days(introduced_on: date, ends_on: date, after: Sequence[int]) -> list[date]:
    """Return the day of each check-in of a pairing, the first one first.

    `after` are the programme's days after the introduction, rising. None falls on or after the last day of
    the pairing: the end survey asks then.
    """
    days = (introduced_on + timedelta(days=number) for number in after)
    return [day for day in days if day < ends_on]


def checkin_due(introduced_on: date, ends_on: date, today: date, after: Sequence[int]) -> int | None:
    """Return the number (from 1) of the check-in to ask today, or None.

    Only the latest day that has come counts: after a pause nobody gets three questions at once.
    """
    due = sum(day <= today for day in checkin_days(introduced_on, ends_on, after))
    return due if due and today < ends_on else None


def first_contact_on(replies: Iterable[Reply]) -> date | None:
    """Return the first day on which one of them said that they are in contact, or met."""
    return min(
        (
            reply.met_on or reply.answered_on
            for reply in replies
            if reply.answer in (CheckinAnswer.IN_CONTACT, CheckinAnswer.MET)
        ),
        default=None,
    )


def first_meeting_on(replies: Iterable[Reply]) -> date | None:
    """Return the first day on which they met: the day they named, else the day they said so."""
    return min(
        (reply.met_on or reply.answered_on for reply in replies if reply.answer is CheckinAnswer.MET),
        default=None,
    )
