"""Draws pairs of different people whose names are near: the one is never to be taken for the other."""

import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from faker import Faker

from tests.typed_names.other_spelling import without_marks
from tests.typed_names.people import LANGUAGES, SEED, Language, Named, Script, first_and_last, skeleton

_DRAWN = 700
_TRIES = 4_000
Parts = tuple[str, str, str]  # first, middle and last name


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPair:
    """Two people of one roll, and what makes their names near."""

    kind: str
    one: Named
    other: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What one language has to put names together from, and those of them that are near each other."""

    language: Language
    first: Sequence[str]
    last: Sequence[str]
    middle: Sequence[str]
    near_first: Sequence[tuple[str, str]]
    near_last: Sequence[tuple[str, str]]
    marked_first: Sequence[tuple[str, str]]
    marked_last: Sequence[tuple[str, str]]


def near_pairs(count: int, seed: int = SEED) -> tuple[NearPair, ...]:
    """Return that many pairs, kinds and languages in turn; no two people of a pair have the same letters."""
    chance = random.Random(f"{seed} near pairs")
    everything = [_names_of(language, chance) for language in LANGUAGES]
    waiting = [_of_kind(kind, names, chance) for names in everything for kind in _KINDS]
    found: dict[tuple[str, str], NearPair] = {}
    while waiting and len(found) < count:
        still = []
        for pairs in waiting:
            pair = next(pairs, None)
            if pair is not None:
                still.append(pairs)
                if _shown(pair.one.name) != _shown(pair.other.name):
                    found.setdefault((pair.one.name, pair.other.name), pair)
        waiting = still
    return tuple(found.values())[:count]


def _shown(name: str) -> str:
    """Return a name without marks that show nothing: people whom these alone tell apart have one name."""
    return "".join(sign for sign in name if unicodedata.category(sign) != "Cf")


def kinds_of_pairs(pairs: Iterable[NearPair]) -> Counter[str]:
    """Count the pairs by kind."""
    return Counter(pair.kind for pair in pairs)


def _names_of(language: Language, chance: random.Random) -> _Names:
    fake = Faker(language.code)
    fake.seed_instance(chance.getrandbits(32))
    drawn = [first_and_last(fake, woman=turn % 2 == 0) for turn in range(_DRAWN)]
    first, last = (tuple(dict.fromkeys(names)) for names in zip(*drawn, strict=True))
    middle = first
    if language.script is Script.CYRILLIC and language.middle:
        middle = tuple(dict.fromkeys(fake.middle_name_male() for _ in range(100)))
    return _Names(
        language=language,
        first=first,
        last=last,
        middle=middle,
        near_first=_one_letter_apart(first),
        near_last=_one_letter_apart(last),
        marked_first=_a_mark_apart(first),
        marked_last=_a_mark_apart(last),
    )


def _one_letter_apart(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names of which one letter is another, or is missing."""
    alike = defaultdict(set)
    for name in names:
        for place in range(len(name)):
            alike[name[:place] + "*" + name[place + 1 :]].add(name)
            alike[name[:place] + name[place + 1 :]].update({name} if len(name) > 3 else ())
        alike[name].add(name)
    pairs = {pair for group in alike.values() for pair in combinations(sorted(group), 2)}
    return sorted(pair for pair in pairs if abs(len(pair[0]) - len(pair[1])) <= 1)


def _a_mark_apart(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return names and what is left of them without their diacritics, which is somebody else's name."""
    return [(name, without_marks(name)) for name in names if without_marks(name) != name]


def _siblings(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    (one, other), last = chance.sample(names.first, 2), chance.choice(names.last)
    return (one, "", last), (other, "", last)


def _one_first_name(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first, (one, other) = chance.choice(names.first), chance.sample(names.last, 2)
    return (first, "", one), (first, "", other)


def _first_of(pairs: str) -> "Draw":
    def draw(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
        (one, other), last = chance.choice(getattr(names, pairs)), chance.choice(names.last)
        return (one, "", last), (other, "", last)

    return draw


def _last_of(pairs: str) -> "Draw":
    def draw(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
        first, (one, other) = chance.choice(names.first), chance.choice(getattr(names, pairs))
        return (first, "", one), (first, "", other)

    return draw


def _middle_alone(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first, last = chance.choice(names.first), chance.choice(names.last)
    one, other = chance.sample(names.middle, 2)
    return (first, one, last), (first, other, last)


def _with_and_without_middle(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first, last = chance.choice(names.first), chance.choice(names.last)
    return (first, chance.choice(names.middle), last), (first, "", last)


def _same_initials(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    one = chance.choice(names.first)
    others = [name for name in names.first if name[0] == one[0] and name != one] or [
        chance.choice(names.first)
    ]
    last = chance.choice(names.last)
    return (one, "", last), (chance.choice(others), "", last)


def _two_last_names(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first, (last, second) = chance.choice(names.first), chance.sample(names.last, 2)
    return (first, "", last), (first, "", f"{last}{chance.choice('- ')}{second}")


def _junior(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first, last = chance.choice(names.first), chance.choice(names.last)
    return (first, "", last), (first, "", f"{last} {chance.choice(['Jr.', 'II', 'III', 'junior'])}")


def _begins_with_the_other(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    first = chance.choice(names.first)
    last = chance.choice(names.last)
    longer = [name for name in names.last if name.startswith(last) and name != last]
    return (first, "", last), (first, "", chance.choice(longer) if longer else f"{last}{last[-1]}")


def _crossed(names: _Names, chance: random.Random) -> tuple[Parts, Parts]:
    """Return two people of whom each has the first name of the one and the last name of the other."""
    one, other = chance.sample(names.first, 2)
    last, second = chance.sample(names.last, 2)
    return (one, other, last), (one, other, second)


Draw = Callable[[_Names, random.Random], tuple[Parts, Parts]]
_KINDS: Mapping[str, Draw] = {
    "siblings": _siblings,
    "one first name": _one_first_name,
    "first names a letter apart": _first_of("near_first"),
    "last names a letter apart": _last_of("near_last"),
    "first names a diacritic apart": _first_of("marked_first"),
    "last names a diacritic apart": _last_of("marked_last"),
    "another middle name": _middle_alone,
    "with and without a middle name": _with_and_without_middle,
    "the same initials": _same_initials,
    "one and two last names": _two_last_names,
    "senior and junior": _junior,
    "one name begins with the other": _begins_with_the_other,
    "two first names in common": _crossed,
}
_WITHOUT_SPACES = {"siblings", "one first name", "first names a letter apart", "last names a letter apart"}


def _of_kind(kind: str, names: _Names, chance: random.Random) -> Iterator[NearPair]:
    """Draw pairs of one kind from one language; none where it has no such names."""
    if names.language.joined and kind not in _WITHOUT_SPACES:
        return
    for turn in range(_TRIES):
        try:
            one, other = _KINDS[kind](names, chance)
        except IndexError:  # no two names of this language are near in that way
            return
        pair = [
            Named(key=f"pair-{side}", language=names.language, given=given, middle=middle, family=family,
                  email=f"{side}{turn}@people.university.example", number=str(20_000 + 2 * turn + side))
            for side, (given, middle, family) in enumerate((one, other))
        ]  # fmt: skip
        if skeleton(pair[0].name) != skeleton(pair[1].name):
            yield NearPair(kind=kind, one=pair[0], other=pair[1])
