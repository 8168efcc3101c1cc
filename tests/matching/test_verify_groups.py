"""Groups through the front door, and the verifier of groups: planted faults are found, each of them."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from functions.matching.engine import match
from functions.matching.outcome import Outcome, Pair
from functions.matching.pairings import groups
from functions.matching.pairings.run import LARGEST_POOL, Couple
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from functions.matching.verification.groups import GroupsClaim, faults_in_groups
from tests.matching.cohorts import EVERY_KIND, a_cohort, a_policy, mentee, mentor
from tests.matching.saying import left_over, notes, refused

SMALL = 'pairing = "groups"\n'
AVOID = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'


def a_groups_policy(chance: random.Random) -> Policy:
    sizes = chance.choice(["", "[groups]\nsmallest = 2\nlargest = 3\n", "[groups]\nsmallest = 3\n"])
    policy = parse_policy('pairing = "groups"\n' + _one_group_each(EVERY_KIND) + sizes, file="groups.toml")
    served = chance.random() < 0.8
    levels = {"served": served, "floor": served, "load": chance.random() < 0.6}
    return replace(policy, objective=replace(policy.objective, **levels))


def _one_group_each(text: str) -> str:
    before, mentees, after = text.partition("[mentees]")
    table, rest, mentors = after.partition("[mentors]")
    lines = [line for line in table.splitlines() if not line.startswith("capacity")]
    return before + mentees + "\n".join(lines) + "\n" + rest + mentors


def a_cohort_of_groups(seed: int, monkeypatch: pytest.MonkeyPatch) -> GroupsClaim:
    """Return what the front door hands to the verifier for a made-up cohort in which groups run."""
    chance = random.Random(f"groups {seed}")  # noqa: S311 - people made up
    policy = a_groups_policy(chance)
    mentors, mentees = a_cohort(seed)
    handed: list[GroupsClaim] = []

    def faults_in(claim: GroupsClaim) -> list[str]:
        handed.append(claim)
        return faults_in_groups(claim)

    monkeypatch.setattr(groups, "faults_in_groups", faults_in)
    try:
        couples = [(pair.mentee, pair.mentor) for pair in match(mentors, mentees, policy).pairs]
        if chance.random() < 0.5:
            match(mentors, mentees, policy, locked=couples[:1], forbidden=couples[-1:], previous=couples[1:3])
    except CannotMatch:
        return handed[-1] if handed else a_cohort_of_groups(seed + 1_000, monkeypatch)
    return handed[-1]


@pytest.fixture(scope="module")
def claims() -> list[GroupsClaim]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return [a_cohort_of_groups(seed, monkeypatch) for seed in range(12)]


def test_sound_groups_have_no_faults(claims: list[GroupsClaim]) -> None:
    assert [fault for claim in claims for fault in faults_in_groups(claim)] == []
    assert {claim.gap is None for claim in claims} == {True, False}


def with_pairs(groups_claim: GroupsClaim, pairs: list[Pair]) -> GroupsClaim:
    return replace(groups_claim, claim=replace(groups_claim.claim, pairs=tuple(pairs)))


def with_first(groups_claim: GroupsClaim, **changes: object) -> GroupsClaim:
    first, *others = groups_claim.claim.pairs
    return with_pairs(groups_claim, [replace(first, **changes), *others])  # type: ignore[arg-type]


def one_group_too_small(made: GroupsClaim) -> GroupsClaim:
    smallest = made.claim.policy.groups
    assert smallest
    name, _ = min(Counter(pair.mentor for pair in made.claim.pairs).items(), key=lambda each: each[1])
    drop = {pair.mentee for pair in made.claim.pairs if pair.mentor == name}
    keep = sorted(drop)[: smallest.smallest - 1]
    pairs = [pair for pair in made.claim.pairs if pair.mentee not in drop or pair.mentee in keep]
    return with_pairs(made, pairs)


def one_group_too_large(made: GroupsClaim) -> GroupsClaim:
    claim = made.claim
    sizes = claim.policy.groups
    assert sizes
    largest = max(Counter(pair.mentor for pair in claim.pairs).values()) - 1
    return replace(
        made, claim=replace(claim, policy=replace(claim.policy, groups=replace(sizes, largest=largest)))
    )


def one_in_two_groups(made: GroupsClaim) -> GroupsClaim:
    first = made.claim.pairs[0]
    other = next((each.id for each in made.claim.mentors if each.id != first.mentor), "nobody")
    return with_pairs(made, [*made.claim.pairs, replace(first, mentor=other)])


def one_not_there(made: GroupsClaim) -> GroupsClaim:
    return with_first(made, mentor="nobody")


def one_forbidden(made: GroupsClaim) -> GroupsClaim:
    pair = made.claim.pairs[0]
    return replace(made, claim=replace(made.claim, forbidden=((pair.mentee, pair.mentor),)))


def one_locked_elsewhere(made: GroupsClaim) -> GroupsClaim:
    paired = {pair.mentee for pair in made.claim.pairs}
    name = next((person.id for person in made.claim.mentees if person.id not in paired), "nobody")
    return replace(made, claim=replace(made.claim, locked=((name, made.claim.pairs[0].mentor),)))


def other_points(made: GroupsClaim) -> GroupsClaim:
    first, *rest = made.claim.pairs[0].reasons
    return with_first(made, reasons=(first._replace(points=first.points + 1), *rest))


def another_score(made: GroupsClaim) -> GroupsClaim:
    return with_first(made, score=made.claim.pairs[0].score + 1)


def another_matrix(made: GroupsClaim) -> GroupsClaim:
    scores = np.array(made.claim.scores)
    return replace(made, claim=replace(made.claim, scores=np.where(scores < 0, 5, scores).astype(np.int32)))


def another_gap(made: GroupsClaim) -> GroupsClaim:
    return replace(made, gap=("served", 1, 2) if made.gap is None else None)


def a_gap_that_is_said_smaller(made: GroupsClaim) -> GroupsClaim:
    level, reached, bound = made.gap or ("total", 0, 2)
    return replace(made, gap=(level, reached, bound - 1))


def a_bound_too_low(made: GroupsClaim) -> GroupsClaim:
    return replace(made, relaxed=made.relaxed[:-1])


def a_bound_with_somebody_twice(made: GroupsClaim) -> GroupsClaim:
    return replace(made, relaxed=[*made.relaxed, made.relaxed[0]])


def another_certificate(made: GroupsClaim) -> GroupsClaim:
    certificate = made.claim.certificate
    value = (*certificate.value[:-1], certificate.value[-1] + 1)
    return replace(made, claim=replace(made.claim, certificate=replace(certificate, value=value)))


def other_prices(made: GroupsClaim) -> GroupsClaim:
    certificate = made.claim.certificate
    first = tuple((vector[0] + 1, *vector[1:]) for vector in certificate.whole.first)
    whole = replace(certificate.whole, first=first)
    return replace(made, claim=replace(made.claim, certificate=replace(certificate, whole=whole)))


FAULTS: list[Callable[[GroupsClaim], GroupsClaim]] = [
    one_group_too_small,
    one_group_too_large,
    one_in_two_groups,
    one_not_there,
    one_forbidden,
    one_locked_elsewhere,
    other_points,
    another_score,
    another_matrix,
    another_gap,
    a_gap_that_is_said_smaller,
    a_bound_too_low,
    a_bound_with_somebody_twice,
    another_certificate,
    other_prices,
]


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.__name__)
def test_a_planted_fault_is_found(
    planted: Callable[[GroupsClaim], GroupsClaim], claims: list[GroupsClaim]
) -> None:
    missed = [place for place, claim in enumerate(claims) if not faults_in_groups(planted(claim))]

    assert missed == []


# The front door.


def grouped(mentors: list[Person], mentees: list[Person], rules: str = "", top: str = SMALL) -> Outcome:
    return match(mentors, mentees, a_policy(rules, top=top))


def test_a_group_runs_with_enough_mentees_and_the_result_says_what_is_proven() -> None:
    outcome = grouped([mentor("mo", 3)], [mentee("ada"), mentee("bo"), mentee("cy")])

    assert [(pair.mentee, pair.mentor) for pair in outcome.pairs] == [
        ("ada", "mo"),
        ("bo", "mo"),
        ("cy", "mo"),
    ]
    assert notes(outcome.notes) == [
        "One group runs, for 3 people. No other groups are better: that is proven."
    ]
    assert (outcome.served, outcome.unmatched) == (3, ())


def test_a_mentor_without_a_group_reads_that_too_few_were_left() -> None:
    outcome = grouped([mentor("mo", 2), mentor("no", 2)], [mentee("ada"), mentee("bo"), mentee("cy")])

    alone = left_over(outcome, a_policy(top=SMALL))
    (left,) = (person for name, person in alone.items() if name in ("mo", "no"))
    assert left.reasons == ("Too few mentees were left for a group of 2.",)
    assert left.smallest_change == "More mentees whom the rules allow: a group has 2 or more."
    (waiting,) = (person for name, person in alone.items() if name in ("ada", "bo", "cy"))
    assert waiting.reasons == ("No group that runs had a place left.",)


def test_a_mentor_whose_own_number_is_below_a_group_reads_so() -> None:
    outcome = grouped([mentor("mo", 2), mentor("no", 1)], [mentee("ada"), mentee("bo"), mentee("cy")])

    no = left_over(outcome, a_policy(top=SMALL))["no"]
    assert no.reasons == ("A group has 2 or more, and this mentor takes one.",)
    assert no.smallest_change == "The mentor takes 2 or more."


def test_no_mentee_is_offered_an_exception_with_a_mentor_whose_group_does_not_run() -> None:
    language = (
        '[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\n'
        'mentor = "languages"\nat_least = 1\nbecause = "they have no language in common"\n'
    )
    mentors = [mentor("mo", 2, languages="de"), mentor("no", 2, languages="fr")]
    mentees = [mentee(name, languages="de") for name in ("ada", "bo")] + [mentee("pia", languages="ar")]

    outcome = grouped(mentors, mentees, rules=language)

    pia = left_over(outcome, a_policy(language, top=SMALL))["pia"]
    assert pia.smallest_change.endswith("no single exception is enough.")


def test_who_is_in_no_group_reads_so_in_the_cohorts_language() -> None:
    mentors, mentees = [mentor("mo", 2), mentor("no", 1)], [mentee("ada"), mentee("bo"), mentee("cy")]
    policy = a_policy(top=SMALL)
    outcome = match(mentors, mentees, policy)
    english, arabic = (left_over(outcome, policy, language) for language in ("en", "ar"))

    for name, one in english.items():
        other = arabic[name]
        assert len(one.reasons) == len(other.reasons)
        assert one.reasons != other.reasons
        assert one.smallest_change != other.smallest_change


def test_the_same_groups_come_out_whatever_the_order_of_people(claims: list[GroupsClaim]) -> None:
    chance = random.Random("any order")  # noqa: S311 - people shuffled
    for made in claims:
        claim = made.claim
        terms = {"locked": claim.locked, "forbidden": claim.forbidden, "previous": claim.previous}
        mentors, mentees = [*claim.mentors], [*claim.mentees]
        chance.shuffle(mentors)
        chance.shuffle(mentees)

        outcome = match(mentors, mentees, claim.policy, **terms)  # type: ignore[arg-type]

        assert outcome.pairs == claim.pairs
        paired = {name for pair in outcome.pairs for name in (pair.mentee, pair.mentor)}
        assert {person.id for person in outcome.unmatched} == {
            person.id for person in (*mentors, *mentees)
        } - paired


@pytest.mark.parametrize(
    ("mentors", "mentees", "said"),
    [
        ([], [mentee("ada")], "There is no mentor"),
        ([mentor("mo", 3)], [], "There is no mentee"),
        ([mentor("mo", 3)], [mentee("ada")], "The smallest group is 2 and there are 1 mentees"),
        ([mentor("mo", 1)], [mentee("ada"), mentee("bo")], "No mentor has room for 2 mentees"),
        ([mentor("mo", 3), mentor("mo", 3)], [mentee("ada"), mentee("bo")], "mo"),
        (
            [mentor(f"m{place}", 3) for place in range(LARGEST_POOL)],
            [mentee("ada"), mentee("bo")],
            "are too many for one run of this kind",
        ),
    ],
)
def test_what_can_not_become_groups_is_refused_in_words(
    mentors: list[Person], mentees: list[Person], said: str
) -> None:
    with refused(said):
        grouped(mentors, mentees)


@pytest.mark.parametrize(
    ("locked", "forbidden", "said"),
    [
        ([("ada", "mo"), ("ada", "no")], [], "ada"),
        ([("ada", "mo")], [("ada", "mo")], "locked and forbidden"),
        ([("ada", "nobody")], [], "nobody, who is not in this run"),
        ([(name, "mo") for name in ("ada", "bo", "cy")], [], "mo"),
        ([("cy", "mo")], [], "a rule refuses"),
    ],
)
def test_locks_that_contradict_are_refused_in_words(
    locked: list[Couple], forbidden: list[Couple], said: str
) -> None:
    mentors = [mentor("mo", 2, avoid="cy"), mentor("no", 2)]
    mentees = [mentee("ada"), mentee("bo"), mentee("cy")]

    with refused(said):
        match(
            mentors,
            mentees,
            a_policy(AVOID if locked[0][0] == "cy" else "", top=SMALL),
            locked=locked,
            forbidden=forbidden,
        )


def test_a_policy_that_refuses_every_group_is_told_with_the_rule() -> None:
    rule = (
        '[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\n'
        'mentor = "languages"\nat_least = 1\n'
    )
    with refused("“language” refuses 2 of 2 pairings"):
        grouped(
            [mentor("mo", 3, languages="de")],
            [mentee("a", languages="ar"), mentee("b", languages="fr")],
            rule,
        )
