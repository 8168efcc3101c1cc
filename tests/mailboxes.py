"""Addresses that a header parser reads as another mailbox than the one that is written there.

Decoded, they name `thief@evil.example`, whom nobody has checked; as they stand, their domain is the
programme's or one that nobody has heard of.
"""

import base64
import os
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

from hypothesis import strategies as st

THIEF = "thief@evil.example"
PROGRAMME_DOMAIN = "people.university.example"

# fmt: off
ENCODED = {
    "quoted, in UTF-8": f"=?utf-8?q?thief=40evil.example?=@{PROGRAMME_DOMAIN}",
    "quoted, in ASCII": f"=?us-ascii?q?thief=40evil.example?=@{PROGRAMME_DOMAIN}",
    "base 64": f"=?utf-8?b?{base64.b64encode(THIEF.encode()).decode()}?=@{PROGRAMME_DOMAIN}",
    "a comma and a second address": f"=?utf-8?q?thief=40evil.example=2C_y?=@{PROGRAMME_DOMAIN}",
    "two in base 64": f"=?utf-8?b?{base64.b64encode(b'thief@evil.example, y').decode()}?=@x.example",
    "the programme's domain": f"=?utf-8?q?y=40{PROGRAMME_DOMAIN}=2C_thief?=@evil.example",
    "with a language": f"=?us-ascii*en?q?thief=40evil.example=2C_y?=@{PROGRAMME_DOMAIN}",
    "within a mailbox": f"a.=?utf-8?q?thief=40evil.example=2C_y?=@{PROGRAMME_DOMAIN}",
    "only its beginning": f"=?thief@{PROGRAMME_DOMAIN}",
    "only its end": f"thief?=@{PROGRAMME_DOMAIN}",
}
REWRITTEN = {
    "two in a list": f"{THIEF},y@{PROGRAMME_DOMAIN}",
    "a list of one": f"y@{PROGRAMME_DOMAIN},",
    "a semicolon": f"{THIEF};y@{PROGRAMME_DOMAIN}",
    "a comment": f"y(thief)@{PROGRAMME_DOMAIN}",
    "a comment at the end": f"{THIEF}(@{PROGRAMME_DOMAIN})",
    "a quoted mailbox": f'"thief@evil.example, y"@{PROGRAMME_DOMAIN}',
    "half a quotation": f'y"@{PROGRAMME_DOMAIN}',
    "a name in front": f"Y <y@{PROGRAMME_DOMAIN}>",
    "angle brackets": f"<y@{PROGRAMME_DOMAIN}>",
    "a group": f"friends:{THIEF};",
    "a route": f"<@{PROGRAMME_DOMAIN}:{THIEF}>",
    "a relay by per cent": f"thief%evil.example@{PROGRAMME_DOMAIN}",
    "a relay by exclamation mark": f"evil.example!thief@{PROGRAMME_DOMAIN}",
    "an address of a machine": "y@[IPv6:::1]",
    "an escape": f"thief\\@evil.example@{PROGRAMME_DOMAIN}",
    "white space": f"thief y@{PROGRAMME_DOMAIN}",
    "folding white space": f"y@{PROGRAMME_DOMAIN}\r\n {THIEF}",
    "another header": f"y@{PROGRAMME_DOMAIN}\r\nBcc: {THIEF}",
}
# fmt: on
# What reads as nobody else's, and is no address for all that, or holds what nobody can see.
UNSEEN = {
    "a control character": f"y\x00@{PROGRAMME_DOMAIN}",
    "a bell": f"y\x07@{PROGRAMME_DOMAIN}",
    "a mark that turns the direction": f"y\u202e@{PROGRAMME_DOMAIN}",
    "a joiner": f"y\u200d@{PROGRAMME_DOMAIN}",
    "a joiner in the domain": "y@uni\u200dversity.example",
    "a lone surrogate": f"y\ud800@{PROGRAMME_DOMAIN}",
    "a full-width comma": f"y\uff0cthief@{PROGRAMME_DOMAIN}",
    "a full-width at sign": f"thief\uff20evil.example@{PROGRAMME_DOMAIN}",
    "an ideographic full stop": "y@people\u3002university.example",
}
HOSTILE = ENCODED | REWRITTEN | UNSEEN
DECODED_OR_SPLIT = ENCODED | REWRITTEN
# Neither a form nor a table carries a lone surrogate.
SENDABLE = {name: address for name, address in HOSTILE.items() if "\ud800" not in address}

# How many mailboxes are made up: few on every day, 100,000 before a release.
MAILBOXES = int(os.environ.get("KITH_MAILBOXES", "300"))

_payloads = st.sampled_from(
    [THIEF, f"{THIEF}, y", f"y, {THIEF}", "thief", f"y@{PROGRAMME_DOMAIN}", "y>, <z", ""]
)
_charsets = st.sampled_from(["utf-8", "us-ascii", "iso-8859-1", "utf-16", "utf-7", "unknown", "utf-8*en"])


def _quoted(text: str) -> str:
    return "".join(char if char.isalnum() else f"={ord(char):02X}" for char in text)


def _word(charset: str, encoding: str, text: str) -> str:
    said = base64.b64encode(text.encode()).decode() if encoding in "bB" else _quoted(text)
    return f"=?{charset}?{encoding}?{said}?="


_words = st.builds(_word, _charsets, st.sampled_from("qQbB"), _payloads)
_plain = st.from_regex(r"[a-z0-9]+([.+_'-][a-z0-9]+)*", fullmatch=True)
_marks = st.sampled_from(
    [*'=?,;:<>()"\\@!%. \t', "=?", "?=", "\r\n ", "\r\nBcc: ", "\u200b", "\u202e", "\x00"]
)
_anything = st.text(max_size=6)
_pieces = st.lists(st.one_of(_words, _plain, _plain, _marks, _anything), min_size=1, max_size=4).map("".join)
_domains = st.one_of(st.just(PROGRAMME_DOMAIN), st.just("evil.example"), _pieces.map("{}.example".format))
# From an honest address to whatever: what somebody might type into the field.
mailboxes = st.one_of(
    st.sampled_from(sorted(HOSTILE.values())),
    st.builds("{}@{}".format, _plain, _domains),
    st.builds("{}@{}".format, _pieces, _domains),
    st.builds("{}@{}".format, _words, _domains),
    _pieces,
)


def recipients_of(raw: bytes) -> set[tuple[str, ...]]:
    """Return whom the bytes name, as each of several readers finds them."""
    names = ("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc")
    found = set()
    for rules in (policy.default, policy.compat32):
        message = message_from_bytes(raw, policy=rules)
        values = [str(value) for name in names for value in message.get_all(name, [])]
        decoded = [str(make_header(decode_header(value))) for value in values]
        found |= {tuple(address for _, address in getaddresses(read)) for read in (values, decoded)}
    return found
