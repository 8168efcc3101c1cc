"""Who is meant by what people type: a name, an address or an id is one person, may be some, or is nobody.

Whoever is meant for certain counts as meant. Whoever may be meant is told to the coordinator, and until that
is decided a rule that forbids counts all of them, and a wish counts none. `docs/names.md` has the table.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from functions.programme.name_forms import NameForm, addresses_in, fold, id_form, name_form, one_edit_apart
from functions.spreadsheets.no_answer import is_no_answer

_AND = "and or und oder et ou y e og och en oraz i a ve và & \\+ и і και و और तथा आणि र".split()
_BETWEEN_NAMES = re.compile(
    r"[;,\n\r|、，；،؛/]+"
    rf"|\s+(?:{'|'.join(_AND)})\s+"
    # Han for "and", where it can't be part of a name in Han.
    r"|(?<![\u3400-\u9fff])[和与](?![\u3400-\u9fff])"
)
_BETWEEN_UNSPACED = re.compile("[和与與と]")
# What says that there is nobody, beside the words for no answer at all.
_NOBODY = frozenset("no nope nobody noone keiner niemand nein personne non nadie nikt yok никто لا".split())
# A whole number of three digits or more, also as a spreadsheet shows it.
_NUMBER = re.compile(r"(?<![\d.,_-])(\d{3,})(?:[.,]0+)?(?![\d_-]|[.,]\d)")
_LONGEST_UNSPACED = 4  # signs of a whole name in Han, kana or Hangul
_WORDS_ALIKE = 2
_SENTENCE = 4  # words: a longer text may hold a name among others
Ids = frozenset[str]


class Likeness(StrEnum):
    """How surely a text means the people it leads to."""

    SAME = "same"  # this one person
    NEAR = "near"  # perhaps these
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom a text means: of SAME one person, of NEAR each who may be meant, of NOBODY none.

    `typed` is the part of the answer that it is about.
    """

    typed: str
    likeness: Likeness
    people: Ids


class NameIndex:
    """One side's people, found by any name, address or id that others may call them.

    `called` holds for each person's id what they are called: names, addresses, ids.
    """

    def __init__(self, called: Mapping[str, Iterable[str]]) -> None:
        """Note each person under every form of their names, addresses and ids."""
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._same: dict[str, set[str]] = defaultdict(set)
        self._near: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = defaultdict(set)
        self._forms: dict[str, list[NameForm]] = defaultdict(list)
        self._like_addresses: dict[str, set[str]] = defaultdict(set)
        self._alike: dict[str, set[str]] = defaultdict(set)
        self._addresses: dict[str, set[str]] = defaultdict(set)
        for id_, texts in called.items():
            for text in texts:
                self._note(id_, text)

    def meanings(self, answer: str) -> list[Meaning]:
        """Return whom an answer means: the whole of it where it is one name, otherwise each part."""
        whole = self._surely(answer)
        if whole:
            return [_meaning(answer, whole)]
        if _says_nobody(answer):
            called = self._called_like(answer)
            return [called] if called else []
        parts = [part.strip() for part in _BETWEEN_NAMES.split(answer) if part.strip()]
        found = [meaning for part in parts for meaning in self._meanings_of_part(part)]
        if len(parts) > 1 and all(meaning.likeness is Likeness.NOBODY for meaning in found):
            perhaps = self._perhaps(name_form(answer))
            return [_meaning(answer, perhaps, surely=False)] if perhaps else found
        return found

    def _meanings_of_part(self, part: str) -> list[Meaning]:
        """Return what one part means; where it is nobody, two names may be joined by a Han or kana "and"."""
        whole = self._meaning_of(part)
        if whole is None or whole.people:
            return [whole] if whole else []
        joined = [self._meaning_of(each) for each in _BETWEEN_UNSPACED.split(part) if each.strip()]
        known = [meaning for meaning in joined if meaning is not None and meaning.people]
        return known if len(known) > 1 else [whole]

    def near(self, text: str) -> Ids:
        """Return everybody of the same or a near name; order, titles and diacritics count for nothing."""
        form = name_form(text)
        # A first name alone is no person; an unspaced name is whole in one word.
        if len(form.words) == 1 and form.same.isascii():
            return frozenset()
        sharing = {id_ for word in form.distinctive for id_ in self._words.get(word, ())}
        cut = {id_ for id_ in sharing if any(_initials(form, each) for each in self._forms[id_])}
        return frozenset(self._near.get(form.near, set()) | cut)

    def by_address(self, text: str) -> Ids:
        """Return everybody with an address in the text."""
        return frozenset(id_ for address in addresses_in(text) for id_ in self._addresses.get(address, set()))

    def _note(self, id_: str, text: str) -> None:
        addresses = addresses_in(text)
        for address in addresses:
            self._addresses[address].add(id_)
            for key in _one_left_out(address):
                self._like_addresses[key].add(address)
            self._exact[id_form(address.partition("@")[0])].add(id_)
        if addresses or not text.strip():
            return
        self._exact[id_form(text)].add(id_)
        form = name_form(text)
        # A number is known as it is, or not at all: the next one is somebody else.
        if not form.words or any(sign.isdigit() for sign in form.same):
            return
        self._same[form.same].add(id_)
        self._near[form.near].add(id_)
        self._forms[id_].append(form)
        for word in form.distinctive:
            self._words[word].add(id_)
        for key in _keys(form):
            self._alike[key].add(id_)

    def _surely(self, text: str) -> Ids:
        addressed = self.by_address(text)
        if addressed:
            return addressed
        form = name_form(text)
        same = self._same.get(form.same, set()) if form.words else set()
        # Of two whose names are the same, both may be meant, even where one is written just like this.
        return frozenset(same or self._exact.get(id_form(text)) or ())

    def _meaning_of(self, part: str) -> Meaning | None:
        surely = self._surely(part)
        if surely:
            return _meaning(part, surely)
        form = name_form(part)
        if not form.words and not any(sign.isalnum() for sign in part):
            return None
        if _says_nobody(part):
            return self._called_like(part)
        numbered = {id_ for number in _NUMBER.findall(part) for id_ in self._exact.get(id_form(number), ())}
        perhaps = frozenset(numbered) or self._near_address(part) or self._perhaps(form)
        return _meaning(part, perhaps, surely=False)

    def _called_like(self, part: str) -> Meaning | None:
        """Return whom a word for nobody may mean after all, as “Noone” Peter Noone; usually nobody."""
        called = frozenset(self._words.get(name_form(part).near, ()))
        return _meaning(part, called, surely=False) if called else None

    def _near_address(self, text: str) -> Ids:
        """Return everybody with an address one letter off one in the text."""
        return frozenset(
            id_
            for typed in addresses_in(text)
            for key in _one_left_out(typed)
            for address in self._like_addresses.get(key, ())
            if one_edit_apart(typed, address)
            for id_ in self._addresses[address]
        )

    def _perhaps(self, form: NameForm) -> Ids:
        """Return who may be meant: the nearest kind of likeness that anybody has."""
        if not form.words:
            return frozenset()
        if form.near in self._near:
            return frozenset(self._near[form.near])
        candidates = {id_ for key in _keys(form) for id_ in self._alike.get(key, ())}
        for alike in (_one_letter_off, _initials, _holds, _shares_a_word):
            found = frozenset(
                id_ for id_ in candidates if any(alike(form, each) for each in self._forms[id_])
            )
            if found:
                return found
        return frozenset()


def _keys(form: NameForm) -> frozenset[str]:
    """Return keys of a name; two names that are alike in one of the ways below share at least one.

    They are the single words and the whole name, each also with one letter left out, and all its letters.
    """
    closed = _closed(form.near), _closed(form.same)
    return _one_left_out(*form.plain, *closed) | {form.letters} | _parts_of_unspaced(form.unspaced)


def _parts_of_unspaced(name: str) -> frozenset[str]:
    """Return with what a name without spaces begins, and every part of it that may be a whole name."""
    begins = {f"^{name[:length]}" for length in range(1, _LONGEST_UNSPACED + 1) if name}
    holds = {
        name[start : start + length]
        for length in range(2, _LONGEST_UNSPACED + 1)
        for start in range(len(name) - length + 1)
    }
    return frozenset(begins | holds)


def _one_left_out(*texts: str) -> frozenset[str]:
    """Return the texts, and each with one sign left out: of two that are one edit apart, both have one."""
    shorter = {text[:place] + text[place + 1 :] for text in texts for place in range(len(text))}
    return frozenset(shorter.union(texts))


def _says_nobody(text: str) -> bool:
    return is_no_answer(text) or "".join(fold(text).split()) in _NOBODY


def _meaning(typed: str, people: Ids, *, surely: bool = True) -> Meaning:
    if not people:
        return Meaning(typed, Likeness.NOBODY, people)
    certain = surely and len(people) == 1
    return Meaning(typed, Likeness.SAME if certain else Likeness.NEAR, people)


def _one_letter_off(typed: NameForm, known: NameForm) -> bool:
    """Say whether a letter was left out, added, changed, or two were swapped, or only spaces differ."""
    if typed.letters == known.letters:
        return True
    if one_edit_apart(_closed(typed.near), _closed(known.near)):
        return True
    if one_edit_apart(_closed(typed.same), _closed(known.same)):
        return True
    mine, theirs = set(typed.plain) - set(known.plain), set(known.plain) - set(typed.plain)
    return len(mine) == len(theirs) == 1 and one_edit_apart(*mine, *theirs)


def _closed(name: str) -> str:
    return name.replace(" ", "")


def _initials(typed: NameForm, known: NameForm) -> bool:
    """Say whether one is the other with words cut to their first letters."""
    return _abbreviates(typed, known) or _abbreviates(known, typed)


def _abbreviates(short: NameForm, long: NameForm) -> bool:
    letters = [word for word in short.plain if len(word) == 1]
    words = Counter(word for word in short.plain if len(word) > 1)
    left = Counter(long.plain)
    if not letters or not words or words - left:
        return False
    left -= words
    return all(any(word.startswith(letter) for word in left) for letter in letters)


def _holds(typed: NameForm, known: NameForm) -> bool:
    """Say whether all words of one stand in the other: a name left out, or a sentence around it."""
    if typed.unspaced and known.unspaced:
        return known.unspaced.startswith(typed.unspaced) or known.unspaced in typed.unspaced
    if len(typed.plain) == 1 and len(typed.near) > 1:
        return typed.near in known.plain
    if not typed.distinctive or not known.distinctive:
        return False
    return set(typed.plain) <= set(known.plain) or known.distinctive <= set(typed.plain)


def _shares_a_word(typed: NameForm, known: NameForm) -> bool:
    """Say whether a longer text holds a word of the name, or a near one of a name of two words does."""
    if len(typed.words) > _SENTENCE:
        return not typed.distinctive.isdisjoint(known.distinctive)
    near = sum(
        any(word == other or one_edit_apart(word, other) for other in known.distinctive)
        for word in typed.distinctive
    )
    return near >= min(_WORDS_ALIKE, len(known.distinctive)) and bool(near)
