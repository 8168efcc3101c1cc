"""Why not this one: for the coordinator everything, for the two people nothing that is somebody else's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.outcome import Wish
from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy
from functions.matching.reports.wishes import Answer, Answering, unmet_wishes
from functions.matching.score_matrix import Sparse
from functions.matching.scoring.scores import prepare, refused, score_all
from functions.matching.solving import assignment
from functions.matching.solving.pair_cost import SolvedProblem
from functions.matching.terms import Side, Terms
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor
from tests.matching.saying import why_not

WISH = (
    '[[criterion]]\nname = "wish"\nkind = "wish"\nmentee = "wishes"\nmentor = "wishes"\nweight = 1\n'
    '[[criterion]]\nname = "field"\nkind = "same"\nmentee = "field"\nmentor = "field"\nweight = 3\n'
)
AVOID = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'
LANGUAGE = (
    '[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\nmentor = "languages"\n'
    'because = "they have no language in common"\n'
)


def answering(
    mentors: list[Person],
    mentees: list[Person],
    policy: Policy,
    terms: Terms = Terms(),  # noqa: B008 - frozen
) -> Answering:
    """Solve, and return what answers why not."""
    prepared = prepare(mentors, mentees, policy)
    scores = score_all(prepared)
    sides = [
        Side(
            ids=tuple(person.id for person in people),
            capacity=tuple(person.capacity for person in people),
            priority=tuple(person.priority for person in people),
        )
        for people in (prepared.mentors, prepared.mentees)
    ]
    rows, columns = np.nonzero(scores >= 0)
    solved = SolvedProblem(
        pairs=Sparse(
            starts=np.searchsorted(rows, np.arange(len(scores) + 1)),
            columns=columns,
            values=scores[rows, columns].astype(np.int64),
        ),
        mentors=sides[0],
        mentees=sides[1],
        terms=terms,
        objective=policy.objective,
        assignment=assignment.assign(scores, *sides, terms=terms, objective=policy.objective),
    )
    return Answering(prepared=prepared, solved=solved)


def wishes(mentors: list[Person], mentees: list[Person]) -> tuple[Wish, ...]:
    """Return the wishes that were not met."""
    return unmet_wishes(answering(mentors, mentees, a_policy(AVOID, criteria=WISH)))


def said(found: Wish | Answer, answers: Answering, language: str = "en") -> str:
    """Return what the coordinator reads of it."""
    return why_not(found.against, answers.prepared.policy, language)


def test_a_wish_that_would_leave_somebody_without_a_mentor_says_so() -> None:
    mentors = [mentor("mo", languages="de"), mentor("no", languages="fr")]
    mentees = [mentee("ada", languages="de, fr", wishes="mo"), mentee("bob", languages="de")]
    answers = answering(mentors, mentees, a_policy(LANGUAGE, criteria=WISH))

    (wish,) = unmet_wishes(answers)

    assert (wish.mentee, wish.mentor, wish.asked_by, wish.unserved) == ("ada", "mo", (Role.MENTEE,), 1)
    assert said(wish, answers) == "It would have left one more mentee without a mentor."


def test_a_wish_that_costs_points_says_how_many_and_who_else_changes() -> None:
    mentors = [mentor("mo", field="law"), mentor("no", field="art")]
    mentees = [mentee("ada", field="art"), mentee("bob", field="law")]
    policy = a_policy(criteria=WISH)
    answers = answering(mentors, mentees, policy)

    told = answers.why_not(0, 0)

    assert said(told, answers) == (
        "The weakest of the other pairings would have lost 75.0 (a perfect one has 100)."
    )
    assert told.for_both(policy) == ()


def test_without_a_floor_the_cost_is_that_of_all_together() -> None:
    mentors = [mentor("mo", field="law"), mentor("no", field="art")]
    mentees = [mentee("ada", field="art"), mentee("bob", field="law")]
    policy = a_policy("[objective]\nfloor = false\n", criteria=WISH)

    answers = answering(mentors, mentees, policy)

    told = answers.why_not(0, 0)

    assert told.cost is not None
    assert told.cost.total == 1_500_000
    assert said(told, answers) == (
        "All pairings together would have lost 150.0 (a perfect one has 100), "
        "and one other mentee would have had another mentor."
    )


def test_a_wish_against_a_private_rule_is_explained_to_the_coordinator_alone() -> None:
    mentors = [mentor("mo", avoid="ada"), mentor("no")]
    answers = answering(mentors, [mentee("ada", wishes="mo")], a_policy(AVOID, criteria=WISH))

    (wish,) = unmet_wishes(answers)
    told = answers.why_not(0, 0)

    assert said(wish, answers) == "The rule “avoid” refuses it: this pairing is not possible."
    assert (wish.unserved, wish.floor, wish.total) == (None, None, None)
    assert told.for_both(answers.prepared.policy) == ()


def test_of_very_many_wishes_the_first_costs_are_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.matching.reports.wishes.WORKED_OUT_AT_MOST", 1)
    mentors = [mentor("mo", field="law"), mentor("no", field="art")]
    mentees = [mentee("ada", field="art", wishes="mo"), mentee("bob", field="law", wishes="no")]

    answers = answering(mentors, mentees, a_policy(AVOID, criteria=WISH))

    first, second = unmet_wishes(answers)

    assert first.unserved == 0
    assert (second.unserved, second.floor, second.total) == (None, None, None)
    assert said(second, answers) == (
        "The rules allow it, but other pairings were made. "
        "What it would have cost is worked out for the first 1 wishes alone."
    )


def test_a_wish_that_is_met_is_no_unmet_wish() -> None:
    mentors = [mentor("mo", field="law"), mentor("no", field="art")]

    met = wishes(mentors, [mentee("ada", field="law", wishes="mo")])
    one_of_two = wishes(mentors, [mentee("ada", field="law", wishes="mo; no")])

    assert met == ()
    assert [wish.mentor for wish in one_of_two] == ["no"]


def test_who_wished_for_whom_is_told_from_both_sides() -> None:
    mentors = [mentor("mo", field="art", wishes="ada"), mentor("no", field="law")]

    (wish,) = wishes(mentors, [mentee("ada", field="law", wishes="mo")])

    assert wish.asked_by == (Role.MENTEE, Role.MENTOR)


def test_a_cost_is_said_in_arabic() -> None:
    mentors = [mentor("mo", languages="de"), mentor("no", languages="fr")]
    mentees = [mentee("ada", languages="de, fr"), mentee("bob", languages="de")]

    answers = answering(mentors, mentees, a_policy(LANGUAGE, criteria=WISH))

    assert said(answers.why_not(0, 0), answers, "ar") == "لبقي بسبب ذلك مسترشد آخر بلا مرشد."


def test_a_pair_that_was_made_has_no_why_not() -> None:
    answers = answering([mentor("mo")], [mentee("ada")], a_policy(criteria=WISH))

    with pytest.raises(ValueError, match="made already"):
        answers.why_not(0, 0)


@settings(max_examples=25, deadline=None)
@given(made_from=st.integers(0, 100_000), forbid=st.booleans())
def test_the_two_read_the_same_of_a_private_rule_a_veto_and_a_place_that_is_gone(
    made_from: int, *, forbid: bool
) -> None:
    """Whatever is not said by a public rule reads as if others had simply suited better."""
    mentors, mentees = a_cohort(made_from)
    policy = every_kind()
    first = answering(mentors, mentees, policy)
    made = set(first.solved.assignment.pairs)
    cells = [(row, column) for row in range(len(mentees)) for column in range(len(mentors))]
    not_made = [cell for cell in cells if cell not in made]
    terms = Terms(forbidden=tuple(not_made) if forbid else ())
    answers = answering(mentors, mentees, policy, terms)

    for row, column in not_made:
        against = refused(answers.prepared, [row], [column])[:, 0, 0]
        public = [not rule.private for rule in policy.rules]

        told = answers.why_not(row, column).for_both(policy)

        assert bool(told) == against[[*public, True]].any()
        assert "avoid" not in {each.rule for each in told}
