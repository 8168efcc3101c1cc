"""The made-up people answer as real ones could, and the same seed makes the same people."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Answer, Role
from functions.questionnaires.definitions import names_of, questionnaire
from infra.local.demonstration import people
from schemas.answers import load
from tests.play.behaviour import Pace, answers_to, behaviour, survey_answers

SEEDS = st.integers(0, 2**32)


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_everybody_passes_the_door_unchanged(seed: int) -> None:
    for person in people(seed, mentors=12, mentees=18):
        taken = load(questionnaire(person.role), person.answers)

        assert taken.errors == {}
        assert taken.answers == person.answers


def test_a_seed_makes_the_same_people_and_another_seed_others() -> None:
    assert people(7) == people(7)
    assert people(7) != people(8)


def test_no_two_share_an_address_or_a_name() -> None:
    everybody = people(1)

    assert Counter(person.role for person in everybody) == {Role.MENTEE: 120, Role.MENTOR: 80}
    for unique in ("email", "name"):
        assert len({person.answers[unique] for person in everybody}) == 200


def test_addresses_stay_different_in_a_cohort_of_thousands() -> None:
    everybody = people(1, mentors=800, mentees=2200)

    assert len({person.answers["email"] for person in everybody}) == 3000


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_no_address_leads_anywhere(seed: int) -> None:
    assert all(str(person.answers["email"]).endswith(".example") for person in people(seed, 5, 5))


def test_the_cohort_looks_like_one() -> None:
    everybody = people(1)
    mentors = [person.answers for person in everybody if person.role is Role.MENTOR]
    mentees = [person.answers for person in everybody if person.role is Role.MENTEE]
    places = sum(_number(mentor["capacity"]) for mentor in mentors)

    # Some mentees find no place: what happens then is worth seeing.
    assert 90 <= places <= 125
    assert Counter(_number(mentor["capacity"]) for mentor in mentors).most_common(1)[0][0] == 1
    assert len({mentee["field"] for mentee in mentees}) >= 12
    assert 1 <= sum(not person.confirms for person in everybody) <= 15
    assert 1 <= sum(person.undecided for person in everybody) <= 20
    assert 140 <= sum(person.trained for person in everybody) <= 190
    assert not any(person.trained and person.undecided for person in everybody)
    assert sum("about" in answers for answers in mentees) >= 20
    assert any(mentee.get("supervisor") in {mentor["name"] for mentor in mentors} for mentee in mentees)


def test_what_people_want_goes_with_where_they_are() -> None:
    mentees = [person.answers for person in people(1, mentors=0, mentees=600)]

    def share(stage: str, topic: str) -> float:
        wanted = [_names(mentee["topics_wanted"]) for mentee in mentees if mentee["stage_of_study"] == stage]
        return sum(topic in topics for topics in wanted) / len(wanted)

    assert share("first-year", "settling-in") > 3 * share("doctoral", "settling-in")
    assert share("doctoral", "thesis") > 3 * share("first-year", "thesis")


def test_there_is_a_shortage_to_be_seen() -> None:
    everybody = people(1, mentors=400, mentees=600)
    wanted = sum("statistics" in _names(p.answers.get("topics_wanted", ())) for p in everybody)
    offered = sum("statistics" in _names(p.answers.get("topics_offered", ())) for p in everybody)

    assert wanted > offered


def test_every_pace_is_played_in_its_share() -> None:
    paces = Counter(behaviour(1, f"pairing-{number}").pace for number in range(1000))

    assert set(paces) == set(Pace)
    assert paces[Pace.FAST] > 500
    assert paces[Pace.SILENT] < 150


@given(SEEDS, st.text(max_size=20))
def test_a_pair_behaves_the_same_whenever_it_is_asked(seed: int, pairing_id: str) -> None:
    assert behaviour(seed, pairing_id) == behaviour(seed, pairing_id)


@given(SEEDS, st.text(max_size=20))
def test_a_pair_never_goes_back(seed: int, pairing_id: str) -> None:
    pair = behaviour(seed, pairing_id)
    order = [CheckinAnswer.NOT_YET, CheckinAnswer.IN_CONTACT, CheckinAnswer.MET, CheckinAnswer.NEED_HELP]

    for role in Role:
        said = [answer for day in (7, 21, 51, 81) if (answer := pair.reply(role, day))]
        assert all(order.index(first) <= order.index(later) for first, later in combinations(said, 2))


@pytest.mark.parametrize("pace", Pace)
def test_each_pace_is_told_by_its_answers(pace: Pace) -> None:
    pair = next(p for n in range(10_000) if (p := behaviour(1, str(n))).pace is pace)
    said = {pair.reply(role, day) for role in Role for day in (7, 21, 51)}

    assert (said == {None}) is (pace is Pace.SILENT)
    assert (CheckinAnswer.NEED_HELP in said) is (pace is Pace.HELP)
    assert (CheckinAnswer.MET in said) is (pace in (Pace.FAST, Pace.SLOW))


@settings(deadline=None)
@given(SEEDS, st.text(max_size=20), st.sampled_from(Role))
def test_the_survey_is_answered_as_it_asks(seed: int, pairing_id: str, role: Role) -> None:
    answers = survey_answers(seed, pairing_id, role)

    if answers is not None:
        taken = load(questionnaire("end"), answers)
        assert taken.errors == {}
        assert taken.answers == answers


def _number(answer: Answer) -> int:
    assert isinstance(answer, int)
    return answer


def _names(answer: Answer) -> tuple[str, ...]:
    assert isinstance(answer, tuple)
    return answer


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from(sorted(set(names_of("questionnaires", ".json")) - {"mentee", "mentor"})))
def test_what_they_answer_to_any_survey_passes_its_door(seed: int, name: str) -> None:
    survey = questionnaire(name)
    answers = answers_to(seed, survey, "somebody")

    if answers is not None:
        taken = load(survey, answers)
        assert taken.errors == {}
        assert taken.answers == answers
