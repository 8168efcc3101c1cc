"""The words in which the reasons of a policy's pairs are said, for one language and reader; made once."""

from functions.i18n.phrasebook import Phrasebook, policy_read
from functions.i18n.reasons import Reader, ReasonRenderer
from functions.matching import Role as MatchRole
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, Role
from functions.questionnaires.criteria import completed
from functions.services import Services, questionnaire_for

_KEPT_AT_MOST = 64
_kept: dict[tuple[str, ...], Phrasebook] = {}


def phrasebook(services: Services, policy: str, language: str, own: Role | None = None) -> Phrasebook:
    """Return the words of that policy of the programme; `own` is the side whose questions the reader had.

    Of a policy that the programme no longer has, answers and criteria are called by their own names.
    """
    text = services.policies.get(policy, "")
    mentees, mentors = (questionnaire_for(services, role) for role in (Role.MENTEE, Role.MENTOR))
    key = (text, mentees.version, mentors.version, language, own or "")
    book = _kept.get(key)
    if book is None:
        if len(_kept) >= _KEPT_AT_MOST:
            _kept.clear()
        whole = completed(text, mentees=mentees, mentors=mentors) if text else ""
        book = _kept[key] = Phrasebook.of(
            policy_read(whole, language) if whole else None,
            language,
            questionnaires=(mentees, mentors),
            own=questionnaire_for(services, own) if own else None,
        )
    return book


def reasons_for(
    services: Services, pairing: Pairing, me: Enrolment, partner: str, language: str
) -> ReasonRenderer:
    """Return what says the reasons of a pairing to one of its two people, who knows the other's name."""
    book = phrasebook(services, pairing.policy, spoken(services, language), own=me.role)
    mentor = me.role is Role.MENTOR
    names = {
        MatchRole.MENTOR: me.name if mentor else partner,
        MatchRole.MENTEE: partner if mentor else me.name,
    }
    return ReasonRenderer(book, Reader(me.role), names)


def spoken(services: Services, language: str) -> str:
    """Return the language if the programme speaks it, else its first."""
    languages = services.programme.languages
    return language if language in languages else languages[0]
