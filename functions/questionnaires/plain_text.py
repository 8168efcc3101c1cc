"""Text that is text: what people type, normalised, and free of anything that is not text.

Two spellings of one name must be one name (NFC), and nothing that a person can't see may reach a mail,
a table or a coordinator's screen: control characters, lone surrogates, marks that turn the direction of
the text around them. What is no text is listed here, not asked of Python's Unicode tables: the page's
script (`site/scripts/answers.js`) says the same of every text, whatever it runs on.
"""

import re
import unicodedata

from functions.i18n.languages import marked

# Characters that end up in front of other people and are no text: controls, lone surrogates and format
# characters (Unicode 16: Cc, Cs, Cf), noncharacters, the replacement character (text that was lost on the
# way) and the marks that reorder what stands beside them. The gentle marks that Arabic, Persian, Hebrew and
# emoji need (U+200C … U+200F, U+061C) are not among them.
NO_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u180e\u202a-\u202e\u2066-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
# Word processors leave these behind; they show nothing and mean nothing, so they are left out.
LEFTOVERS = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
# Mail programs make a link of `t.me/x` and of `1.2.3.4` by themselves. No part of the pattern may run over
# a stretch that another attempt begins in: it would take the square of the time.
ADDRESS_OR_LINK = re.compile(r"[@/:]|\bwww\.|[^\W_][.\u3002][^\W\d_]{2}|\d[.\u3002]\d")

# What a mail program, or a server on the way, reads as something else than one mailbox: encoded words
# (RFC 2047), quotes, comments, groups, lists and routes (RFC 5322), and the marks that older servers take
# for another server's address (`%`, `!`: RFC 5321, appendix F.2).
READ_AS_ANOTHER = re.compile(r"""=\?|\?=|[ "(),:;<>\\%!]""")

LONGEST_NAME = 200
# RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3.
LONGEST_ADDRESS = 254
LONGEST_MAILBOX = 64


SAY_TYPE_IT_AGAIN = marked(
    "Type this again instead of pasting it: it contains a character that can’t be shown"
)
SAY_WRITE_TEXT = marked("Write the answer as text")
SAY_NAME_ONLY = marked(
    "Enter your name alone, without an e-mail or web address; put a space after each full stop"
)
SAY_A_SHORTER_NAME = marked("Shorten your name to 200 characters or fewer")
SAY_AN_ADDRESS = marked("Enter an e-mail address like name@example.org")
SAY_A_PLAIN_ADDRESS = marked(
    "Mail programs may read this as another address: enter one address with nothing around it, like "
    "name@example.org"
)

# One mailbox and one domain as SES takes them (RFC 5322's dot-atom; RFC 1035, section 2.3.1). A test holds
# the two against marshmallow's own check, which a start need not wait for (decision 92).
MAILBOX = re.compile(r"[-!#$%&'*+/=?^`{}|~\w]+(?:\.[-!#$%&'*+/=?^`{}|~\w]+)*", re.ASCII)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}")


class TextError(ValueError):
    """What was typed can't be taken; the text says what to do, in English as the catalogues have it."""


def line_of(value: object) -> str:
    """Return one line of text: NFC, runs of white space made one space; raises TextError."""
    return " ".join(text_of(value).split())


def text_of(value: object) -> str:
    """Return text of any number of lines: NFC, lines ended by a line feed; raises TextError."""
    if not isinstance(value, str):
        raise TextError(SAY_WRITE_TEXT)
    lines = LEFTOVERS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if NO_TEXT.search(lines):
        raise TextError(SAY_TYPE_IT_AGAIN)
    return unicodedata.normalize("NFC", lines).strip()


def name_of(value: object) -> str:
    """Return a person's name; raises TextError for what holds an address or a link, or no letter.

    A name stands in mails to others: with a link in it, a stranger could make Kith send that link.
    """
    name = line_of(value)
    if len(name) > LONGEST_NAME:
        raise TextError(SAY_A_SHORTER_NAME)
    if ADDRESS_OR_LINK.search(unicodedata.normalize("NFKC", name)) or not any(map(str.isalpha, name)):
        raise TextError(SAY_NAME_ONLY)
    return name


def address_of(value: object) -> str:
    """Return a plain e-mail address, which every reader of a mail reads alike; raises TextError.

    The domain becomes small ASCII letters (IDNA), the mailbox stays as it was typed. Quoted mailboxes
    and addresses of machines (`a@[127.0.0.1]`, `a@localhost`) are allowed by the standard, but nobody
    who enrols has one; mailboxes beyond ASCII are too, but SES can't write to them. What a reader decodes
    or splits (`READ_AS_ANOTHER`) would bring the mail to somebody whose address nobody has checked.
    """
    address = line_of(value)
    if len(address) > LONGEST_ADDRESS:
        raise TextError(SAY_AN_ADDRESS)
    if READ_AS_ANOTHER.search(address):
        raise TextError(SAY_A_PLAIN_ADDRESS)
    mailbox, _, domain = address.rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii").lower()
        same = plain.encode("ascii").decode("idna") == unicodedata.normalize("NFKC", domain).lower()
    except UnicodeError as error:
        raise TextError(SAY_AN_ADDRESS) from error
    address = f"{mailbox}@{plain}"
    if len(address) > LONGEST_ADDRESS or not (same or plain == domain.lower()) or _unusual(mailbox, plain):
        raise TextError(SAY_AN_ADDRESS)
    if not (MAILBOX.fullmatch(mailbox) and DOMAIN.fullmatch(plain)):
        raise TextError(SAY_AN_ADDRESS)
    return address


def is_plain_address(address: str) -> bool:
    """Whether an address is one as `address_of` returns it: what was checked at the door is still there."""
    try:
        return address_of(address) == address
    except TextError:
        return False


def _unusual(mailbox: str, domain: str) -> bool:
    last = domain.rpartition(".")[2]
    named = (
        "." in domain and any(map(str.isalpha, last)) and not last.startswith("-") and not last.endswith("-")
    )
    plain = mailbox.isascii() and not mailbox.startswith('"') and len(mailbox) <= LONGEST_MAILBOX
    return not (named and plain)
