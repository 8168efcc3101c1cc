"""The words that reasons are made of, in one language: answers, criteria and rules, and how a list reads.

Every sentence is a whole message of a gettext catalogue with named places, so that another language can
turn it round. What is put into a place (a name, an answer, a label) may be written the other way: it
is then isolated (U+2068 … U+2069), or the words around it would be shuffled. Digits alone need none of
that: they read from left to right in either direction.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from functions.i18n import writing
from functions.i18n.languages import translations
from functions.matching import (
    Criterion,
    Facts,
    Pairing,
    Policy,
    PolicyError,
    Role,
    Rule,
    RuleKind,
    SharedTime,
    canonical,
    parse_policy,
)
from functions.programme.questionnaire import Questionnaire

Words = Mapping[str, Mapping[str, str]]  # by column and answer, the answer in its canonical form

_NAMED_AT_MOST = 5
_HALF_HOURS_A_DAY = 48
_HYPHENED = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)+")
_COMPOUND = re.compile("[,;\u060c\u061b]| and | \u0648")  # an item that is a list by itself
_FIRST_WORD = re.compile(r"[A-Z][a-z]+(?=[\s,:;.]|$)|A(?= )")
# English words that keep their capital inside a sentence: days, months, languages and peoples.
_CAPITALISED = frozenset(
    word
    for words in (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun",
        "January February March April May June July August September October November December",
        "Arabic Bengali Chinese Czech Danish Dutch English Finnish French German Greek Hebrew Hindi",
        "Hungarian Irish Italian Japanese Korean Norwegian Persian Polish Portuguese Romanian Russian",
        "Scottish Spanish Swahili Swedish Turkish Ukrainian Urdu Welsh British European African",
        "American Asian Latin Python Java",
    )
    for word in words.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """What sentences of one run are made of, in one language; made once for many of them.

    `labels` are the criteria's, by name. `questions` are what the reader was asked, by column: a
    criterion without a label in this language is called by the reader's own question.
    """

    language: str
    policy: Policy | None = None
    words: Words = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    rule_labels: Mapping[str, str] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)
    translations: NullTranslations = field(default_factory=NullTranslations)
    _criteria: Mapping[str, Criterion] = field(init=False, repr=False)
    _rules: Mapping[str, Rule] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        policy = self.policy
        object.__setattr__(self, "_criteria", {each.name: each for each in policy.criteria} if policy else {})
        object.__setattr__(self, "_rules", {each.name: each for each in policy.rules} if policy else {})

    @classmethod
    def of(
        cls,
        policy: Policy | None,
        language: str,
        *,
        questionnaires: Iterable[Questionnaire] = (),
        own: Questionnaire | None = None,
        said: NullTranslations | None = None,
    ) -> "Phrasebook":
        """Return the words of a policy and its questionnaires; `own` is the one that the reader answered.

        Where questionnaires put one answer differently, the reader's own words count, else the first one's.
        A text of the policy without a language is in its questionnaires' first, or in every one where there
        are none.
        """
        asked = tuple(questionnaires)
        written_in = {language} if not asked else {each.languages[0] for each in asked}
        texts = _Texts(policy, language, plain=language in written_in)
        own_questions = _questions(own, language)
        criteria = policy.criteria if policy else ()
        return cls(
            language=language,
            policy=policy,
            words=_words((own, *asked) if own else asked, language),
            labels={
                each.name: texts.label("criterion", each.name)
                or own_questions.get(each.mentee)
                or own_questions.get(each.mentor)
                or each.label
                for each in criteria
            },
            rule_labels={
                each.name: texts.label("rule", each.name) or each.label
                for each in (policy.rules if policy else ())
            },
            because=texts.because(),
            translations=said or translations(language),
        )

    def gettext(self, message: str) -> str:
        """Return a message in the language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return the form of a message for the number `n`."""
        return self.translations.ngettext(one, several, number)

    def fill(self, message: str, **places: object) -> str:
        """Return a translated message with its places filled; what reads the other way is isolated."""
        return message.format_map({name: self.isolated(value) for name, value in places.items()})

    def isolated(self, value: object) -> str:
        """Return a text as it may stand inside a sentence: isolated if it reads the other way."""
        if isinstance(value, Inside):
            return value
        return writing.isolated(value, self.language) if isinstance(value, str) else str(value)

    def label(self, criterion: str) -> str:
        """Return what the criterion is called."""
        return self.labels.get(criterion) or _readable(criterion)

    def rule(self, rule: str) -> str:
        """Return what the rule is called."""
        return self.rule_labels.get(rule) or _readable(rule)

    def answers(self, criterion: str, answers: Sequence[str]) -> "list[Inside]":
        """Return answers as they read inside a sentence."""
        known = self._criteria.get(criterion)
        columns: tuple[str, ...] = ()
        if known is not None:
            columns = (known.mentee, known.mentor, known.mentor_wants, known.mentee_offers)
        return [self._answer(columns, answer) for answer in answers]

    def _answer(self, columns: Sequence[str], answer: str) -> "Inside":
        form = canonical(answer)
        for column in columns:
            label = self.words.get(column, {}).get(form)
            if label:
                return Inside(self.isolated(self._inside(label)))
        return Inside(self.isolated(_readable(answer)))

    def shared_time(self, criterion: str, facts: Facts, time: SharedTime, mine: Role) -> "Inside":
        """Return a time of the week on one's own clock, and beside it on the other's where that differs."""
        own, others = (time.mentee, time.mentor) if mine is Role.MENTEE else (time.mentor, time.mentee)
        here = writing.part_of_week(self.translations, own, time.half_hours, with_day=True)
        if own == others:
            return Inside(here)
        another_day = own // _HALF_HOURS_A_DAY != others // _HALF_HOURS_A_DAY
        there = writing.part_of_week(self.translations, others, time.half_hours, with_day=another_day)
        theirs = Role.MENTOR if mine is Role.MENTEE else Role.MENTEE
        return Inside(
            self.fill(
                self.gettext("{here} ({there})"),
                here=self._at(here, self._zone(criterion, facts, mine)),
                there=self._at(there, self._zone(criterion, facts, theirs)),
            )
        )

    def _at(self, time: str, place: "Inside") -> "Inside":
        return Inside(self.fill(self.gettext("{time} in {place}"), time=Inside(time), place=place))

    def _zone(self, criterion: str, facts: Facts, role: Role) -> "Inside":
        """Return where somebody is: in the words of the questionnaire, or else the city of the zone."""
        known, zone = self._criteria.get(criterion), facts.zones[0 if role is Role.MENTEE else 1]
        column = known.zones.column(role) if known is not None and known.zones else ""
        label = self.words.get(column, {}).get(canonical(zone), zone)
        return Inside(self.isolated(_city(zone) if label == zone else label))

    def _inside(self, label: str) -> str:
        """Return a label of a questionnaire as it stands inside a sentence: English begins it small."""
        first = _FIRST_WORD.match(label) if self.language.partition("-")[0] == "en" else None
        if first is None or first.group() in _CAPITALISED:
            return label
        return label[0].lower() + label[1:]

    def listed(self, items: Sequence["Inside"]) -> "Inside":
        """Return items as a sentence lists them; of many, the last ones as a number."""
        shown, rest = list(items[:_NAMED_AT_MOST]), len(items) - _NAMED_AT_MOST
        if rest > 0:
            message = self.ngettext("{items} and one more", "{items} and {count} more", rest)
            return Inside(self.fill(message, items=self._with_commas(shown), count=rest))
        if len(shown) < 2:  # noqa: PLR2004 - nothing to join
            return shown[0] if shown else Inside("")
        if any(map(_COMPOUND.search, shown)):
            return self._joined(shown, self.gettext("{items}; {next}"))
        items_but_last = self._with_commas(shown[:-1])
        return Inside(self.fill(self.gettext("{items} and {last}"), items=items_but_last, last=shown[-1]))

    def _with_commas(self, items: Sequence["Inside"]) -> "Inside":
        return self._joined(items, self.gettext("{items}, {next}"))

    def _joined(self, items: Sequence["Inside"], message: str) -> "Inside":
        listed = items[0]
        for each in items[1:]:
            listed = Inside(self.fill(message, items=listed, next=each))
        return listed

    @property
    def peers(self) -> bool:
        """Whether the policy pairs people of one pool."""
        return self.policy is not None and self.policy.pairing is Pairing.PEERS

    def reason_of(self, rule: str, side: Role | None = None) -> "Inside":
        """Return why the rule refuses: in the policy's words, or in ours where it has none here.

        Ours are said to somebody on that `side`, or else of both.
        """
        if rule in self.because:
            return Inside(self.isolated(self.because[rule]))
        known = self._rules.get(rule)
        if known is None:
            return Inside(self.isolated(self.rule(rule)))
        from functions.matching import column_labels  # noqa: PLC0415 - few requests need it

        columns = column_labels(known.mentee, known.mentor)
        ours = {**self._own_reasons(), **self._own_reasons_to(side)}
        return Inside(self.fill(ours[known.kind], **columns))

    def _own_reasons_to(self, side: Role | None) -> Mapping[RuleKind, str]:
        """Return what is said otherwise to somebody on a side; peers are both."""
        gettext = self.gettext
        if side is None or self.peers:
            return {}
        if side is Role.MENTEE:
            return {
                RuleKind.SUPERVISES: gettext("the mentor supervises you"),
                RuleKind.MUST_HAVE: gettext("the mentor does not have the {mentor} that you ask for"),
            }
        return {
            RuleKind.SUPERVISES: gettext("you supervise the mentee"),
            RuleKind.DISTANCE: gettext("you are not at the right distance in {mentor}"),
            RuleKind.MUST_HAVE: gettext("you do not have the {mentor} that the mentee asks for"),
        }

    def _own_reasons(self) -> Mapping[RuleKind, str]:
        gettext = self.gettext
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
            **(of_peers if self.peers else {}),
        }


class Inside(str):
    """A text that reads in the sentence's own direction, or is isolated already."""

    __slots__ = ()


class _Texts:
    """The texts of a policy as its file has them: one for every language, or one for each."""

    def __init__(self, policy: Policy | None, language: str, *, plain: bool) -> None:
        content = json.loads(policy.canonical) if policy else {}
        self._content: Mapping[str, Mapping[str, Any]] = {
            part: {each["name"]: each for each in content.get(part, ())} for part in ("criterion", "rule")
        }
        self._language, self._plain = language, plain

    def label(self, part: str, name: str) -> str:
        """Return the label of a criterion or a rule in the language, or nothing."""
        return self._text(self._content[part].get(name, {}).get("label"))

    def because(self) -> dict[str, str]:
        """Return the rules' own reasons that are in the language."""
        rules = self._content["rule"].items()
        return {name: text for name, each in rules if (text := self._text(each.get("because")))}

    def _text(self, text: Any) -> str:
        if isinstance(text, Mapping):
            return str(text.get(self._language, ""))
        return str(text) if text and self._plain else ""


def _words(questionnaires: Iterable[Questionnaire], language: str) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for each in reversed(tuple(questionnaires)):
        for question, choices in each.words(language).items():
            known = words.setdefault(question, {})
            known.update((canonical(name), label) for name, label in choices.items())
    return words


def _questions(questionnaire: Questionnaire | None, language: str) -> dict[str, str]:
    if questionnaire is None:
        return {}
    return {each.name: each.labels[language] for each in questionnaire.questions if language in each.labels}


@lru_cache(maxsize=32)
def policy_read(text: str, language: str) -> Policy | None:
    """Return the policy of that text with its texts in the language, None where it can't be read."""
    try:
        return parse_policy(text, file="policy.toml", language=language)
    except PolicyError:
        return None


def _city(zone: str) -> str:
    """Return the city of a zone (Asia/Kolkata), or an offset as it is usually written (UTC+05:30)."""
    if zone[:1] in "+-−":
        return f"UTC{zone}"
    return zone.rpartition("/")[2].replace("_", " ") if "/" in zone else zone.upper()


def _readable(text: str) -> str:
    """Return an answer as it reads best: the name of a choice without its hyphens."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    plain = " ".join(text.split())
    return re.sub("[-_]", " ", plain) if _HYPHENED.fullmatch(plain) else plain
