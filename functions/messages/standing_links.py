"""The two links that a person keeps from the day on which the address is confirmed, made once."""

from datetime import datetime

from functions.programme.links import Link, Purpose, equality_link_id, stop_link_id
from functions.programme.people import Enrolment
from functions.storage.access import links
from functions.storage.table import Change


def stop_link(to: Enrolment, *, until: datetime, link_keys: tuple[bytes, ...]) -> Change:
    """Return the change that makes the one link with which this person stops all mail to them."""
    return links.creation(_link(to, stop_link_id(to.id), Purpose.STOP, until), *link_keys)


def equality_link(to: Enrolment, *, until: datetime, link_keys: tuple[bytes, ...]) -> Change:
    """Return the change that makes the one link behind which this person may answer about equality."""
    return links.creation(_link(to, equality_link_id(to.id), Purpose.EQUALITY, until), *link_keys)


def _link(to: Enrolment, link_id: str, purpose: Purpose, until: datetime) -> Link:
    return Link(id=link_id, purpose=purpose, cohort_id=to.cohort_id, person_id=to.id, expires_at=until)
