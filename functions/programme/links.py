"""Links in mails: 256 bits that nobody can guess, bound to one person and one purpose.

A link's token says where the link stands, which is no secret, and proves it with a word derived from the
link's id by a secret key. So the token is stored nowhere: the table holds its digest alone, and a copy of the
table opens no door. Where a link stands does not follow from the key, which can therefore be changed.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """The one thing that a link lets its holder see and do."""

    CONFIRM = "confirm"
    MATCH = "match"
    CHECKIN = "checkin"
    SURVEY = "survey"
    STOP = "stop"
    TRAINING = "training"
    EQUALITY = "equality"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    EXPORT = "export"
    ERASE = "erase"
    SIGN_IN = "sign-in"


# What a person asks a fresh link for, on the page `/my/place/`; it lives ten minutes.
SELF_SERVICE_PURPOSES = (Purpose.CHANGE, Purpose.WITHDRAW, Purpose.EXPORT, Purpose.ERASE)
KEY_LIFETIME = timedelta(minutes=10)
_PLACE_BYTES, _MAC_BYTES = 16, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link. `about` and `checkin` say what it concerns, as in the message that carries it."""

    id: str
    purpose: Purpose
    cohort_id: str
    person_id: str
    expires_at: datetime
    about: str = ""
    checkin: int = 0


def id_from(*parts: str | int) -> str:
    """Return the id that these parts always lead to: 32 hexadecimal characters that mean nothing.

    What is made from the same parts twice therefore meets itself, however often a job runs.
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def stop_link_id(person_id: str) -> str:
    """Return the id of the one link with which this person stops all mail to them."""
    return id_from("stop", person_id)


def equality_link_id(person_id: str) -> str:
    """Return the id of the one link behind which this person may answer questions about equality."""
    return id_from("equality", person_id)


def token_of(key: bytes, id_: str) -> str:
    """Return a secret word: 43 characters of URL-safe base64, HMAC-SHA256 of the id."""
    return urlsafe_b64encode(_mac(key, id_)).rstrip(b"=").decode()


def link_token(key: bytes, link_id: str) -> str:
    """Return the token of a link: 64 characters of URL-safe base64, its place and HMAC-SHA256 of its id."""
    return urlsafe_b64encode(bytes.fromhex(place_of(link_id)) + _mac(key, link_id)).decode()


def place_of(link_id: str) -> str:
    """Return where a link of that id stands, for every key: 32 hexadecimal characters."""
    return hashlib.sha256(link_id.encode()).hexdigest()[: 2 * _PLACE_BYTES]


def place_in(token: str) -> str | None:
    """Return where the link of that token would stand; None for what can be no link's token."""
    try:
        decoded = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return None
    return decoded[:_PLACE_BYTES].hex() if len(decoded) == _PLACE_BYTES + _MAC_BYTES else None


def _mac(key: bytes, id_: str) -> bytes:
    return hmac.new(key, id_.encode(), hashlib.sha256).digest()


def digest_of(token: str) -> str:
    """Return what the table keeps of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
