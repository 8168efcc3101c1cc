"""What holds for every page: a guard that is named, headers, kind errors, text that stays text."""

from collections.abc import Callable

import pytest
from flask import Flask

from functions.app import create_app, create_console
from functions.services import Services
from functions.web.console.csv_export import cell, csv_of
from functions.web.guards import Guard, Guarded, guard_of
from functions.web.headers import CONTENT_SECURITY_POLICY
from tests.harness import CohortHarness
from tests.web.conftest import Site


@pytest.mark.parametrize("create", [create_app, create_console])
def test_every_page_names_its_guard(harness: CohortHarness, create: Callable[[Services], Flask]) -> None:
    app = create(harness.services)
    rules = list(app.url_map.iter_rules())

    assert len(rules) > 15
    for rule in rules:
        guard = guard_of(app, rule.endpoint)
        assert guard is not None
        assert (guard is Guard.COORDINATOR) is (
            rule.rule.startswith("/console/") and "sign-in" not in rule.rule
        )
        assert (guard is Guard.LINK) is ("token" in rule.arguments)


def test_a_links_guard_without_a_purpose_is_a_mistake_at_once() -> None:
    with pytest.raises(ValueError, match="purpose"):
        Guarded("open", guard=Guard.LINK)


@pytest.mark.parametrize("path", ["/my/match/x", "/console/", "/nothing"])
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    headers = site.get(path).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Permissions-Policy"]


def test_no_page_has_anything_inline(site: Site) -> None:
    page = site.get("/nothing").text

    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_a_wrong_method_is_a_kind_page_that_says_which_are_right(site: Site) -> None:
    answer = site.get(f"/c/{site.harness.cohort.id}/mentee")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "This page can’t do that" in answer.text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r", "\n", "\0", " =1", "\u00a0=1", "\u3000=1", "\uff1d1"]
)
def test_no_text_becomes_a_formula_on_somebodys_laptop(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Ada", "a=1", "", -2, 3.5])
def test_what_is_harmless_stays_as_it_is(value: str | float) -> None:
    assert cell(value) == value


def test_a_sheet_says_that_it_is_utf8_and_quotes_what_needs_it() -> None:
    assert csv_of([("a,b", 1, "é", "")]) == '\ufeff"a,b",1,é,\r\n'
