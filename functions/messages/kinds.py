"""Every kind of mail that Kith sends, one row each: whom it is for, its link and how long that lives.

A new kind is a row here, a template of its name in `site/mail/` (its first line is the subject), and the use
case that queues it (`functions.messages.outbox.queue_message`). Nothing else lists the kinds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Self

from functions.programme.cohort import Cohort
from functions.programme.evaluation.moments import closes_on
from functions.programme.links import KEY_LIFETIME, Purpose
from functions.programme.people import EnrolmentState
from functions.programme.programme import Moment

# A link from the last evening of enrolment still works after a weekend.
DAYS_TO_CONFIRM_AFTER_CLOSING = 3
# An application after the last day of enrolment has a week.
DAYS_TO_CONFIRM_LATE = 7


class About(Enum):
    """What the `about` of a message names."""

    RECIPIENT = auto()  # nothing further: the mail is about the recipient's own enrolment
    PAIRING = auto()  # the id of a pairing
    RUN = auto()  # the id of the run that found nobody; nothing where there was none
    MOMENT = auto()  # the moment of a survey
    PURPOSE = auto()  # the purpose of the link that was asked for


Expiry = Callable[[Cohort, datetime, str], datetime]


def _when_confirmation_ends(cohort: Cohort, queued_at: datetime, about: str) -> datetime:
    del about
    today = cohort.today(queued_at)
    if today > cohort.closes_on:
        return cohort.end_of(today + timedelta(days=DAYS_TO_CONFIRM_LATE))
    return cohort.end_of(cohort.closes_on + timedelta(days=DAYS_TO_CONFIRM_AFTER_CLOSING))


def _when_pairings_end(cohort: Cohort, queued_at: datetime, about: str) -> datetime:
    del queued_at, about
    return cohort.end_of(cohort.ends_on)


def _when_cohort_closes(cohort: Cohort, queued_at: datetime, about: str) -> datetime:
    del queued_at, about
    return cohort.end_of(cohort.closed_after)


def _when_survey_closes(cohort: Cohort, queued_at: datetime, about: str) -> datetime:
    return cohort.end_of(closes_on(cohort, Moment(about), cohort.today(queued_at)))


def _after_ten_minutes(cohort: Cohort, queued_at: datetime, about: str) -> datetime:
    del cohort, about
    return queued_at + KEY_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What is particular to one kind of mail.

    `recipients` are the states of an enrolment in which its person still gets the mail; otherwise it is
    dropped when it would leave. `link_expires` says how long the mail's own link lives; without one the mail
    carries no link of its own. `link_purpose` is what that link opens, None where the message's `about`
    says it. A mail that is not `transactional` was not asked for at that moment and carries the header with
    which mail programs stop all mail in one click (RFC 8058). With `needs_link` or `needs_partner` the mail
    is dropped where the link is over, or the partner has left.
    """

    recipients: frozenset[EnrolmentState]
    transactional: bool
    about: About = About.RECIPIENT
    link_purpose: Purpose | None = None
    link_expires: Expiry | None = None
    needs_link: bool = False
    needs_partner: bool = False
    copies_answers: bool = False


class MessageKind(StrEnum):
    """Why Kith writes. The value is stored with a message and names its template."""

    row: KindRow

    def __new__(cls, name: str, row: KindRow | None = None) -> Self:
        """Make a kind; raises TypeError for one without its row."""
        if row is None:
            raise TypeError(f"the kind of mail {name!r} has no row")
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.row = row
        return kind

    CONFIRM = (
        "confirm",
        KindRow(
            recipients=frozenset({EnrolmentState.UNCONFIRMED}),
            transactional=True,
            link_purpose=Purpose.CONFIRM,
            link_expires=_when_confirmation_ends,
        ),
    )
    # The address is confirmed; a coordinator decides.
    RECEIVED = (
        "received",
        KindRow(recipients=frozenset({EnrolmentState.APPLIED}), transactional=True),
    )
    # With the coordinator's reason.
    DECLINED = (
        "declined",
        KindRow(recipients=frozenset({EnrolmentState.DECLINED}), transactional=True),
    )
    # On the waiting list: the application came late, or a run found nobody.
    WAITING = (
        "waiting",
        KindRow(
            recipients=frozenset({EnrolmentState.WAITING, EnrolmentState.CONFIRMED}),
            transactional=True,
            about=About.RUN,
        ),
    )
    WELCOME = (
        "welcome",
        KindRow(
            recipients=frozenset({EnrolmentState.CONFIRMED}),
            transactional=True,
            link_purpose=Purpose.TRAINING,
            link_expires=_when_cohort_closes,
            copies_answers=True,
        ),
    )
    INTRODUCTION = (
        "introduction",
        KindRow(
            recipients=frozenset({EnrolmentState.CONFIRMED}),
            transactional=True,
            about=About.PAIRING,
            link_purpose=Purpose.MATCH,
            link_expires=_when_cohort_closes,
            needs_partner=True,
        ),
    )
    CHECKIN = (
        "checkin",
        KindRow(
            recipients=frozenset({EnrolmentState.CONFIRMED}),
            transactional=False,
            about=About.PAIRING,
            link_purpose=Purpose.CHECKIN,
            link_expires=_when_pairings_end,
            needs_partner=True,
        ),
    )
    SURVEY = (
        "survey",
        KindRow(
            recipients=frozenset({EnrolmentState.CONFIRMED}),
            transactional=False,
            about=About.MOMENT,
            link_purpose=Purpose.SURVEY,
            link_expires=_when_survey_closes,
            needs_link=True,
        ),
    )
    # A link of ten minutes that the person asked for.
    KEY = (
        "key",
        KindRow(
            recipients=frozenset(EnrolmentState) - {EnrolmentState.ERASED},
            transactional=True,
            about=About.PURPOSE,
            link_expires=_after_ten_minutes,
            needs_link=True,
        ),
    )
    # To the person who left.
    WITHDRAWN = (
        "withdrawn",
        KindRow(recipients=frozenset({EnrolmentState.WITHDRAWN}), transactional=True),
    )
    # To the partner of a pairing that has ended; no reason, no fault.
    PARTNER_LEFT = (
        "partner-left",
        KindRow(recipients=frozenset({EnrolmentState.CONFIRMED}), transactional=True, about=About.PAIRING),
    )


def link_purpose(kind: MessageKind, about: str) -> Purpose | None:
    """Return what the link of such a mail lets its holder do; None where it has no link of its own."""
    if kind.row.about is About.PURPOSE:
        return Purpose(about)
    return kind.row.link_purpose


def is_known(kind: str, about: str) -> bool:
    """Return whether this release can make such a mail; after a rollback the outbox may hold a newer kind."""
    try:
        link_purpose(MessageKind(kind), about)
    except ValueError:
        return False
    return True
