"""The questionnaires behind the files, so that `./kith match` compares what their columns `match::…` say."""

import argparse
import json
from pathlib import Path

from functions.programme.questionnaire import Questionnaire
from infra.match.tables import BadInput, content_of, text_of
from infra.programme.questionnaires import QuestionnaireError, compile_file
from schemas.criteria import completed
from schemas.definitions import questionnaire_from

_LARGEST = 2**21


def completed_by(asked: argparse.Namespace, policy: str) -> str:
    """Return the policy with the criteria that the questions bring; raises BadInput.

    `asked` names the questionnaire of mentees, and of mentors unless everybody answers the one.
    """
    mentees = _read(asked.mentee_questions)
    mentors = _read(asked.mentor_questions) if asked.mentor_questions else mentees
    return completed(policy, mentees=mentees, mentors=mentors)


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
