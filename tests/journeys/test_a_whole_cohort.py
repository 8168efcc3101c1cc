"""Everything that people do in a cohort, in a real browser, over real sockets, from real mails."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from functions.programme.cohort import Cohort
from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Questionnaire
from functions.usecases.access.sign_in import invite
from infra.local.stack import LocalStack
from tests.harness import MENTEE, MENTOR, Clock, text_of

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone on which no script runs."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """The coordinator's desk, where scripts run."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def answer_all(page: Page, questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> None:
    """Answer every question on the page as a person would, whichever kind of field it has."""
    for question in questionnaire.questions:
        given = answers.get(question.name)
        if given is None:
            continue
        fields = page.locator(f"[name='{question.name}'], [name='{question.name}.1']")
        if question.kind is Kind.RANK and isinstance(given, tuple):
            for place, choice in enumerate(given, start=1):
                page.locator(f"[name='{question.name}.{place}']").select_option(choice)
        elif fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.first.select_option(str(given))
        elif question.kind in (Kind.ONE, Kind.MANY, Kind.CONSENT, Kind.SCALE):
            wanted = given if isinstance(given, tuple) else ("yes" if given is True else str(given),)
            for choice in wanted:
                page.locator(f"[name='{question.name}'][value='{choice}']").check()
        else:
            fields.first.fill(str(given))


def mailed(stack: LocalStack, address: object, page: str) -> str:
    """Have what is due sent, and return the address of that page in the person's newest mail with one."""
    stack.drain()
    texts = [text_of(mail) for mail in stack.outbox() if mail["To"] == address]
    found = [match for text in texts for match in re.findall(rf"http\S+/my/{page}/[\w-]{{64}}", text)]
    assert found, f"no mail to them leads to {page}"
    return str(found[-1])


def test_a_cohort_from_the_questionnaire_to_the_report(
    stack: LocalStack, cohort: Cohort, clock: Clock, phone: Page, desk: Page
) -> None:
    services = stack.services

    # A mentee and a mentor find the questionnaire from the home page, on a phone without script.
    for role, answers in (("mentee", MENTEE), ("mentor", MENTOR)):
        phone.goto(stack.origin)
        phone.locator(f"a[href='/enrol/{role}/']").first.click()
        questionnaire = services.questionnaires[role]
        answer_all(phone, questionnaire, answers)
        phone.locator("[data-send]").click()
        expect(phone).to_have_url(f"{stack.origin}/enrol/sent/")

        # The mail leads to a page with a button; opening it alone confirms nothing.
        phone.goto(mailed(stack, answers["email"], "confirm"))
        phone.get_by_role("button").click()
        expect(phone.get_by_role("heading", level=1)).to_be_visible()

    # The coordinator signs in by the link that exists on this machine only, and only once.
    invitation = invite(services, "amara")
    desk.goto(invitation)
    desk.get_by_role("button").first.click()
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    desk.get_by_role("link", name=cohort.name).first.click()

    # … starts the match, looks through it and publishes it.
    desk.locator("form[action$='/runs'] button").click()
    expect(desk).to_have_url(re.compile("/runs/[0-9a-f]{32}$"))
    stack.drain()
    desk.reload()
    expect(desk.get_by_text("A proposal to look through").first).to_be_visible()
    expect(desk.get_by_text("Ada Example").first).to_be_visible()
    desk.get_by_role("button", name="Publish and introduce").click()
    expect(desk.get_by_text("The published match").first).to_be_visible()

    # Both are introduced; the mail leads to "your match", which names the other and says why.
    phone.goto(mailed(stack, MENTEE["email"], "match"))
    expect(phone.get_by_text("Grace Example").first).to_be_visible()
    expect(phone.get_by_text(str(MENTOR["email"])).first).to_be_visible()

    # A week later the check-in is due; the page has the answers, the button records one.
    clock.morning_of(cohort.today(clock.now) + timedelta(days=7), cohort.zone)
    stack.tick()
    phone.goto(mailed(stack, MENTEE["email"], "checkin"))
    phone.locator("[name='answer'][value='met']").check()
    phone.get_by_role("button").first.click()
    desk.goto(invite(services, "amara"))
    desk.get_by_role("button").first.click()
    desk.goto(f"{stack.origin}/console/cohorts/{cohort.id}/pairs")
    expect(desk.get_by_text("they have met").first).to_be_visible()

    # At the end both get the survey, and the report counts what was said.
    clock.morning_of(cohort.ends_on, cohort.zone)
    stack.tick()
    phone.goto(mailed(stack, MENTOR["email"], "survey"))
    answer_all(
        phone,
        services.questionnaires["end"],
        {
            "satisfaction": 5,
            "goals_reached": 4,
            "would_recommend": 5,
            "still_in_contact": "regularly",
            "mentor_next_time": "yes",
        },
    )
    phone.locator("main button[class*='govuk-button']").last.click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    desk.goto(invite(services, "amara"))
    desk.get_by_role("button").first.click()
    desk.goto(f"{stack.origin}/console/cohorts/{cohort.id}/report")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    with desk.expect_download() as download:
        desk.locator(f"a[href='/console/cohorts/{cohort.id}/report.csv']").click()
    report = download.value.path().read_text("utf-8-sig")
    assert "check-ins,check-in 1,met,1" in report
    assert "survey end,answered,,1" in report
