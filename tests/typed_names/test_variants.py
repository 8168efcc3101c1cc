"""That the examination examines something: variants of every kind, in every script, of people apart."""

import unicodedata
from collections import Counter

import pytest

from tests.typed_names.change import Right
from tests.typed_names.near_people import kinds_of_pairs, near_pairs
from tests.typed_names.people import LANGUAGES, ROLL, Script, rolls, skeleton
from tests.typed_names.variants import CHANGES, kinds, variants

RELEASE = 10_000
SAMPLE = 1_000


def test_each_language_has_a_roll_of_people_who_can_be_told_apart() -> None:
    for roll, language in zip(rolls(), LANGUAGES, strict=True):
        assert len(roll) == ROLL, language.code
        assert len({skeleton(person.name) for person in roll}) == ROLL
        assert len({person.email for person in roll}) == len({person.number for person in roll}) == ROLL


def test_names_are_in_the_script_of_their_language() -> None:
    words = {"Han": "CJK"}
    for roll in rolls():
        script = roll[0].language.script
        signs = [sign for person in roll for sign in person.name if sign.isalpha()]
        own = [sign for sign in signs if unicodedata.name(sign).startswith(words.get(script, script).upper())]
        assert len(own) > 0.9 * len(signs), roll[0].language.code


def test_the_same_seed_draws_the_same_variants_and_another_one_others() -> None:
    assert variants(300) == variants(300)
    assert variants(300) != variants(300, seed=2)


def test_every_kind_of_change_is_drawn_early() -> None:
    drawn = {kind for kind, _ in kinds(variants(SAMPLE))}

    assert [change.name for change in CHANGES if change.name not in drawn] == []


def test_pairs_of_near_people_differ_in_a_letter_and_come_from_every_language() -> None:
    pairs = near_pairs(SAMPLE)

    assert len({(pair.one.name, pair.other.name) for pair in pairs}) == SAMPLE
    assert {pair.one.language for pair in pairs} == set(LANGUAGES)
    assert [pair for pair in pairs if skeleton(pair.one.name) == skeleton(pair.other.name)] == []


@pytest.mark.release
def test_ten_thousand_variants_differ_and_every_script_has_hundreds_that_are_the_same_person() -> None:
    drawn = variants(RELEASE)
    same = Counter(variant.script for variant in drawn if variant.right is Right.SAME)

    assert len({(variant.roll[0].language, variant.cell) for variant in drawn}) == RELEASE
    assert [script for script in Script if same[script] < 300] == []


@pytest.mark.release
def test_ten_thousand_pairs_of_near_people_have_hundreds_of_each_kind() -> None:
    pairs = near_pairs(RELEASE)

    assert len({(pair.one.name, pair.other.name) for pair in pairs}) == RELEASE
    assert min(kinds_of_pairs(pairs).values()) > 200
