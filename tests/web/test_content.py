"""What the pages of content say: short sentences, the words of the programme, facts from its definition."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from functions.programme.programme import (
    STAGES,
    Contact,
    Decision,
    Enrolling,
    Programme,
    Settings,
)
from functions.questionnaires import definitions
from infra.build import site as site_build

OPENS_ON = date(2027, 1, 11)
FIRST_YEAR = definitions.programme("first-year")
SLUGS = sorted(source.stem for source in site_build.SITE.glob("content/*.md"))
OVERVIEWS = ("guides", "kit")
MEETING_MINUTES = 45
SHEETS = ("agreement", "goal-setting", "kit-success-criteria", "meeting-notes")
# Pages that content leads to and that are made elsewhere.
OTHERS = {"/enrol/mentee/", "/enrol/mentor/", "/my/place/"}
LONGEST_DESCRIPTION = 160
LEAST_EASE, MOST_EASE = 60, 100  # Flesch: 60 is plain English, 100 what a child of ten reads
# Half an hour for each side, the pages that it asks to be read included: a slow reader takes in 150 words a
# minute, a quick one 200, and each question wants a moment.
TRAINING_MINUTES = (20, 35)
READ_WITH_IT = ("boundaries", "code-of-conduct", "first-meeting")
WORDS_A_MINUTE = 175
MINUTES_A_QUESTION = 0.5

# Words that the programme uses for nothing, whatever the sense (design: one word for each thing).
NEVER = (
    "users?",
    "participants?",
    "schemes?",
    "batch(es)?",
    "seasons?",
    "registrations?",
    "register(ed|s)?",
    "sign(-| )?ups?",
    "slots?",
    "admins?",
    "administrators?",
    "notifications?",
    "nudges?",
    "pings?",
    "profiles?",
    "feedback forms?",
    "hard constraints?",
)
WORN_OUT = (
    "journeys?",
    "empower(s|ed|ing)?",
    "unlock(s|ed|ing)?",
    "leverag(e|es|ed|ing)",
    "passionate",
    "world-class",
    "game-changer",
    "reach(ing)? out",
    "cutting-edge",
    "best-in-class",
    "dive in(to)?",
)
AMERICAN = ("colors?", "centers?", "behaviors?", "favorites?", r"\w+iz(e|es|ed|ing|ation)")
SPELT_WITH_Z_ANYWHERE = {"size", "sizes", "prize", "seize"}


class Read(HTMLParser):
    """What a reader finds between <main> and </main>."""

    ENDS_A_LINE = frozenset({"p", "li", "h1", "h2", "h3", "td", "th", "label", "dd", "dt"})
    # No sentences: tables of words, and the letters and bracketed gaps that people fill in.
    NO_PROSE = frozenset({"table", "blockquote", "nav"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: set[str] = set()
        self.text = self.prose = self.description = ""
        self.rooms = 0
        self._skipped = 0
        self.feed(page.replace("<main", "\0<main").partition("\0")[2].partition("</main>")[0])
        self.description = (re.findall(r'<meta name="description" content="([^"]*)"', page) or [""])[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.add(dict(attrs).get("href") or "")
        self.rooms += tag == "textarea"
        self._skipped += tag in self.NO_PROSE

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in self.NO_PROSE
        if tag in self.ENDS_A_LINE:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self._skipped:
            self.prose += data


def pages_of(programme: Programme) -> dict[str, Read]:
    """Return every page of content as a reader gets it, by the name of its file."""
    questionnaires = {name: definitions.questionnaire(name) for name in programme.questionnaires.values()}
    offer = site_build.Offer(programme=programme, questionnaires=questionnaires)
    door = site_build.application(offer, programme.cohort(OPENS_ON)).test_client()
    return {slug: Read(door.get(address_of(slug)).get_data(as_text=True)) for slug in SLUGS}


def address_of(slug: str) -> str:
    return "/" if slug == "home" else f"/{slug}/"


@pytest.fixture(scope="module")
def pages() -> Mapping[str, Read]:
    return pages_of(FIRST_YEAR)


def found_in(read: Read, words: tuple[str, ...]) -> Iterator[str]:
    for hit in re.finditer(rf"\b({'|'.join(words)})\b", read.text, re.IGNORECASE):
        yield hit[0].lower()


def syllables_in(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def ease_of(text: str) -> float:
    """Return how easily a text reads, by Flesch's formula (Flesch 1948), with syllables estimated."""
    sentences = [line for line in re.split(r"[.?!:;\n]+", text) if re.search(r"\w", line)]
    words = re.findall(r"[a-z’]+", text.lower())
    syllables = sum(map(syllables_in, words))
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_has_one_heading_of_its_own_and_the_others_in_order(
    slug: str, pages: Mapping[str, Read]
) -> None:
    headings = pages[slug].headings

    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_every_page_is_described_in_a_line_of_its_own(pages: Mapping[str, Read]) -> None:
    descriptions = [page.description for page in pages.values()]

    assert all(0 < len(text) <= LONGEST_DESCRIPTION for text in descriptions)
    assert len(set(descriptions)) == len(SLUGS)


def test_every_link_between_the_pages_leads_to_one(pages: Mapping[str, Read]) -> None:
    known = {address_of(slug) for slug in SLUGS} | OTHERS

    for slug, page in pages.items():
        written = {link for link in page.links if not link.startswith("mailto:")}
        assert written <= known | {f"/{slug}.txt"}, slug


def test_guides_and_kit_lead_to_everything_between_them(pages: Mapping[str, Read]) -> None:
    reached = set[str]().union(*(pages[slug].links for slug in OVERVIEWS))

    assert {address_of(slug) for slug in SLUGS} - reached <= {"/", "/about/", "/guides/"}
    assert {"/guides/", "/kit/", "/about/"} <= pages["home"].links


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_keeps_to_the_words_of_the_programme(slug: str, pages: Mapping[str, Read]) -> None:
    assert not list(found_in(pages[slug], NEVER + WORN_OUT))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_written_in_british_english(slug: str, pages: Mapping[str, Read]) -> None:
    assert set(found_in(pages[slug], AMERICAN)) <= SPELT_WITH_Z_ANYWHERE


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_easy_to_read(slug: str, pages: Mapping[str, Read]) -> None:
    assert LEAST_EASE <= ease_of(pages[slug].prose) <= MOST_EASE


def test_reading_ease_tells_plain_words_from_an_office() -> None:
    plain = "Write two lines. Say who you are, and when you could meet."
    office = "Participation necessitates notification regarding individual availability considerations."

    assert ease_of(plain) > LEAST_EASE > ease_of(office)


@pytest.mark.parametrize("slug", ["training-for-mentees", "training-for-mentors"])
def test_the_reading_takes_about_half_an_hour_and_answers_its_own_questions(
    slug: str, pages: Mapping[str, Read]
) -> None:
    source = (site_build.SITE / "content" / f"{slug}.md").read_text(encoding="utf-8")
    asked, _, answered = source.partition("## What we think about the questions")
    checks = asked.split("**Check yourself**")[1:]
    questions = [number for check in checks for number in numbers_in(check.partition("##")[0])]
    words = sum(len(pages[each].text.split()) for each in (slug, *READ_WITH_IT))

    minutes = words / WORDS_A_MINUTE + len(questions) * MINUTES_A_QUESTION

    assert questions == numbers_in(answered) == list(range(1, len(questions) + 1))
    assert TRAINING_MINUTES[0] <= minutes <= TRAINING_MINUTES[1]


def numbers_in(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]


@pytest.mark.parametrize("slug", SHEETS)
def test_a_sheet_has_room_to_write(slug: str, pages: Mapping[str, Read]) -> None:
    assert pages[slug].rooms >= len(("before", "after"))


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_page_with_a_plan_and_says_when(stage: str, pages: Mapping[str, Read]) -> None:
    text = pages[f"stage-{stage}"].text

    assert "A plan for 45 minutes" in text
    assert sum(map(int, re.findall(r"^(\d+) minutes", text, re.MULTILINE))) == MEETING_MINUTES
    assert re.search(r"When: from week \d+ of \d+", text)


def test_what_pages_say_of_the_programme_comes_from_its_definition() -> None:
    other = replace(
        FIRST_YEAR,
        name="Side by Side",
        organisation="Elsewhere College",
        contact=Contact(name="Kim Lee", email="kim@elsewhere.example"),
        settings=Settings(
            objectives=("Pairs meet.",),
            selection="Anybody.",
            matching="By rules.",
            training="A page.",
            meeting_frequency="Each week.",
            goal_setting="Together.",
        ),
    )

    texts = "\n".join(page.text + page.description for page in pages_of(other).values())

    for fact in (FIRST_YEAR.name, FIRST_YEAR.organisation, FIRST_YEAR.contact.name, "six months"):
        assert fact not in texts
    assert "Kim Lee" in texts


def test_answers_follow_the_rules_of_enrolment() -> None:
    strict = Enrolling(
        decided_by=Decision.COORDINATOR, domains=("x.example",), training_first=True, waiting_list=False
    )
    open_to_all = Enrolling(decided_by=Decision.AUTOMATIC, training_first=False, waiting_list=True)

    asked, free = (pages_of(replace(FIRST_YEAR, enrolling=rules)) for rules in (strict, open_to_all))

    for words in ("a coordinator reads your application", "x.example"):
        assert words in asked["faq"].text
        assert words not in free["faq"].text
    assert "waiting list" in free["faq"].text
    assert "waiting list" not in asked["faq"].text
    assert "before we can match you" in asked["training-for-mentors"].text
    assert "before we can match you" not in free["training-for-mentors"].text


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_of_the_template_shows(slug: str, pages: Mapping[str, Read]) -> None:
    assert not re.search(r"\{[{%#]|[}%#]\}|\*\*|\]\(", pages[slug].text)
