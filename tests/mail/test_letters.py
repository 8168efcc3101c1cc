"""Every mail, as its bytes say: what a mail program would show and do."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from jinja2 import UndefinedError

from functions.mail.letters import LINK_OF, TEMPLATES, WITH_UNSUBSCRIBE_BUTTON, compose
from functions.programme.links import Purpose
from functions.programme.messages import MessageKind
from functions.programme.people import Enrolment
from tests.mail.letters import (
    COHORT,
    EVERY_KIND,
    LINKS,
    MENTEE,
    MENTOR,
    PERSONAL,
    PROGRAMME,
    REASONS,
    SENDER,
    letter,
)

every_mail = pytest.mark.parametrize(
    ("kind", "number", "to"),
    [(kind, number, to) for kind, number in EVERY_KIND for to in (MENTEE, MENTOR)],
    ids=[f"{kind}-{number}-to-a-{to.role}" for kind, number in EVERY_KIND for to in (MENTEE, MENTOR)],
)
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")


def sent(kind: MessageKind, number: int = 0, to: Enrolment = MENTEE) -> EmailMessage:
    """Return the mail as who receives its bytes reads it."""
    raw = compose(letter(kind, number, to), sender=SENDER).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


class Page(HTMLParser):
    """What a mail program finds in the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.loaded: set[str] = set()
        self.words: list[str] = []
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self._unseen += tag in ("style", "title")
        if tag == "a":
            self.links.add(given["href"] or "")
        elif "src" in given or tag == "link":
            self.loaded.add(str(given))

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def targets(links: set[str]) -> set[str]:
    """Return where links lead, whatever they say on the way."""
    return {unquote(link.removeprefix("mailto:").split("?subject=")[0]) for link in links}


@every_mail
def test_a_subject_holds_nothing_that_a_person_wrote(kind: MessageKind, number: int, to: Enrolment) -> None:
    subject = sent(kind, number, to)["Subject"]

    assert 10 < len(subject) < 60
    assert not [detail for detail in (*PERSONAL, *REASONS) if detail in subject]


@every_mail
def test_the_html_leads_where_the_text_leads(kind: MessageKind, number: int, to: Enrolment) -> None:
    mail = sent(kind, number, to)
    text = part(mail, "plain")

    said = set(re.findall(r"https?://\S+", text)) | set(ADDRESS.findall(text))

    assert targets(Page(part(mail, "html")).links) == said


@every_mail
def test_every_mail_has_its_link_a_way_to_stop_and_one_to_raise_a_concern(
    kind: MessageKind, number: int, to: Enrolment
) -> None:
    links = Page(part(sent(kind, number, to), "html")).links
    purpose = LINK_OF[kind]

    assert not purpose or LINKS[purpose] in links
    # Until an address is confirmed there is nothing to stop: no second mail follows.
    assert (LINKS[Purpose.STOP] in links) is (kind is not MessageKind.CONFIRM)
    assert any(link.startswith(f"mailto:{PROGRAMME.contact.email}?subject=A%20concern") for link in links)
    assert len([link for link in links if link.startswith("http")]) <= 2


@every_mail
def test_what_a_person_wrote_is_text_and_never_markup_or_a_template(
    kind: MessageKind, number: int, to: Enrolment
) -> None:
    mail = sent(kind, number, to)
    page = Page(part(mail, "html"))

    assert to.name in page.text
    assert to.name in " ".join(part(mail, "plain").split())
    assert not {"b", "finding", "script"} & page.tags


@every_mail
def test_a_mail_loads_nothing_from_anywhere(kind: MessageKind, number: int, to: Enrolment) -> None:
    html = part(sent(kind, number, to), "html")

    assert Page(html).loaded == set()
    assert "@import" not in html
    assert "url(" not in html


@every_mail
def test_the_bytes_are_those_of_plain_mail(kind: MessageKind, number: int, to: Enrolment) -> None:
    raw = compose(letter(kind, number, to), sender=SENDER).as_bytes()
    lines = raw.split(b"\r\n")

    assert raw.isascii()
    assert max(map(len, lines)) <= 998
    assert b"\n" not in b"".join(lines)
    assert len(raw) < 40_000  # some mail programs cut longer ones
    assert compose(letter(kind, number, to), sender=SENDER).as_bytes() == raw


@pytest.mark.parametrize(("kind", "number"), EVERY_KIND)
def test_the_button_that_unsubscribes_stands_on_the_raw_bytes_in_one_line(
    kind: MessageKind, number: int
) -> None:
    headers = compose(letter(kind, number), sender=SENDER).as_bytes().split(b"\r\n\r\n")[0].split(b"\r\n")

    expected = [
        b"List-Unsubscribe: <" + LINKS[Purpose.STOP].encode() + b">",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]
    found = [line for line in headers if line.lower().startswith(b"list-")]
    assert found == (expected if kind in WITH_UNSUBSCRIBE_BUTTON else [])


def test_a_very_long_link_is_not_folded_either() -> None:
    long = "https://mentoring.university.example/" + "deep/" * 100 + "my/stop/token"
    asked = replace(letter(MessageKind.CHECKIN, 1), links={**LINKS, Purpose.STOP: long})

    raw = compose(asked, sender=SENDER).as_bytes()

    assert b"List-Unsubscribe: <" + long.encode() + b">\r\n" in raw


def test_a_mail_says_who_sends_it_and_whose_it_is() -> None:
    mail = sent(MessageKind.WELCOME)

    assert mail["From"] == f"{PROGRAMME.name} <{SENDER}>"
    assert mail["To"] == MENTEE.email
    assert mail["Reply-To"] == PROGRAMME.contact.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Kith-Message"] == "message-welcome"
    assert mail["X-Kith-Cohort"] == COHORT.id


def test_a_sender_with_a_name_keeps_it() -> None:
    mail = compose(letter(MessageKind.WELCOME), sender=f"Mentoring Office <{SENDER}>")

    assert mail["From"] == f"Mentoring Office <{SENDER}>"


@pytest.mark.parametrize("to", [MENTEE, MENTOR], ids=["mentee", "mentor"])
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_an_introduction_says_who_why_how_and_by_when(to: Enrolment, subtype: str) -> None:
    partner = MENTOR if to is MENTEE else MENTEE
    body = part(sent(MessageKind.INTRODUCTION, to=to), subtype)
    text = Page(body).text if subtype == "html" else " ".join(body.split())

    assert f"our {partner.role} is {partner.name}" in text
    assert partner.email in text
    assert all(reason in text for reason in REASONS)
    # It is Monday already where the cohort is; the meeting is due three weeks later.
    assert "by Monday 8 March 2027" in text
    assert "small thing each of you does until then?" in text


@pytest.mark.parametrize("kind", [MessageKind.INTRODUCTION, MessageKind.CHECKIN])
def test_a_mail_about_nobody_is_not_made(kind: MessageKind) -> None:
    with pytest.raises(UndefinedError):
        compose(replace(letter(kind, 1), partner=None), sender=SENDER)


def test_only_an_introduction_gives_an_address_away() -> None:
    for kind, number in EVERY_KIND:
        mail = sent(kind, number)
        shown = MENTOR.email in part(mail, "plain") + part(mail, "html")

        assert shown is (kind is MessageKind.INTRODUCTION)


def test_before_they_are_matched_nobody_is_named() -> None:
    for kind in (MessageKind.CONFIRM, MessageKind.WELCOME, MessageKind.SURVEY):
        mail = sent(kind)

        assert MENTOR.name not in part(mail, "plain") + Page(part(mail, "html")).text


def test_every_kind_of_message_has_both_its_texts() -> None:
    made = {path.name for path in TEMPLATES.iterdir()}

    assert made == {f"{name}.{form}" for name in ("layout", *MessageKind) for form in ("txt", "mjml")}


def test_lines_of_text_are_short_but_a_link_is_whole() -> None:
    for kind, number in EVERY_KIND:
        lines = part(sent(kind, number), "plain").splitlines()

        assert all(len(line) <= 78 or line.startswith("https://") for line in lines)
