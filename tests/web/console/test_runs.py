"""The console: who gets in, what a coordinator sees and does, what can't be forged."""

import csv
import io
from dataclasses import replace

import pytest

from functions.programme.people import Role
from functions.programme.run import RunState
from functions.storage.runs import runs
from functions.usecases.access.sign_in import invite
from functions.usecases.runs.run_match import run_match
from functions.web.guards import CSRF_FIELD, cookie_name
from tests.harness import MENTEE, MENTOR
from tests.mailboxes import ENCODED
from tests.web.conftest import CSRF, OURS, Site


@pytest.fixture
def console(site: Site) -> Site:
    for person in (MENTEE, MENTOR):
        site.harness.confirmed(person)
    return site.signed_in()


def cohort_page(site: Site, page: str = "") -> str:
    return f"/console/cohorts/{site.harness.cohort.id}{page}"


def proposed(site: Site) -> str:
    """Press the button, let the worker work, and return the run's path."""
    answer = site.press(cohort_page(site), cohort_page(site, "/runs"), _request="once")
    run_match(
        site.harness.services, site.harness.cohort.id, answer.location.rpartition("/")[2], owner="worker"
    )
    return answer.location


def test_the_session_is_a_cookie_that_only_our_own_pages_send(site: Site) -> None:
    path = invite(site.harness.services, "amara").removeprefix(site.harness.services.origin)
    assert "Sign in" in site.page(path)

    answer = site.client.post(path, headers=OURS)

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kith=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert site.client.post(path, headers=OURS).status_code == 404


def test_on_this_machine_the_cookie_needs_no_https(site: Site) -> None:
    assert cookie_name(replace(site.harness.services, origin="http://127.0.0.1:8000")) == "kith"


def test_without_a_session_there_is_no_console(console: Site) -> None:
    paths = [
        "/console/",
        *(cohort_page(console, page) for page in ("", "/pairs", "/survey", "/report", "/report.csv")),
    ]
    console.client.delete_cookie("__Host-kith", domain="kith.example")

    with console.client.application.test_client() as stranger:
        assert {stranger.get(path).status_code for path in paths} == {404}


def test_a_coordinator_sees_the_cohort_at_a_glance(console: Site) -> None:
    assert console.harness.cohort.name in console.page("/console/")

    page = console.page(cohort_page(console))

    assert "Match 1 mentee with 1 mentor<" in page
    assert "enough for every mentee" in page


def test_the_coordinator_is_told_of_whom_no_mail_can_safely_reach(console: Site) -> None:
    console.harness.apply({**MENTEE, "name": "Eve Example", "email": next(iter(ENCODED.values()))}, key="eve")
    console.harness.send()
    eve = next(person for person in console.harness.people() if person.name == "Eve Example")

    page = console.page(cohort_page(console))

    assert f'<a href="{cohort_page(console)}/people/{eve.id}">No mail goes to Eve Example' in page
    assert ", 1 refused" in page


def test_the_button_starts_one_run_however_often_it_is_pressed(console: Site) -> None:
    first, second = (
        console.press(cohort_page(console), cohort_page(console, "/runs"), _request="once") for _ in "12"
    )

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert "It begins in a moment" in console.page(first.location)


def test_a_proposal_is_looked_through_and_published(console: Site) -> None:
    path = proposed(console)
    page = console.page(path)
    assert "Ada Example" in page
    assert "Publish and introduce 1 pair" in page

    answer = console.press(path, f"{path}/publish", version=version_on(page))

    assert answer.status_code == 303
    run = runs.get(console.harness.services.table, console.harness.cohort.id, path.rpartition("/")[2])
    assert run is not None
    assert run.state is RunState.PUBLISHED
    assert "The published match" in console.page(path)


def test_a_run_that_changed_meanwhile_is_not_published(console: Site) -> None:
    path = proposed(console)

    answer = console.press(path, f"{path}/publish", version="1")

    assert answer.status_code == 409
    assert "Nothing was published" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {},
    ],
)
def test_another_sites_page_can_press_no_button(console: Site, headers: dict[str, str]) -> None:
    token = CSRF.search(console.page("/console/"))
    assert token

    answer = console.client.post(cohort_page(console, "/runs"), data={CSRF_FIELD: token[1]}, headers=headers)

    assert answer.status_code == 403
    assert not list(runs.in_cohort(console.harness.services.table, console.harness.cohort.id))


@pytest.mark.parametrize("word", ["", "x", "é" * 9])
def test_a_form_without_the_sessions_word_is_refused(console: Site, word: str) -> None:
    answer = console.client.post(cohort_page(console, "/runs"), data={CSRF_FIELD: word}, headers=OURS)

    assert answer.status_code == 403


def test_signing_out_ends_the_session_everywhere(console: Site) -> None:
    answer = console.press("/console/", "/console/sign-out")

    assert answer.status_code == 303
    assert console.get("/console/").status_code == 404


def test_pairs_report_and_survey_tell_how_it_goes(console: Site) -> None:
    console.harness.introduced()
    console.a_week_later()
    console.signed_in()

    pages = {page: console.page(cohort_page(console, page)) for page in ("", "/pairs", "/report", "/survey")}

    assert "Ada Example" in pages["/pairs"]
    assert "introduced in the last two weeks" in pages["/pairs"]
    assert "First contacts and first meetings by week" in pages["/report"]
    assert "when the pairings end" in pages["/survey"]
    assert pages["/survey"].count("It goes out") == len(console.harness.services.programme.surveys)
    assert "The match is published" in pages[""]


def test_a_survey_with_fewer_than_five_answers_shows_none(console: Site) -> None:
    console.harness.introduced()
    console.at_the_end()
    console.signed_in()

    assert "Results are shown from five answers on" in console.page(cohort_page(console, "/survey"))


def test_the_report_is_a_sheet_too(console: Site) -> None:
    answer = console.get(cohort_page(console, "/report.csv"))

    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert ["people", "confirmed", Role.MENTEE, "1"] in rows
    assert len({len(row) for row in rows}) == 1


def test_the_report_of_no_cohort_is_not_there(console: Site) -> None:
    pages = ("", "/pairs", "/survey", "/report", "/report.csv", "/runs/none")

    assert {console.get(f"/console/cohorts/none{page}").status_code for page in pages} == {404}


def version_on(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]
