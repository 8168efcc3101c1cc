"""The ready-made policies: they read what is asked, and pair people who answered it."""

# ruff: noqa: E501 - a mistake and what is said of it read best on one line

import json
from collections import Counter
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching import engine
from functions.matching.people import Person, Role
from functions.matching.policy.model import Pairing, Policy, PolicyError
from functions.matching.policy.parse import parse_policy
from functions.matching.scoring.scores import prepare, score_all
from functions.matching.solving import assignment, group_search, peer_matching
from functions.matching.terms import Couple, Objective, Side
from infra.local.demonstration import people as made_up

ROOT = Path(__file__).resolve().parents[2]
READY_MADE = sorted((ROOT / "schemas" / "policies").glob("*.toml"))
OF_EVERY_ENROLMENT = {"id", "capacity", "name", "email"}


def ready_made(name: str) -> Policy:
    file = f"schemas/policies/{name}.toml"
    return parse_policy((ROOT / file).read_text(encoding="utf-8"), file=file)


def asked(role: Role, policy: Policy) -> dict[str, Any]:
    """Return the questions that people of that side answer, by name; peers answer those of a mentee."""
    name = "mentee" if policy.pairing is Pairing.PEERS else str(role)
    content = json.loads((ROOT / "schemas" / "questionnaires" / f"{name}.json").read_text(encoding="utf-8"))
    return {question["name"]: question for step in content["steps"] for question in step["questions"]}


def choices(question: dict[str, Any]) -> set[str]:
    return {choice["name"] for choice in question["choices"]}


def cohort(role: Role, seed: int = 1, capacity: int = 1) -> list[Person]:
    """Return made-up people of that side, who answered the ready-made questionnaires."""
    return [
        Person(
            id=str(applicant.answers["email"]),
            capacity=int(str(applicant.answers.get("capacity", capacity))),
            answers={**applicant.answers},
        )
        for applicant in made_up(seed, mentors=24, mentees=41)
        if str(applicant.role) == str(role)
    ]


@pytest.mark.parametrize("path", READY_MADE, ids=lambda path: path.stem)
@pytest.mark.parametrize("role", list(Role))
def test_a_ready_made_policy_reads_only_what_is_asked(path: Path, role: Role) -> None:
    policy = ready_made(path.stem)

    questions = asked(role, policy)

    assert policy.name == path.stem
    assert set(policy.mentions(role)) <= set(questions) | OF_EVERY_ENROLMENT
    for criterion in policy.criteria:
        column = criterion.mentee if role is Role.MENTEE else criterion.mentor
        if criterion.ladder:
            places = criterion.ladder.mentee if role is Role.MENTEE else criterion.ladder.mentor
            assert set(places or ()) == choices(questions[column])
        assert criterion.wildcards <= choices(questions[column])


@pytest.mark.parametrize("path", READY_MADE, ids=lambda path: path.stem)
def test_whatever_may_matter_most_is_a_criterion(path: Path) -> None:
    policy = ready_made(path.stem)
    assert policy.matters_most

    offered = choices(asked(Role.MENTEE, policy)[policy.matters_most.column])

    assert offered <= {criterion.name for criterion in policy.criteria}


def test_there_is_a_ready_made_policy_for_every_kind_of_pairing() -> None:
    assert {path.stem for path in READY_MADE} >= {
        "one-to-one",
        "several-mentees",
        "network",
        "peers",
        "groups",
    }
    assert {ready_made(path.stem).pairing for path in READY_MADE} == set(Pairing)


@pytest.mark.parametrize("name", ["one-to-one", "several-mentees"])
def test_people_who_answered_the_questionnaires_are_paired(name: str) -> None:
    policy = ready_made(name)

    outcome = engine.match(cohort(Role.MENTOR), cohort(Role.MENTEE), policy)

    assert outcome.served == len({pair.mentee for pair in outcome.pairs}) > 20


@pytest.mark.parametrize("comma", [",", ", ", ";", "\n", "\u060c ", "\u061b"])
def test_everybody_named_in_one_answer_is_avoided_whatever_comma_stands_between(comma: str) -> None:
    wary, trusting, *_ = cohort(Role.MENTEE)
    mentors = cohort(Role.MENTOR)
    avoid = comma.join(str(mentor.answers["name"]) for mentor in mentors)
    wary = Person(id=wary.id, capacity=1, answers={**wary.answers, "avoid": avoid})

    outcome = engine.match(mentors, [wary, trusting], ready_made("several-mentees"))

    assert [pair.mentee for pair in outcome.pairs] == [trusting.id]


def test_in_a_network_a_mentee_has_several_mentors_and_none_twice() -> None:
    outcome = engine.match(cohort(Role.MENTOR), cohort(Role.MENTEE, capacity=3)[:9], ready_made("network"))

    has = Counter(pair.mentee for pair in outcome.pairs)
    assert len(has) == outcome.served == 9
    assert 1 < max(has.values()) <= 3
    assert len({(pair.mentee, pair.mentor) for pair in outcome.pairs}) == len(outcome.pairs)


def test_peers_are_paired_from_the_one_pool_of_those_who_answered_as_mentees() -> None:
    prepared = peer_matching.prepare_peers(cohort(Role.MENTEE), ready_made("peers"))
    pool = Side(ids=tuple(person.id for person in prepared.mentees), capacity=(1,) * 41)

    found = peer_matching.match_peers(
        peer_matching.peer_scores(prepared), pool, objective=prepared.policy.objective
    )

    assert (found.served, len(found.left_over)) == (40, 1)


def test_groups_of_the_ready_made_policy_have_two_mentees_or_more() -> None:
    policy = ready_made("groups")
    prepared = prepare(cohort(Role.MENTOR), cohort(Role.MENTEE), policy)
    mentors = Side(
        ids=tuple(person.id for person in prepared.mentors),
        capacity=tuple(person.capacity for person in prepared.mentors),
    )
    mentees = Side(ids=tuple(person.id for person in prepared.mentees), capacity=(1,) * len(prepared.mentees))
    assert policy.groups

    found = group_search.form_groups(
        score_all(prepared), mentors, mentees, policy.groups, objective=policy.objective
    )

    sizes = Counter(mentor for _, mentor in found.pairs)
    assert found.served > 20
    assert all(2 <= size <= mentors.capacity[mentor] for mentor, size in sizes.items())


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_everybody_has_a_first_mentor_before_anybody_a_second_and_no_total_is_higher(
    data: st.DataObject,
) -> None:
    rows, columns = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    cell = st.integers(-1, 9)
    scores = np.array(
        data.draw(st.lists(st.lists(cell, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    places = data.draw(st.lists(st.integers(1, 3), min_size=rows + columns, max_size=rows + columns))
    mentees = Side(ids=("a", "b", "c")[:rows], capacity=tuple(places[:rows]))
    mentors = Side(ids=("x", "y", "z")[:columns], capacity=tuple(places[rows:]))

    found = assignment.assign(scores, mentors, mentees, objective=Objective(floor=False))

    best = max(
        (len({row for row, _ in pairs}), sum(int(scores[pair]) for pair in pairs))
        for size in range(rows * columns + 1)
        for pairs in combinations(product(range(rows), range(columns)), size)
        if fits(pairs, scores, mentees, mentors)
    )
    assert (found.served, found.total) == best
    assert fits(found.pairs, scores, mentees, mentors)
    assert len(set(found.pairs)) == len(found.pairs)


def fits(pairs: tuple[Couple, ...], scores: Any, mentees: Side, mentors: Side) -> bool:
    taken = Counter(row for row, _ in pairs), Counter(column for _, column in pairs)
    return all(scores[pair] >= 0 for pair in pairs) and all(
        number <= side.capacity[place]
        for side, count in zip((mentees, mentors), taken, strict=True)
        for place, number in count.items()
    )


PEERS = 'name = "x"\npairing = "peers"\n[people]\nid = "email"\n'
GROUPS = 'name = "x"\npairing = "groups"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n'
CRITERION = '[[criterion]]\nname = "field"\nkind = "same"\nboth = "field"\nweight = 1\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PEERS.replace('"peers"', '"peer"'), "x.toml, line 2, pairing: “peer” is not known. Did you mean “peers”?"),
        (PEERS.replace("[people]", "[mentees]"), "x.toml, mentees: peers come from one pool, without sides. Write one table [people]"),
        (PEERS.replace('pairing = "peers"\n', ""), 'x.toml, people: one pool is for peers. Write pairing = "peers" at the top'),
        (PEERS + "capacity = 2\n", "x.toml, line 5, people, capacity: it is not 1, and everybody has one peer"),
        (PEERS + "[groups]\nsmallest = 3\n", 'groups: this policy makes no groups. Write pairing = "groups"'),
        (GROUPS + "[groups]\nsmallest = 1\n", "x.toml, line 8, groups, smallest: “1” is not a whole number from 2"),
        (GROUPS + "[groups]\nsmallest = 4\nlargest = 3\n", "groups, smallest: the smallest group (4) is larger than the largest group (3)"),
        (GROUPS + "capacity = 1\n", "mentors: the smallest group (2) is larger than any mentor’s capacity (1)"),
        (GROUPS.replace("[mentors]", "capacity = 2\n[mentors]"), "x.toml, line 5, mentees, capacity: it is not 1, and a mentee is in one group"),
        (PEERS + CRITERION + 'mentor = "field"\n', "criterion “field”, mentor: “both” names this column already"),
        (PEERS + CRITERION.replace('"field"\nweight', "3\nweight"), "criterion “field”, both: “3” is not a text"),
    ],
)  # fmt: skip
def test_a_mistake_about_who_is_paired_is_explained(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text if "[[criterion]]" in text else text + CRITERION, file="x.toml")

    assert said in str(caught.value)


def test_one_column_for_both_is_that_of_either_side() -> None:
    policy = parse_policy(PEERS + CRITERION, file="x.toml")

    assert (policy.criteria[0].mentee, policy.criteria[0].mentor) == ("field", "field")
    assert policy.mentees == policy.mentors
    assert policy.mentees.capacity == 1
