"""Every route of the API, and its description in OpenAPI: loaded when the API is first asked."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from functions.api import cohorts, questionnaires, runs

OPENAPI = {
    "API_TITLE": "Kith",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


class KithApi(Api):  # type: ignore[misc]
    """flask-smorest without its own error bodies: ours are problems, made in one place."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""


def register(app: Flask) -> None:
    """Put every route of the API into the application."""
    app.config.update(OPENAPI)
    options: dict[str, Any] = {
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    api = KithApi(app, spec_kwargs=options)
    api.register_blueprint(runs.routes)
    api.register_blueprint(cohorts.routes)
    api.register_blueprint(questionnaires.routes)
    questionnaires.describe(api, app.extensions["kith"])
