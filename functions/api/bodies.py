"""How a JSON body reaches a schema: through our own guard, wherever a route takes one."""

from http import HTTPStatus
from typing import Any

from flask import Request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from functions.api.json_body import BadInput, read_json
from functions.api.problems import ApiProblem


class GuardedParser(FlaskParser):
    """webargs' parser, but for how it reads JSON: stock parsers fall over depth and take NaN."""

    DEFAULT_VALIDATION_STATUS = HTTPStatus.UNPROCESSABLE_ENTITY

    def load_json(self, req: Request, schema: object) -> Any:
        """Return the body; raises a problem for anything that is not small, plain, unambiguous JSON."""
        del schema
        if not req.is_json:
            raise ApiProblem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "The body is not said to be JSON",
                "Send JSON, and say so: Content-Type: application/json.",
            )
        try:
            return read_json(req.get_data())
        except BadInput as fault:
            raise ApiProblem(fault.status, fault.title, fault.detail) from None


class Routes(Blueprint):  # type: ignore[misc]
    """A blueprint of the API; its bodies are read behind the guard."""

    ARGUMENTS_PARSER = GuardedParser()
