"""How a sentence is said in the cohort's language, whichever way that language is written.

Every sentence is a whole message of a gettext catalogue with named places, so that another language can
turn it round. What is put into a place (a name, an answer, a label) may be written the other way: it
is then isolated (U+2068 … U+2069), or the words around it would be shuffled. Digits alone need none of
that: they read from left to right in either direction.

What was said is remembered by what it was made from, since the answers of thousands repeat.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any, Protocol, TypeVar

from functions.matching.people import Person, Role, Value, canonical
from functions.matching.policy.model import (
    Pairing,
    Policy,
    Rule,
    RuleKind,
)
from functions.matching.rules import column_labels, default_because

Words = Mapping[str, Mapping[str, str]]
Kept = TypeVar("Kept")

_NAMED_AT_MOST = 5
_REMEMBERED_AT_MOST = 100_000
_LISTS_REMEMBERED_AT_MOST = 20_000
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_READS_FROM_THE_RIGHT = re.compile(f"[{_RIGHT_TO_LEFT}]")
_READS_FROM_THE_LEFT = re.compile(rf"[^\W\d_{_RIGHT_TO_LEFT}]")


class Said(str):
    """A text that reads in the language's own direction, so that it need not be isolated inside another."""

    __slots__ = ()


class Translations(Protocol):
    """What `gettext.NullTranslations` does, and each of its kind."""

    def gettext(self, message: str, /) -> str:
        """Return the message in the language."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the form of the message for so many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What reasons are said with: made once for a run, since it remembers what it said.

    `words` are labels by column and answer (casefolded); without one the answer shows. The policy's
    own texts are already in the language of `translations` (`policy.parse`).
    """

    policy: Policy
    words: Words = field(default_factory=dict)
    translations: Translations = field(default_factory=NullTranslations)
    _foreign: re.Pattern[str] = field(init=False, repr=False)
    _joints: tuple[str, str] = field(init=False, repr=False)
    _remembered: dict[Hashable, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        gettext = self.translations.gettext
        turned = _READS_FROM_THE_RIGHT.search(gettext("nothing in common"))
        object.__setattr__(self, "_foreign", _READS_FROM_THE_LEFT if turned else _READS_FROM_THE_RIGHT)
        joints = (
            _between(gettext("{items}, {next}"), "{items}", "{next}"),
            _between(gettext("{items} and {last}"), "{items}", "{last}"),
        )
        object.__setattr__(self, "_joints", joints)

    def say(self, message: str, **places: object) -> Said:
        """Return a translated message with its places filled; what reads the other way is isolated."""
        return Said(message.format_map({name: self.isolated(value) for name, value in places.items()}))

    def isolated(self, value: object) -> str:
        """Return a text as it may stand inside a sentence: isolated if it reads the other way."""
        if isinstance(value, Said):
            return value
        text = str(value)
        return f"\u2068{text}\u2069" if self._foreign.search(text) else text

    def shown(self, column: str, answer: object) -> tuple[str, Said]:
        """Return an answer in its canonical form, and as it reads best inside a sentence."""
        plain = str(answer)
        known: tuple[str, Said] | None = self._remembered.get((column, plain))
        if known is None:
            form = canonical(plain)
            text = self.words.get(column, {}).get(form) or _readable(plain)
            known = form, Said(self.isolated(text))
            self.remember((column, plain), known)
        return known

    def reader(self, role: Role, column: str) -> "Reader":
        """Return what reads that column; the same each time, since it remembers."""
        return self.remembered(
            (role, column),
            lambda: Reader(speech=self, separator=self.policy.columns(role).separator, column=column),
        )

    def remembered(self, key: Hashable, said: Callable[[], Kept]) -> Kept:
        """Return what was made of this before, or make it now."""
        known: Kept | None = self._remembered.get(key)
        if known is None:
            known = said()
            self.remember(key, known)
        return known

    def remember(self, key: Hashable, value: object) -> None:
        """Keep it; after very many, start anew rather than fill the memory."""
        if len(self._remembered) >= _REMEMBERED_AT_MOST:
            self._remembered.clear()
        self._remembered[key] = value

    def listed(self, items: Sequence[Said]) -> str:
        """Return items as a sentence lists them; of many, the last ones as a number."""
        comma, conjunction = self._joints
        rest = len(items) - _NAMED_AT_MOST
        if rest > 0:
            ngettext = self.translations.ngettext
            message = ngettext("{items} and one more", "{items} and {count} more", rest)
            return self.say(message, items=Said(comma.join(items[:_NAMED_AT_MOST])), count=rest)
        return comma.join(items[:-1]) + conjunction + items[-1] if len(items) > 1 else items[0]

    def because(self, rule: Rule) -> str:
        """Return why the rule refuses: in the policy's words, or in ours where it has none."""
        if rule.because != default_because(rule.kind, rule.mentee, rule.mentor):
            return rule.because
        return self.say(self._own_reasons()[rule.kind], **column_labels(rule.mentee, rule.mentor))

    def _own_reasons(self) -> Mapping[RuleKind, str]:
        gettext = self.translations.gettext
        of_peers = {
            RuleKind.SUPERVISES: gettext("one of the two supervises the other"),
            RuleKind.DISTANCE: gettext("they are not at the right distance in {mentor}"),
            RuleKind.MUST_HAVE: gettext("one of the two does not have the {mentor} that the other asks for"),
        }
        return {
            RuleKind.SAME: gettext("both have the same {mentee}"),
            RuleKind.DIFFERENT: gettext("{mentee} is not the same"),
            RuleKind.SUPERVISES: gettext("the mentor supervises the mentee"),
            RuleKind.AVOIDED: gettext("this pairing is not possible"),
            RuleKind.PREVIOUS: gettext("they have been paired before"),
            RuleKind.TOO_FEW: gettext("too little in common in {mentee}"),
            RuleKind.DISTANCE: gettext("the mentor is not at the right distance in {mentor}"),
            RuleKind.MUST_HAVE: gettext("the mentor does not have the {mentor} that the mentee asks for"),
            RuleKind.ONESELF: gettext("they are the same person"),
            RuleKind.PAUSED: gettext("one of the two is paused"),
            **(of_peers if self.policy.pairing is Pairing.PEERS else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the entries of one column."""

    speech: Speech
    separator: re.Pattern[str]
    column: str
    _known: dict[Value, Mapping[str, Said]] = field(init=False, repr=False, default_factory=dict)
    _parts: dict[str, tuple[str, Said]] = field(init=False, repr=False, default_factory=dict)

    def entries(self, person: Person) -> Mapping[str, Said]:
        """Return a person's entries, canonical form to shown form, in their order."""
        value = person.answers.get(self.column)
        if value is None:
            return {}
        if value.__class__ is bool:  # True and 1 are not the same answer, but equal to each other
            value = str(value)
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _LISTS_REMEMBERED_AT_MOST:
                self._known.clear()
            known = self._known[value] = self._read(value)
        return known

    def _read(self, value: Value) -> Mapping[str, Said]:
        """Read one answer; its parts are shown once, since the answers of many are made of the same."""
        parts = self._parts
        if len(parts) >= _LISTS_REMEMBERED_AT_MOST:
            parts.clear()
        entries: dict[str, Said] = {}
        for part in value if isinstance(value, tuple) else self.separator.split(str(value)):
            shown = parts.get(part)
            if shown is None:
                shown = parts[part] = self.speech.shown(self.column, part)
            entries[shown[0]] = shown[1]
        entries.pop("", None)
        return entries


def _between(message: str, before: str, after: str) -> str:
    """Return what stands between two places of a message that has nothing outside them."""
    return message.removeprefix(before).removesuffix(after)


def _readable(text: str) -> str:
    """Return an answer as it reads best: the name of a choice without its hyphens."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    plain = " ".join(text.split())
    if re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)+", plain):
        plain = re.sub("[-_]", " ", plain)
    return plain
