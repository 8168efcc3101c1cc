"""Whom the bytes of a mail name, read before they leave, and again by whoever hands them on.

A header parser decodes encoded words, drops comments and splits lists, and two parsers do it differently.
So the bytes are read in every way that the standard library knows, and all must name the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses

from functions.questionnaires.plain_text import is_plain_address

RECIPIENTS = frozenset(
    {"to", "cc", "bcc", "apparently-to", "resent-to", "resent-cc", "resent-bcc"}  # whoever gets a copy
)
# Whom answers, bounces and receipts go to; of these a mail of ours has `From` and `Reply-To`.
WRITERS = frozenset(
    {"from", "reply-to", "sender", "return-path", "errors-to", "disposition-notification-to"}
    | {"return-receipt-to", "resent-from", "resent-sender", "resent-reply-to", "mail-followup-to"}
)
LINK = re.compile(r"<https?://[^\s<>,\"]+>")
# Every header begins a line that ends in CRLF and is ASCII: then all readers find the same headers.
SOUND_HEADERS = re.compile(rb"(?:[\t\x20-\x7e]+\r\n)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The addresses that a mail is to have: each alone, and no other."""

    to: str
    sender: str
    reply_to: str


class MisaddressedError(ValueError):
    """The mail has another address than it should; the text says where, and names nobody."""


def checked_bytes(email: EmailMessage, addressed: Addressed) -> bytes:
    """Return the bytes to hand over; raises `MisaddressedError` unless they name these addresses alone."""
    addresses = {
        "recipient": addressed.to,
        "sender": addressed.sender,
        "address for answers": addressed.reply_to,
    }
    for what, address in addresses.items():
        if not is_plain_address(address):
            raise MisaddressedError(f"the {what} is no plain address")
    try:
        raw = email.as_bytes()
    except (LookupError, UnicodeError) as fault:
        raise MisaddressedError("the headers can't be written") from fault
    refuse_misaddressed(raw, addressed)
    return raw


def refuse_misaddressed(raw: bytes, addressed: Addressed) -> None:
    """Raise `MisaddressedError` unless every reading of these bytes finds these addresses and no other."""
    head, found, _ = raw.partition(b"\r\n\r\n")
    if not found or not SOUND_HEADERS.fullmatch(head + b"\r\n"):
        raise MisaddressedError("the headers are not lines of ASCII")
    try:
        _refuse_read_otherwise(head, addressed)
    except MisaddressedError:
        raise
    except Exception as fault:  # the standard library's parser fails on some headers with IndexError
        raise MisaddressedError("the headers can't be read") from fault


def _refuse_read_otherwise(head: bytes, addressed: Addressed) -> None:
    expected_writers = {"from": [addressed.sender], "reply-to": [addressed.reply_to]}
    for rules in (policy.default, policy.compat32):
        message = BytesParser(policy=rules).parsebytes(head + b"\r\n\r\n", headersonly=True)
        if any(names != [addressed.to] for names in _recipients(message)):
            raise MisaddressedError("the headers name another recipient")
        if _writers(message) != expected_writers:
            raise MisaddressedError("the headers name another sender")
        if any(not LINK.fullmatch(str(value)) for value in message.get_all("List-Unsubscribe", [])):
            raise MisaddressedError("the header to unsubscribe holds more than a link")


def _recipients(message: Message) -> Iterator[list[str]]:
    """Yield whom the headers name, once for each way to read them."""
    values = [value for name, value in message.items() if name.lower() in RECIPIENTS]
    yield [str(value).strip() for value in values]
    yield [address for value in values for address in _addresses(value)]
    yield [address for _, address in getaddresses([str(value) for value in values])]
    yield [address for _, address in getaddresses([_decoded(str(value)) for value in values])]


def _writers(message: Message) -> dict[str, list[str]]:
    """Return whom the headers name as writing the mail or getting what comes back, by the header's name."""
    named: dict[str, list[str]] = {}
    for name, value in message.items():
        if name.lower() in WRITERS:
            named.setdefault(name.lower(), []).extend(_addresses(value))
    return named


def _addresses(value: object) -> list[str]:
    if isinstance(value, AddressHeader):
        return [address.addr_spec for address in value.addresses]
    return [address for _, address in getaddresses([str(value)])]


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError):
        return ""
