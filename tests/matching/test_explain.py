"""The reasons: in words, adding up, and never saying who avoids whom."""

from functions.matching.engine import match
from functions.matching.outcome import Unmatched
from functions.matching.people import Person
from functions.matching.policy import Policy
from tests.matching.cohorts import a_policy, every_kind, mentee, mentor

AVOID = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'
LANGUAGE = (
    '[[rule]]\nname = "language"\nkind = "too few in common"\nmentee = "languages"\nmentor = "languages"\n'
    'because = "they have no language in common"\n'
)


def alone(mentors: list[Person], mentees: list[Person], policy: Policy) -> dict[str, Unmatched]:
    """Return everybody without a partner, by id."""
    return {person.id: person for person in match(mentors, mentees, policy).unmatched}


def test_a_pair_reads_what_each_criterion_found() -> None:
    ada = mentee(
        "a",
        most="Field",
        field="computer-science",
        town="Bonn",
        topics=("essay-writing", "code", "exams"),
        stage="first",
        age=20,
        times="mon; tue",
        wishes="m",
        languages="de",
    )
    bob = mentor(
        "m",
        field="Computer-Science",
        town="Oslo",
        offers=("essay-writing", "exams"),
        stage="third",
        age=27,
        times="tue",
        languages="de",
    )

    outcome = match([bob], [ada], every_kind())

    texts = {reason.criterion: reason.text for reason in outcome.pairs[0].reasons}
    assert texts == {
        "field": "field (what matters most to the mentee): the same (computer science)",
        "other town": "other town: different",
        "one topic": "one topic: 2 of 3 wanted (essay writing, exams)",
        "topics": "topics: 2 of 3 wanted (essay writing, exams)",
        "best choice": "best choice: first and third choice (essay writing, exams)",
        "all choices": "all choices: first choice (essay writing)",
        "a little ahead": "a little ahead: the mentor is 2 steps ahead",
        "exactly ahead": "exactly ahead: the mentor is 3 steps ahead",
        "age": "age: 7 more",
        "times": "times: 1 in common (tue)",
        "give and take": "give and take: the mentor offers 2 of 3 wanted (essay writing, exams)",
        "wish": "wish: asked for by name",
    }


def test_three_choices_that_are_met_read_as_a_sentence_does() -> None:
    criteria = (
        '[[criterion]]\nname = "topics"\nkind = "ranked choice"\nmentee = "t"\nmentor = "t"\nweight = 1\n'
    )

    outcome = match([mentor("m", t="c, b, a")], [mentee("a", t="a, b, c")], a_policy(criteria=criteria))

    assert outcome.pairs[0].reasons[0].text == "topics: first, second and third choice (a, b, c)"


def test_a_private_criterion_never_shows_an_answer() -> None:
    criteria = (
        '[[criterion]]\nname = "identity"\nkind = "shares any"\nmentee = "mine"\nmentor = "theirs"\n'
        "weight = 1\nprivate = true\n"
    )

    outcome = match([mentor("m", theirs="secret")], [mentee("a", mine="secret")], a_policy(criteria=criteria))

    assert "secret" not in outcome.pairs[0].reasons[0].text


def test_an_unmatched_mentee_reads_which_rules_stood_against_how_many() -> None:
    mentors = [mentor("m", languages="de"), mentor("n", languages="fr"), mentor("o", languages="en")]
    mentees = [mentee("a", languages="pl"), mentee("b", languages="de")]

    person = alone(mentors, mentees, a_policy(LANGUAGE))["a"]

    assert person.reasons == ("With all 3 mentors: they have no language in common.",)
    assert person.smallest_change == "One exception from the rule “language”, with a mentor who has room."


def test_a_mentee_for_whom_places_ran_out_is_told_that_one_more_would_help() -> None:
    mentees = [mentee("a", field="law"), mentee("b", field="law")]

    (person,) = alone([mentor("m", field="law")], mentees, a_policy()).values()

    assert person.reasons == ("No place was left for this mentee with the other mentors.",)
    assert person.smallest_change == "One more place with a mentor whom the rules allow for this mentee."


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

    (person,) = outcome.unmatched
    assert person.reasons == ("No place was left for this mentee with the other mentors.",)


def test_a_wish_for_somebody_else_stays_unsaid() -> None:
    criteria = '[[criterion]]\nname = "wish"\nkind = "wish"\nmentee = "wishes"\nweight = 1\n'
    policy = a_policy(criteria=criteria)

    wished = match([mentor("m")], [mentee("a", wishes="somebody else")], policy)
    silent = match([mentor("m")], [mentee("a")], policy)

    assert wished.pairs[0].reasons[0].text == silent.pairs[0].reasons[0].text


def test_an_idle_mentor_reads_why_too() -> None:
    mentors = [
        mentor("m", languages="de", field="law"),
        mentor("n", languages="de"),
        mentor("o", languages="fr"),
    ]

    people = alone(mentors, [mentee("a", languages="de", field="law")], a_policy(LANGUAGE))

    assert people["n"].reasons == ("No mentee was left for this mentor among the others.",)
    assert people["o"].reasons == ("With 1 of 1 mentees: they have no language in common.",)
    assert people["o"].smallest_change == "One more mentee whom the rules allow for this mentor."
