"""What a cohort has reached of its programme's objectives, by what was to count as success."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.programme.evaluation.report import Report
from functions.programme.evaluation.survey import QuestionResult
from functions.programme.people import Role
from functions.programme.programme import Criterion, Measure, Moment, Programme
from functions.programme.questionnaire import Kind

# Of a scale, its two highest points count.
HIGHEST_POINTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One success criterion so far: `reached` of `of` people, pairs or questions.

    Both are None where the programme counts by itself, outside Kith, and while too few have answered a
    survey for it to be shown. `of` is 0 while there is nothing to count yet.
    """

    criterion: Criterion
    reached: int | None
    of: int | None

    @property
    def share(self) -> int | None:
        """The share in whole per cent, never rounded up to a target; None where there is none."""
        return 100 * self.reached // self.of if self.reached is not None and self.of else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where that can't be told."""
        return None if self.share is None else self.share >= self.criterion.target


def progress_of(programme: Programme, report: Report) -> tuple[Progress, ...]:
    """Return how far the cohort is by each of the programme's success criteria, in their order."""
    counted = _counted(report)
    return tuple(
        Progress(
            criterion=criterion,
            reached=found[0] if found else None,
            of=found[1] if found else None,
        )
        for criterion in programme.success
        for found in [counted.get(criterion.measured_by) or _answered(report, criterion.measured_by)]
    )


def _counted(report: Report) -> Mapping[str, tuple[int, int]]:
    """Return what Kith counts by itself, reached and of how many, by measure."""
    asked = sum(checkin.asked for checkin in report.checkins)
    end = report.surveys[Moment.END]
    return {
        Measure.MATCHED: (report.matched[Role.MENTEE], report.confirmed[Role.MENTEE]),
        Measure.FIRST_CONTACT: (report.first_contact.reached, report.first_contact.old_enough),
        Measure.FIRST_MEETING: (report.fast_start.reached, report.fast_start.old_enough),
        Measure.CHECKINS: (asked - sum(checkin.silent for checkin in report.checkins), asked),
        Measure.END_SURVEY: (end.answered, end.asked),
    }


def _answered(report: Report, measured_by: str) -> tuple[int, int] | None:
    """Return how many answered a survey's question as hoped, of those who answered it."""
    moment, _, asked = measured_by.partition(".")
    if not asked or Moment(moment) not in report.surveys:
        return None
    name, _, choice = asked.partition("=")
    for result in report.surveys[Moment(moment)].questions:
        if result.question.name == name:
            return sum(_hoped_for(result, choice)), result.answered
    return None


def _hoped_for(result: QuestionResult, choice: str) -> list[int]:
    if result.question.kind is Kind.SCALE:
        return [count for _, count in result.counts[-HIGHEST_POINTS:]]
    return [count for name, count in result.counts if name == choice]
