"""Links in mails: 256 bits that nobody can guess, bound to one person and one purpose.

A token is derived from its link's id with a secret key, so it is stored nowhere: the table holds its
digest alone, and a copy of the table opens no door.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
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
ASKED_FOR = (Purpose.CHANGE, Purpose.WITHDRAW, Purpose.EXPORT, Purpose.ERASE)
KEY_LIVES = timedelta(minutes=10)


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


def token_of(key: bytes, link_id: str) -> str:
    """Return the token of a link: 43 characters of URL-safe base64, HMAC-SHA256 of its id."""
    mac = hmac.new(key, link_id.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """Return what the table keeps of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
