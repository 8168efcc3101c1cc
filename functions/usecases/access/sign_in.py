"""Sign a coordinator in by a one-time link, and keep the session on our side.

Nobody gets such a link by asking for it, and no mail carries one: it is written by whoever may write to the
table (`./kith run` on one machine, `./kith invite` in a deployment), who hands it on.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from functions.programme.links import Link, Purpose, digest_of, id_from, link_token, token_of
from functions.services import Services
from functions.storage.access import links, sessions
from functions.storage.access.sessions import Session
from functions.storage.table import Change, Event, Written

LINK_LIVES = timedelta(minutes=10)
# Sessions belong to no cohort; their audit trail is the operator's own.
EVERYWHERE = "everywhere"
# A request within a minute of the last leaves the session as it is: a page with ten parts writes once.
SEEN_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator:
    """A person who is signed in to the console."""

    id: str
    session: Session


def invite(services: Services, coordinator_id: str) -> str:
    """Return the address of a one-time sign-in page; it lives ten minutes."""
    now = services.clock()
    link = Link(
        id=services.new_id(),
        purpose=Purpose.SIGN_IN,
        cohort_id=EVERYWHERE,
        person_id=coordinator_id,
        expires_at=now + LINK_LIVES,
    )
    services.table.commit(
        [links.creation(link, *services.link_keys)],
        event=_event(services, coordinator_id, "invite"),
        idempotency_key=id_from("invite", link.id),
    )
    return f"{services.origin}/console/sign-in/{link_token(services.link_keys[0], link.id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """How many sessions and open invitations were ended."""

    sessions: int
    invitations: int


def revoke(services: Services, coordinator_id: str | None = None) -> Revoked:
    """End every session and open invitation of a coordinator, or of all of them; again, what came since.

    The invitations go first: after that no session begins, so none is overlooked.
    """
    invitations = [
        link
        for link in links.every(services.table, services.clock())
        if link.purpose is Purpose.SIGN_IN and coordinator_id in (None, link.person_id)
    ]
    for link in invitations:
        _revoke(services, link.person_id, links.forgetting(link.id), link.id)
    ended = sessions.of(services.table, coordinator_id)
    for session in ended:
        _revoke(services, session.coordinator_id, sessions.ending(session), session.digest)
    return Revoked(sessions=len(ended), invitations=len(invitations))


def _revoke(services: Services, coordinator_id: str, change: Change, what: str) -> None:
    event = replace(_event(services, coordinator_id, "revoke"), actor="operator")
    services.table.commit([change], event=event, idempotency_key=id_from("revoke", what))


def sign_in(services: Services, token: str) -> str | None:
    """Use the link up and return a new session's token; None for a link that opens nothing (any more)."""
    now = services.clock()
    link = links.find(services.table, token, now)
    if link is None or link.purpose is not Purpose.SIGN_IN:
        return None
    session_token = token_of(services.link_keys[0], services.new_id())
    session = Session(
        digest=digest_of(session_token),
        coordinator_id=link.person_id,
        role="owner",
        created_at=now,
        seen_at=now,
    )
    outcome = services.table.commit(
        [links.use(link), sessions.creation(session)],
        event=_event(services, link.person_id, "sign-in"),
        idempotency_key=id_from("sign-in", session.digest),
    )
    return session_token if isinstance(outcome, Written) else None


def coordinator_of(services: Services, session_token: str) -> Coordinator | None:
    """Return who holds the session, and keep it alive; None when it is over."""
    now = services.clock()
    session = sessions.find(services.table, session_token, now)
    if session is None:
        return None
    if now - session.seen_at >= SEEN_AGAIN_AFTER:
        session = sessions.touch(services.table, session, now)
    return None if session is None else Coordinator(id=session.coordinator_id, session=session)


def sign_out(services: Services, coordinator: Coordinator) -> None:
    """End the session; a second time changes nothing."""
    services.table.commit(
        [sessions.ending(coordinator.session)],
        event=_event(services, coordinator.id, "sign-out"),
        idempotency_key=id_from("sign-out", coordinator.session.digest),
    )


def _event(services: Services, coordinator_id: str, action: str) -> Event:
    return Event(
        cohort_id=EVERYWHERE,
        at=services.clock(),
        actor=f"coordinator:{coordinator_id}",
        action=action,
        subject_id=coordinator_id,
    )
