"""Give a machine a token that carries scopes, and say later what a token allows."""

from collections.abc import Iterable
from datetime import timedelta

from functions.programme.links import digest_of, id_from, token_of
from functions.services import Office
from functions.storage.access import api_tokens
from functions.storage.access.api_tokens import EVERY_COHORT, BearerToken
from functions.storage.table import Event

# What a token may be allowed; each route of the API names one.
SCOPES = frozenset({"runs:start", "runs:publish", "cohort:read"})


class ScopeError(ValueError):
    """A scope that no route asks for; the message says which there are."""


def give_token(
    office: Office,
    scopes: Iterable[str],
    *,
    lives: timedelta,
    cohort_id: str = EVERY_COHORT,
    name: str = "",
) -> str:
    """Return a new token, which is shown this once and kept as a digest; raises `ScopeError`."""
    wanted = frozenset(scopes)
    if not wanted or wanted - SCOPES:
        raise ScopeError(f"A token carries one or more of: {', '.join(sorted(SCOPES))}.")
    now = office.clock()
    token = token_of(office.link_key, office.new_id())
    held = BearerToken(
        id=office.new_id(),
        digest=digest_of(token),
        scopes=wanted,
        cohort_id=cohort_id,
        expires_at=now + lives,
        name=name,
    )
    office.table.commit(
        [api_tokens.creation(held)],
        event=_event(office, "give-token", held),
        idempotency_key=id_from("give-token", held.id),
    )
    return token


def end_tokens(office: Office, name: str | None = None) -> list[BearerToken]:
    """End every token of that name, or every one there is; return what was ended."""
    ended = [held for held in api_tokens.every(office.table) if name is None or held.name == name]
    for held in ended:
        office.table.commit(
            [api_tokens.ending(held)],
            event=_event(office, "end-token", held),
            idempotency_key=id_from("end-token", held.id),
        )
    return ended


def holder_of(office: Office, token: str) -> BearerToken | None:
    """Return what the token allows now, or None when it is unknown or over."""
    return api_tokens.find(office.table, token, office.clock())


def _event(office: Office, action: str, held: BearerToken) -> Event:
    return Event(
        cohort_id="everywhere", at=office.clock(), actor="operator", action=action, subject_id=held.id
    )
