"""Bearer tokens of machines, found by their digest; the token itself is shown once and stored nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from functions.programme.links import digest_of
from functions.storage import keys
from functions.storage.item_values import instant, item_of, seconds
from functions.storage.table import Change, Item, Table, deletion
from functions.storage.table import creation as creation_at

EVERY_COHORT = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken:
    """What a machine may do (`scopes`), in one cohort or in `EVERY_COHORT`, until it expires.

    `name` is what the operator calls it by.
    """

    id: str
    digest: str
    scopes: frozenset[str]
    cohort_id: str
    expires_at: datetime
    name: str = ""


def creation(token: BearerToken) -> Change:
    """Return the change that makes a token valid."""
    return creation_at(keys.token(token.digest), {**item_of(token), keys.EXPIRES: seconds(token.expires_at)})


def find(table: Table, token: str, now: datetime) -> BearerToken | None:
    """Return what a token allows now, or None when it is unknown or expired."""
    item = table.read(keys.token(digest_of(token)))
    held = None if item is None else _token_of(item)
    return held if held is not None and held.expires_at > now else None


def every(table: Table) -> Iterator[BearerToken]:
    """Yield every token, expired or not; it reads the whole table."""
    return map(_token_of, table.everything(keys.TOKENS))


def ending(token: BearerToken) -> Change:
    """Return the change after which a token opens nothing any more; it may be made again."""
    return deletion(keys.token(token.digest))


def _token_of(item: Item) -> BearerToken:
    return BearerToken(
        id=item["id"],
        digest=item["digest"],
        scopes=frozenset(item["scopes"]),
        cohort_id=item["cohort_id"],
        expires_at=instant(item["expires_at"]),
        name=item["name"],
    )
