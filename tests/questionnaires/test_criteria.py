"""A question brings the criterion that compares it, unless the policy says how."""

from typing import Any

from functions.matching import engine
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy
from functions.programme.questionnaire import Kind, Layout, Question
from functions.questionnaires.criteria import completed, mistakes
from tests.questions import COLOURS, choices, question, questionnaire

POLICY = """\
name = "plain"

[mentees]
id = "email"

[mentors]
id = "email"

[[criterion]]
name = "field"
kind = "same"
mentee = "field"
mentor = "field"
weight = 20
"""
PEERS = POLICY.replace("[mentees]", "[people]").replace('[mentors]\nid = "email"\n\n', "")
PEERS = PEERS.replace('name = "plain"', 'name = "plain"\npairing = "peers"').replace(
    'mentee = "field"\nmentor = "field"', 'both = "field"'
)
ZONE = question("zone", Kind.ONE, choices=choices("Europe/London", "America/New_York"), layout=Layout.ZONE)


def colours(name: str, **match: str) -> Question:
    return question(name, Kind.MANY, maximum=4, choices=choices(*COLOURS), match=match)


def times(**match: str) -> Question:
    days = choices("mon", "tue", "wed")
    return question("free", Kind.HOURS, minimum=1, maximum=60, choices=days, hours=(8, 18), match=match)


def criteria_of(text: str) -> dict[str, Any]:
    return {criterion.name: criterion for criterion in parse_policy(text, file="policy.toml").criteria}


def test_a_policy_without_such_questions_stays_as_it_is() -> None:
    plain = questionnaire(colours("liked"))

    assert completed(POLICY, mentees=plain, mentors=plain) == POLICY


def test_either_side_may_bring_a_criterion_and_says_the_others_question() -> None:
    mentees = questionnaire(colours("liked", compares="overlap", weight="2.5", **{"label::cy": "Lliw"}))
    mentors = questionnaire(colours("worn", compares="shares any", **{"with": "favourite"}))

    found = criteria_of(completed(POLICY, mentees=mentees, mentors=mentors))

    assert list(found) == ["field", "liked", "worn"]
    assert (found["liked"].kind, found["liked"].weight) == ("overlap", 2500)
    assert (found["liked"].mentee, found["liked"].mentor, found["liked"].label) == ("liked", "liked", "Lliw")
    assert (found["worn"].mentee, found["worn"].mentor, found["worn"].weight) == ("favourite", "worn", 10_000)


def test_a_policy_that_compares_the_question_has_the_last_word() -> None:
    mentees = questionnaire(colours("field", compares="overlap", weight="90"))

    assert completed(POLICY, mentees=mentees, mentors=mentees) == POLICY


def test_two_sides_that_say_the_same_bring_one_criterion() -> None:
    both = questionnaire(colours("liked", compares="overlap"))

    assert list(criteria_of(completed(POLICY, mentees=both, mentors=both))) == ["field", "liked"]


def test_in_a_pool_of_peers_everybodys_question_is_compared_with_itself() -> None:
    pool = questionnaire(colours("liked", compares="overlap"))

    liked = criteria_of(completed(PEERS, mentees=pool, mentors=questionnaire()))["liked"]

    assert (liked.mentee, liked.mentor) == ("liked", "liked")


def test_a_broken_policy_is_left_to_whoever_reads_it() -> None:
    asked = questionnaire(colours("liked", compares="overlap"))

    assert completed("name = ", mentees=asked, mentors=asked) == "name = "


def test_what_no_policy_could_say_is_told_with_its_column() -> None:
    assert [column for column, *_ in mistakes("liked", {"weight": "5"})] == ["compares"]
    assert [column for column, *_ in mistakes("liked", {"compares": "same", "enough": "2"})] == ["enough"]
    assert list(mistakes("liked", {"compares": "closeness", "reach": "2.5"})) == []
    assert list(mistakes("liked", {})) == []


def test_half_hours_of_two_zones_meet_in_the_run_and_are_verified() -> None:
    asked = questionnaire(ZONE, times(compares="times in common", enough="4", week="2027-01-11", weight="60"))
    policy = parse_policy(completed(POLICY, mentees=asked, mentors=asked), file="policy.toml")

    def person(name: str, zone: str, *cells: str) -> Person:
        return Person(id=name, capacity=1, answers={"email": name, "zone": zone, "free": cells})

    new_york = person("nina", "America/New_York", "mon-0900", "mon-0930", "mon-1000", "mon-1030")
    afternoon = person("anna", "Europe/London", "mon-1400", "mon-1430", "mon-1500", "mon-1530")
    morning = person("mark", "Europe/London", "mon-0900", "mon-0930", "mon-1000", "mon-1030")
    outcome = engine.match([afternoon, morning], [new_york], policy)

    [pair] = outcome.pairs
    reasons = {reason.criterion: reason for reason in pair.reasons}
    assert pair.mentor == "anna"
    assert reasons["free"].points == 750_000
    assert reasons["free"].facts.half_hours == 4


def test_half_hours_are_compared_as_they_stand_where_nobody_is_asked_for_a_zone() -> None:
    asked = questionnaire(times(compares="times in common", enough="2"))
    free = criteria_of(completed(POLICY, mentees=asked, mentors=asked))["free"]

    assert (free.zones, free.enough) == (None, 2)
