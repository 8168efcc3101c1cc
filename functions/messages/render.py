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
from functions.messages.kinds import About, MessageKind, link_purpose
from functions.messages.ses import COHORT_HEADER, MESSAGE_HEADER, RECIPIENT_HEADER
from functions.programme.cohort import Cohort
from functions.programme.health import MEETING_BY_DAY
from functions.programme.links import Purpose
from functions.programme.messages import Message
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Programme

TEMPLATES = Path(__file__).parents[2] / "site" / "mail"

WIDTH = 78
DAYS_A_WEEK = 7

# A folded List-Unsubscribe is encoded in words, and mail programs then show no button.
UNFOLDED = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailContext:
    """All that a mail is made of.

    `links` are absolute addresses: the one that the mail is about and, in a welcome,
    where the programme has some, the questions about equality, and the stop link in every mail but
    the request to confirm. `place` is the page on which people change, leave or fetch what is theirs.
    `partner` is given for what a pairing is about, with the day of their introduction (`introduced_on`)
    from then on; `reasons` are why the two were matched, or why a run found nobody. `answers` are a copy of
    the recipient's own, each question with its words, and `answer_by` the last day of a survey.
    """

    message: Message
    to: Enrolment
    programme: Programme
    cohort: Cohort
    links: Mapping[Purpose, str]
    self_service: str
    partner: Enrolment | None = None
    introduced_on: date | None = None
    reasons: tuple[str, ...] = ()
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    answer_by: date | None = None

    @property
    def kind(self) -> MessageKind:
        """The kind of the mail, with its row."""
        return MessageKind(self.message.kind)

    @property
    def language(self) -> str:
        """The language that the mail is in: the recipient's, if the programme speaks it."""
        spoken = self.programme.languages
        return self.to.language if self.to.language in spoken else spoken[0]


def render_email(context: EmailContext, *, sender: str) -> EmailMessage:
    """Return the e-mail, text and HTML; the same context makes the same bytes.

    `sender` is a plain address; the programme's name is shown beside it.
    """
    kind = context.kind
    variables = _variables(context)
    lines = _rendered(kind, "txt", context.language, variables).strip().splitlines()
    subject, text = lines[0].strip(), _wrapped(lines[1:])
    markup = _rendered(kind, "mjml", context.language, variables | {"subject": subject})
    email = EmailMessage(policy=UNFOLDED)
    email["From"] = Address(display_name=context.programme.name, addr_spec=sender)
    email["To"] = context.to.email
    email["Reply-To"] = context.programme.contact.email
    email["Subject"] = subject
    email["Auto-Submitted"] = "auto-generated"
    email[MESSAGE_HEADER] = context.message.id
    email[COHORT_HEADER] = context.cohort.id
    email[RECIPIENT_HEADER] = context.to.id
    if not kind.row.transactional:
        email["List-Unsubscribe"] = f"<{context.links[Purpose.STOP]}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(text, cte=_encoding(text))
    html = mjml2html(markup, disable_comments=False, fonts={})
    email.add_alternative(html, subtype="html", cte=_encoding(html))
    # Added last: what describes the content goes to the first part when a second one comes.
    email["Content-Language"] = context.language
    # `=_` stands in no encoded part, so no part can hold the boundary.
    email.set_boundary(f"=_{context.message.id}")
    return email


def _encoding(text: str) -> str:
    """Return the encoding in which a part is shorter: mail programs cut what is long."""
    raw = text.encode()
    # Three characters for each byte that is not ASCII, against four for each three bytes.
    quoted = len(raw) + 2 * sum(byte > ord("~") for byte in raw)
    return "quoted-printable" if 3 * quoted < 4 * len(raw) else "base64"


def _rendered(kind: MessageKind, form: str, language: str, variables: Mapping[str, object]) -> str:
    template = _environment(form, translations(language), language).get_template(f"{kind}.jinja")
    return template.render(variables)


def _variables(context: EmailContext) -> dict[str, object]:
    """Return what the templates know. Whatever a person or a programme named is isolated here."""
    return {
        **_of_the_programme(context),
        **_of_the_pairing(context),
        "to": context.to,
        "me": _isolated(context.to.name, context),
        "mentor": context.to.role is Role.MENTOR,
        "about": context.message.about,
        "number": context.message.checkin,
        "enrolling": _today(context) <= context.cohort.closes_on and not context.cohort.published_run_id,
        "reasons": context.reasons,
        "decision_reason": context.to.decision_reason.splitlines(),
        "answers": context.answers,
        "answer_by": context.answer_by,
        **_links(context),
    }


def _of_the_programme(context: EmailContext) -> dict[str, object]:
    programme, cohort = context.programme, context.cohort
    # A cohort is named after its month; that is said in the language of the mail.
    here, there = (writing.month(cohort.opens_on, language) for language in (context.language, "en"))
    return {
        "language": context.language,
        "programme": programme,
        "programme_name": _isolated(programme.name, context),
        "organisation": _isolated(programme.organisation, context),
        "contact": _isolated(programme.contact.name, context),
        "cohort": cohort,
        "cohort_name": _isolated(cohort.name.replace(there, here), context),
        "accent": programme.accent,
    }


def _of_the_pairing(context: EmailContext) -> dict[str, object]:
    """Return what is said of the partner; nothing where there is none, so that a template without fails."""
    row = context.kind.row
    if row.about is About.PAIRING and not row.needs_partner:
        name = context.partner.name if context.partner else ""
        return {"partner": _isolated(name, context)}
    if context.partner is None or context.introduced_on is None:
        return {}
    since = (_today(context) - context.introduced_on).days
    return {
        "partner": _isolated(context.partner.name, context),
        "partner_email": context.partner.email,
        "meet_by": context.introduced_on + timedelta(days=MEETING_BY_DAY),
        "weeks": max(1, round(since / DAYS_A_WEEK)),
    }


def _links(context: EmailContext) -> dict[str, object]:
    purpose, programme = link_purpose(context.kind, context.message.about), context.programme
    to = context.to
    left_before = to.state is EnrolmentState.WITHDRAWN and to.confirmed_at is None
    unconfirmed = (
        context.kind.row.recipients == {EnrolmentState.UNCONFIRMED}
        or to.state is EnrolmentState.UNCONFIRMED
        or left_before
    )
    return {
        "link": context.links[purpose] if purpose else None,
        "equality": context.links.get(Purpose.EQUALITY) if programme.equality else None,
        "self_service": context.self_service,
        # Until an address is confirmed nobody has asked for mail, so there is nothing to stop.
        "stop": None if unconfirmed else context.links[Purpose.STOP],
        "concern": f"mailto:{programme.contact.email}?subject={quote(f'A concern: {programme.name}')}",
    }


def _today(context: EmailContext) -> date:
    return context.cohort.today(context.message.due_at)


def _isolated(name: str, context: EmailContext) -> str:
    return writing.isolated(name, context.language)


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
def _environment(form: str, catalogue: NullTranslations, language: str) -> Environment:
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
        catalogue.gettext, catalogue.ngettext, newstyle=True
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
