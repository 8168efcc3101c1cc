"""Puts variants and near people before the whole chain, and counts what was answered wrongly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from functions.matching import Role
from tests.typed_names.change import Right
from tests.typed_names.near_people import NearPair
from tests.typed_names.people import Named, skeleton
from tests.typed_names.question import Answer, Question, ask
from tests.typed_names.variants import Variant

# So many mentees or mentors stand in one match: large enough to be quick, small enough to be read.
_AT_ONCE = 300
_PAIRS_AT_ONCE = 40


class Wrong(StrEnum):
    """What can be wrong in an answer."""

    PAIRED = "a pair is made that was to be avoided"
    UNTOLD = "a name that nobody can know is not told"
    ASKED = "a name that is plain is told as unknown"
    OTHER_FORBIDDEN = "the other of two near people is forbidden, too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One wrong answer: the kind of change or pair, what was typed, and the name on the roll."""

    wrong: Wrong
    kind: str
    typed: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.wrong}: {self.typed!a} typed, {self.name} on the roll"


def faults_in_variants(drawn: Iterable[Variant], folder: Path, typist: Role = Role.MENTEE) -> Iterator[Fault]:
    """Ask for each person whom a variant means, by rolls; return every wrong answer."""
    by_roll: dict[str, list[tuple[Variant, Named]]] = defaultdict(list)
    for variant in drawn:
        for person in variant.roll:
            if person.key in variant.meant:
                by_roll[person.language.code].append((variant, person))
    for asked in by_roll.values():
        for begin in range(0, len(asked), _AT_ONCE):
            part = asked[begin : begin + _AT_ONCE]
            questions = [Question(typed=variant.cell, favourite=person.key) for variant, person in part]
            answers = ask(part[0][0].roll, questions, folder, typist)
            for (variant, person), answer in zip(part, answers, strict=True):
                if (wrong := _wrong_about_variant(variant, answer)) is not None:
                    yield Fault(wrong=wrong, kind=variant.change, typed=variant.cell, name=person.name)


def others_kept_apart(variant: Variant, folder: Path) -> int:
    """Count the people of the roll who are kept apart though they are not meant."""
    others = [person.key for person in variant.roll if person.key not in variant.meant]
    questions = [Question(typed=variant.cell, favourite=key) for key in others]
    return sum(not answer.paired for answer in ask(variant.roll, questions, folder))


def _wrong_about_variant(variant: Variant, answer: Answer) -> Wrong | None:
    if answer.paired:
        return Wrong.PAIRED
    if variant.right is Right.NEAR and not answer.told:
        return Wrong.UNTOLD
    if variant.right is Right.SAME and answer.told:
        return Wrong.ASKED
    return None


def faults_in_near_pairs(pairs: Iterable[NearPair], folder: Path) -> Iterator[Fault]:
    """Ask with the exact name of each of two near people for both of them; return every wrong answer."""
    for together in _rolls(pairs):
        roll = [person for pair in together for person in (pair.one, pair.other)]
        asked = [
            (pair.kind, typed, favourite)
            for pair in together
            for typed in (pair.one, pair.other)
            for favourite in (pair.one, pair.other)
        ]
        questions = [Question(typed=typed.name, favourite=favourite.key) for _, typed, favourite in asked]
        for (kind, typed, favourite), answer in zip(asked, ask(roll, questions, folder), strict=True):
            if (wrong := _wrong_about_pair(answer, own=typed is favourite)) is not None:
                yield Fault(wrong=wrong, kind=kind, typed=typed.name, name=favourite.name)


def _wrong_about_pair(answer: Answer, *, own: bool) -> Wrong | None:
    if own and answer.paired:
        return Wrong.PAIRED
    if not own and not answer.paired:
        return Wrong.OTHER_FORBIDDEN
    return Wrong.ASKED if own and answer.told else None


def _rolls(pairs: Iterable[NearPair]) -> Iterator[Sequence[NearPair]]:
    """Put pairs of one language together, no two people of a roll with the same letters."""
    waiting: dict[str, list[NearPair]] = defaultdict(list)
    for pair in pairs:
        waiting[pair.one.language.code].append(pair)
    for everybody in waiting.values():
        left = everybody
        while left:
            roll, left = _first_roll(left)
            yield roll


def _first_roll(pairs: Sequence[NearPair]) -> tuple[list[NearPair], list[NearPair]]:
    roll: list[NearPair] = []
    left: list[NearPair] = []
    taken: set[str] = set()
    for pair in pairs:
        letters = {skeleton(pair.one.name), skeleton(pair.other.name)}
        if len(roll) == _PAIRS_AT_ONCE or taken & letters:
            left.append(pair)
            continue
        taken |= letters
        roll.append(
            replace(
                pair, one=_numbered(pair.one, 2 * len(roll)), other=_numbered(pair.other, 2 * len(roll) + 1)
            )
        )
    return roll, left


def _numbered(person: Named, place: int) -> Named:
    return replace(
        person, key=f"p{place}", email=f"p{place}@people.university.example", number=str(20_000 + place)
    )
