"""Open a link from a mail: what it is for, if it is for that purpose and its time is not over."""

from functions.programme.links import Link, Purpose
from functions.services import Services
from functions.storage.access import links


def open_link(services: Services, token: str, purpose: Purpose) -> Link | None:
    """Return the link, or None for one that is unknown, over, or for another purpose."""
    link = links.find(services.table, token, services.clock())
    return link if link is not None and link.purpose is purpose else None
