"""From a message to the e-mail that leaves: what is true now, in words of the recipient's language.

The words stand in `site/mail/`, one template for each kind. It is made twice, with the parts and the
layout of plain text and with those of MJML, so that the two never say different things. A subject never
holds a name or anything else that a person wrote, because it is shown on locked screens.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from textwrap import fill
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from mjml import mjml2html

from functions.i18n import writing
from functions.i18n.languages import translations
from functions.messages.ses import COHORT_HEADER, MESSAGE_HEADER
from functions.programme.cohort import Cohort
from functions.programme.health import MEETING_BY_DAY
from functions.programme.links import Purpose
from functions.programme.messages import Message, MessageKind
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Programme

TEMPLATES = Path(__file__).parents[2] / "site" / "mail"

WIDTH = 78
DAYS_A_WEEK = 7

# A folded List-Unsubscribe is encoded in words, and mail programs then show no button.
UNFOLDED = SMTP.clone(max_line_length=998)

# Which link the mail is about: some have none of their own, and a key is about what its message says.
LINK_OF: Mapping[MessageKind, Purpose | None] = {
    MessageKind.CONFIRM: Purpose.CONFIRM,
    MessageKind.RECEIVED: None,
    MessageKind.DECLINED: None,
    MessageKind.WAITING: None,
    MessageKind.WELCOME: None,
    MessageKind.INTRODUCTION: Purpose.MATCH,
    MessageKind.CHECKIN: Purpose.CHECKIN,
    MessageKind.SURVEY: Purpose.SURVEY,
    MessageKind.WITHDRAWN: None,
    MessageKind.PARTNER_LEFT: None,
}
# What nobody asked for at that moment can be stopped with one click in the mail program.
WITH_UNSUBSCRIBE_BUTTON = frozenset({MessageKind.CHECKIN, MessageKind.SURVEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailContext:
    """All that a mail is made of.

    `links` are absolute addresses: the one that the mail is about (`link_of`), in a welcome the training
    and, where the programme has some, the questions about equality, and the stop link in every mail but
    the request to confirm. `place` is the page on which people change, leave or fetch what is theirs.
    `partner` is given for what a pairing is about, with the day of their introduction (`introduced_on`)
    from then on; `reasons` are why the two were matched. `answers` are a copy of the recipient's own, each
    question with its words, and `answer_by` the last day on which a survey is taken.
    """

    message: Message
    to: Enrolment
    programme: Programme
    cohort: Cohort
    links: Mapping[Purpose, str]
    place: str
    partner: Enrolment | None = None
    introduced_on: date | None = None
    reasons: tuple[str, ...] = ()
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    answer_by: date | None = None

    @property
    def language(self) -> str:
        """The language that the mail is in: the recipient's, if the programme speaks it."""
        spoken = self.programme.languages
        return self.to.language if self.to.language in spoken else spoken[0]


def link_of(message: Message) -> Purpose | None:
    """Return the purpose of the link that the mail is about, or None."""
    return Purpose(message.about) if message.kind is MessageKind.KEY else LINK_OF[message.kind]


def render_email(letter: EmailContext, *, sender: str) -> EmailMessage:
    """Return the e-mail, text and HTML; the same letter makes the same bytes.

    `sender` is a plain address; the programme's name is shown beside it.
    """
    kind = letter.message.kind
    facts = _facts(letter)
    lines = _made(kind, "txt", letter.language, facts).strip().splitlines()
    subject, text = lines[0].strip(), _wrapped(lines[1:])
    markup = _made(kind, "mjml", letter.language, facts | {"subject": subject})
    email = EmailMessage(policy=UNFOLDED)
    email["From"] = Address(display_name=letter.programme.name, addr_spec=sender)
    email["To"] = letter.to.email
    email["Reply-To"] = letter.programme.contact.email
    email["Subject"] = subject
    email["Auto-Submitted"] = "auto-generated"
    email[MESSAGE_HEADER] = letter.message.id
    email[COHORT_HEADER] = letter.cohort.id
    if kind in WITH_UNSUBSCRIBE_BUTTON:
        email["List-Unsubscribe"] = f"<{letter.links[Purpose.STOP]}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(text, cte=_encoding(text))
    html = mjml2html(markup, disable_comments=False, fonts={})
    email.add_alternative(html, subtype="html", cte=_encoding(html))
    # Added last: what describes the content goes to the first part when a second one comes.
    email["Content-Language"] = letter.language
    # `=_` stands in no encoded part, so no part can hold the boundary.
    email.set_boundary(f"=_{letter.message.id}")
    return email


def _encoding(text: str) -> str:
    """Return the encoding in which a part is shorter: mail programs cut what is long."""
    raw = text.encode()
    # Three characters for each byte that is not ASCII, against four for each three bytes.
    quoted = len(raw) + 2 * sum(byte > ord("~") for byte in raw)
    return "quoted-printable" if 3 * quoted < 4 * len(raw) else "base64"


def _made(kind: MessageKind, form: str, language: str, facts: Mapping[str, object]) -> str:
    template = _environment(form, translations(language), language).get_template(f"{kind}.jinja")
    return template.render(facts)


def _facts(letter: EmailContext) -> dict[str, object]:
    """Return what the templates know. Whatever a person or a programme named is isolated here."""
    return {
        **_of_the_programme(letter),
        **_of_the_pairing(letter),
        "to": letter.to,
        "me": _isolated(letter.to.name, letter),
        "mentor": letter.to.role is Role.MENTOR,
        "about": letter.message.about,
        "number": letter.message.checkin,
        "enrolling": _today(letter) <= letter.cohort.closes_on and not letter.cohort.published_run_id,
        "decision_reason": letter.to.decision_reason.splitlines(),
        "answers": letter.answers,
        "answer_by": letter.answer_by,
        **_links(letter),
    }


def _of_the_programme(letter: EmailContext) -> dict[str, object]:
    programme, cohort = letter.programme, letter.cohort
    # A cohort is named after its month; that is said in the language of the mail.
    here, there = (writing.month(cohort.opens_on, language) for language in (letter.language, "en"))
    return {
        "language": letter.language,
        "programme": programme,
        "programme_name": _isolated(programme.name, letter),
        "organisation": _isolated(programme.organisation, letter),
        "contact": _isolated(programme.contact.name, letter),
        "cohort": cohort,
        "cohort_name": _isolated(cohort.name.replace(there, here), letter),
        "accent": programme.accent,
    }


def _of_the_pairing(letter: EmailContext) -> dict[str, object]:
    """Return what is said of the partner; nothing where there is none, so that a template without fails."""
    if letter.message.kind is MessageKind.PARTNER_LEFT:
        name = letter.partner.name if letter.partner else ""
        return {"partner": _isolated(name, letter)}
    if letter.partner is None or letter.introduced_on is None:
        return {}
    since = (_today(letter) - letter.introduced_on).days
    return {
        "partner": _isolated(letter.partner.name, letter),
        "partner_email": letter.partner.email,
        "reasons": letter.reasons,
        "meet_by": letter.introduced_on + timedelta(days=MEETING_BY_DAY),
        "weeks": max(1, round(since / DAYS_A_WEEK)),
    }


def _links(letter: EmailContext) -> dict[str, object]:
    purpose, programme = link_of(letter.message), letter.programme
    to = letter.to
    left_before = to.state is EnrolmentState.WITHDRAWN and to.confirmed_at is None
    unconfirmed = (
        letter.message.kind is MessageKind.CONFIRM or to.state is EnrolmentState.UNCONFIRMED or left_before
    )
    return {
        "link": letter.links[purpose] if purpose else None,
        "training": letter.links.get(Purpose.TRAINING),
        "equality": letter.links.get(Purpose.EQUALITY) if programme.equality else None,
        "place": letter.place,
        # Until an address is confirmed nobody has asked for mail, so there is nothing to stop.
        "stop": None if unconfirmed else letter.links[Purpose.STOP],
        "concern": f"mailto:{programme.contact.email}?subject={quote(f'A concern: {programme.name}')}",
    }


def _today(letter: EmailContext) -> date:
    return letter.cohort.today(letter.message.due_at)


def _isolated(name: str, letter: EmailContext) -> str:
    return writing.isolated(name, letter.language)


def _wrapped(lines: Sequence[str]) -> str:
    """Return the text in lines of readable length, one empty line between paragraphs.

    An address is never broken.
    """
    wrapped = (
        fill(
            line.rstrip(),
            WIDTH,
            subsequent_indent=_indent(line),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(wrapped)).strip() + "\n"


def _indent(line: str) -> str:
    mark = re.match(r"- |\d+\. |\| | +", line)
    if mark is None:
        return ""
    return "| " if mark.group() == "| " else " " * len(mark.group())


@cache
def _environment(form: str, said: NullTranslations, language: str) -> Environment:
    """Return what makes a mail in a form (`txt`, `mjml`) with the messages of a language."""
    right_to_left = writing.direction(language) == "rtl"
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=form == "mjml",  # noqa: S701 - text holds no markup, and would show escapes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        said.gettext, said.ngettext, newstyle=True
    )
    environment.filters["day"] = lambda value: writing.day(value, language)
    environment.globals.update(
        layout=f"layout.{form}",
        parts=f"parts.{form}",
        direction="rtl" if right_to_left else "ltr",
        near_side="right" if right_to_left else "left",
        far_side="left" if right_to_left else "right",
    )
    return environment
