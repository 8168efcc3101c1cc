"""Every mail, as its bytes say: what a mail program would show and do, in two languages."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from jinja2 import UndefinedError

from functions.messages.kinds import About, MessageKind, link_purpose
from functions.messages.render import render_email
from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Enrolling, Moment
from tests.messages.emails import (
    ANSWERS,
    COHORT,
    EVERY_MAIL,
    LINKS,
    MENTEE,
    MENTOR,
    PERSONAL,
    PROGRAMME,
    PSEUDO,
    REASON,
    REASONS,
    SELF_SERVICE_PAGE,
    SENDER,
    email_context,
    turned,
)

EVERY = [(*mail, to) for mail in EVERY_MAIL for to in (MENTEE, MENTOR)]
every_mail = pytest.mark.parametrize(
    ("kind", "about", "number", "to"),
    EVERY,
    ids=[f"{kind}-{about}-{number}-to-a-{to.role}" for kind, about, number, to in EVERY],
)
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")


def composed(
    kind: MessageKind, about: str = "pairing-1", number: int = 0, to: Enrolment = MENTEE, language: str = "en"
) -> bytes:
    if to in (MENTEE, MENTOR):
        return _composed_once(kind, about, number, to.role, language)
    return render_email(
        email_context(kind, about, number, replace(to, language=language)), sender=SENDER
    ).as_bytes()


@cache
def _composed_once(kind: MessageKind, about: str, number: int, role: Role, language: str) -> bytes:
    to = replace(MENTOR if role is Role.MENTOR else MENTEE, language=language)
    return render_email(email_context(kind, about, number, to), sender=SENDER).as_bytes()


def read(raw: bytes) -> EmailMessage:
    """Return the mail as who receives its bytes reads it."""
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
        self.directions: set[str] = set()
        self.words: list[str] = []
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self._unseen += tag in ("style", "title")
        style = given.get("style") or ""
        aligned = r"|text-align:\s*(?:left|right)" if "font-family" in style else ""
        self.directions |= set(re.findall(rf"direction:\s*(?:ltr|rtl){aligned}", style))
        self.directions |= {given["dir"] or ""} if "dir" in given else set()
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


def shown(mail: EmailMessage, subtype: str) -> str:
    """Return the words of a part in one line."""
    body = part(mail, subtype)
    return Page(body).text if subtype == "html" else " ".join(body.split())


def targets(links: Iterable[str]) -> set[str]:
    """Return where links lead, whatever they say on the way."""
    return {unquote(link.removeprefix("mailto:").split("?subject=")[0]) for link in links}


@every_mail
def test_a_subject_holds_nothing_that_a_person_wrote(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    subject = read(composed(kind, about, number, to))["Subject"]

    assert 10 < len(subject) < 60
    assert not [detail for detail in (*PERSONAL, *REASONS, REASON) if detail in subject]


@every_mail
def test_the_html_leads_where_the_text_leads(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    mail = read(composed(kind, about, number, to))
    text = part(mail, "plain")

    said = set(re.findall(r"https?://\S+", text)) | set(ADDRESS.findall(text))

    assert targets(Page(part(mail, "html")).links) == said


@every_mail
def test_every_mail_has_its_link_a_way_to_stop_and_one_to_raise_a_concern(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    links = Page(part(read(composed(kind, about, number, to)), "html")).links
    purpose = link_purpose(kind, about)

    assert not purpose or LINKS[purpose] in links
    # Until an address is confirmed there is nothing to stop: no second mail follows.
    assert (LINKS[Purpose.STOP] in links) is (kind is not MessageKind.CONFIRM)
    assert any(link.startswith(f"mailto:{PROGRAMME.contact.email}?subject=A%20concern") for link in links)


@every_mail
def test_a_mail_carries_no_key_but_those_that_it_is_about(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    links = Page(part(read(composed(kind, about, number, to)), "html")).links
    more = {Purpose.TRAINING, Purpose.EQUALITY} if kind is MessageKind.WELCOME else set()

    keys = {purpose for purpose, link in LINKS.items() if link in links}

    assert keys - {Purpose.STOP} == {*more, *filter(None, [link_purpose(kind, about)])}


@every_mail
def test_what_a_person_wrote_is_text_and_never_markup_or_a_template(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    mail = read(composed(kind, about, number, to))
    page = Page(part(mail, "html"))

    assert to.name in page.text
    assert to.name in shown(mail, "plain")
    assert not {"b", "finding", "script", "skills", "first"} & page.tags


@every_mail
def test_a_mail_loads_nothing_from_anywhere(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    html = part(read(composed(kind, about, number, to)), "html")

    assert Page(html).loaded == set()
    assert "@import" not in html
    assert "url(" not in html


@pytest.mark.parametrize("language", ["en", PSEUDO])
@every_mail
def test_the_bytes_are_those_of_plain_mail(
    kind: MessageKind, about: str, number: int, to: Enrolment, language: str
) -> None:
    raw = composed(kind, about, number, to, language)
    lines = raw.split(b"\r\n")

    assert raw.isascii()
    assert max(map(len, lines)) <= 998
    assert b"\n" not in b"".join(lines)
    assert len(raw) < 60_000  # some mail programs cut longer ones
    assert (
        render_email(
            email_context(kind, about, number, replace(to, language=language)), sender=SENDER
        ).as_bytes()
        == raw
    )


@every_mail
def test_a_mail_in_another_language_has_no_sentence_of_ours_left_in_english(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    mail = read(composed(kind, about, number, to, PSEUDO))
    named = (PROGRAMME.name, PROGRAMME.organisation, *REASONS, *REASON.splitlines(), to.email)
    answers = [line for question, words in ANSWERS for line in (question, *words)]

    for said in (mail["Subject"], shown(mail, "plain"), shown(mail, "html")):
        left = re.sub("|".join(map(re.escape, (*named, *answers))), "", said)
        left = ADDRESS.sub("", re.sub(r"https?://\S+", "", ISOLATED.sub("", left)))
        assert not re.findall(r"[A-Za-z]{2,}", left)


@every_mail
def test_a_mail_is_read_from_the_side_of_its_language(
    kind: MessageKind, about: str, number: int, to: Enrolment
) -> None:
    english, pseudo = (read(composed(kind, about, number, to, language)) for language in ("en", PSEUDO))

    assert Page(part(english, "html")).directions - {"auto"} == {"ltr", "direction:ltr", "text-align:left"}
    assert Page(part(pseudo, "html")).directions - {"auto"} == {"rtl", "direction:rtl", "text-align:right"}
    assert f'lang="{PSEUDO}"' in part(pseudo, "html")
    assert (english["Content-Language"], pseudo["Content-Language"]) == ("en", PSEUDO)


def test_a_name_that_reads_the_other_way_is_isolated_in_the_sentence_and_days_are_said_in_it() -> None:
    mail = read(composed(MessageKind.INTRODUCTION, to=MENTEE, language=PSEUDO))

    for subtype in ("plain", "html"):
        assert f"\u2068{MENTOR.name}\u2069" in shown(mail, subtype)
        assert f"{turned('Monday')} 8 {turned('March')} 2027" in shown(mail, subtype)


def test_whoever_has_a_language_that_the_programme_does_not_speak_is_written_to_in_its_first() -> None:
    mail = read(composed(MessageKind.WELCOME, language="he"))

    assert mail["Content-Language"] == "en"
    assert "It is good to have you" in shown(mail, "plain")


@pytest.mark.parametrize(("kind", "about", "number"), EVERY_MAIL)
def test_the_button_that_unsubscribes_stands_on_the_raw_bytes_in_one_line(
    kind: MessageKind, about: str, number: int
) -> None:
    headers = composed(kind, about, number).split(b"\r\n\r\n")[0].split(b"\r\n")

    expected = [
        b"List-Unsubscribe: <" + LINKS[Purpose.STOP].encode() + b">",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]
    found = [line for line in headers if line.lower().startswith(b"list-")]
    assert found == ([] if kind.row.transactional else expected)


def test_a_very_long_link_is_not_folded_either() -> None:
    long = "https://mentoring.university.example/" + "deep/" * 100 + "my/stop/token"
    asked = replace(email_context(MessageKind.CHECKIN, number=1), links={**LINKS, Purpose.STOP: long})

    raw = render_email(asked, sender=SENDER).as_bytes()

    assert b"List-Unsubscribe: <" + long.encode() + b">\r\n" in raw


def test_a_mail_says_who_sends_it_and_whose_it_is() -> None:
    mail = read(composed(MessageKind.WELCOME))

    assert mail["From"] == f"{PROGRAMME.name} <{SENDER}>"
    assert mail["To"] == MENTEE.email
    assert mail["Reply-To"] == PROGRAMME.contact.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Kith-Message"] == "message-welcome"
    assert mail["X-Kith-Cohort"] == COHORT.id


@pytest.mark.parametrize("to", [MENTEE, MENTOR], ids=["mentee", "mentor"])
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_an_introduction_says_who_why_how_and_by_when(to: Enrolment, subtype: str) -> None:
    partner = MENTOR if to is MENTEE else MENTEE
    text = shown(read(composed(MessageKind.INTRODUCTION, to=to)), subtype)

    assert f"our {partner.role} is {partner.name}" in text
    assert partner.email in text
    assert all(reason in text for reason in REASONS)
    assert "by Monday 8 March 2027" in text
    assert "small thing each of you does until then?" in text


@pytest.mark.parametrize("kind", [MessageKind.INTRODUCTION, MessageKind.CHECKIN])
def test_a_mail_about_nobody_is_not_made(kind: MessageKind) -> None:
    with pytest.raises(UndefinedError):
        render_email(replace(email_context(kind, number=1), partner=None), sender=SENDER)


def test_a_check_in_counts_the_weeks_as_the_language_does() -> None:
    asked = email_context(MessageKind.CHECKIN, number=1)
    days = [(1, "A week ago"), (7, "A week ago"), (21, "3 weeks ago"), (51, "7 weeks ago")]

    for since, said in days:
        introduced_on = asked.cohort.today(asked.message.due_at).fromordinal(
            asked.cohort.today(asked.message.due_at).toordinal() - since
        )
        mail = read(render_email(replace(asked, introduced_on=introduced_on), sender=SENDER).as_bytes())
        assert f"{said} we introduced you to" in shown(mail, "plain")


def test_only_an_introduction_gives_an_address_away() -> None:
    for kind, about, number in EVERY_MAIL:
        mail = read(composed(kind, about, number))
        given = MENTOR.email in part(mail, "plain") + part(mail, "html")

        assert given is (kind is MessageKind.INTRODUCTION)


def test_nobody_is_named_but_to_their_partner() -> None:
    for kind, about, number in EVERY_MAIL:
        mail = read(composed(kind, about, number))
        named = MENTOR.name in shown(mail, "plain") + shown(mail, "html")

        assert named is (kind.row.about is About.PAIRING)


def test_lines_of_text_are_short_but_a_link_is_whole() -> None:
    for kind, about, number in EVERY_MAIL:
        lines = part(read(composed(kind, about, number)), "plain").splitlines()

        assert all(len(line) <= 78 or line.startswith("https://") for line in lines)
        assert not any(first == second == "" for first, second in pairwise(lines))


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_a_welcome_has_the_training_and_a_copy_of_the_answers_in_words(subtype: str) -> None:
    mail = read(composed(MessageKind.WELCOME))

    assert LINKS[Purpose.TRAINING] in part(mail, "plain")
    assert LINKS[Purpose.TRAINING] in Page(part(mail, "html")).links
    for question, words in ANSWERS:
        assert f"{question} {words[0]} {words[1]}" in shown(mail, subtype)


def test_a_welcome_says_when_the_training_is_needed_to_be_matched() -> None:
    first = replace(PROGRAMME, enrolling=Enrolling(training_first=True))
    needed = render_email(replace(email_context(MessageKind.WELCOME), programme=first), sender=SENDER)
    free = render_email(email_context(MessageKind.WELCOME), sender=SENDER)

    assert "nobody is matched before" in shown(needed, "plain")
    assert "nobody is matched before" not in shown(free, "plain")


def test_a_place_given_after_enrolment_has_ended_does_not_promise_what_is_over() -> None:
    late = replace(email_context(MessageKind.WELCOME), cohort=replace(COHORT, published_run_id="run"))

    text = shown(render_email(late, sender=SENDER), "plain")

    assert "others can still enrol" not in text
    assert "Enrolment has ended" in text


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_a_declined_application_is_told_why_in_the_coordinators_words(subtype: str) -> None:
    given = shown(read(composed(MessageKind.DECLINED)), subtype)
    unsaid = shown(read(composed(MessageKind.DECLINED, to=replace(MENTEE, decision_reason=""))), subtype)

    assert "We take people in their <first> year." in given
    assert "the careers office has mentors & more." in given
    assert "This is why" in given
    assert "This is why" not in unsaid


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (EnrolmentState.WAITING, "had ended when your answers came"),
        (EnrolmentState.CONFIRMED, "We have matched"),
    ],
)
def test_who_waits_is_told_why_and_that_waiting_counts_next_time(state: EnrolmentState, said: str) -> None:
    for to in (MENTEE, MENTOR):
        text = shown(read(composed(MessageKind.WAITING, to=replace(to, state=state))), "plain")

        assert said in text
        assert "you are served first" in text


def test_whoever_loses_their_partner_gets_no_reason_and_keeps_their_place() -> None:
    known = shown(read(composed(MessageKind.PARTNER_LEFT)), "plain")
    erased = render_email(replace(email_context(MessageKind.PARTNER_LEFT), partner=None), sender=SENDER)

    assert f"{MENTOR.name} has left" in known
    assert "Your mentor has left" in shown(erased, "plain")
    assert "Your place stays yours" in known


@pytest.mark.parametrize("purpose", SELF_SERVICE_PURPOSES)
def test_a_key_says_what_it_opens_that_it_lasts_ten_minutes_and_where_to_get_another(
    purpose: Purpose,
) -> None:
    mail = read(composed(MessageKind.KEY, str(purpose)))

    assert "ten minutes" in shown(mail, "plain")
    assert {LINKS[purpose], SELF_SERVICE_PAGE} <= Page(part(mail, "html")).links


def test_before_the_address_is_confirmed_a_key_has_no_stop_link_which_would_open_nothing() -> None:
    unconfirmed = replace(MENTEE, state=EnrolmentState.UNCONFIRMED)

    mail = read(composed(MessageKind.KEY, "erase", to=unconfirmed))

    assert LINKS[Purpose.STOP] not in part(mail, "plain")


@pytest.mark.parametrize("confirmed_at", [None, datetime(2027, 1, 13, tzinfo=UTC)])
def test_who_left_before_confirming_the_address_gets_no_stop_link_either(
    confirmed_at: datetime | None,
) -> None:
    left = replace(MENTEE, state=EnrolmentState.WITHDRAWN, confirmed_at=confirmed_at)

    mail = read(composed(MessageKind.WITHDRAWN, to=left))

    assert (LINKS[Purpose.STOP] in part(mail, "plain")) is (confirmed_at is not None)


@pytest.mark.parametrize("moment", Moment)
def test_a_survey_says_until_when_and_who_will_see_what(moment: Moment) -> None:
    text = shown(read(composed(MessageKind.SURVEY, str(moment))), "plain")

    assert "Please answer by Monday 8 March 2027." in text
    assert "five people or more together" in text


def test_every_moment_has_a_subject_of_its_own() -> None:
    subjects = {read(composed(MessageKind.SURVEY, str(moment)))["Subject"] for moment in Moment}

    assert len(subjects) == len(Moment)
