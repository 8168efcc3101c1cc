"""On which day what is known of people goes."""

from dataclasses import replace
from datetime import date

from functions.programme.programme import Moment, Retention
from functions.programme.retention import answers_kept_until, people_kept_until
from tests.programme.test_cohort import AUTUMN
from tests.programme.test_programme import FIRST_YEAR

# The autumn ends on 31 March 2027; its end survey takes answers until 21 April 2027.
ONLY_END = replace(FIRST_YEAR, surveys={Moment.END: "end"})


def keeping(answers_days: int, people_days: int) -> Retention:
    return Retention(answers_days=answers_days, people_days=people_days)


def test_answers_are_kept_for_their_days_after_the_last_survey_of_the_cohort() -> None:
    programme = replace(ONLY_END, retention=keeping(10, 365))

    assert answers_kept_until(programme, AUTUMN) == date(2027, 5, 1)


def test_names_are_kept_for_their_own_days_and_never_less_long_than_the_answers() -> None:
    longer, shorter = (replace(ONLY_END, retention=keeping(10, days)) for days in (40, 5))

    assert people_kept_until(longer, AUTUMN) == date(2027, 5, 31)
    assert people_kept_until(shorter, AUTUMN) == date(2027, 5, 1)


def test_names_are_kept_until_the_survey_half_a_year_on_has_closed_where_there_is_one() -> None:
    # 182 days after 31 March 2027 is 29 September; three weeks of answers end on 20 October.
    short, long = (replace(FIRST_YEAR, retention=keeping(10, days)) for days in (40, 365))

    assert people_kept_until(short, AUTUMN) == date(2027, 10, 20)
    assert people_kept_until(long, AUTUMN) == date(2028, 4, 20)
