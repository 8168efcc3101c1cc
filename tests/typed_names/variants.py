"""Draws cells as people type them: a change of one person's name, or several people in one cell.

The same seed gives the same variants. A variant is left out where its spelling is the roll's own name of
somebody else, or where the change changes nothing.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.typed_names.change import Change, Right
from tests.typed_names.other_spelling import OTHER_SPELLING
from tests.typed_names.people import SEED, Named, Script, rolls, skeleton
from tests.typed_names.same_person import SAME_PERSON

CHANGES = (*SAME_PERSON, *OTHER_SPELLING)
SEPARATORS = ("; ", ";", ", ", "\n", "\r\n", "、", "，", "；", "، ", "؛ ", " | ")
# What stands between names in a sentence; a name may hold it, too.
WORDS_BETWEEN = (
    " and ", " & ", " und ", " et ", " y ", " e ", " i ", " ve ", " va ", " и ", " і ", " και ", " و ",
    " और ", " và ", "和", " / ", "/", " + ", ", and ", " or ",
)  # fmt: skip
_UNCHANGED = {"as it stands", "the number", "no vowel signs"}
_MOST_DRAWN = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One cell, the roll it is read against, and the people of that roll whom it means."""

    cell: str
    roll: Sequence[Named]
    meant: frozenset[str]
    change: str
    right: Right

    @property
    def script(self) -> Script:
        """Return the script of the roll."""
        return self.roll[0].language.script


def variants(count: int, seed: int = SEED) -> tuple[Variant, ...]:
    """Return that many different variants, of every kind in every script where it has a sense.

    Kinds take turns, and within a kind scripts do: a kind that few names allow is not crowded out.
    """
    chance = random.Random(f"{seed} variants")
    waiting = [_of_kind(change, chance) for change in CHANGES]
    waiting += [_in_lists(separator, Right.SAME, chance) for separator in SEPARATORS]
    waiting += [_in_lists(word, Right.SAME_OR_NEAR, chance) for word in WORDS_BETWEEN]
    found: dict[tuple[str, str], Variant] = {}
    while waiting and len(found) < count:
        still = []
        for kind in waiting:
            variant = next(kind, None)
            if variant is not None:
                found.setdefault((variant.roll[0].language.code, variant.cell), variant)
                still.append(kind)
        waiting = still
    return tuple(found.values())[:count]


def kinds(drawn: Iterable[Variant]) -> Counter[tuple[str, Script]]:
    """Count the variants by kind and script."""
    return Counter((variant.change, variant.script) for variant in drawn)


def _of_kind(change: Change, chance: random.Random) -> Iterator[Variant]:
    """Write people of one script after another under one change, until nobody new comes for long."""
    by_script = {script: _shuffled(script, chance) for script in Script}
    for turn in range(_MOST_DRAWN // len(CHANGES) // len(Script)):
        for people in by_script.values():
            roll, person = people[turn % len(people)]
            cell = change.write(person, chance)
            if cell is not None and _is_theirs(cell, change, person, roll):
                yield Variant(
                    cell=cell,
                    roll=roll,
                    meant=frozenset({person.key}),
                    change=change.name,
                    right=change.right,
                )


def _shuffled(script: Script, chance: random.Random) -> list[tuple[Sequence[Named], Named]]:
    people: list[tuple[Sequence[Named], Named]] = [
        (roll, person) for roll in rolls() for person in roll if person.language.script is script
    ]
    chance.shuffle(people)
    return people


def _is_theirs(cell: str, change: Change, person: Named, roll: Sequence[Named]) -> bool:
    """Tell whether the cell is a changed name, and not the name of anybody else on the roll."""
    if cell == person.name and change.name not in _UNCHANGED:
        return False
    typed = skeleton(cell)
    return bool(typed) and all(typed != skeleton(other.name) for other in roll if other.key != person.key)


def _in_lists(between: str, right: Right, chance: random.Random) -> Iterator[Variant]:
    """Write two or three people of a roll into one cell."""
    everybody = rolls()
    for _ in range(_MOST_DRAWN // len(CHANGES)):
        roll = chance.choice(everybody)
        people = chance.sample(roll, chance.choice([2, 2, 3]))
        yield Variant(
            cell=between.join(person.name for person in people),
            roll=roll,
            meant=frozenset(person.key for person in people),
            change=f"a list with {between!r}",
            right=right,
        )
