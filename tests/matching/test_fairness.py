"""How a run treats groups, told so that nobody can be recognised."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.matching.outcome import Pair
from functions.matching.people import Person, Role
from functions.matching.reports.fairness import compare_groups, describe_fairness
from tests.matching.cohorts import a_policy, mentee

POLICY = a_policy()


def people(**groups: int) -> list[Person]:
    """Return so many mentees of each faculty."""
    return [
        mentee(f"{name}{number}", faculty=name) for name, count in groups.items() for number in range(count)
    ]


def paired(*names: str, score: int = 500) -> list[Pair]:
    return [Pair(mentor="mo", mentee=name, score=score, reasons=()) for name in names]


def test_each_group_is_shown_with_who_is_served_and_their_median() -> None:
    everybody = people(law=6, art=8)
    pairs = [
        *paired("law0", "law1"),
        *(Pair(mentor="mo", mentee=f"art{n}", score=100 * n, reasons=()) for n in range(8)),
    ]

    found = compare_groups(everybody, Role.MENTEE, "faculty", pairs, POLICY)

    assert [(g.name, g.people, g.served, g.median) for g in found.groups] == [
        ("art", 8, 8, 300),
        ("law", 6, 2, None),  # a median of two people would tell them
    ]
    assert (found.whole.people, found.whole.served) == (14, 10)
    assert any("Served least: “law”" in line for line in describe_fairness(found))


def test_the_best_of_several_pairings_is_a_persons_score() -> None:
    everybody = people(law=5, art=5)
    pairs = [*paired(*(person.id for person in everybody)), *paired("law0", "law1", "law2", score=900)]

    found = compare_groups(everybody, Role.MENTEE, "faculty", pairs, POLICY)

    assert [(group.name, group.median) for group in found.groups] == [("art", 500), ("law", 900)]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1),
    st.randoms(use_true_random=False),
)
def test_no_group_below_five_is_shown_or_left_over_whatever_the_order(
    sizes: dict[str, int], chance: random.Random
) -> None:
    everybody = people(**sizes)

    found = compare_groups(everybody, Role.MENTEE, "faculty", [], POLICY)

    assert all(group.people >= 5 for group in found.groups)
    assert not found.groups or sum(group.people for group in found.groups) == len(everybody)
    chance.shuffle(everybody)
    assert compare_groups(everybody, Role.MENTEE, "faculty", [], POLICY) == found


def test_a_column_without_two_groups_to_show_shows_none() -> None:
    found = compare_groups(people(law=9, art=2), Role.MENTEE, "faculty", [], POLICY)

    assert found.groups == ()
    assert describe_fairness(found) == (
        "“faculty” makes no two groups of 5 mentees or more, so nothing is shown.",
    )


def test_spelling_missing_answers_and_several_answers_make_one_group_each() -> None:
    answers = ["Law", "law ", "LAW", "law", "law", None, "", " ", None, None, *[("a", "b")] * 5]
    everybody = [mentee(str(place), faculty=answer) for place, answer in enumerate(answers)]

    found = compare_groups(everybody, Role.MENTEE, "faculty", [], POLICY)

    assert [(group.name, group.people) for group in found.groups] == [
        ("LAW", 5),
        ("more than one answer", 5),
        ("no answer", 5),
    ]


def test_the_chance_by_lots_is_that_of_counting_every_draw() -> None:
    everybody = people(law=5, art=6)
    left_out = {"law0", "law1", "law2"}
    pairs = paired(*(person.id for person in everybody if person.id not in left_out))

    found = compare_groups(everybody, Role.MENTEE, "faculty", pairs, POLICY)

    draws = list(combinations([person.id for person in everybody], 3))
    as_far_behind = sum(all(name.startswith("law") for name in draw) for draw in draws)
    assert found.lots == -(-1000 * 2 * as_far_behind // len(draws))


@pytest.mark.parametrize(
    ("column", "said_so"),
    [
        ("field", "The policy reads this column (criterion “field”), so groups may differ by its rules."),
        ("faculty", "Nothing in the policy reads this column."),
    ],
)
def test_it_says_whether_the_policy_reads_the_column(column: str, said_so: str) -> None:
    everybody = [Person(id=str(place), capacity=1, answers={column: "ab"[place % 2]}) for place in range(12)]

    assert describe_fairness(compare_groups(everybody, Role.MENTEE, column, [], POLICY))[-1] == said_so


def test_when_all_are_served_the_scores_are_compared() -> None:
    everybody = people(law=5, art=5)
    pairs = [
        *paired(*(f"law{n}" for n in range(5)), score=300),
        *paired(*(f"art{n}" for n in range(5)), score=700),
    ]

    lines = describe_fairness(compare_groups(everybody, Role.MENTEE, "faculty", pairs, POLICY))

    assert "Median scores lie between 300 (“law”) and 700 (“art”)." in lines


@pytest.mark.parametrize(
    ("served", "said_so"), [(9, "no further behind than drawing lots"), (0, "worth a look")]
)
def test_a_group_that_is_behind_is_told_with_what_lots_would_do(served: int, said_so: str) -> None:
    everybody = people(law=10, art=30)
    pairs = paired(*(f"law{n}" for n in range(served)), *(f"art{n}" for n in range(30)))

    lines = describe_fairness(compare_groups(everybody, Role.MENTEE, "faculty", pairs, POLICY))

    assert any("“law”" in line and said_so in line for line in lines)
