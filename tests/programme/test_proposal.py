"""What a run proposes is kept whole, and what it says of somebody goes with them."""

import hashlib
import json
from dataclasses import replace

from functions.matching import (
    NO_FACTS,
    Cause,
    Change,
    Finding,
    FurtherPlace,
    Note,
    Noted,
    Outcome,
    Pair,
    Reason,
    Remedy,
    Role,
    Unmatched,
    WhyUnmatched,
    Wish,
    to_data,
)
from functions.matching.outcome import Certificate, Prices
from functions.programme.canonical_json import canonical_json
from functions.programme.proposal import Figures, Proposal

REASON = Reason(criterion="field", finding=Finding.BOTH_SAID, facts=NO_FACTS, points=7)
PRICES = Prices(first=((1, 0),), further=(), mentor=((0, 0),))
PROOF = Certificate(
    levels=("served", "total"), value=(1, 7), floor=0, served=PRICES, above_floor=None, whole=PRICES
)
OUTCOME = Outcome(
    mentees=3,
    mentors=2,
    capacity=2,
    pairs=(
        Pair(mentor="grace", mentee="ada", score=7, reasons=(REASON,)),
        Pair(mentor="hedy", mentee="bea", score=5, reasons=(REASON,)),
    ),
    unmatched=(
        Unmatched(
            id="cleo",
            role=Role.MENTEE,
            why=(WhyUnmatched(cause=Cause.RULE, rule="language", count=1, total=2),),
            change=Change(remedy=Remedy.MENTOR),
        ),
    ),
    served=2,
    worst=5,
    total=12,
    certificate=PROOF,
    snapshot_sha256="abc",
    notes=(Note(noted=Noted.PROVEN_ON_SAMPLE, numbers={"checked": 5}),),
    wishes=(Wish(mentee="ada", mentor="hedy", asked_by=(Role.MENTEE,), against=()),),
    further_places=(FurtherPlace(mentor="grace", serves=("cleo",)),),
)
PROPOSAL = Proposal.of(OUTCOME)


def test_a_proposal_that_went_to_json_comes_back_the_same() -> None:
    stored = canonical_json(PROPOSAL.to_data())

    assert Proposal.from_data(json.loads(stored)) == PROPOSAL
    assert canonical_json(Proposal.from_data(json.loads(stored)).to_data()) == stored


def test_a_proposal_keeps_the_figures_and_the_digest_of_the_proof() -> None:
    assert PROPOSAL.figures == Figures(mentees=3, mentors=2, capacity=2, served=2, total=12, worst=5)
    assert PROPOSAL.matched_sha256 == "abc"
    assert len(str(PROPOSAL.certificate_sha256)) == 64
    another = Proposal.of(replace(OUTCOME, certificate=replace(PROOF, floor=1)))
    assert another.certificate_sha256 != PROPOSAL.certificate_sha256
    assert Proposal.of(replace(OUTCOME, certificate=None)).certificate_sha256 is None


def test_a_proposal_keeps_what_the_engine_made() -> None:
    assert Proposal.of(OUTCOME) == Proposal(
        pairs=OUTCOME.pairs,
        unmatched=OUTCOME.unmatched,
        figures=Figures(mentees=3, mentors=2, capacity=2, served=2, total=12, worst=5),
        notes=OUTCOME.notes,
        wishes=OUTCOME.wishes,
        further_places=OUTCOME.further_places,
        engine_version=OUTCOME.engine_version,
        matched_sha256="abc",
        certificate_sha256=hashlib.sha256(canonical_json(to_data(PROOF))).hexdigest(),
    )
    assert Proposal.of(OUTCOME).to_data()["kind"] == "proposal"


def test_everybody_in_a_pair_is_known_by_id() -> None:
    assert PROPOSAL.paired == {"ada", "grace", "bea", "hedy"}


def test_of_who_is_erased_a_pair_keeps_the_ids_and_the_score_alone() -> None:
    for person_id in ("ada", "grace"):
        first, second = PROPOSAL.without([person_id]).pairs
        assert first == replace(PROPOSAL.pairs[0], reasons=())
        assert second == PROPOSAL.pairs[1]


def test_of_who_is_erased_and_left_over_the_id_and_the_role_alone_are_kept() -> None:
    assert PROPOSAL.without(["cleo"]).unmatched == (Unmatched(id="cleo", role=Role.MENTEE),)


def test_wishes_and_further_places_that_tell_of_who_is_erased_are_gone() -> None:
    assert PROPOSAL.without(["ada"]).wishes == PROPOSAL.without(["hedy"]).wishes == ()
    assert PROPOSAL.without(["grace"]).further_places == PROPOSAL.without(["cleo"]).further_places == ()
    leaves = replace(PROPOSAL, further_places=(FurtherPlace(mentor="x", serves=("y",), leaves=("bea",)),))
    assert leaves.without(["bea"]).further_places == ()


def test_a_proposal_that_tells_of_none_of_them_stays_as_it_is() -> None:
    assert PROPOSAL.without(["nobody"]) == PROPOSAL
    assert PROPOSAL.without([]) == PROPOSAL
