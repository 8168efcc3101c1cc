"""Pairings, found by cohort and by person; a claim keeps two people from being paired twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from boto3.dynamodb.conditions import Attr

from functions.matching import Reason, from_data, to_data
from functions.programme.pairing import Pairing, PairingState
from functions.programme.people import Enrolment, EnrolmentState
from functions.storage import keys, roll
from functions.storage.enrolment import enrolments
from functions.storage.item_values import day_or_none, instant, instant_or_none, instant_text, item_of
from functions.storage.table import MAX_BATCH_GET, Change, Item, ItemReader, Table, amendment
from functions.storage.table import creation as creation_at


class Partner(NamedTuple):
    """Whom a person is paired with, by which pairing, and whether that has ended."""

    pairing_id: str
    partner_id: str
    ended: bool


class PairingWithPeople(NamedTuple):
    """A pairing with both of its people, as one of them sees it."""

    pairing: Pairing
    me: Enrolment
    partner: Enrolment

    @property
    def over(self) -> bool:
        """Whether it has ended, or one of the two has left just now: neither sees the other any more."""
        there = self.me.state is self.partner.state is EnrolmentState.CONFIRMED
        return self.pairing.ended or not there


def creation(pairing: Pairing) -> list[Change]:
    """Return the changes that make a pairing; refused when these two have one.

    They are the pairing, the claim on the pair and the way to it from either person: four, and its line on
    the roll.
    """
    cohort_id, named = pairing.cohort_id, {"pairing_id": pairing.id}
    mentor_id, mentee_id = pairing.mentor_id, pairing.mentee_id
    return [
        creation_at(keys.pairing(cohort_id, pairing.id), _item(pairing), also=(roll.pair(pairing),)),
        creation_at(keys.pair(cohort_id, mentor_id, mentee_id), named),
        creation_at(keys.pairing_of(cohort_id, mentor_id, pairing.id), {**named, "partner_id": mentee_id}),
        creation_at(keys.pairing_of(cohort_id, mentee_id, pairing.id), {**named, "partner_id": mentor_id}),
    ]


def ending(pairing: Pairing, at: datetime, on: date) -> Change:
    """Return the change that ends a pairing before its time; refused the second time."""
    sets = {"state": str(PairingState.ENDED), "ended_at": instant_text(at), "ended_on": on.isoformat()}
    goes_on = Attr("state").eq(str(PairingState.INTRODUCED))
    both = [
        amendment(keys.pairing_of(pairing.cohort_id, person_id, pairing.id), {"ended": True}, condition=None)
        for person_id in (pairing.mentor_id, pairing.mentee_id)
    ]
    key, ended = keys.pairing(pairing.cohort_id, pairing.id), roll.pair_ended(replace(pairing, ended_at=at))
    return amendment(key, sets, condition=goes_on, also=(ended, *both))


def without_reasons(pairing: Pairing) -> Change:
    """Return the change that takes away why the two were paired: it tells of both; it may be made again."""
    there = Attr(keys.PARTITION).exists()
    return amendment(keys.pairing(pairing.cohort_id, pairing.id), {"reasons": []}, condition=there)


def get(table: ItemReader, cohort_id: str, pairing_id: str) -> Pairing | None:
    """Return the pairing, or None."""
    item = table.read(keys.pairing(cohort_id, pairing_id))
    return None if item is None else _pairing(item)


def with_people(table: Table, cohort_id: str, pairing_id: str, person_id: str) -> PairingWithPeople | None:
    """Return a pairing as one of its two people sees it, or None when it, or one of them, is gone."""
    first = table.batch_get(keys.pairing(cohort_id, pairing_id), keys.enrolment(cohort_id, person_id))
    pairing, me = get(first, cohort_id, pairing_id), enrolments.get(first, cohort_id, person_id)
    if pairing is None or me is None:
        return None
    partner = enrolments.get(table, cohort_id, pairing.partner_of(person_id))
    return PairingWithPeople(pairing, me, partner) if partner else None


def in_cohort(table: Table, cohort_id: str) -> Iterator[Pairing]:
    """Yield every pairing of the cohort, by id."""
    return map(_pairing, table.query(keys.pairings(cohort_id), "PAIRING#"))


def of(table: Table, cohort_id: str, person_id: str) -> list[Pairing]:
    """Return one person's pairings, by id."""
    ids = [partner.pairing_id for partner in partners_of(table, cohort_id, person_id)]
    batches = [ids[start : start + MAX_BATCH_GET] for start in range(0, len(ids), MAX_BATCH_GET)]
    found = []
    for batch in batches:
        items = table.batch_get(*(keys.pairing(cohort_id, pairing_id) for pairing_id in batch))
        found += [get(items, cohort_id, pairing_id) for pairing_id in batch]
    return [pairing for pairing in found if pairing is not None]


def partners_of(table: Table, cohort_id: str, person_id: str) -> list[Partner]:
    """Return whom one person is paired with, by the pairing's id."""
    named = table.query(keys.pairings(cohort_id), keys.pairings_of(person_id))
    return [Partner(item["pairing_id"], item["partner_id"], item.get("ended", False)) for item in named]


def _item(pairing: Pairing) -> dict[str, object]:
    reasons = [to_data(reason) for reason in pairing.reasons]
    return {**item_of(pairing, without=("reasons",)), "reasons": reasons}


def _pairing(item: Item) -> Pairing:
    return Pairing(
        id=item["id"],
        cohort_id=item["cohort_id"],
        run_id=item["run_id"],
        mentor_id=item["mentor_id"],
        mentee_id=item["mentee_id"],
        score=item["score"],
        policy=item["policy"],
        reasons=tuple(from_data(Reason, reason) for reason in item["reasons"]),
        introduced_at=instant(item["introduced_at"]),
        introduced_on=date.fromisoformat(item["introduced_on"]),
        in_group=item["in_group"],
        state=PairingState(item["state"]),
        ended_at=instant_or_none(item.get("ended_at")),
        ended_on=day_or_none(item.get("ended_on")),
    )
