from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from functions.programme.evaluation.report import report_on
from functions.programme.evaluation.success import Progress, progress_of
from functions.programme.evaluation.survey import results_of
from functions.programme.people import Answer
from functions.programme.programme import Criterion, Moment
from functions.questionnaires import definitions
from tests.programme.evaluation.test_report import RECORDS
from tests.programme.test_cohort import AUTUMN

END = definitions.questionnaire("end")


def so_far(measured_by: str, *, answers: Sequence[Mapping[str, Answer]] = (), target: int = 50) -> Progress:
    wanted = Criterion(objective="Something good.", measured_by=measured_by, target=target)
    programme = replace(definitions.programme("first-year"), success=(wanted,))
    records = replace(RECORDS, surveys={Moment.END: results_of(END, 10, answers)})
    (found,) = progress_of(programme, report_on(AUTUMN, records, date(2026, 12, 1)))
    return found


@pytest.mark.parametrize(
    ("measured_by", "reached", "of"),
    [("first-contact", 1, 3), ("first-meeting", 1, 3), ("check-ins", 2, 8), ("end-survey", 6, 10)],
)
def test_what_kith_counts_by_itself_is_held_against_the_target(
    measured_by: str, reached: int, of: int
) -> None:
    found = so_far(measured_by, answers=[{"goals_reached": 3}] * 6)
    assert (found.reached, found.of) == (reached, of)
    assert found.met is (100 * reached >= 50 * of)


def test_a_scale_counts_its_two_highest_points_and_a_choice_those_who_chose_it() -> None:
    answers: list[dict[str, Answer]] = [
        {"goals_reached": n, "mentor_next_time": "yes"} for n in (1, 2, 3, 4, 5, 5)
    ]
    answers[0]["mentor_next_time"] = "no"
    assert (so_far("end.goals_reached", answers=answers).reached, len(answers)) == (3, 6)
    assert so_far("end.mentor_next_time=yes", answers=answers).share == 83


def test_four_answers_are_held_back_here_too() -> None:
    found = so_far("end.goals_reached", answers=[{"goals_reached": 5}] * 4)
    assert (found.reached, found.share, found.met) == (None, None, None)


def test_what_the_programme_counts_elsewhere_is_left_to_it() -> None:
    assert so_far("elsewhere").met is None


def test_a_share_is_never_rounded_up_to_its_target() -> None:
    answers: list[dict[str, Answer]] = [{"goals_reached": points} for points in (5, 5, 1)]
    found = so_far("end.goals_reached", answers=answers * 2, target=67)
    assert (found.share, found.met) == (66, False)


def test_a_target_is_met_when_the_share_is_exactly_as_large() -> None:
    answers: list[dict[str, Answer]] = [{"goals_reached": points} for points in (5, 5, 5, 4, 1, 1, 1, 1)]

    assert so_far("end.goals_reached", answers=answers, target=50).met is True
    assert so_far("end.goals_reached", answers=answers, target=51).met is False


def test_while_there_is_nothing_to_count_there_is_no_share() -> None:
    found = so_far("end.goals_reached", answers=[{}] * 5)

    assert (found.reached, found.of, found.share, found.met) == (0, 0, None, None)


def test_mentees_with_a_place_who_got_a_mentor_are_counted() -> None:
    found = so_far("matched")

    assert (found.reached, found.of) == (3, 1)


def test_a_survey_or_a_question_that_was_not_asked_tells_nothing() -> None:
    answers: list[dict[str, Answer]] = [{"goals_reached": 5}] * 5

    assert so_far("pulse.goals_reached", answers=answers).reached is None
    assert so_far("end.never_asked", answers=answers).reached is None
