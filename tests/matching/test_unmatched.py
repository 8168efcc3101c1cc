"""Why somebody has no partner and what would help, and never who avoids whom."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.outcome import Unmatched
from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy
from functions.matching.reports import unmatched
from functions.matching.reports.unmatched import Result, unmatched_in
from functions.matching.score_matrix import Sparse
from functions.matching.scoring.scores import prepare, refused, score_all
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor
from tests.matching.saying import Told, left_over, told

AVOID = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'
LANGUAGE = (
    '[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\nmentor = "languages"\n'
    'because = "they have no language in common"\n'
)


def alone(mentors: list[Person], mentees: list[Person], policy: Policy) -> dict[str, Told]:
    """Return what is said of everybody without a partner, by id."""
    return left_over(match(mentors, mentees, policy), policy)


def test_an_unmatched_mentee_reads_which_rules_stood_against_how_many() -> None:
    mentors = [mentor("m", languages="de"), mentor("n", languages="fr"), mentor("o", languages="en")]
    mentees = [mentee("a", languages="pl"), mentee("b", languages="de")]

    person = alone(mentors, mentees, a_policy(LANGUAGE))["a"]

    assert person.reasons == ("With each of the 3 mentors: they have no language in common.",)
    assert person.smallest_change == "One exception from the rule “language”, with a mentor who has room."


def test_a_mentee_for_whom_places_ran_out_is_told_that_one_more_would_help() -> None:
    mentees = [mentee("a", field="law"), mentee("b", field="law")]

    (person,) = alone([mentor("m", field="law")], mentees, a_policy()).values()

    assert person.reasons == ("No place was left.",)
    assert person.smallest_change == "One more place with a mentor whom the rules allow."


def test_who_avoids_whom_cannot_be_told_from_who_got_the_place() -> None:
    """The mentor is avoided in one cohort and simply full in the other: the same words for both."""
    policy = a_policy(AVOID + LANGUAGE)
    polish = mentor("p", languages="pl")
    served = mentee("b", languages="de", field="law")

    avoided = alone(
        [mentor("m", 2, languages="de"), polish], [mentee("a", languages="de", avoid="m"), served], policy
    )["a"]
    full = alone(
        [mentor("m", 1, languages="de", field="law"), polish],
        [mentee("a", languages="de", field="art"), served],
        policy,
    )["a"]

    assert (avoided.reasons, avoided.smallest_change) == (full.reasons, full.smallest_change)
    assert "avoid" not in " ".join((*avoided.reasons, avoided.smallest_change))


def test_a_forbidden_pairing_is_told_like_any_place_that_is_gone() -> None:
    outcome = match(
        [mentor("m", field="law")],
        [mentee("a", field="law"), mentee("b")],
        a_policy(),
        forbidden=[("a", "m")],
    )

    (person,) = left_over(outcome, a_policy()).values()
    assert person.reasons == ("No place was left.",)


def test_an_idle_mentor_reads_why_too() -> None:
    mentors = [
        mentor("m", languages="de", field="law"),
        mentor("n", languages="de"),
        mentor("o", languages="fr"),
    ]

    people = alone(mentors, [mentee("a", languages="de", field="law")], a_policy(LANGUAGE))

    assert people["n"].reasons == ("No mentee was left.",)
    assert people["o"].reasons == ("With the only mentee: they have no language in common.",)
    assert people["o"].smallest_change == (
        "One more mentee whom the rules allow. With those there are, no single exception is enough."
    )


def test_where_a_rule_alone_stands_in_the_way_both_ways_out_are_named() -> None:
    """Ada might have Mo's place, if there were two; and No, if it were not for the language."""
    mentors = [mentor("mo", languages="de", field="law"), mentor("no", languages="fr")]
    mentees = [mentee("ada", languages="de"), mentee("bob", languages="de", field="law")]

    person = alone(mentors, mentees, a_policy(LANGUAGE))["ada"]

    assert person.reasons == (
        "With 1 of 2 mentors: they have no language in common.",
        "With the others, no place was left.",
    )
    assert person.smallest_change == (
        "One more place with a mentor whom the rules allow; "
        "or one exception from the rule “language”, with a mentor who has room."
    )


def test_room_is_found_along_a_chain_of_mentees_who_could_move() -> None:
    """Pia needs an exception for Mo, whom Bob leaves for No, whom Cy leaves for Oz. No other will do."""
    mentors = [
        mentor("mo", languages="de"),
        mentor("no", languages="de, fr", home="x"),
        mentor("oz", languages="fr", home="x"),
    ]
    mentees = [
        mentee("bob", languages="de"),
        mentee("cy", languages="fr"),
        mentee("pia", languages="pl", home="x"),
    ]
    home = '[[rule]]\nname = "home"\nkind = "same"\nmentee = "home"\nmentor = "home"\n'
    prepared = prepare(mentors, mentees, a_policy(LANGUAGE + home))

    def change(*locked: tuple[int, int]) -> str:
        result = Result(pairs=((0, 0), (1, 1)), locked=locked)
        found = {person.id: person for person in unmatched_in(prepared, result)}
        return told(found["pia"], prepared.policy).smallest_change

    assert change() == "One exception from the rule “language”, with a mentor who has room."
    assert change((1, 1)).endswith("no single exception is enough.")


def test_what_takes_too_long_to_search_is_not_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    """That no exception is enough is said only when everybody who could move was looked at."""
    mentors = [mentor("mo", languages="de"), mentor("no", languages="de, fr")]
    mentees = [mentee("bob", languages="de"), mentee("pia", languages="pl")]
    home = '[[rule]]\nname = "home"\nkind = "same"\nmentee = "home"\nmentor = "home"\n'
    mentors[1], mentees[1] = (
        replace(each, answers={**each.answers, "home": "x"}) for each in (mentors[1], mentees[1])
    )
    prepared = prepare(mentors, mentees, a_policy(LANGUAGE + home))

    def change() -> str:
        (pia,) = (each for each in unmatched_in(prepared, Result(pairs=((0, 0),))) if each.id == "pia")
        return told(pia, prepared.policy).smallest_change

    assert change() == "One exception from the rule “language”, with a mentor who has room."
    monkeypatch.setattr(unmatched, "_SEARCHED_AT_MOST", 0)
    assert change() == "One more mentor whom the rules allow."


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 3))
def test_an_exception_that_is_named_is_enough_and_none_is_denied_that_is(made_from: int, known: int) -> None:
    """Whichever candidates are known: who has room is told by trying every way to move, one by one."""
    mentors, mentees = a_cohort(made_from)
    policy = every_kind()
    prepared = prepare(mentors, mentees, policy)
    scored = score_all(prepared)
    outcome = match(mentors, mentees, policy) if (scored >= 0).any() else None
    rows, columns = (
        {each.id: place for place, each in enumerate(side)} for side in (prepared.mentees, prepared.mentors)
    )
    pairs = tuple((rows[pair.mentee], columns[pair.mentor]) for pair in outcome.pairs) if outcome else ()
    row, column = np.nonzero((scored >= 0) & ((np.arange(scored.size).reshape(scored.shape) % 4) < known))
    candidates = Sparse(
        starts=np.searchsorted(row, np.arange(len(scored) + 1)), columns=column, values=scored[row, column]
    )
    refusals = refused(prepared, range(len(rows)), range(len(columns)))

    found = unmatched_in(prepared, Result(pairs=pairs, candidates=candidates))

    for role, people, others, made, against in (
        (Role.MENTEE, rows, prepared.mentors, pairs, refusals),
        (
            Role.MENTOR,
            columns,
            prepared.mentees,
            tuple((b, a) for a, b in pairs),
            refusals.transpose(0, 2, 1),
        ),
    ):
        room = with_room([other.capacity for other in others], made, np.logical_not(against.any(axis=0)))
        for person in (each for each in found if each.role is role):
            mine = against[:, people[person.id]]
            enough = {
                rule.name
                for which, rule in enumerate(policy.rules)
                if not rule.private and (mine[which] & (mine.sum(axis=0) == 1))[sorted(room)].any()
            }
            assert person.change is not None
            assert {person.change.rule} - {""} <= enough
            assert not (enough and person.change.no_exception_helps)


def with_room(capacity: list[int], made: tuple[tuple[int, int], ...], eligible: np.ndarray) -> set[int]:
    """Return who of the others has room, or has a partner who could be with somebody who has."""
    taken = Counter(other for _, other in made)
    partners = Counter(person for person, _ in made)
    room = {other for other, places in enumerate(capacity) if taken[other] < places}
    room |= {other for person, other in made if partners[person] > 1}
    while True:
        more = {
            other
            for person, other in made
            if any(eligible[person, free] and (person, free) not in made for free in room)
        }
        if more <= room:
            return room
        room |= more


def test_where_everybody_who_might_do_is_taken_no_exception_is_promised() -> None:
    mentors, mentees = (
        [mentor("mo", languages="de")],
        [mentee("bob", languages="de"), mentee("pia", languages="pl")],
    )

    person = alone(mentors, mentees, a_policy(LANGUAGE))["pia"]

    assert person.smallest_change == (
        "One more mentor whom the rules allow. With those there are, no single exception is enough."
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.data())
def test_nobody_can_tell_who_avoids_them_from_who_got_the_place(made_from: int, data: st.DataObject) -> None:
    """One mentor is avoided, or forbidden, and free; or neither, and another mentee's for good."""
    mentors, mentees = a_cohort(made_from)
    ada, mo = data.draw(st.sampled_from(mentees)), data.draw(st.sampled_from(mentors))
    mentors = [replace(each, capacity=1) if each is mo else each for each in mentors]
    mentees = [*mentees, mentee("zoe")]
    policy = every_kind()

    def found(result: Result, *, avoided: bool) -> Unmatched:
        avoids = {**ada.answers, "avoid": mo.id if avoided else None}
        prepared = prepare(
            mentors, [replace(each, answers=avoids) if each is ada else each for each in mentees], policy
        )
        return next(each for each in unmatched_in(prepared, result) if each.id == ada.id)

    rows = sorted(each.id for each in mentees)
    row, zoe = rows.index(ada.id), rows.index("zoe")
    column = sorted(each.id for each in mentors).index(mo.id)
    taken = found(Result(pairs=((zoe, column),), locked=((zoe, column),)), avoided=False)

    assert found(Result(pairs=()), avoided=True) == taken
    assert found(Result(pairs=(), forbidden=((row, column),)), avoided=False) == taken


def test_a_rule_without_words_of_its_own_is_said_in_the_cohorts_language() -> None:
    policy = a_policy(LANGUAGE.replace('because = "they have no language in common"\n', ""))
    prepared = prepare([mentor("m", languages="de")], [mentee("a", languages="pl")], policy)

    ada, _ = unmatched_in(prepared, Result(pairs=()))

    person = told(ada, policy, "ar")

    assert person.reasons == ("مع المرشد الوحيد: القواسم المشتركة أقل مما يلزم في \u2068languages\u2069.",)
    assert person.smallest_change == "استثناء واحد من القاعدة «\u2068language\u2069» مع مرشد لديه متسع."
