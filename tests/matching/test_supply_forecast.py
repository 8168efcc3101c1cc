"""What is short while people still enrol, without telling anybody apart."""

import random
from itertools import combinations
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching.cohort import Cohort
from functions.matching.criteria.definition import Wanted
from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.reasons import CannotMatch
from functions.matching.reports.supply_forecast import (
    _Graph,
    describe_forecast,
    forecast_supply,
)
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor

POLICY = a_policy(
    criteria='[[criterion]]\nname = "topics"\nlabel = "Topics"\nkind = "ranked choice"\n'
    'mentee = "topics"\nmentor = "topics"\nweight = 1\n',
    rules='[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\n'
    'mentor = "languages"\nbecause = "they have no language in common"\n',
)


def mentees(count: int, name: str, **answers: Any) -> list[Person]:
    return [mentee(f"{name}{number}", **answers) for number in range(count)]


def mentors(count: int, name: str, capacity: int = 1, **answers: str) -> list[Person]:
    return [mentor(f"{name}{number}", capacity=capacity, **answers) for number in range(count)]


def test_wanted_topics_are_set_against_the_places_of_those_who_offer_them() -> None:
    cohort = Cohort.of(
        [*mentors(3, "mo", 2, topics="Statistics"), *mentors(30, "mia", topics="Writing")],
        [*mentees(18, "ada", topics="Statistics; Writing"), *mentees(6, "ben", topics="writing")],
        POLICY,
    )

    found = forecast_supply(cohort)

    told = [(entry.entry, entry.how, entry.wanted, entry.places, entry.short) for entry in found.demand]
    assert told == [("Statistics", Wanted.FIRST, 18, 6, 12), ("writing", Wanted.FIRST, 6, 30, 0)]
    assert describe_forecast(found) == (
        "All 24 mentees could have a mentor now (33 mentors, 36 places).",
        "18 mentees want “Statistics” (Topics) as their first choice; mentors with it offer 6 places.",
    )


def test_who_can_reach_too_few_places_is_found_and_described_by_what_they_share() -> None:
    cohort = Cohort.of(
        [*mentors(2, "mo", 3, languages="pt"), *mentors(20, "mia", languages="en")],
        [*mentees(9, "ada", languages="pt"), *mentees(10, "ben", languages="en; pt")],
        POLICY,
    )

    found = forecast_supply(cohort)

    assert (found.served_at_most, len(found.bottlenecks), found.elsewhere) == (16, 1, 0)
    lines = describe_forecast(found)
    assert lines[:3] == (
        "At most 16 of 19 mentees could have a mentor now (22 mentors, 26 places).",
        "9 mentees can reach only 6 places between them, so 3 will have nobody.",
        "  All of them have nothing but “pt” in “languages”.",
    )
    assert lines[3].startswith("  “language” refuses 90 % of all pairings with them (0 % with other mentees)")


def test_too_few_places_for_everybody_is_nobodys_rule() -> None:
    cohort = Cohort.of(mentors(6, "mo", 2), mentees(20, "ada"), POLICY)

    assert describe_forecast(forecast_supply(cohort)) == (
        "At most 12 of 20 mentees could have a mentor now (6 mentors, 12 places).",
        "20 mentees share 12 places; that is all there are.",
    )


def test_those_whom_nobody_may_have_are_one_group_whatever_parts_them() -> None:
    cohort = Cohort.of(
        mentors(9, "mo", languages="en"),
        [*mentees(3, "ada", languages="pt"), *mentees(3, "ben", languages="fr"), *mentees(2, "cleo")],
        POLICY,
    )

    lines = describe_forecast(forecast_supply(cohort))

    assert lines[1] == "6 mentees can reach no place at all between them, so 6 will have nobody."
    assert not any("pt" in line or "fr" in line for line in lines)


def test_fewer_than_five_people_are_never_told_apart() -> None:
    cohort = Cohort.of(
        [mentor("mo", languages="pt", topics="Law"), *mentors(9, "mia", languages="en")],
        [*mentees(4, "ada", languages="pt", topics="Law"), *mentees(9, "ben", languages="en", topics="Art")],
        POLICY,
    )

    found = forecast_supply(cohort)

    assert found.bottlenecks == ()
    assert found.elsewhere is None
    assert not any("pt" in line or "Law" in line for line in describe_forecast(found))


def test_what_a_policy_keeps_private_is_left_out() -> None:
    policy = a_policy(
        criteria='[[criterion]]\nname = "identity"\nkind = "shares any"\nprivate = true\n'
        'mentee = "identity"\nmentor = "identity"\nweight = 1\n',
        rules='[[rule]]\nname = "faith"\nkind = "different"\nprivate = true\n'
        'mentee = "faith"\nmentor = "faith"\n',
    )
    cohort = Cohort.of(
        mentors(6, "mo", faith="b", identity="x"), mentees(8, "ada", faith="a", identity="y"), policy
    )

    found = forecast_supply(cohort)

    assert (found.demand, found.bottlenecks[0].alike, found.bottlenecks[0].because) == ((), (), ())


def test_answers_are_shown_in_the_cohorts_words() -> None:
    cohort = Cohort.of(mentors(1, "mo", topics="s"), mentees(6, "ada", topics="s"), POLICY)

    found = forecast_supply(cohort, words={"topics": {"s": "Statistik"}})

    assert found.demand[0].entry == "Statistik"
    assert found.demand[0].places is None


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
def test_the_forecast_serves_as_many_as_a_run_does_in_whatever_order(
    made_from: int, chance: random.Random
) -> None:
    mentors_so_far, mentees_so_far = a_cohort(made_from)
    policy = every_kind()
    try:
        served = match(mentors_so_far, mentees_so_far, policy).served
    except CannotMatch:
        assume(False)  # noqa: FBT003 - hypothesis' own way to leave a case aside

    found = forecast_supply(Cohort.of(mentors_so_far, mentees_so_far, policy))

    assert found.served_at_most == served
    chance.shuffle(mentors_so_far)
    chance.shuffle(mentees_so_far)
    assert forecast_supply(Cohort.of(mentors_so_far, mentees_so_far, policy)) == found


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=2), min_size=1, max_size=6), st.data())
def test_the_groups_are_where_halls_condition_fails_most(wants: list[list[str]], data: st.DataObject) -> None:
    places = {name: data.draw(st.integers(1, 2)) for name in "abcd"}
    policy = a_policy(
        rules='[[rule]]\nname = "must"\nkind = "too few in common"\nmissing = "refuses"\n'
        'mentee = "wants"\nmentor = "has"\n'
    )
    cohort = Cohort.of(
        [mentor(name, capacity=count, has=name) for name, count in places.items()],
        [mentee(str(row), wants=tuple(entries)) for row, entries in enumerate(wants)],
        policy,
    )

    groups = list(_Graph.of(cohort).bottlenecks())

    worst = max(
        len(chosen) - sum(places[name] for name in {name for row in chosen for name in wants[row]})
        for size in range(len(wants) + 1)
        for chosen in combinations(range(len(wants)), size)
    )
    assert sum(group.short for group in groups) == worst
    assert all(group.short > 0 for group in groups)
