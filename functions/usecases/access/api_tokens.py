"""Give a machine a token that carries scopes, and say later what a token allows."""

from collections.abc import Iterable
from datetime import timedelta

from functions.programme.links import digest_of, id_from, token_of
from functions.services import Services
from functions.storage.access import api_tokens
from functions.storage.access.api_tokens import EVERY_COHORT, BearerToken
from functions.storage.table import Event

# What a token may be allowed; each route of the API names one.
SCOPES = frozenset({"runs:start", "runs:publish", "cohort:read"})


class ScopeError(ValueError):
    """A scope that no route asks for; the message says which there are."""


def issue_token(
    services: Services,
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
    now = services.clock()
    token = token_of(services.link_keys[0], services.new_id())
    held = BearerToken(
        id=services.new_id(),
        digest=digest_of(token),
        scopes=wanted,
        cohort_id=cohort_id,
        expires_at=now + lives,
        name=name,
    )
    services.table.commit(
        [api_tokens.creation(held)],
        event=_event(services, "give-token", held),
        idempotency_key=id_from("give-token", held.id),
    )
    return token


def revoke_tokens(services: Services, name: str | None = None) -> list[BearerToken]:
    """End every token of that name, or every one there is; return what was ended."""
    ended = [held for held in api_tokens.every(services.table) if name is None or held.name == name]
    for held in ended:
        services.table.commit(
            [api_tokens.ending(held)],
            event=_event(services, "end-token", held),
            idempotency_key=id_from("end-token", held.id),
        )
    return ended


def find_token(services: Services, token: str) -> BearerToken | None:
    """Return what the token allows now, or None when it is unknown or over."""
    return api_tokens.find(services.table, token, services.clock())


def _event(services: Services, action: str, held: BearerToken) -> Event:
    return Event(
        cohort_id="everywhere", at=services.clock(), actor="operator", action=action, subject_id=held.id
    )
