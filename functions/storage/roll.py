"""The roll of a cohort: a short item for each person and each pair, written with the fact that it repeats.

A list of a thousand people, their pairs and what they answered to check-ins is one request or two. The facts
themselves stand elsewhere; `usecases/people/recount.py` compares the two and repairs what differs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from boto3.dynamodb.conditions import Attr

from functions.programme.pairing import CheckinAnswer, Pairing, Reply
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.roll import PairProgress, RollEntry, entry_of
from functions.storage import keys
from functions.storage.item_values import (
    day_or_none,
    instant,
    instant_or_none,
    instant_text,
    item_of,
)
from functions.storage.keys import Key
from functions.storage.table import Change, Item, Operation, Table, amendment, check, deletion

_REPLY = "reply:"


def person(enrolment: Enrolment) -> Change:
    """Return the change after which the roll shows the person as this enrolment says; may be repeated."""
    item = item_of(entry_of(enrolment))
    key = keys.roll_person(enrolment.cohort_id, enrolment.id)
    return Change(operation=Operation.PUT, key=key, sets=item, unattributed=True)


def person_corrected(enrolment: Enrolment, as_read: Change) -> Change:
    """Return the same change, refused when the enrolment is not as it was read (`enrolments.is_as_read`)."""
    return replace(person(enrolment), also=(as_read,))


def person_removed(cohort_id: str, person_id: str) -> Change:
    """Return the change that takes a person off the roll; refused while there is an enrolment of theirs."""
    absent = check(keys.enrolment(cohort_id, person_id), Attr(keys.PARTITION).not_exists())
    return replace(deletion(keys.roll_person(cohort_id, person_id)), also=(absent,))


def pair(pairing: Pairing) -> Change:
    """Return the change after which the roll shows the pair; what it shows of replies stays."""
    return amendment(keys.roll_pair(pairing.cohort_id, pairing.id), _facts_of(pairing), condition=None)


def pair_corrected(pairing: Pairing, replies: Sequence[Reply], shown: PairProgress | None) -> Change:
    """Return the change after which the roll shows the pair with these replies and no others.

    Refused when the pairing or one of its replies has changed since they were read.
    """
    cohort_id, facts = pairing.cohort_id, dict(map(_attribute_of, replies))
    ended = Attr("ended_at")
    as_read = [
        check(keys.pairing(cohort_id, pairing.id), ended.exists() if pairing.ended_at else ended.not_exists())
    ]
    for reply in replies:
        unchanged = Attr("answered_at").eq(instant_text(reply.answered_at))
        as_read.append(check(_reply_key(cohort_id, reply), unchanged))
    wrong = [reply for reply in (shown.replies if shown else ()) if _attribute_of(reply)[0] not in facts]
    as_read += [check(_reply_key(cohort_id, reply), Attr(keys.PARTITION).not_exists()) for reply in wrong]
    return amendment(
        keys.roll_pair(cohort_id, pairing.id),
        {**_facts_of(pairing), **facts},
        condition=None,
        removes=tuple(_attribute_of(reply)[0] for reply in wrong),
        also=tuple(as_read),
    )


def pair_removed(cohort_id: str, pairing_id: str) -> Change:
    """Return the change that takes a pair off the roll; refused while there is such a pairing."""
    absent = check(keys.pairing(cohort_id, pairing_id), Attr(keys.PARTITION).not_exists())
    return replace(deletion(keys.roll_pair(cohort_id, pairing_id)), also=(absent,))


def pair_ended(pairing: Pairing) -> Change:
    """Return the change after which the roll shows when the pairing ended."""
    ended_at = instant_text(pairing.ended_at) if pairing.ended_at else ""
    return amendment(keys.roll_pair(pairing.cohort_id, pairing.id), {"ended_at": ended_at}, condition=None)


def replied(reply: Reply, cohort_id: str) -> Change:
    """Return the change after which the roll has the person's reply in place of their earlier one."""
    name, value = _attribute_of(reply)
    return amendment(keys.roll_pair(cohort_id, reply.pairing_id), {name: value}, condition=None)


def people_in(table: Table, cohort_id: str) -> Iterator[RollEntry]:
    """Yield every person on the roll of a cohort, by id."""
    return map(_entry, table.query(keys.roll(cohort_id), "PERSON#"))


def pairs_in(table: Table, cohort_id: str) -> Iterator[PairProgress]:
    """Yield every pair on the roll of a cohort, by id."""
    # A reply alone is no pair: it has been put on a roll that lacked its pair, and a recount adds that.
    items = table.query(keys.roll(cohort_id), "PAIR#")
    return (_progress(item) for item in items if "pairing_id" in item)


def _entry(item: Item) -> RollEntry:
    """Return what a line says; what a line of an older release lacks has its usual value until a recount."""
    stored = {each.name: item[each.name] for each in fields(RollEntry) if each.name in item}
    return RollEntry(**stored | {name: read(stored[name]) for name, read in _READS.items()})


_READS: Mapping[str, Callable[[Any], Any]] = {
    "role": Role,
    "state": EnrolmentState,
    "enrolled_at": instant,
    "since": instant,
}


def _progress(item: Item) -> PairProgress:
    progress = PairProgress(
        pairing_id=item["pairing_id"],
        mentor_id=item["mentor_id"],
        mentee_id=item["mentee_id"],
        introduced_on=date.fromisoformat(item["introduced_on"]),
        ended_at=instant_or_none(item.get("ended_at")),
    )
    replies = (
        _reply(progress.pairing_id, name, value) for name, value in item.items() if name.startswith(_REPLY)
    )
    in_order = sorted(replies, key=lambda reply: (reply.checkin, reply.person_id))
    return replace(progress, replies=tuple(in_order))


def _attribute_of(reply: Reply) -> tuple[str, str]:
    """Return a reply as one attribute: a roll is read whole, so each is as short as it can be."""
    facts = (
        str(reply.answer),
        reply.met_on.isoformat() if reply.met_on else "",
        reply.answered_on.isoformat(),
        instant_text(reply.answered_at),
    )
    return f"{_REPLY}{reply.checkin:03}:{reply.person_id}", "|".join(facts)


def _facts_of(pairing: Pairing) -> dict[str, str]:
    return {
        "pairing_id": pairing.id,
        "mentor_id": pairing.mentor_id,
        "mentee_id": pairing.mentee_id,
        "introduced_on": pairing.introduced_on.isoformat(),
        **({"ended_at": instant_text(pairing.ended_at)} if pairing.ended_at else {}),
    }


def _reply_key(cohort_id: str, reply: Reply) -> Key:
    return keys.reply(cohort_id, reply.pairing_id, reply.checkin, reply.person_id)


def _reply(pairing_id: str, name: str, value: str) -> Reply:
    number, _, person_id = name.removeprefix(_REPLY).partition(":")
    answer, met_on, answered_on, answered_at = value.split("|")
    return Reply(
        pairing_id=pairing_id,
        checkin=int(number),
        person_id=person_id,
        answer=CheckinAnswer(answer),
        met_on=day_or_none(met_on or None),
        answered_at=instant(answered_at),
        answered_on=date.fromisoformat(answered_on),
    )
