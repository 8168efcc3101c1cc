"""A language that nobody speaks: its words are made from those of English, and its grammar is unlike both.

Words end in what their place in the sentence asks for, a number has four forms, names come in the opposite
order, and it is written in letters that neither English nor Arabic has. A sentence that was glued together
or left in English shows at once.
"""

import re
from gettext import NullTranslations

_PLACE = re.compile(r"(\{\w+\}|%\(\w+\)[sd])")
_ENDINGS = ("", "ων", "ῳ", "ᾳ", "υς")


class Invented(NullTranslations):
    """Says every message in the invented language."""

    def gettext(self, message: str) -> str:
        """Return the message, its places in the opposite order."""
        return invented(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - as gettext calls it
        """Return one of four forms: the message of several, so that no number may be left out."""
        return invented(msgid2, ending=n % 4)


def invented(message: str, ending: int = 0) -> str:
    """Return the message in the invented language."""
    places = _PLACE.findall(message)
    turned = iter(reversed(places))
    parts = _PLACE.split(message)
    return "".join(next(turned) if part in places else _words(part, ending) for part in parts)


def word(english: str) -> str:
    """Return one word of a questionnaire."""
    return _words(english, 0)


def _words(text: str, ending: int) -> str:
    return re.sub(
        "[A-Za-z]+",
        lambda found: (
            "".join(chr(0x3B1 + ord(letter) % 17) for letter in found.group())
            + _ENDINGS[(found.start() + ending) % len(_ENDINGS)]
        ),
        text,
    )
