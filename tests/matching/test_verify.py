"""The verifier finds every kind of fault that is planted in a sound result, and none in a sound one."""

import ast
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.outcome import Certificate, Prices
from functions.matching.people import Person
from functions.matching.reasons import CannotMatch
from functions.matching.score_matrix import DenseScores, Scores
from functions.matching.scoring.scores import prepare, score_all
from functions.matching.verification import answer_reader, checks, pairs
from functions.matching.verification.certificate import CertificateProof, ClaimArrays
from functions.matching.verification.claim import Claim
from functions.matching.verification.pairs import faults_in, faults_in_figures
from tests.benchmarks.cohorts import Cohort, cohort
from tests.benchmarks.mutations import MUTATIONS, Mutation, proves, tally
from tests.matching.cohorts import a_policy, mentee, mentor

VERIFICATION = Path(pairs.__file__).parent


def made_up(seed: int) -> tuple[Cohort, Claim]:
    """Return the first made-up cohort from that seed on in which somebody is paired."""
    found = cohort(seed)
    return found or made_up(seed + 1)


@cache
def made_up_once(seed: int) -> tuple[Cohort, Claim]:
    return made_up(seed)


def first_planted(plant: Mutation) -> Claim:
    """Return the first made-up result that has a place for this kind of fault, with the fault in it."""
    for seed in range(100):
        with suppress(CannotMatch):
            faulty = plant.apply(*made_up_once(seed), random.Random(seed))  # noqa: S311 - where to plant
            if faulty is not None:
                return faulty
    raise AssertionError(f"no made-up cohort has a place for “{plant.name}”")


@dataclass(frozen=True)
class Asked:
    """Scores that remember which rows were asked for."""

    matrix: Scores
    rows_asked: list[tuple[int, int]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.matrix.shape
        return rows, columns

    def rows(self, start: int, stop: int) -> Scores:
        self.rows_asked.append((start, stop))
        return self.matrix[start:stop]


def matrix_of(claim: Claim) -> Scores:
    assert isinstance(claim.scores, np.ndarray)
    return claim.scores


def some_more(seed: int) -> Claim:
    """Return a claim about a larger cohort than the made-up ones: more than one strip of rows, and ties."""
    chance = random.Random(seed)  # noqa: S311 - people made up
    fields = ["law", "art", "physics", "medicine"]
    mentors = [mentor(f"m{n}", chance.randint(1, 4), field=chance.choice(fields)) for n in range(60)]
    mentees = [mentee(f"a{n}", chance.randint(1, 2), field=chance.choice(fields)) for n in range(300)]
    rules = '[[rule]]\nname = "field"\nkind = "different"\nmentee = "field"\nmentor = "field"\n'
    return Cohort(mentors=mentors, mentees=mentees, policy=a_policy(rules)).claim()


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_a_sound_result_has_no_fault_whatever_was_settled_before(seed: int) -> None:
    _, claim = made_up(seed)

    faults = faults_in(claim)

    assert faults == []


def test_planted_faults_are_found_and_sound_results_have_none() -> None:
    told = tally(24, share=12)

    assert (told.faults, told.missed) == ([], [])
    assert told.found.total() == told.mutated.total() > 200


@pytest.mark.release
def test_every_fault_planted_in_1000_cohorts_is_found() -> None:
    told = [tally(40, first=1_000 * first) for first in range(0, 1_000, 40)]

    planted = sum((part.mutated for part in told), Counter[str]())
    assert [fault for part in told for fault in (*part.faults, *part.missed)] == []
    assert set(planted) == {plant.name for plant in MUTATIONS}
    assert planted.total() > 15_000


def test_the_catalogue_has_188_kinds_of_fault() -> None:
    assert len({plant.name for plant in MUTATIONS}) == len(MUTATIONS) == 188


@pytest.mark.parametrize("plant", MUTATIONS, ids=lambda plant: plant.name)
def test_a_fault_of_every_kind_is_found_and_named(plant: Mutation) -> None:
    faulty = first_planted(plant)

    faults = faults_in(faulty)

    assert [fault for fault in faults if plant.says in fault]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([p for p in MUTATIONS if p.name.startswith("prices: ")]))
def test_prices_are_taken_if_and_only_if_they_prove_the_best(seed: int, plant: Mutation) -> None:
    made, claim = made_up(seed)
    chance = random.Random(seed)  # noqa: S311 - where to tamper
    whole = claim.certificate.whole
    place = chance.randrange(len(whole.mentor))
    level = chance.randrange(len(claim.certificate.levels))
    vector = list(whole.mentor[place])
    vector[level] += chance.choice([-1, 1, -1_000, 1_000])
    prices = replace(whole, mentor=(*whole.mentor[:place], tuple(vector), *whole.mentor[place + 1 :]))
    moved = replace(claim, certificate=replace(claim.certificate, whole=prices))
    planted = plant.apply(made, claim, chance)

    assert (faults_in(moved) == []) is proves(moved)
    assert planted is None or faults_in(planted)


@pytest.mark.parametrize("seed", range(3))
def test_a_proof_over_many_strips_and_blocks_is_the_proof_over_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = some_more(seed)
    monkeypatch.setattr(checks, "CELLS_AT_ONCE", 700)

    faults = faults_in(claim)

    assert faults == []


def test_one_pair_that_gains_above_its_prices_among_many_is_found() -> None:
    claim = some_more(1)
    better = matrix_of(claim).copy()
    row, column = np.argwhere(better < 0)[-1]
    better[row, column] = 2_000_000
    proofs = [
        CertificateProof(ClaimArrays.of(claim), claim.certificate, claim.policy.objective, 2_000_000)
        for _ in range(2)
    ]
    for proof, scores in zip(proofs, (matrix_of(claim), better), strict=True):
        proof.see(0, scores)

    faults = [[*proof.faults()] for proof in proofs]

    assert faults == [[], ["the certificate does not prove that no other assignment is better"]]


def test_the_scores_are_asked_for_once_and_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = some_more(0)
    asked = Asked(matrix_of(claim))
    monkeypatch.setattr(checks, "CELLS_AT_ONCE", 60 * 128)

    faults = faults_in(replace(claim, scores=asked))

    assert faults == []
    assert asked.rows_asked == [(0, 128), (128, 256), (256, 300)]


def test_a_sampled_proof_asks_only_for_its_rows_and_still_checks_every_pair() -> None:
    claim = some_more(0)
    asked = Asked(matrix_of(claim))
    last = claim.pairs[-1]
    wrong = replace(claim, pairs=(*claim.pairs[:-1], replace(last, score=last.score - 1)))

    sampled = faults_in(replace(claim, scores=asked, proven=range(0, 300, 50)))
    faults = faults_in(replace(wrong, proven=range(5)))

    assert sampled == []
    assert asked.rows_asked == [(row, row + 1) for row in range(0, 300, 50)]
    assert any("points that do not add up" in fault for fault in faults)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 7, 9, 10, 11])
def test_a_sampled_proof_finds_what_is_wrong_in_its_own_rows(seed: int) -> None:
    _, claim = made_up(seed)
    gone = next(pair for pair in claim.pairs if (pair.mentee, pair.mentor) not in claim.locked)
    row = sorted(person.id for person in claim.mentees).index(gone.mentee)
    fewer = replace(claim, pairs=tuple(pair for pair in claim.pairs if pair is not gone))
    left_out = replace(
        fewer,
        certificate=replace(claim.certificate, value=ClaimArrays.of(fewer).reached()),
        proven=range(row, row + 1),
    )

    assert faults_in(replace(claim, proven=range(row, row + 1))) == []
    assert any(fault.startswith("the certificate") for fault in faults_in(left_out))


def test_rows_to_prove_that_are_not_there_are_a_fault() -> None:
    _, claim = made_up(0)

    faults = faults_in(replace(claim, proven=range(len(claim.mentees) + 1)))

    assert faults == ["the rows to prove are not those of these people"]


def test_prices_near_the_limit_prove_nothing_and_break_nothing() -> None:
    claim = some_more(0)
    whole = claim.certificate.whole
    far = tuple(tuple(2**60 for _ in vector) for vector in whole.mentor)
    prices = Prices(first=whole.first, further=whole.further, mentor=far)

    faults = faults_in(replace(claim, certificate=replace(claim.certificate, whole=prices)))

    assert len(faults) == 1
    assert faults[0].startswith("the certificate")


def test_the_verifier_can_be_stopped_by_whoever_hears_how_far_it_is() -> None:
    claim = some_more(0)

    def stop(percent: int) -> None:
        raise InterruptedError(percent)

    with pytest.raises(InterruptedError):
        faults_in(claim, progress=stop)


def test_a_lock_that_was_not_kept_is_found() -> None:
    mentors = [mentor("m", field="law"), mentor("n", field="law")]
    mentees = [mentee("a", field="law")]
    outcome = match(mentors, mentees, a_policy())
    assert isinstance(outcome.certificate, Certificate)
    other = "n" if outcome.pairs[0].mentor == "m" else "m"
    claim = Claim(
        mentors=mentors,
        mentees=mentees,
        policy=a_policy(),
        scores=np.array([[1_000_000, 1_000_000]], dtype=np.int32),
        pairs=outcome.pairs,
        certificate=outcome.certificate,
        locked=(("a", other),),
    )

    assert faults_in(claim)[0] == f"a and {other} are locked and not paired"


def test_a_second_best_assignment_is_found_even_if_everything_else_is_right() -> None:
    mentors = [mentor("m", field="law"), mentor("n", field="art")]
    mentees = [mentee("a", field="law"), mentee("b", field="art")]
    best = match(mentors, mentees, a_policy())
    assert isinstance(best.certificate, Certificate)
    crossed = match(mentors, mentees, a_policy(), locked=[("a", "n")])

    claim = Claim(
        mentors=mentors,
        mentees=mentees,
        policy=a_policy(),
        scores=DenseScores(score_all(prepare(mentors, mentees, a_policy()))),
        pairs=crossed.pairs,
        certificate=best.certificate,
    )

    assert "the certificate is for another value than the pairs have" in faults_in(claim)
    assert "the certificate does not prove that no other assignment is better" in faults_in(claim)


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_what_is_remembered_of_answers_is_never_somebody_else_s(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_reader, "MOST_KEPT", 2)
    _, claim = made_up(seed)

    assert faults_in(claim) == []


def test_a_truth_and_the_number_one_are_told_apart() -> None:
    mentors = [mentor("m", field="true"), mentor("n", field="1")]
    mentees = [Person(id="a", capacity=1, answers={"field": True}), mentee("b", field=1)]

    claim = Cohort(mentors=mentors, mentees=mentees, policy=a_policy()).claim()

    assert faults_in(claim) == []


@pytest.mark.parametrize("module", sorted(VERIFICATION.rglob("*.py")), ids=lambda path: path.stem)
def test_the_verifier_shares_no_code_with_what_it_checks(module: Path) -> None:
    data = {
        f"functions.matching.{name}"
        for name in ("outcome", "people", "policy.model", "score_matrix", "terms")
    }
    ours = ("functions", "schemas", "infra")
    tree = ast.parse(module.read_text())

    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    own = "functions.matching.verification"
    assert {name for name in imported if name.startswith(ours) and not name.startswith(own)} <= data


@pytest.mark.parametrize("wrong", [{"served": 3}, {"worst": 1}, {"total": 1}, {"unmatched": ()}], ids=str)
def test_what_an_outcome_says_of_its_pairs_is_counted_again(wrong: dict[str, Any]) -> None:
    mentors = [mentor("m", field="law"), mentor("n", field="law")]
    mentees = [mentee("a", field="law"), mentee("b", field="law"), mentee("m", field="law")]
    outcome = match(mentors, mentees, a_policy())

    faults = faults_in_figures(replace(outcome, **wrong), mentors, mentees)

    assert faults_in_figures(outcome, mentors, mentees) == []
    assert len(faults) == 1
