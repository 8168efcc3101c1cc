"""Bearer tokens of machines, found by their digest; the token itself is shown once and stored nowhere."""

from dataclasses import dataclass
from datetime import datetime

from functions.programme.links import digest_of
from functions.storage import keys
from functions.storage.fields import instant, item_of, seconds
from functions.storage.table import Change, Table
from functions.storage.table import creation as creation_at

EVERY_COHORT = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken:
    """What a machine may do (`scopes`), in one cohort or in `EVERY_COHORT`, until it expires."""

    id: str
    digest: str
    scopes: frozenset[str]
    cohort_id: str
    expires_at: datetime


def creation(token: BearerToken) -> Change:
    """Return the change that makes a token valid."""
    return creation_at(keys.token(token.digest), {**item_of(token), keys.EXPIRES: seconds(token.expires_at)})


def find(table: Table, token: str, now: datetime) -> BearerToken | None:
    """Return what a token allows now, or None when it is unknown or expired."""
    item = table.read(keys.token(digest_of(token)))
    if item is None or instant(item["expires_at"]) <= now:
        return None
    return BearerToken(
        id=item["id"],
        digest=item["digest"],
        scopes=frozenset(item["scopes"]),
        cohort_id=item["cohort_id"],
        expires_at=instant(item["expires_at"]),
    )
