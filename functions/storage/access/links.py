"""Links, found by the place that their token names and opened by its digest; the token is stored nowhere.

While the key is changed a link has a token of the old key and one of the new, and is opened by either: it is
one item, so what is used up or forgotten is so for both.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.links import Link, Purpose, digest_of, link_token, place_in, place_of
from functions.storage import keys
from functions.storage.item_values import instant, item_of, seconds
from functions.storage.table import Change, Item, Table, amendment, deletion
from functions.storage.table import creation as creation_at


def creation(link: Link, *key: bytes) -> Change:
    """Return the change that makes a link valid, until it expires, for its token of each key."""
    item = {**item_of(link), "digests": _digests(link.id, key), keys.EXPIRES: seconds(link.expires_at)}
    return creation_at(keys.link(place_of(link.id)), item)


def find(table: Table, token: str, now: datetime) -> Link | None:
    """Return the link that a token opens now: None when it is unknown, over or used up."""
    place = place_in(token)
    item = table.read(keys.link(place)) if place else None
    if item is None or digest_of(token) not in item["digests"]:
        return None
    return _link(item, now)


def find_by_id(table: Table, link_id: str, now: datetime) -> Link | None:
    """Return the link of that id: None when there is none, or it is over or used up."""
    item = table.read(keys.link(place_of(link_id)))
    return None if item is None else _link(item, now)


def every(table: Table, now: datetime) -> Iterator[Link]:
    """Yield every link that opens something now; it reads the whole table."""
    found = (_link(item, now) for item in table.everything(keys.LINKS))
    return (link for link in found if link is not None)


def forgetting(link_id: str) -> Change:
    """Return the change after which a link opens nothing any more; it may be made again."""
    return deletion(keys.link(place_of(link_id)))


def use(link: Link) -> Change:
    """Return the change that uses up a link which opens once only; refused the second time."""
    unused = Attr(keys.PARTITION).exists() & Attr("used").not_exists()
    return amendment(keys.link(place_of(link.id)), {"used": True}, condition=unused)


def rekeying(link_id: str, key: bytes, *, alone: bool = False) -> Change:
    """Return the change after which a link is opened by its token of this key too, or by that `alone`.

    Refused where there is no such link any more; it may be made again.
    """
    digests = _digests(link_id, [key])
    there = Attr(keys.PARTITION).exists()
    place = keys.link(place_of(link_id))
    if alone:
        return amendment(place, {"digests": digests}, condition=there)
    return amendment(place, {}, adds={"digests": digests}, condition=there)


def without_key(table: Table, key: bytes, now: datetime, *, alone: bool = False) -> Iterator[Link]:
    """Yield every link that opens something and that `rekeying` would change; it reads the whole table."""
    for item in table.everything(keys.LINKS):
        link, kept = _link(item, now), frozenset(item["digests"])
        mine = _digests(item["id"], [key])
        if link is not None and (kept != mine if alone else not kept >= mine):
            yield link


def _digests(link_id: str, of: Iterable[bytes]) -> frozenset[str]:
    return frozenset(digest_of(link_token(key, link_id)) for key in of)


def _link(item: Item, now: datetime) -> Link | None:
    if item.get("used") or instant(item["expires_at"]) <= now:
        return None
    return Link(
        id=item["id"],
        purpose=Purpose(item["purpose"]),
        cohort_id=item["cohort_id"],
        person_id=item["person_id"],
        expires_at=instant(item["expires_at"]),
        about=item["about"],
        checkin=item["checkin"],
    )
