"""The questionnaire as people meet it: step by step, by keyboard, interrupted, without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from functions.programme.people import Role
from functions.storage.enrolment import enrolments
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import STEPS, fill

pytestmark = pytest.mark.browser


def answer_everything(page: Page, address: str) -> None:
    for answers in STEPS:
        for field, value in {**answers, **({"#email": address} if "#email" in answers else {})}.items():
            fill(page, field, value)
        page.click("[data-send]")


def enrolled(visit: Visit, address: str) -> bool:
    life = visit.scenario
    return bool(enrolments.by_address(life.stack.services.table, life.enrolling.id, Role.MENTEE, address))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_a_mentee_goes_through_the_steps_checks_changes_and_sends(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")
    answer_everything(page, "steps@someone.example")
    page.locator(".check a").nth(3).click()
    assert focused(page) == "field"
    page.select_option("#field", "economics")
    page.click("[data-send]")
    expect(page.locator(".check")).to_contain_text("Economics")

    page.click("[data-send]")

    page.wait_for_url("**/enrol/sent/")
    assert enrolled(visit, "steps@someone.example")
    assert page.evaluate("localStorage.length") == 0


def test_continue_without_answers_says_what_to_do_and_takes_the_reader_there(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")

    page.click("[data-send]")

    expect(page).to_have_title(re.compile("^Error: "))
    assert focused(page) == "govuk-error-summary"
    page.click(".govuk-error-summary a >> text=Enter your name")
    assert focused(page) == "name"
    assert page.get_attribute("#name", "aria-describedby") == "name-hint name-error"


def test_the_server_says_the_same_and_the_answers_are_still_there(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")
    page.fill("#name", "Ada Kept")
    with page.expect_navigation():
        page.evaluate("document.querySelector('form').submit()")

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.input_value("#name") == "Ada Kept"
    page.click(".govuk-error-summary a >> text=Enter your e-mail address")
    assert focused(page) == "email"


def test_a_draft_survives_a_closed_page_and_can_be_removed(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")
    page.fill("#name", "Ada Draft")
    page.reload()
    assert page.input_value("#name") == "Ada Draft"
    assert page.locator("[data-draft-note]").is_visible()

    page.click("[data-draft-note] [data-forget]")
    page.wait_for_function("localStorage.length === 0")
    page.reload()

    assert page.input_value("#name") == ""
    assert not page.locator("[data-draft-note]").is_visible()


def test_the_browsers_back_button_goes_one_step_back(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")
    for field, value in STEPS[0].items():
        fill(page, field, value)
    page.click("[data-send]")
    expect(page.locator("h2:visible")).to_contain_text("What you hope for")

    page.go_back()

    expect(page.locator("h2:visible")).to_contain_text("About you")
    assert page.input_value("#name") == "Ada"


def test_the_whole_questionnaire_is_answered_and_sent_by_keyboard_alone(visit: Visit) -> None:
    page = visit.to("/enrol/mentee/")
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    for answers in STEPS:
        for field, value in {
            **answers,
            **({"#email": "keys@someone.example"} if "#email" in answers else {}),
        }.items():
            tab_to(page, field)
            if value == "✓":
                page.keyboard.press("Space")
            elif page.locator(field).evaluate("field => field.tagName") == "SELECT":
                page.keyboard.press("ArrowDown")
            else:
                page.keyboard.type(value)
        tab_to(page, "[data-send]")
        page.keyboard.press("Enter")
    tab_to(page, "[data-send]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/enrol/sent/")
    assert enrolled(visit, "keys@someone.example")


def tab_to(page: Page, field: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("field => document.activeElement.matches(field)", field):
            return
    raise AssertionError(f"{field} can't be reached by keyboard")


def test_without_script_it_is_one_long_page_and_enrols(plain_visit: Visit) -> None:
    page = plain_visit.to("/enrol/mentee/")
    assert page.locator(".step:visible").count() == len(STEPS)
    for answers in STEPS:
        for field, value in {**answers, "#email": "plain@someone.example"}.items():
            fill(page, field, value)

    page.click("[data-send]")

    page.wait_for_url("**/enrol/sent/")
    assert enrolled(plain_visit, "plain@someone.example")


def test_without_script_a_check_in_is_answered_and_a_run_looked_through(
    plain_visit: Visit, paths: dict[str, str]
) -> None:
    page = plain_visit.to(paths["check-in"])
    page.check("[value=in-contact]")
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Thank you")

    plain_visit.to(paths["run"])

    assert page.locator(".pairs li").count() > 3


def test_a_broken_script_leaves_the_whole_page(visit: Visit) -> None:
    visit.page.route("**/questionnaire.js", lambda route: route.fulfill(status=404, body=""))

    page = visit.to("/enrol/mentee/")

    expect(page.locator(".step:visible")).to_have_count(len(STEPS))
