"""Addresses say the language: the first one of a programme has none in front, every other one its code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from functions.app import create_app
from functions.programme.links import Purpose
from functions.programme.people import Role
from functions.questionnaires import definitions
from functions.services import questionnaire_for
from functions.web.languages import split_language
from functions.web.questions import fields_of
from infra.build import site as site_build
from infra.build.site import Offer, application
from tests.harness import MENTEE, MENTOR, CohortHarness

SPOKEN = ("en", "ar")


class Links(HTMLParser):
    """What a page links to, and what each tag of interest says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str, **wanted: str) -> list[Mapping[str, str | None]]:
        return [known for name, known in self.tags if name == tag and wanted.items() <= known.items()]

    @property
    def places(self) -> list[str]:
        return [str(link["href"]) for link in self.of("a") if str(link.get("href")).startswith("/")]


@pytest.fixture(scope="module")
def public() -> FlaskClient:
    return public_in(*SPOKEN)


def public_in(*languages: str) -> FlaskClient:
    programme = replace(definitions.programme("first-year"), languages=languages)
    offer = Offer(programme=programme, questionnaires=definitions.questionnaires_of(programme))
    return application(offer, programme.cohort(programme.calendar.opens_on)).test_client()


@pytest.fixture
def live(harness: CohortHarness) -> Iterator[FlaskClient]:
    harness.services = replace(
        harness.services, programme=replace(harness.services.programme, languages=SPOKEN)
    )
    app: Flask = create_app(harness.services)
    app.testing = True
    with app.test_client() as client:
        client.environ_base["wsgi.url_scheme"] = "https"
        yield client


def test_an_address_with_a_language_in_front_keeps_it_in_every_link(public: FlaskClient) -> None:
    for path in ("/", "/for-mentees/", "/about/", "/faq/", "/enrol/mentee/", "/enrol/sent/", "/404.html"):
        page = Links(public.get(f"/ar{path}").text)
        away = {link for link in page.places if not link.startswith("/ar/")}

        assert page.of("html") == [{"lang": "ar", "dir": "rtl"}]
        assert away <= {path, "/"}, path  # the way back into the first language


def test_the_first_language_of_a_programme_has_no_code_in_front(public: FlaskClient) -> None:
    page = Links(public.get("/for-mentees/").text)

    assert page.of("html") == [{"lang": "en"}]
    assert [link for link in page.places if link.startswith("/ar/")] == ["/ar/for-mentees/"]
    assert public.get("/en/for-mentees/").status_code == 404


def test_what_is_no_language_of_the_programme_is_not_here(public: FlaskClient) -> None:
    assert public.get("/fr/for-mentees/").status_code == 404
    assert public.get("/ar/ar/for-mentees/").status_code == 404


def test_each_page_leads_to_itself_in_the_other_languages(public: FlaskClient) -> None:
    for here, there, code in (
        ("/for-mentors/", "/ar/for-mentors/", "ar"),
        ("/ar/for-mentors/", "/for-mentors/", "en"),
    ):
        (switch,) = Links(public.get(here).text).of("a", hreflang=code)

        assert switch["href"] == there
        assert public.get(there).status_code == 200


def test_a_page_that_nobody_has_translated_is_there_in_english_and_says_so() -> None:
    public = public_in("en", "fr")
    answer = public.get("/fr/privacy/").text
    page = Links(answer)

    assert page.of("article") == [{"lang": "en", "dir": "ltr"}]
    assert answer.index('class="note"') < answer.index("<article")
    assert "<article" not in public.get("/privacy/").text


def test_a_page_that_somebody_has_translated_is_shown_in_that_language(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("site")
    (folder / "content" / "ar").mkdir(parents=True)
    head = '+++\ntitle = "{}"\ndescription = "{}"\n+++\n[{}](/privacy/)\n'
    (folder / "content" / "privacy.md").write_text(head.format("Privacy", "Privacy", "here"))
    (folder / "content" / "ar" / "privacy.md").write_text(head.format("الخصوصية", "الخصوصية", "هنا"))
    monkeypatch.setattr(site_build, "SITE", folder)
    programme = replace(definitions.programme("first-year"), languages=SPOKEN)
    offer = Offer(programme=programme, questionnaires=definitions.questionnaires_of(programme))

    app = application(offer, programme.cohort(programme.calendar.opens_on))
    page = app.test_client().get("/ar/privacy/").text

    assert '<a href="/ar/privacy/">هنا</a>' in page
    assert "<article" not in page


def test_whoever_enrols_in_a_language_stays_in_it(live: FlaskClient, harness: CohortHarness) -> None:
    begun = f"/ar/c/{harness.cohort.id}/mentee"
    asked = questionnaire_for(harness.services, Role.MENTEE)
    answers = {**fields_of(asked, MENTEE).to_dict(flat=False), "_version": asked.version, "_request": "1"}
    faulty = live.post(begun, data={"email": "nobody"})

    sent = live.post(begun, data=answers)

    assert f'action="{begun}"' in faulty.text
    assert Links(faulty.text).of("a", hreflang="en") == []  # what was sent in can't be opened elsewhere
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/ar/enrol/sent/"


def test_a_link_from_a_mail_opens_in_every_language(live: FlaskClient, harness: CohortHarness) -> None:
    for person in (MENTEE, MENTOR):
        harness.confirmed(person)
    harness.introduced()
    path = f"/my/match/{harness.sent_mail.token(str(MENTEE['email']), Purpose.MATCH)}"

    page = live.get(f"/ar{path}")

    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert Links(page.text).of("a", hreflang="en")[0]["href"] == path
    assert Links(page.text).of("link", rel="alternate") == []


def test_machines_and_coordinators_have_one_address_each(live: FlaskClient) -> None:
    assert live.get("/ar/console/").status_code == 404
    assert live.get("/ar/api/v1/openapi.json").status_code == 404
    assert live.get("/ar//api/v1/openapi.json").status_code == 404


@pytest.mark.parametrize("said", ["/my/place", "/ar/my/place", "/my//place/"])
@pytest.mark.parametrize("host", ["evil.example", "origin.internal:8443"])
def test_a_redirect_stays_where_the_visitor_is_whatever_host_the_request_names(
    live: FlaskClient, said: str, host: str
) -> None:
    answer = live.get(said, headers={"Host": host, "X-Forwarded-Host": host})

    expected = "/ar/my/place/" if said.startswith("/ar") else "/my/place/"
    assert (answer.status_code, answer.headers["Location"]) == (308, expected)
    assert host not in answer.text


def test_a_page_that_is_not_here_links_to_no_other_site_in_another_language(live: FlaskClient) -> None:
    page = live.get("/ar/my/\\evil.example/%3Fa")
    other = live.get("/ar/%5Cevil.example")

    assert (page.status_code, other.status_code) == (404, 404)
    assert [link["href"] for each in (page, other) for link in Links(each.text).of("a", hreflang="en")] == [
        "/"
    ] * 2


SEGMENTS = st.sampled_from(["ar", "en", "my", "c", "console", "api", "", "privacy", "a-r", "AR"])


@given(st.lists(SEGMENTS, max_size=5).map(lambda parts: "/" + "/".join(parts)))
def test_taking_a_language_off_an_address_loses_nothing_of_it(path: str) -> None:
    code, rest = split_language(path, ["ar"])

    assert path == (f"/{code}{rest}" if code else rest)
    assert not (code and f"{rest}/".startswith(("/api/", "/console/")))
