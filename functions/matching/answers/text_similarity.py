"""How alike two free texts are, in whole per cent, by the short runs of letters that they have in common.

Runs of four letters within words, the space around a word included, serve all European languages best
(McNamee and Mayfield, "Character N-Gram Tokenization for European Language Text Retrieval", 2004), and
need no dictionary. A short word, which is mostly a common one, has few of them. The likeness is the
cosine of the two sets (Ochiai). It depends on these two texts alone: nobody else's enrolment changes it.
"""

import math
import unicodedata

from functions.matching.people import Value

LETTERS = 4
_TATWEEL = "\u0640"  # lengthens an Arabic word and means nothing


def letter_runs(value: Value) -> frozenset[str]:
    """Return the runs of letters of a text, without accents and vowel marks; none when it has no word."""
    text = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    found: set[str] = set()
    for word in _words(text):
        padded = f" {word} "
        found.update(padded[start : start + LETTERS] for start in range(max(len(padded) - LETTERS + 1, 1)))
    return frozenset(found)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    if not plain.isascii():
        plain = "".join(
            letter for letter in plain if unicodedata.category(letter) != "Mn" and letter != _TATWEEL
        )
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()


def percent_alike(first: Value, second: Value) -> int | None:
    """Return how alike two texts are, from 0 to 100, rounded down; None when one of them says nothing."""
    mine, theirs = letter_runs(first), letter_runs(second)
    if not mine or not theirs:
        return None
    return math.isqrt(10_000 * len(mine & theirs) ** 2 // (len(mine) * len(theirs)))
