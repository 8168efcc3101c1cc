"""What is asked, for machines: a questionnaire's definition, and the JSON Schema of its answers."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask_smorest import Api
from werkzeug.exceptions import NotFound

from functions.api.bodies import Routes
from functions.api.guards import current_services, scoped
from functions.api.json_schema import json_schema
from functions.services import Services
from functions.storage.enrolment import cohorts
from schemas.questionnaire_schema import QuestionnaireSchema

routes = Routes(
    "questionnaires", __name__, url_prefix="/api/v1/cohorts/<cohort_id>/questionnaires", description=__doc__
)


@routes.get("/<name>")
@scoped("cohort:read")
@routes.response(HTTPStatus.OK, QuestionnaireSchema)
def show(cohort_id: str, name: str) -> tuple[dict[str, Any], HTTPStatus]:
    """Return a questionnaire or survey of the cohort's programme, as its page and its check know it."""
    services = current_services()
    questionnaire = services.questionnaires.get(name)
    if questionnaire is None or cohorts.get(services.table, cohort_id) is None:
        raise NotFound
    return {**asdict(questionnaire), "answers": json_schema(questionnaire)}, HTTPStatus.OK


def describe(api: Api, services: Services) -> None:
    """Put the JSON Schema of each questionnaire's answers among the components of the description."""
    for name, questionnaire in services.questionnaires.items():
        api.spec.components.schema(f"answers-{name}", json_schema(questionnaire))
