"""The questionnaires behind the files, so that `./kith match` compares what their columns `match::…` say."""

import json
from pathlib import Path

from functions.programme.questionnaire import Questionnaire
from functions.questionnaires.criteria import completed
from functions.questionnaires.definitions import questionnaire_from
from functions.spreadsheets import BadInput, content_of, text_of
from infra.programme.questionnaires import QuestionnaireError, compile_file

_LARGEST = 2**21


def completed_by(policy: str, *, mentees: Path, mentors: Path | None) -> str:
    """Return the policy with the criteria that the questions bring; raises BadInput.

    `mentees` names the questionnaire of mentees, `mentors` that of mentors unless everybody answers the one.
    """
    of_mentees = _read(mentees)
    return completed(policy, mentees=of_mentees, mentors=_read(mentors) if mentors else of_mentees)


def _read(file: Path) -> Questionnaire:
    try:
        if file.suffix == ".json":
            return questionnaire_from(json.loads(text_of(file, content_of(file, largest=_LARGEST))))
        return compile_file(file)
    except QuestionnaireError as error:
        first = error.faults[0]
        cause = first.cause.rstrip(".")
        raise BadInput(file, cause, first.remedy, row=first.row, column=first.column) from error
    except (ValueError, KeyError, TypeError) as error:
        remedy = "Name a questionnaire as Kith wrote it, or its source (.md, .csv, .xlsx)"
        raise BadInput(file, "this is no questionnaire", remedy) from error
