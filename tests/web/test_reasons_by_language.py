"""An English and an Arabic mentee of one mentor: each reads why in their own language, and only in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from functions.app import create_app
from functions.programme.links import Link, Purpose
from functions.programme.people import Answer, Role
from functions.usecases.access.api_tokens import issue_token
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Application, enrol
from functions.usecases.people.export_person import as_data, everything_about
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of
from tests.web.conftest import Site

ENGLISH = re.compile("[A-Za-z]")
ARABIC = re.compile("[\u0600-\u06ff]")
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
WANTS = {"topics_wanted": ("statistics", "academic-writing"), "goals": ("do-well", "find-work")}
ZOE_AT, SALMA_AT, DIEGO_AT = "zoe@mentees.example", "salma@mentees.example", "diego@mentors.example"
ZOE = {**MENTEE, **WANTS, "name": "Zoë Quist", "email": ZOE_AT}
SALMA = {**MENTEE, **WANTS, "name": "سلمى النجار", "email": SALMA_AT}
LEFT = {**MENTEE, **WANTS, "name": "ليلى حداد", "email": "layla@mentees.example"}
DIEGO = {
    **MENTOR,
    "name": "Diego Rojas",
    "topics_offered": ("statistics", "academic-writing"),
    "goals": ("do-well",),
    "email": DIEGO_AT,
}


def enrolled(harness: CohortHarness, answers: Mapping[str, Answer], language: str) -> None:
    role = Role.MENTOR if "capacity" in answers else Role.MENTEE
    application = Application(
        cohort_id=harness.cohort.id,
        role=role,
        answers=answers,
        language=language,
    )
    enrol(harness.services, application, request_key=str(answers["email"]))
    link = Link(
        id="link",
        purpose=Purpose.CONFIRM,
        cohort_id=harness.cohort.id,
        person_id=harness.person(str(answers["email"])).id,
        expires_at=harness.clock.now,
    )
    confirm(harness.services, link)


@pytest.fixture
def cohort(harness: CohortHarness) -> CohortHarness:
    enrolled(harness, ZOE, "en")
    enrolled(harness, SALMA, "ar")
    enrolled(harness, DIEGO, "en")
    return harness


def reasons_in(mail: str) -> list[str]:
    """Return the sentences of the mail's one list with dashes: why the two were matched."""
    found: list[str] = []
    for line in mail.splitlines():
        if line.startswith("- "):
            found.append(line[2:])
        elif found and line.startswith("  "):
            found[-1] += line[1:]
        elif found and line.strip():
            break
    return found


def introductions(harness: CohortHarness, address: str) -> list[str]:
    mails = [text_of(mail) for mail in harness.sent_mail.to(address)]
    return [mail for mail in mails if "/my/match/" in mail]


def in_english(sentence: str) -> bool:
    return not ARABIC.search(ISOLATED.sub("", sentence))


def in_arabic(sentence: str) -> bool:
    return not ENGLISH.search(ISOLATED.sub("", sentence))


def test_each_introduction_has_at_most_three_reasons_in_the_language_of_its_reader(
    cohort: CohortHarness,
) -> None:
    cohort.introduced()

    (to_zoe,) = introductions(cohort, ZOE_AT)
    (to_salma,) = introductions(cohort, SALMA_AT)
    to_diego = introductions(cohort, DIEGO_AT)

    assert reasons_in(to_zoe)[0] == (
        "Diego Rojas can help with statistics and working with data, your first choice, and with academic "
        "writing, your second."
    )
    assert len(reasons_in(to_zoe)) == len(reasons_in(to_salma)) == 3
    assert all(map(in_english, reasons_in(to_zoe)))
    assert all(map(in_arabic, reasons_in(to_salma)))
    assert len(to_diego) == 2
    for mail in to_diego:
        assert len(reasons_in(mail)) == 3
        assert all(map(in_english, reasons_in(mail)))
        assert "choice" not in " ".join(reasons_in(mail))


def reasons_on(page: str) -> list[str]:
    (section,) = re.findall(r'<ul class="ticks">(.*?)</ul>', page, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", item)) for item in ITEM.findall(section)]


def test_the_match_page_says_why_in_the_language_of_its_address(cohort: CohortHarness, site: Site) -> None:
    cohort.introduced()

    english, arabic = (
        reasons_on(site.page(f"{prefix}{site.mailed(address, Purpose.MATCH)}"))
        for prefix, address in (("", ZOE_AT), ("/ar", SALMA_AT))
    )
    diego = reasons_on(site.page(site.mailed(DIEGO_AT, Purpose.MATCH)))

    assert english
    assert all(map(in_english, english))
    assert len(arabic) == len(english)
    assert all(map(in_arabic, arabic))
    assert all(map(in_english, diego))
    assert not any("choice" in sentence or "Diego" in sentence for sentence in diego)


def test_what_somebody_takes_away_says_why_in_their_language(cohort: CohortHarness) -> None:
    cohort.introduced()
    salma = cohort.person(SALMA_AT)
    link = Link(
        id="export",
        purpose=Purpose.EXPORT,
        cohort_id=cohort.cohort.id,
        person_id=salma.id,
        expires_at=cohort.clock.now,
    )

    held = everything_about(cohort.services, link, "ar")

    assert held is not None
    data: Any = as_data(held)
    (pairing,) = data["pairings"]
    assert pairing["reasons"]
    assert all(map(in_arabic, pairing["reasons"]))


def texts_of(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield every sentence of an answer about a run."""
    yield from run["notes"]
    yield from run["further_places"]
    if run["failure"]:
        yield run["failure"]
    for pair in run["pairs"]:
        yield from (reason["text"] for reason in pair["reasons"])
    for person in run["unmatched"]:
        yield from person["reasons"]
        yield person["smallest_change"]


@pytest.fixture
def asked(cohort: CohortHarness) -> Callable[..., tuple[str, list[str]]]:
    """Return what asks the API for a run: the language of the answer, and its sentences."""
    enrolled(cohort, LEFT, "ar")
    client = create_app(cohort.services).test_client()
    token = issue_token(cohort.services, ["cohort:read"], lives=timedelta(days=1), cohort_id=cohort.cohort.id)
    address = f"/api/v1/cohorts/{cohort.cohort.id}/runs/{cohort.matched()}"

    def ask(query: str = "", **headers: str) -> tuple[str, list[str]]:
        answer = client.get(address + query, headers={"Authorization": f"Bearer {token}", **headers})
        assert answer.status_code == 200
        return answer.headers["Content-Language"], list(texts_of(answer.get_json()))

    return ask


def test_the_api_answers_in_the_language_that_is_asked_for(
    asked: Callable[..., tuple[str, list[str]]],
) -> None:
    cases: tuple[tuple[str, dict[str, str], str], ...] = (
        ("?lang=ar", {}, "ar"),
        ("?lang=en", {"Accept-Language": "ar"}, "en"),
        ("", {"Accept-Language": "ar;q=0.9, de"}, "ar"),
        ("", {}, "en"),
        ("?lang=xx", {}, "en"),
    )
    for query, headers, language in cases:
        named, sentences = asked(query, **headers)

        assert named == language
        assert len(sentences) > 10
        assert all(map(in_arabic if language == "ar" else in_english, sentences))


def test_the_console_is_in_english_whoever_it_is_about(cohort: CohortHarness, site: Site) -> None:
    enrolled(cohort, LEFT, "ar")
    run_id = cohort.matched()

    page = site.signed_in().page(f"/console/cohorts/{cohort.cohort.id}/runs/{run_id}")

    text = unescape(re.sub("<[^>]+>", " ", page))
    for name in (SALMA["name"], LEFT["name"]):
        text = text.replace(str(name), "")
    assert "can help" in text
    assert "What would help" in text
    assert not ARABIC.search(text.replace("العربية", ""))


def test_a_run_that_failed_says_why_in_the_language_that_is_asked_for(harness: CohortHarness) -> None:
    enrolled(harness, SALMA, "ar")
    client = create_app(harness.services).test_client()
    token = issue_token(
        harness.services, ["cohort:read"], lives=timedelta(days=1), cohort_id=harness.cohort.id
    )
    address = f"/api/v1/cohorts/{harness.cohort.id}/runs/{harness.matched()}"

    said = [
        client.get(f"{address}?lang={language}", headers={"Authorization": f"Bearer {token}"}).get_json()
        for language in ("en", "ar")
    ]

    assert said[0]["failure"] == "There is no mentor. A run needs at least one on each side."
    assert in_arabic(said[1]["failure"])
