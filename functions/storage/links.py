"""Links, found by the digest of their token; the token itself is stored nowhere."""

from datetime import datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.links import Link, Purpose, digest_of, token_of
from functions.storage import keys
from functions.storage.fields import instant, item_of, seconds
from functions.storage.table import Change, Table, amendment, deletion
from functions.storage.table import creation as creation_at


def creation(link: Link, key: bytes) -> Change:
    """Return the change that makes a link valid, until it expires."""
    item = {**item_of(link), keys.EXPIRES: seconds(link.expires_at)}
    return creation_at(keys.link(digest_of(token_of(key, link.id))), item)


def find(table: Table, token: str, now: datetime) -> Link | None:
    """Return the link that a token opens now: None when it is unknown, over or used up."""
    item = table.read(keys.link(digest_of(token)))
    if item is None or item.get("used") or instant(item["expires_at"]) <= now:
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


def forgetting(link_id: str, key: bytes) -> Change:
    """Return the change after which a link opens nothing any more; it may be made again."""
    return deletion(keys.link(digest_of(token_of(key, link_id))))


def use(link: Link, key: bytes) -> Change:
    """Return the change that uses up a link which opens once only; refused the second time."""
    place = keys.link(digest_of(token_of(key, link.id)))
    unused = Attr(keys.PARTITION).exists() & Attr("used").not_exists()
    return amendment(place, {"used": True}, condition=unused)
