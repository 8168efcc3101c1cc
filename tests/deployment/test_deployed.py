"""Each zip in Lambda's own runtime client, in an interpreter that has nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.deployed import Deployed, deployed
from tests.benchmarks.zipped import modules_told
from tests.deployment.lambda_runtime import InvocationError, Watched

pytestmark = [pytest.mark.deployment, pytest.mark.xdist_group("zips")]

EACH = pytest.mark.parametrize("name", ["web", "match", "mail", "feedback"])
# What a page is never to wait for: other functions' work, and what is loaded when it is first asked for.
NEVER_AT_THE_START = {
    "apispec",
    "flask_smorest",
    "functions.api.registered",
    "functions.jobs.queued",
    "functions.matching.engine",
    "functions.web.console.console_routes",
    "marshmallow",
    "mjml",
    "numpy",
    "openpyxl",
    "ortools",
    "requests",
    "schemas.answers",
    "schemas.programme",
    "schemas.programme_keys",
    "webargs",
}


@pytest.fixture(scope="module")
def there(built: Path) -> Iterator[Deployed]:
    with deployed(built) as there:
        yield there


@EACH
def test_the_runtime_client_runs_the_zip_and_its_first_event_is_answered(there: Deployed, name: str) -> None:
    with there.function(name) as function:
        answer = function.invoke(there.first[name])

    assert (answer["statusCode"] if name == "web" else answer) in (200, {"batchItemFailures": []}, None)


def test_every_kind_of_page_comes_out_of_the_zip(there: Deployed) -> None:
    with there.function("web") as function:
        answered = {name: function.invoke(event) for name, event in there.pages.items()}

    statuses = {name: answer["statusCode"] for name, answer in answered.items()}
    assert statuses == {
        "a page that is not here": 404,
        "Your place": 200,
        "questionnaire, sent back": 422,
        "my/match by link": 200,
        "a cohort in the console": 200,
        "a run, by the API": 200,
    }


@EACH
def test_no_function_runs_what_an_event_names(there: Deployed, name: str) -> None:
    with there.function(name) as function, pytest.raises(InvocationError, match="RefusedError"):
        function.invoke({"raw_command": "print(1)", "command": "os.getcwd"})


def test_a_page_waits_for_no_module_that_it_does_not_need(there: Deployed, tmp_path: Path) -> None:
    with (tmp_path / "told").open("wb") as errors:
        watched = Watched(options=("-B", "-X", "importtime"), errors=errors)
        with there.function("web", watched) as function:
            function.invoke(there.first["web"])

    loaded = set(modules_told((tmp_path / "told").read_text("utf-8", "replace")))
    assert "functions.lambda_http" in loaded
    assert loaded & NEVER_AT_THE_START == set()
