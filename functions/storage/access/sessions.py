"""Coordinators' sessions: 30 minutes without a request end one, and 8 hours in any case."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boto3.dynamodb.conditions import Attr

from functions.programme.links import digest_of
from functions.storage import keys
from functions.storage.item_values import instant, instant_text, item_of, seconds
from functions.storage.table import Change, Item, Refusal, Table, amendment, deletion
from functions.storage.table import creation as creation_at

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in coordinator; `digest` is that of the token in their cookie."""

    digest: str
    coordinator_id: str
    role: str
    created_at: datetime
    seen_at: datetime


def creation(session: Session) -> Change:
    """Return the change that begins a session."""
    item = {**item_of(session), keys.EXPIRES: seconds(session.created_at + LONGEST)}
    return creation_at(keys.session(session.digest), item)


def find(table: Table, token: str, now: datetime) -> Session | None:
    """Return the session that a cookie's token belongs to, or None when it is unknown or over."""
    item = table.read(keys.session(digest_of(token)))
    if item is None:
        return None
    session = _session(item)
    over = now >= min(session.seen_at + IDLE, session.created_at + LONGEST)
    return None if over else session


def of(table: Table, coordinator_id: str | None) -> list[Session]:
    """Return every session of one coordinator, or of all, over or not; it reads the whole table."""
    every = map(_session, table.everything(keys.SESSIONS))
    return [session for session in every if coordinator_id in (None, session.coordinator_id)]


def touch(table: Table, session: Session, now: datetime) -> Session | None:
    """Note that the coordinator is there, and return the session; None when it was ended meanwhile."""
    still = Attr(keys.PARTITION).exists()
    change = amendment(keys.session(session.digest), {"seen_at": instant_text(now)}, condition=still)
    outcome = table.write_unaudited(change, idempotency_key=f"seen:{instant_text(now)}")
    return None if isinstance(outcome, Refusal) else replace(session, seen_at=now)


def ending(session: Session) -> Change:
    """Return the change that ends a session; it may be made again."""
    return deletion(keys.session(session.digest))


def _session(item: Item) -> Session:
    return Session(
        digest=item["digest"],
        coordinator_id=item["coordinator_id"],
        role=item["role"],
        created_at=instant(item["created_at"]),
        seen_at=instant(item["seen_at"]),
    )
