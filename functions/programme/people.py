"""A person in a role of one cohort, from application to the end of the cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Answer = str | int | bool | tuple[str, ...]
# The priority in a run of whoever waited in an earlier cohort; everybody else has 0.
WAITED = 1


class Role(StrEnum):
    """Which side of a pairing a person enrols for; one address may hold both."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class EnrolmentState(StrEnum):
    """Where an enrolment stands; only a confirmed one has a place and is matched.

    unconfirmed ─┬──▶ confirmed
                 ├──▶ applied ──▶ confirmed | declined    (a coordinator decides)
                 └──▶ waiting ──▶ confirmed | declined    (it came after enrolment had ended)

    From every state a person may withdraw, and anybody may be erased: what is left then is no person.
    """

    UNCONFIRMED = "unconfirmed"
    APPLIED = "applied"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


# Whom a coordinator can still give a place, or decline; who can still withdraw.
UNDECIDED = (EnrolmentState.APPLIED, EnrolmentState.WAITING)
STANDING = (EnrolmentState.UNCONFIRMED, *UNDECIDED, EnrolmentState.CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One person's place in one cohort, in one role.

    `answers` hold the questionnaire's canonical values by question name: text, whole number,
    True for a given consent, a tuple of choice names (in rank order where the question ranks);
    a question that was not asked or not answered is absent. `name` and `email` stand beside
    them, so that nothing else needs to know which question asks for them.

    `language` is that of the address under which they enrolled; pages and mails are in it. `waited`
    says that the same address got nobody in an earlier cohort: it is served first in this one.
    `code_of_conduct` is the version that they accepted, at `accepted_at`; `trained_at` is when they said
    that they have read the training. `decision_reason` is what a coordinator wrote to them. `version`
    counts the changes of the answers, from 1. One that is erased has no name, no address, no answers;
    at `forgotten_at` nothing else anywhere told of them either.
    """

    id: str
    cohort_id: str
    role: Role
    state: EnrolmentState
    name: str
    email: str
    capacity: int
    answers: Mapping[str, Answer]
    questionnaire_version: str
    enrolled_at: datetime
    confirmed_at: datetime | None = None
    language: str = "en"
    waited: bool = False
    code_of_conduct: str = ""
    accepted_at: datetime | None = None
    trained_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decision_reason: str = ""
    withdrawn_at: datetime | None = None
    erased_at: datetime | None = None
    forgotten_at: datetime | None = None
    version: int = 1


def state_since(person: Enrolment) -> datetime:
    """Return since when the person is in their state."""
    reached = {
        EnrolmentState.APPLIED: person.confirmed_at,
        EnrolmentState.WAITING: person.confirmed_at,
        EnrolmentState.CONFIRMED: person.decided_at or person.confirmed_at,
        EnrolmentState.DECLINED: person.decided_at,
        EnrolmentState.WITHDRAWN: person.withdrawn_at,
        EnrolmentState.ERASED: person.erased_at,
    }
    return reached.get(person.state) or person.enrolled_at


def address_is_at(email: str, domains: Sequence[str]) -> bool:
    """Return whether the address is at one of the domains, or at a sub-domain of one; none: it always is."""
    at = email.rpartition("@")[2].strip().casefold()
    named = (domain.strip().lstrip("@").casefold() for domain in domains)
    return not domains or any(at == domain or at.endswith(f".{domain}") for domain in named)
