import pytest
from flask import Flask

from functions.app import create_api
from tests.harness import CohortHarness


@pytest.fixture
def app(harness: CohortHarness) -> Flask:
    return create_api(harness.services)


def test_the_description_names_every_route_of_the_api_and_no_other(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    routes = {
        (str(rule).replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/") and not rule.endpoint.startswith("api-docs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described["openapi"] == "3.1.0"
    assert routes
    assert {
        (path, method)
        for path, methods in described["paths"].items()
        for method in methods
        if method in ("get", "post")
    } == routes


def test_every_route_of_the_api_names_the_scope_that_it_asks_for(app: Flask) -> None:
    unguarded = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/")
        and not rule.endpoint.startswith("api-docs")
        and not getattr(app.view_functions[rule.endpoint], "scope", None)
    ]
    assert unguarded == []
