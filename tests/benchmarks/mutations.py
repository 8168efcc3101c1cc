"""A catalogue of faults: each is planted in a sound result, and the verifier must name it.

A mutation takes a sound claim and returns one with a single fault, or None where the cohort offers no
place for it. Whether tampered prices still prove the best (prices are not unique) is decided here by
the plainest code there is: every pair, every level, tuples compared as Python compares them.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from functions.matching.outcome import Certificate, Pair, Prices, Vector
from functions.matching.people import Person
from functions.matching.policy.model import WHOLE
from functions.matching.reasons import CannotMatch, Reason
from functions.matching.scoring.scores import prepare
from functions.matching.verification.certificate import ClaimArrays
from functions.matching.verification.claim import Claim
from functions.matching.verification.pairs import faults_in
from tests.benchmarks.cohorts import Cohort, cohort, pairs

Chance = random.Random
Apply = Callable[[Cohort, Claim, Chance], Claim | None]

_CERTIFICATE = "the certificate"
_UNREADABLE = "the certificate can’t be read"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One kind of fault, and what the verifier must say of it."""

    name: str
    says: str
    apply: Apply


_Whole = TypeVar("_Whole")


def _changed(of: _Whole, **others: Any) -> _Whole:
    """Return the same with other fields, whose names are not known beforehand."""
    changed: _Whole = replace(of, **others)  # type: ignore[type-var]
    return changed


# People and places.


def _somebody_twice(side: str) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
        people = list(getattr(claim, side))
        return _changed(claim, **{side: [*people, chance.choice(people)]})

    return apply


def _a_pair_twice(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
    return replace(claim, pairs=(*claim.pairs, chance.choice(claim.pairs)))


def _a_stranger(role: str) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
        return _with_pair(claim, chance, lambda pair: _changed(pair, **{role: "nobody@example.org"}))

    return apply


def _other_people_s_scores(_made: Cohort, claim: Claim, _chance: Chance) -> Claim:
    return replace(claim, scores=_matrix(claim)[:, 1:])


def _too_many_for(role: str) -> Apply:
    """Somebody offers one place fewer than they are given."""

    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
        name = getattr(chance.choice(claim.pairs), role)
        taken = sum(getattr(pair, role) == name for pair in claim.pairs)
        return _with_person(claim, f"{role}s", name, lambda person: replace(person, capacity=taken - 1))

    return apply


def _more_than_the_policy(role: str) -> Apply:
    """A number in the policy is one less than what somebody is given."""

    def apply(_made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
        most = max(Counter(getattr(pair, role) for pair in claim.pairs).values())
        side = replace(getattr(claim.policy, f"{role}s"), capacity=most - 1)
        return replace(claim, policy=_changed(claim.policy, **{f"{role}s": side})) if most > 1 else None

    return apply


def _a_lock_not_kept(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
    couple = _not_made(claim, chance)
    return replace(claim, locked=(*claim.locked, couple)) if couple else None


def _a_forbidden_pair(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
    pair = chance.choice(claim.pairs)
    return replace(claim, forbidden=(*claim.forbidden, (pair.mentee, pair.mentor)))


# Rules: what each person of a pair would have to answer for the rule to refuse them.

_Answers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Breach:
    rule: str
    mentee: _Answers = field(default_factory=dict)
    mentor: _Answers = field(default_factory=dict)


_BREACHES = {
    "the same": _Breach(rule="same home", mentee={"home": "b"}, mentor={"home": " B"}),
    "not the same": _Breach(rule="same faculty", mentee={"faculty": "x"}, mentor={"faculty": "y"}),
    "their supervisor": _Breach(rule="supervisor", mentee={"supervisor": "{mentor}"}),
    "avoided by the mentee": _Breach(rule="avoid", mentee={"avoid": ("x", "{mentor}")}),
    "avoided by the mentor": _Breach(rule="avoid", mentor={"avoid": "x; {mentee}"}),
    "paired before": _Breach(rule="again", mentee={"earlier": "{mentor}"}),
    "no common language": _Breach(rule="language", mentee={"languages": "de"}, mentor={"languages": "fr"}),
    "no language told": _Breach(rule="language", mentee={"languages": None}),
    "the mentor is behind": _Breach(rule="not behind", mentee={"stage": "done"}, mentor={"stage": "first"}),
    "a must-have is missing": _Breach(
        rule="must have", mentee={"asks": "lab, office"}, mentor={"has": "lab"}
    ),
    "a must-have is not told": _Breach(rule="must have", mentee={"asks": "lab"}, mentor={"has": None}),
    "a condition is unmet": _Breach(
        rule="conditions",
        mentee={"conditions": "same town", "town": "Bonn"},
        mentor={"town": "Oslo"},
    ),
    "a condition is not told": _Breach(
        rule="conditions", mentee={"conditions": "same town", "town": "Bonn"}, mentor={"town": None}
    ),
    "never awake together": _Breach(
        rule="awake together",
        mentee={"hours": "mon-08:00", "zone": "Europe/Berlin"},
        mentor={"hours": "mon-08:00", "zone": "UTC"},
    ),
    "oneself by address": _Breach(rule="oneself", mentee={"email": "a@b.c"}, mentor={"email": "A@b.c"}),
    "the mentee is paused": _Breach(rule="paused", mentee={"paused": "Yes"}),
    "the mentor is paused": _Breach(rule="paused", mentor={"paused": "1"}),
}


def _breaks(breach: _Breach) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
        if breach.rule not in {rule.name for rule in claim.policy.rules}:
            return None
        pair = chance.choice(claim.pairs)
        for side, name, answers in (
            ("mentees", pair.mentee, breach.mentee),
            ("mentors", pair.mentor, breach.mentor),
        ):
            told = {column: _told(answer, pair) for column, answer in answers.items()}
            claim = _answering(claim, side, name, told)
        return claim

    return apply


def _told(answer: Any, pair: Pair) -> Any:
    if isinstance(answer, tuple):
        return tuple(_told(part, pair) for part in answer)
    return answer.format(mentee=pair.mentee, mentor=pair.mentor) if isinstance(answer, str) else answer


def _oneself(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
    pair = chance.choice(claim.pairs)
    claim = _with_person(claim, "mentors", pair.mentor, lambda person: replace(person, id=pair.mentee))
    pairs = [
        replace(other, mentor=pair.mentee) if other.mentor == pair.mentor else other for other in claim.pairs
    ]
    return replace(claim, pairs=tuple(pairs))


# Points and scores.


def _with_reasons(change: Callable[[list[Reason]], list[Reason] | None]) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
        pair = chance.choice(claim.pairs)
        reasons = change(list(pair.reasons))
        if reasons is None:
            return None
        return _swapped(claim, pair, replace(pair, reasons=tuple(reasons)))

    return apply


def _a_point_moved(reasons: list[Reason]) -> list[Reason] | None:
    if len(reasons) == 1:
        return None
    first, second, *rest = reasons
    return [first._replace(points=first.points + 1), second._replace(points=second.points - 1), *rest]


def _a_criterion_less(reasons: list[Reason]) -> list[Reason]:
    return reasons[:-1]


def _two_criteria_swapped(reasons: list[Reason]) -> list[Reason] | None:
    return [reasons[1], reasons[0], *reasons[2:]] if len(reasons) > 1 else None


def _a_point_more(criterion: int) -> Callable[[list[Reason]], list[Reason] | None]:
    def change(reasons: list[Reason]) -> list[Reason] | None:
        if criterion >= len(reasons):
            return None
        reasons[criterion] = reasons[criterion]._replace(points=reasons[criterion].points + 1)
        return reasons

    return change


def _points_as(kind: Callable[[int], Any]) -> Callable[[list[Reason]], list[Reason]]:
    def change(reasons: list[Reason]) -> list[Reason]:
        return [reasons[0]._replace(points=kind(reasons[0].points)), *reasons[1:]]

    return change


def _score_as(kind: Callable[[int], Any]) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
        return _with_pair(claim, chance, lambda pair: replace(pair, score=kind(pair.score)))

    return apply


def _another_answer(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
    """Somebody answers otherwise than what they were scored by, and no rule minds."""
    pair = chance.choice(claim.pairs)
    columns = ("town", "field", "topics", "age", "plans", "hours")
    for column, answer in zip(columns, ("Rome", "zoology", "x", "1", "y", None), strict=True):
        other = _answering(claim, "mentees", pair.mentee, {column: answer})
        now = _scored(other, pair.mentee, pair.mentor)
        if [reason.points for reason in now.reasons] != [reason.points for reason in pair.reasons]:
            return other
    return None


def _a_made_score(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
    pair = chance.choice(claim.pairs)
    return _with_cell(claim, (pair.mentee, pair.mentor), pair.score - 1)


def _a_score_not_made(change: Callable[[int], int | None]) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
        matrix, made = _matrix(claim), {(pair.mentee, pair.mentor) for pair in claim.pairs}
        couples = [(a, b) for a in _ids(claim.mentees) for b in _ids(claim.mentors) if (a, b) not in made]
        chance.shuffle(couples)
        for couple in couples:
            now = int(matrix[_ids(claim.mentees).index(couple[0]), _ids(claim.mentors).index(couple[1])])
            other = change(now)
            if other is not None:
                return _with_cell(claim, couple, other)
        return None

    return apply


# The objective: another assignment under the certificate of the best.


def _somebody_left_out(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
    free = [pair for pair in claim.pairs if (pair.mentee, pair.mentor) not in claim.locked]
    if not free:
        return None
    gone = chance.choice(free)
    return _with_value(replace(claim, pairs=tuple(pair for pair in claim.pairs if pair is not gone)))


def _the_wrong_one_served(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
    """Somebody of a lower priority has the place of somebody of a higher one."""
    if not claim.policy.objective.served:
        return None
    priority = {person.id: person.priority for person in claim.mentees}
    served = Counter(pair.mentee for pair in claim.pairs)
    matrix = _matrix(claim)
    options = [
        (pair, name)
        for pair in claim.pairs
        if served[pair.mentee] == 1 and (pair.mentee, pair.mentor) not in claim.locked
        for row, name in enumerate(_ids(claim.mentees))
        if not served[name]
        and priority[name] < priority[pair.mentee]
        and matrix[row, _ids(claim.mentors).index(pair.mentor)] >= 0
        and (name, pair.mentor) not in claim.forbidden
    ]
    if not options:
        return None
    pair, name = chance.choice(options)
    return _with_value(_swapped(claim, pair, _scored(claim, name, pair.mentor)))


def _without(level: str) -> Apply:
    """Claim under the whole policy what is the best without one of its levels."""

    def apply(made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
        objective = claim.policy.objective
        without = {level: False, "floor": objective.floor and level != "served"}
        if not getattr(objective, level) or not (objective.total and objective.served):
            return None
        if level == "least_change" and claim.previous is None:
            return None
        other = made.claim(replace(claim.policy, objective=_changed(objective, **{**without, level: False})))
        return _with_other_pairs(claim, other.pairs)

    return apply


def _another_lot(made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
    return _with_other_pairs(claim, made.claim(seed=claim.seed + 1).pairs)


def _with_other_pairs(claim: Claim, others: Sequence[Pair]) -> Claim | None:
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    return (
        None
        if made == {(pair.mentee, pair.mentor) for pair in others}
        else _with_value(replace(claim, pairs=others))
    )


def _no_floor_raised(made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
    """Claim what is best without a floor, with a certificate that is right but for the floor of 0."""
    if not claim.certificate.floor:
        return None
    policy = replace(claim.policy, objective=replace(claim.policy.objective, floor=False))
    other = made.claim(policy)
    certificate = replace(other.certificate, above_floor=claim.certificate.above_floor)
    return replace(claim, pairs=other.pairs, certificate=certificate)


# The certificate itself.


def _with_certificate(change: Callable[[Certificate, Chance], Certificate | None]) -> Apply:
    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
        certificate = change(claim.certificate, chance)
        return None if certificate is None else replace(claim, certificate=certificate)

    return apply


def _other_value(certificate: Certificate, chance: Chance) -> Certificate:
    value = list(certificate.value)
    value[chance.randrange(len(value))] += chance.choice([-1, 1])
    return replace(certificate, value=tuple(value))


def _other_floor(by: int) -> Apply:
    def apply(_made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
        floor = claim.certificate.floor + by
        decided = claim.policy.objective.floor and claim.certificate.above_floor is not None
        return (
            replace(claim, certificate=replace(claim.certificate, floor=floor))
            if decided and floor >= 0
            else None
        )

    return apply


def _a_floor_unasked(_made: Cohort, claim: Claim, _chance: Chance) -> Claim | None:
    if claim.policy.objective.floor:
        return None
    return replace(claim, certificate=replace(claim.certificate, floor=1))


def _other_prices(which: str, side: str, level: int, by: int) -> Apply:
    """Change one price so that what is left proves nothing."""

    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim | None:
        prices: Prices | None = getattr(claim.certificate, which)
        if prices is None or level >= len(getattr(prices, side)[0]):
            return None
        places = list(range(len(getattr(prices, side))))
        chance.shuffle(places)
        for place in places:
            vectors = [list(vector) for vector in getattr(prices, side)]
            vectors[place][level] += by
            other = _changed(prices, **{side: tuple(map(tuple, vectors))})
            tampered = replace(claim, certificate=_changed(claim.certificate, **{which: other}))
            if not proves(tampered):
                return tampered
        return None

    return apply


def _unreadable(change: Callable[[list[list[Any]]], Any]) -> Apply:
    """Make one side's prices of the whole something else than vectors of whole numbers."""

    def apply(_made: Cohort, claim: Claim, chance: Chance) -> Claim:
        side = chance.choice(["first", "further", "mentor"])
        vectors = change([list(vector) for vector in getattr(claim.certificate.whole, side)])
        whole = _changed(claim.certificate.whole, **{side: vectors})
        return replace(claim, certificate=replace(claim.certificate, whole=whole))

    return apply


def _number_as(kind: Callable[[int], Any]) -> Callable[[list[list[Any]]], Any]:
    def change(vectors: list[list[Any]]) -> Any:
        vectors[-1][-1] = kind(vectors[-1][-1])
        return tuple(map(tuple, vectors))

    return change


_NO_INTS: Mapping[str, Callable[[int], Any]] = {
    "a float": float,
    "not a number": lambda _number: float("nan"),
    "endless": lambda _number: float("inf"),
    "a text": str,
    "nothing": lambda _number: None,
    "a truth": lambda _number: True,
}
_HUGE: Mapping[str, Callable[[int], Any]] = {
    "more than 60 bits": lambda _number: 2**61,
    "more than 64 bits": lambda _number: 10**30,
    "less than 64 bits": lambda _number: -(10**30),
}


def _catalogue() -> Iterator[Mutation]:
    for side in ("mentors", "mentees"):
        yield Mutation(name=f"one of the {side} twice", says="is there 2 times", apply=_somebody_twice(side))
    yield Mutation(name="a pair twice", says="are paired 2 times", apply=_a_pair_twice)
    yield Mutation(name="scores of others", says="not those of these people", apply=_other_people_s_scores)
    for role in ("mentor", "mentee"):
        says = "pairings and a capacity of"
        yield Mutation(name=f"an unknown {role}", says="somebody who is not there", apply=_a_stranger(role))
        yield Mutation(name=f"too many for a {role}", says=says, apply=_too_many_for(role))
        yield Mutation(name=f"the policy’s number, {role}s", says=says, apply=_more_than_the_policy(role))
    yield Mutation(name="a lock not kept", says="are locked and not paired", apply=_a_lock_not_kept)
    yield Mutation(name="a forbidden pair", says="are forbidden and paired", apply=_a_forbidden_pair)
    for name, breach in _BREACHES.items():
        yield Mutation(name=f"rule: {name}", says=f"against the rule “{breach.rule}”", apply=_breaks(breach))
    yield Mutation(name="rule: oneself by id", says="against the rule “never oneself”", apply=_oneself)
    yield from _of_points()
    yield from _of_scores()
    yield from _of_the_objective()
    yield from _of_the_certificate()
    yield from _of_the_prices()


def _of_points() -> Iterator[Mutation]:
    says = "has other points than its answers give"
    for name, change in (
        ("a point moved", _a_point_moved),
        ("a criterion less", _a_criterion_less),
        ("two criteria swapped", _two_criteria_swapped),
        *((f"a point more for criterion {place + 1}", _a_point_more(place)) for place in range(14)),
    ):
        yield Mutation(name=f"points: {name}", says=says, apply=_with_reasons(change))
    yield Mutation(name="points: another answer", says=says, apply=_another_answer)
    says = "has points that do not add up"
    yield Mutation(name="points: a score one higher", says=says, apply=_score_as(lambda points: points + 1))
    says = "has points that are not whole numbers"
    for name, kind in _NO_INTS.items():
        if name not in {"a text", "nothing"}:
            yield Mutation(name=f"points: {name}", says=says, apply=_with_reasons(_points_as(kind)))
        yield Mutation(name=f"score: {name}", says=says, apply=_score_as(kind))


def _of_scores() -> Iterator[Mutation]:
    says = "is not what their answers give"
    yield Mutation(
        name="matrix: a pair’s score", says="has another score than the matrix", apply=_a_made_score
    )
    for name, change in (
        ("a score one higher", lambda now: now + 1 if 0 <= now < WHOLE else None),
        ("refused, yet eligible", lambda now: -1 if now >= 0 else None),
        ("eligible, yet refused", lambda now: 0 if now < 0 else None),
    ):
        yield Mutation(name=f"matrix: {name}", says=says, apply=_a_score_not_made(change))
    yield Mutation(
        name="matrix: above a million",
        says="beyond what the weights can give",
        apply=_a_score_not_made(lambda _now: 2_000_000_000),
    )


def _of_the_objective() -> Iterator[Mutation]:
    yield Mutation(name="somebody left out", says=_CERTIFICATE, apply=_somebody_left_out)
    yield Mutation(name="the wrong one served", says=_CERTIFICATE, apply=_the_wrong_one_served)
    for level, name in (
        ("served", "too few served"),
        ("total", "a lower total"),
        ("load", "an uneven load"),
        ("least_change", "more change than needed"),
    ):
        yield Mutation(name=name, says=_CERTIFICATE, apply=_without(level))
    yield Mutation(name="another lot", says=_CERTIFICATE, apply=_another_lot)
    says = "does not prove that the floor can’t be higher"
    yield Mutation(name="no floor raised", says=says, apply=_no_floor_raised)


def _of_the_certificate() -> Iterator[Mutation]:
    yield Mutation(name="another value", says="is for another value", apply=_with_certificate(_other_value))
    yield Mutation(name="a lower floor", says=_CERTIFICATE, apply=_other_floor(-1))
    yield Mutation(name="a higher floor", says="", apply=_other_floor(1))
    yield Mutation(name="a floor unasked", says="a floor where none is asked for", apply=_a_floor_unasked)
    yield Mutation(name="a floor below 0", says=_UNREADABLE, apply=_floor_as(lambda _floor: -1))
    for name, kind in {**_NO_INTS, **_HUGE}.items():
        yield Mutation(name=f"a floor that is {name}", says=_UNREADABLE, apply=_floor_as(kind))
        apply = _unreadable(_number_as(kind))
        yield Mutation(name=f"a price that is {name}", says=_UNREADABLE, apply=apply)
    for name, change in (
        ("somebody without a price", lambda vectors: tuple(map(tuple, vectors[:-1]))),
        ("a price for nobody", lambda vectors: (*map(tuple, vectors), tuple(vectors[0]))),
        ("a level less", lambda vectors: tuple(tuple(vector[:-1]) for vector in vectors)),
        ("one price shorter", lambda vectors: (*map(tuple, vectors[:-1]), tuple(vectors[-1][:-1]))),
        ("no vectors", lambda vectors: tuple(vector[0] for vector in vectors)),
        ("no prices", lambda _vectors: None),
    ):
        yield Mutation(name=f"prices: {name}", says=_UNREADABLE, apply=_unreadable(change))
    says = "is for other levels than the policy’s"
    for name, levels in (
        ("a level less", lambda levels: levels[:-1]),
        ("a level more", lambda levels: ("luck", *levels)),
        ("levels reversed", lambda levels: levels[::-1] if len(levels) > 1 else None),
    ):
        yield Mutation(name=name, says=says, apply=_with_certificate(_levels_as(levels)))


def _floor_as(kind: Callable[[int], Any]) -> Apply:
    return _with_certificate(lambda certificate, _chance: replace(certificate, floor=kind(certificate.floor)))


def _levels_as(
    change: Callable[[tuple[str, ...]], tuple[str, ...] | None],
) -> Callable[[Certificate, Chance], Certificate | None]:
    def changed(certificate: Certificate, _chance: Chance) -> Certificate | None:
        levels = change(certificate.levels)
        return None if levels is None else replace(certificate, levels=levels)

    return changed


def _of_the_prices() -> Iterator[Mutation]:
    for which, levels in (("served", 1), ("above_floor", 1), ("whole", 5)):
        for level in range(levels):
            for side in ("first", "further", "mentor"):
                for by in (-1, 1, -(10**9), 10**9):
                    yield Mutation(
                        name=f"prices: {which}, level {level + 1}, {side} by {by:+}",
                        says="the certificate does not prove",
                        apply=_other_prices(which, side, level, by),
                    )


# What mutations are made of.


def _ids(people: Sequence[Person]) -> list[str]:
    return sorted(person.id for person in people)


def _matrix(claim: Claim) -> Any:
    if not isinstance(claim.scores, np.ndarray):
        raise TypeError(claim.scores)
    return claim.scores


def _swapped(claim: Claim, pair: Pair, other: Pair) -> Claim:
    return replace(claim, pairs=tuple(other if one is pair else one for one in claim.pairs))


def _with_pair(claim: Claim, chance: Chance, change: Callable[[Pair], Pair]) -> Claim:
    pair = chance.choice(claim.pairs)
    return _swapped(claim, pair, change(pair))


def _with_person(claim: Claim, side: str, name: str, change: Callable[[Person], Person]) -> Claim:
    people = [change(person) if person.id == name else person for person in getattr(claim, side)]
    return _changed(claim, **{side: people})


def _answering(claim: Claim, side: str, name: str, answers: _Answers) -> Claim:
    return _with_person(
        claim, side, name, lambda person: replace(person, answers={**person.answers, **answers})
    )


def _with_cell(claim: Claim, couple: tuple[str, str], value: int) -> Claim:
    matrix = _matrix(claim).copy()
    matrix[_ids(claim.mentees).index(couple[0]), _ids(claim.mentors).index(couple[1])] = value
    return replace(claim, scores=matrix)


def _not_made(claim: Claim, chance: Chance) -> tuple[str, str] | None:
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    couples = [(a, b) for a in _ids(claim.mentees) for b in _ids(claim.mentors) if (a, b) not in made]
    return chance.choice(couples) if couples else None


def _scored(claim: Claim, mentee: str, mentor: str) -> Pair:
    place = _ids(claim.mentees).index(mentee), _ids(claim.mentors).index(mentor)
    return pairs(prepare(claim.mentors, claim.mentees, claim.policy), [place])[0]


def _with_value(claim: Claim) -> Claim | None:
    """Let the certificate tell the value of the pairs, so that only the proof can show the fault."""
    value = ClaimArrays.of(claim).reached()
    if value == claim.certificate.value:
        return None
    return replace(claim, certificate=replace(claim.certificate, value=value))


# Whether prices prove the best, by the plainest code.


def proves(claim: Claim) -> bool:
    """Say whether the certificate's prices prove that the claim's pairs are the best."""
    case, certificate = ClaimArrays.of(claim), claim.certificate
    reached, floor = case.reached(), certificate.floor
    served = reached[:1] if claim.policy.objective.served else ()
    if certificate.served and _bound(claim, case, certificate.served, ("served",)) != served:
        return False
    if certificate.above_floor:
        above = _bound(claim, case, certificate.above_floor, ("served",), lowest=floor + 1)
        if not above < served:
            return False
    return _bound(claim, case, certificate.whole, case.levels, floor=floor) == reached


def _bound(
    claim: Claim,
    case: ClaimArrays,
    prices: Prices,
    levels: tuple[str, ...],
    *,
    lowest: int = 0,
    floor: int = 0,
) -> Vector:
    zero = (0,) * len(levels)
    paid: list[Vector] = [zero]
    pairs = [
        (row, column, value)
        for row, values in enumerate(_matrix(claim).tolist())
        for column, value in enumerate(values)
        if value >= lowest and row * case.shape[1] + column not in set(case.settled.tolist())
    ]
    for row, first in enumerate(prices.first):
        places = int(case.mentee_places[row])
        one = int(case.mentee_locked[row] == 0 and places > 0)
        rank = _at(levels, "served", int(case.rank[row]))
        further = prices.further[row]
        paid += [_plus(first, rank)] * one + [further, _minus(first, further)] * (places - one)
    for column, price in enumerate(prices.mentor):
        room = min(int(case.mentor_places[column]), sum(other == column for _, other, _ in pairs))
        for place in range(room):
            already = int(case.mentor_locked[column]) + place
            paid.append(_minus(_at(levels, "load", -(2 * already + 1)), price))
    for row, column, value in pairs:
        gains = case.gains(np.array([row]), np.array([column]), np.array([value]), levels)[0].tolist()
        more = case.mentee_places[row] - (case.mentee_locked[row] == 0)
        if value >= floor or more > 0:
            price = prices.first[row] if value >= floor else prices.further[row]
            paid.append(_minus(_plus(gains, prices.mentor[column]), price))
    return tuple(map(sum, zip(*(vector for vector in paid if vector >= zero), strict=True)))


def _at(levels: tuple[str, ...], level: str, number: int) -> Vector:
    return tuple(number if name == level else 0 for name in levels)


def _plus(one: Sequence[int], other: Sequence[int]) -> Vector:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _minus(one: Sequence[int], other: Sequence[int]) -> Vector:
    return tuple(a - b for a, b in zip(one, other, strict=True))


MUTATIONS = tuple(_catalogue())


@dataclass(kw_only=True)
class Tally:
    """What the verifier found in so many cohorts: in sound ones, and of each kind of planted fault."""

    cohorts: int = 0
    faults: list[str] = field(default_factory=list)  # in sound results
    mutated: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    @property
    def missed(self) -> list[str]:
        """The kinds of fault that were planted and not found each time."""
        return [name for name, times in self.mutated.items() if self.found[name] < times]

    @property
    def unused(self) -> list[str]:
        """The kinds of fault for which no cohort had a place."""
        return [mutation.name for mutation in MUTATIONS if not self.mutated[mutation.name]]


def tally(cohorts: int, *, share: int = 8, first: int = 0) -> Tally:
    """Verify so many made-up cohorts, and every `share`-th kind of fault in each, another one each time."""
    told, seed = Tally(), first
    while told.cohorts < cohorts:
        found = cohort(seed)
        seed += 1
        if found is not None:
            _look(told, *found, share=share)
    return told


def _look(told: Tally, made: Cohort, claim: Claim, *, share: int) -> None:
    told.faults += faults_in(claim)
    for mutation in MUTATIONS[told.cohorts % share :: share]:
        chance = random.Random(f"{mutation.name} {told.cohorts}")  # noqa: S311 - where to plant
        try:
            faulty = mutation.apply(made, claim, chance)
        except CannotMatch:
            continue
        if faulty is not None:
            told.mutated[mutation.name] += 1
            told.found[mutation.name] += any(mutation.says in fault for fault in faults_in(faulty))
    told.cohorts += 1
