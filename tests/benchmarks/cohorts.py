"""Small made-up cohorts with every kind of criterion and rule, for the verifier to find nothing in.

A seed makes the same cohort each time: people with many answers missing, capacities and priorities, a
policy with some levels off, and what a coordinator settled before.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.matching.outcome import Pair
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import NO_FACTS, Finding, Reason
from functions.matching.scoring.scores import Prepared, points_of_pairs, prepare, score_all
from functions.matching.solving import assignment
from functions.matching.terms import Side, Terms
from functions.matching.verification.claim import Claim, Couple

EVERY_KIND = """
name = "every kind"
[mentees]
id = "email"
identity = ["email", "name"]
capacity = "capacity"
[mentors]
id = "email"
identity = ["email", "name"]
capacity = "capacity"
[matters_most]
column = "most"
times = 2.5

[[criterion]]
name = "field"
kind = "same"
mentee = "field"
mentor = "field"
any = ["any"]
weight = 7
[[criterion]]
name = "other town"
kind = "different"
mentee = "town"
mentor = "town"
weight = 1.5
neutral = 0.2
[[criterion]]
name = "one topic"
kind = "shares any"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "topics"
kind = "overlap"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "best choice"
kind = "ranked choice"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "all choices"
kind = "ranked choice"
mentee = "topics"
mentor = "offers"
counts = "all"
worth = [1, 0.5]
weight = 3
[[criterion]]
name = "a little ahead"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
order = ["first", "second", "third", "done"]
at_least = 1
at_most = 2
fades_over = 2
weight = 4
[[criterion]]
name = "exactly ahead"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
mentee_places = { first = 1, second = 2, third = 3, done = 4 }
mentor_places = { first = 2, second = 3, third = 4, done = 5 }
worth = { 1 = 0.75, 2 = 1, -1 = 0.1 }
weight = 4
[[criterion]]
name = "age"
kind = "closeness"
mentee = "age"
mentor = "age"
reach = 12.5
weight = 2
[[criterion]]
name = "times"
kind = "times in common"
mentee = "times"
mentor = "times"
enough = 2
weight = 5
[[criterion]]
name = "give and take"
kind = "complementary"
mentee = "topics"
mentor = "offers"
mentor_wants = "topics"
mentee_offers = "offers"
weight = 2
[[criterion]]
name = "wish"
kind = "wish"
mentee = "wishes"
mentor = "wishes"
weight = 6

[[criterion]]
name = "hours"
kind = "times in common"
mentee = "hours"
mentor = "hours"
mentee_zone = "zone"
mentor_zone = "zone"
week = 2027-03-30
hours = { morning = [8, 12], night = [20, 24] }
enough = 4
weight = 3

[[rule]]
name = "same home"
kind = "same"
mentee = "home"
mentor = "home"
any = ["none"]
[[rule]]
name = "same faculty"
kind = "different"
mentee = "faculty"
mentor = "faculty"
any = ["any"]
[[rule]]
name = "supervisor"
kind = "supervises"
mentee = "supervisor"
[[rule]]
name = "avoid"
kind = "avoided"
mentee = "avoid"
mentor = "avoid"
[[rule]]
name = "again"
kind = "previous pair"
mentee = "earlier"
[[rule]]
name = "language"
kind = "too few in common"
mentee = "languages"
mentor = "languages"
missing = "refuses"
[[rule]]
name = "not behind"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
order = ["first", "second", "third", "done"]
at_least = -1
[[rule]]
name = "must have"
kind = "must have"
mentee = "asks"
mentor = "has"
[[rule]]
name = "conditions"
kind = "must have"
mentee = "conditions"
mentor = "has"
same = { "same town" = ["town", "town"], "same stage" = ["stage", "stage"] }
[[rule]]
name = "awake together"
kind = "too few in common"
mentee = "hours"
mentor = "hours"
mentee_zone = "zone"
mentor_zone = "zone"
week = 2027-03-30
hours = { morning = [8, 12], night = [20, 24] }
at_least = 2
[[rule]]
name = "oneself"
kind = "oneself"
mentee = "email"
mentor = "email"
[[rule]]
name = "paused"
kind = "paused"
mentee = "paused"
mentor = "paused"
"""
# A new kind goes here: tests know the weights and the names of those above.
MORE_KINDS = """
[[criterion]]
name = "plans"
kind = "text similarity"
mentee = "plans"
mentor = "plans"
enough = 40
weight = 2.5
"""
# Few criteria and no rules: many pairings are worth the same, so that the last levels decide.
FEW_KINDS = """
name = "few kinds"
[mentees]
id = "email"
[mentors]
id = "email"
[[criterion]]
name = "town"
kind = "same"
mentee = "town"
mentor = "town"
weight = 1
"""
OF_SOME = """
[[rule]]
name = "faculty where both have one language"
kind = "different"
mentee = "faculty"
mentor = "faculty"
missing = "refuses"
only_if = { mentee = "languages", mentor = "languages", answers = ["de", "en, fr"] }
"""
EVERYTHING = EVERY_KIND.replace("[[rule]]", MORE_KINDS + "[[rule]]", 1) + OF_SOME
_ZONES = (None, "UTC", "utc+2", "Europe/Berlin", "Asia/Kathmandu", "GMT-03:30", "America/New_York")
_PLANS = (
    None,
    "",
    "Grants and essays",
    "I write grants.",
    "Laborfuehrung",
    "Laborführung, Aufsätze",
    "论文 写作",
    "論文",
)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """People, policy and everything settled before."""

    mentors: Sequence[Person]
    mentees: Sequence[Person]
    policy: Policy
    seed: int = 0
    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    previous: tuple[Couple, ...] | None = None

    def claim(self, policy: Policy | None = None, *, seed: int | None = None) -> Claim:
        """Return what is the best for these people, under this policy or another.

        Raises CannotMatch when the locks contradict the rules.
        """
        policy, seed = policy or self.policy, self.seed if seed is None else seed
        prepared = prepare(self.mentors, self.mentees, policy)
        scores = score_all(prepared)
        rows = {person.id: row for row, person in enumerate(prepared.mentees)}
        columns = {person.id: column for column, person in enumerate(prepared.mentors)}

        def placed(couples: Sequence[Couple]) -> tuple[tuple[int, int], ...]:
            return tuple((rows[mentee], columns[mentor]) for mentee, mentor in couples)

        found = assignment.assign(
            scores,
            _side(prepared.mentors),
            _side(prepared.mentees),
            terms=Terms(
                locked=placed(self.locked),
                forbidden=placed(self.forbidden),
                previous=None if self.previous is None else placed(self.previous),
            ),
            objective=policy.objective,
            seed=seed,
        )
        return Claim(
            mentors=self.mentors,
            mentees=self.mentees,
            policy=policy,
            scores=scores,
            pairs=pairs(prepared, found.pairs),
            certificate=found.certificate,
            seed=seed,
            locked=self.locked,
            forbidden=self.forbidden,
            previous=self.previous,
        )


def _side(people: Sequence[Person]) -> Side:
    return Side(
        ids=tuple(person.id for person in people),
        capacity=tuple(person.capacity for person in people),
        priority=tuple(person.priority for person in people),
    )


def pairs(prepared: Prepared, places: Sequence[tuple[int, int]]) -> tuple[Pair, ...]:
    """Return pairs of rows and columns, each with the points that it really has."""
    earned = points_of_pairs(prepared, [row for row, _ in places], [column for _, column in places])
    names = [criterion.name for criterion in prepared.policy.criteria]
    return tuple(
        Pair(
            mentee=prepared.mentees[row].id,
            mentor=prepared.mentors[column].id,
            score=sum(points),
            reasons=tuple(
                Reason(criterion=name, points=number, finding=Finding.COMPARED, facts=NO_FACTS)
                for name, number in zip(names, points, strict=True)
            ),
        )
        for (row, column), points in zip(places, earned.tolist(), strict=True)
    )


def every_kind() -> Policy:
    """Return the policy with every kind in it."""
    return parse_policy(EVERY_KIND, file="every-kind.toml")


def cohort(seed: int) -> tuple[Cohort, Claim] | None:
    """Return the cohort that this seed makes, and what is the best for it; None when nobody can be paired."""
    chance = random.Random(f"cohort {seed}")  # noqa: S311 - people made up
    mentors, mentees = people(seed)
    made = Cohort(mentors=mentors, mentees=mentees, policy=_policy(chance), seed=seed % 3)
    claim = made.claim()
    if claim.pairs and chance.random() < 2 / 3:
        made = _settled(chance, made, claim)
        claim = made.claim()
    return (made, claim) if claim.pairs else None


def _policy(chance: random.Random) -> Policy:
    policy = parse_policy(chance.choice([EVERYTHING, FEW_KINDS]), file="made-up.toml")
    levels = {level: chance.random() < 0.8 for level in ("served", "floor", "total", "load", "least_change")}
    levels["total"] = levels["total"] or not levels["served"]
    levels["floor"] = levels["floor"] and levels["served"]
    return replace(policy, objective=replace(policy.objective, **levels))


def _settled(chance: random.Random, first: Cohort, claim: Claim) -> Cohort:
    """Lock some of the pairs, forbid others, and call others those of an earlier run."""
    kinds: dict[str, list[Couple]] = {"locked": [], "forbidden": [], "previous": [], "": []}
    for pair in claim.pairs:
        kinds[chance.choice([*kinds])].append((pair.mentee, pair.mentor))
    return replace(
        first,
        locked=tuple(kinds["locked"]),
        forbidden=tuple(kinds["forbidden"]),
        previous=(*kinds["previous"], *kinds["locked"]),
    )


def people(seed: int) -> tuple[list[Person], list[Person]]:
    """Return the mentors and mentees that this seed makes: every answer drawn, many of them missing."""
    chance = random.Random(seed)  # noqa: S311 - people made up
    return _people(chance, "mentor"), _people(chance, "mentee")


def _lists(chance: random.Random, *values: str) -> tuple[str, ...] | str | None:
    several = tuple(chance.sample(values, chance.randint(0, min(3, len(values)))))
    return chance.choice([None, several, several, "; ".join(several)])


def _answers(chance: random.Random, role: str, place: int) -> dict[str, Any]:
    other = "mentor" if role == "mentee" else "mentee"
    names = [f"{other}-{number}@example.org" for number in range(3)]
    pick = chance.choice
    return {
        "email": f"{role}-{place}@example.org",
        "name": pick(["Ada", "Grace", "Alan"]),
        "most": pick([None, "field", "topics", "Times"]) if role == "mentee" else None,
        "field": pick([None, "law", "Law ", "physics", "any"]),
        "town": pick([None, "Bonn", "Oslo"]),
        "topics": _lists(chance, "code", "essays", "exams", "grants"),
        "offers": _lists(chance, "code", "essays", "exams", "grants"),
        "stage": pick([None, "first", "second", "third", "done"]),
        "age": pick([None, 20, "31", "27.5"]),
        "times": _lists(chance, "mon", "tue", "wed"),
        "wishes": _lists(chance, *names[:2]),
        "home": pick([None, "a", "b", "c", "none"]),
        "faculty": pick([None, "x", "y", "any"]),
        "supervisor": pick([None, None, names[0], "Grace"]),
        "avoid": pick([None, None, _lists(chance, *names)]),
        "earlier": _lists(chance, names[2]),
        "languages": pick([None, ("de",), ("de", "en"), "en", "en, fr", "de, fr"]),
        "asks": pick([None, None, _lists(chance, "lab", "office")]),
        "has": _lists(chance, "lab", "office"),
        "paused": pick([None, None, None, None, None, "no", "yes"]),
        "plans": pick(_PLANS),
        "hours": pick(
            [None, _lists(chance, "mon-morning", "mon-08:30", "sun-night", "tue-23:30", "wed-00:00")]
        ),
        "zone": pick(_ZONES),
        "conditions": pick([None, None, None, "same town", "lab", "same stage; office"]),
    }


def _people(chance: random.Random, role: str) -> list[Person]:
    places = list(range(chance.randint(1, 7)))
    chance.shuffle(places)
    return [
        Person(
            id=f"{role}-{place}@example.org",
            capacity=chance.randint(1, 3),
            priority=chance.randint(0, 1),
            answers=_answers(chance, role, place),
        )
        for place in places
    ]
