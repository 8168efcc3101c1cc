"""Check-ins: that each was asked, once, and what each person last answered to it."""

from collections.abc import Iterator
from datetime import date, datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.pairing import CheckinAnswer, Pairing, Reply
from functions.storage import keys, roll
from functions.storage.item_values import day_or_none, instant, instant_text, item_of
from functions.storage.table import Change, Item, Table, amendment
from functions.storage.table import creation as creation_at


def request(pairing: Pairing, number: int, at: datetime) -> Change:
    """Return the change that says a check-in was asked; refused the second time."""
    fact = {"pairing_id": pairing.id, "checkin": number, "asked_at": instant_text(at)}
    return creation_at(keys.checkin_request(pairing.cohort_id, pairing.id, number), fact)


def requested(table: Table, cohort_id: str) -> set[tuple[str, int]]:
    """Return which check-ins of the cohort were asked, as pairing id and number."""
    facts = table.query(keys.checkins(cohort_id), "REQUEST#")
    return {(fact["pairing_id"], fact["checkin"]) for fact in facts}


def reply(reply: Reply, cohort_id: str) -> Change:
    """Return the change that keeps a person's answer to a check-in in place of their earlier one.

    An older answer never replaces a newer one, and one request's answer counts once; `times` counts
    the answers given.
    """
    facts = item_of(reply)
    newer = Attr(keys.PARTITION).not_exists() | Attr("answered_at").lte(facts["answered_at"])
    return amendment(
        keys.reply(cohort_id, reply.pairing_id, reply.checkin, reply.person_id),
        facts,
        condition=newer,
        removes=() if reply.met_on else ("met_on",),
        adds={"times": 1},
        once_per_key=True,
        also=(roll.replied(reply, cohort_id),),
    )


def replies(table: Table, cohort_id: str) -> Iterator[Reply]:
    """Yield the replies of a cohort, each person's last to each check-in, by pairing and number."""
    return map(_reply, table.query(keys.checkins(cohort_id), "REPLY#"))


def replies_to(table: Table, cohort_id: str, pairing_id: str) -> Iterator[Reply]:
    """Yield the replies about one pairing, by number."""
    return map(_reply, table.query(keys.checkins(cohort_id), keys.replies_to(pairing_id)))


def _reply(item: Item) -> Reply:
    return Reply(
        pairing_id=item["pairing_id"],
        checkin=item["checkin"],
        person_id=item["person_id"],
        answer=CheckinAnswer(item["answer"]),
        met_on=day_or_none(item.get("met_on")),
        answered_at=instant(item["answered_at"]),
        answered_on=date.fromisoformat(item["answered_on"]),
    )
