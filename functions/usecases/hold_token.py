"""Give a machine a token that carries scopes, and say later what a token allows."""

from collections.abc import Iterable
from datetime import timedelta

from functions.office import Office
from functions.programme.links import digest_of, id_from, token_of
from functions.storage import tokens
from functions.storage.table import Event
from functions.storage.tokens import EVERY_COHORT, BearerToken

# What a token may be allowed; each route of the API names one.
SCOPES = frozenset({"runs:start", "runs:publish", "cohort:read"})


class ScopeError(ValueError):
    """A scope that no route asks for; the message says which there are."""


def give_token(
    office: Office, scopes: Iterable[str], *, lives: timedelta, cohort_id: str = EVERY_COHORT
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
    )
    office.table.commit(
        [tokens.creation(held)],
        event=Event(
            cohort_id="everywhere", at=now, actor="operator", action="give-token", subject_id=held.id
        ),
        writer=id_from("give-token", held.id),
    )
    return token


def holder_of(office: Office, token: str) -> BearerToken | None:
    """Return what the token allows now, or None when it is unknown or over."""
    return tokens.find(office.table, token, office.clock())
