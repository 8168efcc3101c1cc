"""Give somebody everything that Kith holds about them in a cohort: to read, and to take away.

Of others it holds their partners' names alone, as they were introduced.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.programme.cohort import Cohort
from functions.programme.links import Link, id_from
from functions.programme.messages import Message
from functions.programme.pairing import Pairing, Reply
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.programme import Moment
from functions.programme.questionnaire import Questionnaire
from functions.services import Services, questionnaire_for
from functions.storage import audit
from functions.storage.audit_chain import Entry
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.item_values import item_of, to_item_value
from functions.storage.messages import outbox as messages
from functions.storage.messages import suppressions
from functions.storage.pairings import checkins, pairings
from functions.storage.surveys import surveys
from functions.storage.surveys.surveys import SurveyAnswer
from functions.storage.table import Event
from functions.usecases.phrasebooks import reasons_for


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalPairing:
    """One of their pairings: the partner's name (empty when erased), and their own replies to check-ins.

    `reasons` are why the two were matched, in sentences to this person.
    """

    pairing: Pairing
    partner: str
    reasons: tuple[str, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Everything about one person in one cohort.

    `suppressed` says that nothing is sent to their address: they asked for that, or mail came back.
    """

    me: Enrolment
    cohort: Cohort
    questionnaire: Questionnaire
    pairings: tuple[PersonalPairing, ...]
    surveys: tuple[SurveyAnswer, ...]
    asked: tuple[Moment, ...]
    messages: tuple[Message, ...]
    entries: tuple[Entry, ...]
    suppressed: bool


def who_asks(services: Services, link: Link) -> Enrolment | None:
    """Return whose data the link opens, or None when nothing of them is left."""
    me = enrolments.get(services.table, link.cohort_id, link.person_id)
    return None if me is None or me.state is EnrolmentState.ERASED else me


def everything_about(services: Services, link: Link, language: str) -> PersonalData | None:
    """Return all of it, and note in the audit trail that it was given out; None as for `who_asks`.

    What is said in sentences is in that language.
    """
    me, cohort = who_asks(services, link), cohorts.get(services.table, link.cohort_id)
    if me is None or cohort is None:
        return None
    table, now = services.table, services.clock()
    given = (surveys.answer_of(table, cohort.id, moment, me.id) for moment in Moment)
    held = PersonalData(
        me=me,
        cohort=cohort,
        questionnaire=questionnaire_for(services, me.role),
        pairings=tuple(_pairings(services, me, language)),
        surveys=tuple(answer for answer in given if answer),
        asked=tuple(
            moment for moment, asked in sorted(surveys.requested(table, cohort.id)) if asked == me.id
        ),
        messages=tuple(messages.to_person(table, cohort.id, me.id)),
        entries=tuple(_entries(services, me)),
        suppressed=suppressions.exists(table, me.email),
    )
    table.commit(
        [],
        event=Event(cohort_id=cohort.id, at=now, actor=f"person:{me.id}", action="export", subject_id=me.id),
        idempotency_key=id_from("export", me.id, now.isoformat()),
    )
    return held


def as_data(held: PersonalData) -> dict[str, object]:
    """Return it for machines, in plain values: names as in the table, instants in UTC."""
    return {
        "cohort": {"id": held.cohort.id, "name": held.cohort.name, "zone": held.cohort.zone},
        "enrolment": item_of(held.me, without=("decided_by", "version")),
        "no_more_mail": held.suppressed,
        "pairings": [
            {
                **item_of(each.pairing, without=("mentor_id", "mentee_id", "score", "reasons")),
                "partner": each.partner,
                "reasons": list(each.reasons),
                "replies": [item_of(reply, without=("person_id",)) for reply in each.replies],
            }
            for each in held.pairings
        ],
        "surveys": [item_of(answer, without=("person_id",)) for answer in held.surveys],
        "surveys_asked": [str(moment) for moment in held.asked],
        "messages": [_message(message) for message in held.messages],
        "what_happened": [
            {
                "at": to_item_value(entry.event.at),
                "action": entry.event.action,
                "by_you": _theirs(entry, held.me),
            }
            for entry in held.entries
        ],
    }


def _message(message: Message) -> Mapping[str, object]:
    facts = item_of(message, without=("recipient_id", "link_id", "cohort_id", "attempts"))
    return {name: value for name, value in facts.items() if value not in ("", 0)}


def _pairings(services: Services, me: Enrolment, language: str) -> Iterator[PersonalPairing]:
    for pairing in pairings.of(services.table, me.cohort_id, me.id):
        partner = enrolments.get(services.table, me.cohort_id, pairing.partner_of(me.id))
        name = partner.name if partner else ""
        replies = checkins.replies_to(services.table, me.cohort_id, pairing.id)
        yield PersonalPairing(
            pairing=pairing,
            partner=name,
            reasons=reasons_for(services, pairing, me, name, language).sentences(pairing.reasons),
            replies=tuple(reply for reply in replies if reply.person_id == me.id),
        )


def _entries(services: Services, me: Enrolment) -> list[Entry]:
    lines = audit.trail(services.table, me.cohort_id)
    theirs = (line for line in lines if isinstance(line, Entry))
    return sorted(
        (entry for entry in theirs if entry.event.subject_id == me.id or _theirs(entry, me)),
        key=lambda entry: (entry.event.at, entry.shard, entry.number),
    )


def _theirs(entry: Entry, me: Enrolment) -> bool:
    return entry.event.actor == f"person:{me.id}"
