"""When each survey asks whom.

    place or training        introduced   +30        half-way       the end       half a year on
          └──┐ a few days        ├─────────┤───────────┤───────────────┤───────────────────┤
          TRAINING                       PULSE        MID             END                AFTER

What is due follows from dates in the cohort's zone alone. Only the latest moment that has come counts, so
that after a pause nobody gets three surveys at once. That a cohort is closed stops nothing here: half a year
on, those who were in it are asked once more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from functions.programme.cohort import Cohort
from functions.programme.programme import AFTER_SURVEY_DAYS, PULSE_SURVEY_DAYS, Moment

AFTER_TRAINING_DAYS = 3
# Whoever has not said that they read the training is asked a little later, which also reminds them of it.
AFTER_A_PLACE_DAYS = 10
# A pulse or a half-way survey closer than this to the next survey is not asked.
APART_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """What one person has reached by now, as days of the cohort's zone.

    `introduced_on` is the day of their first introduction, and `still_paired` whether any of their
    pairings goes on.
    """

    confirmed_on: date | None
    trained_on: date | None = None
    introduced_on: date | None = None
    still_paired: bool = False


def days_of(cohort: Cohort, reached: Milestones, moments: Collection[Moment]) -> dict[Moment, date]:
    """Return the day of each of the moments that comes for this person, the earliest first."""
    days = {**_training(reached), **_pairing(cohort, reached, moments)}
    wanted = {moment: day for moment, day in days.items() if moment in moments}
    return dict(sorted(wanted.items(), key=lambda item: item[1]))


def moment_due(
    cohort: Cohort, reached: Milestones, moments: Collection[Moment], today: date
) -> Moment | None:
    """Return the survey to ask this person today, or None; it is due until the next one is."""
    due = None
    for moment, day in days_of(cohort, reached, moments).items():
        due = moment if day <= today else due
    return due if due and today <= _last_day_to_ask(cohort, due) else None


def asks_on(cohort: Cohort, moments: Collection[Moment], today: date) -> bool:
    """Return whether anybody of the cohort may be asked anything on that day."""
    during = cohort.opens_on <= today <= cohort.closed_after
    after = Moment.AFTER in moments and after_on(cohort) <= today <= _last_day_to_ask(cohort, Moment.AFTER)
    return during or after


def closes_on(cohort: Cohort, moment: Moment, asked_on: date) -> date:
    """Return the last day on which answers are taken to a survey that was asked on that day."""
    if moment in (Moment.END, Moment.AFTER):
        return _last_day_to_ask(cohort, moment)
    return min(asked_on + timedelta(days=cohort.survey_days), cohort.closed_after)


def after_on(cohort: Cohort) -> date:
    """Return the day of the survey that looks back on the pairings."""
    return cohort.ends_on + timedelta(days=AFTER_SURVEY_DAYS)


def _training(reached: Milestones) -> dict[Moment, date]:
    if reached.trained_on is not None:
        return {Moment.TRAINING: reached.trained_on + timedelta(days=AFTER_TRAINING_DAYS)}
    if reached.confirmed_on is not None:
        return {Moment.TRAINING: reached.confirmed_on + timedelta(days=AFTER_A_PLACE_DAYS)}
    return {}


def _pairing(cohort: Cohort, reached: Milestones, moments: Collection[Moment]) -> Mapping[Moment, date]:
    since = reached.introduced_on
    if since is None:
        return {}
    days = {Moment.END: cohort.ends_on, Moment.AFTER: after_on(cohort)}
    following = cohort.ends_on
    half = since + (cohort.ends_on - since) / 2
    for moment, day in ((Moment.MID, half), (Moment.PULSE, since + timedelta(days=PULSE_SURVEY_DAYS))):
        if reached.still_paired and moment in moments and day + timedelta(days=APART_DAYS) <= following:
            days[moment] = following = day
    return days


def _last_day_to_ask(cohort: Cohort, moment: Moment) -> date:
    """Return the last day on which somebody who missed the earlier ones may still be asked it."""
    if moment is Moment.AFTER:
        return after_on(cohort) + timedelta(days=cohort.survey_days)
    return cohort.closed_after
