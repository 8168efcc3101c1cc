"""From a message to the e-mail that leaves: what is true now, in words.

The words stand in `site/mail/`, two files for each kind: text, whose first line is the subject, and
MJML. A subject never holds a name or anything else that a person wrote, because it is shown on locked
screens.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from textwrap import fill
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from mjml import mjml2html

from functions.mail.post import COHORT_HEADER, MESSAGE_HEADER
from functions.programme.cohort import Cohort
from functions.programme.health import MEETING_BY_DAY
from functions.programme.links import Purpose
from functions.programme.messages import Message, MessageKind
from functions.programme.people import Enrolment, Role
from functions.programme.programme import Programme

TEMPLATES = Path(__file__).parents[2] / "site" / "mail"

WIDTH = 78

# A folded List-Unsubscribe is encoded in words, and mail programs then show no button.
UNFOLDED = SMTP.clone(max_line_length=998)

# Which link the mail is about. A welcome asks for nothing.
LINK_OF: Mapping[MessageKind, Purpose | None] = {
    MessageKind.CONFIRM: Purpose.CONFIRM,
    MessageKind.WELCOME: None,
    MessageKind.INTRODUCTION: Purpose.MATCH,
    MessageKind.CHECKIN: Purpose.CHECKIN,
    MessageKind.SURVEY: Purpose.SURVEY,
}
# What nobody asked for at that moment can be stopped with one click in the mail program.
WITH_UNSUBSCRIBE_BUTTON = frozenset({MessageKind.CHECKIN, MessageKind.SURVEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a mail is made of.

    `links` are absolute addresses: the one that the kind of message is about (`LINK_OF`), and the stop
    link in every mail but the request to confirm. `partner` is given for introductions and check-ins,
    `reasons` are why the two were matched, in words that both may read.
    """

    message: Message
    to: Enrolment
    programme: Programme
    cohort: Cohort
    links: Mapping[Purpose, str]
    partner: Enrolment | None = None
    reasons: tuple[str, ...] = ()


def compose(letter: Letter, *, sender: str) -> EmailMessage:
    """Return the e-mail, text and HTML; the same letter makes the same bytes.

    `sender` is an address, with or without a display name: without one the programme's name is shown.
    """
    kind = letter.message.kind
    facts = _facts(letter)
    lines = _environment().get_template(f"{kind}.txt").render(facts).strip().splitlines()
    subject, text = lines[0].strip(), _wrapped(lines[1:])
    markup = _environment().get_template(f"{kind}.mjml").render(facts | {"subject": subject})
    email = EmailMessage(policy=UNFOLDED)
    email["From"] = _sender(sender, letter.programme)
    email["To"] = letter.to.email
    email["Reply-To"] = letter.programme.contact.email
    email["Subject"] = subject
    email["Auto-Submitted"] = "auto-generated"
    email[MESSAGE_HEADER] = letter.message.id
    email[COHORT_HEADER] = letter.cohort.id
    if kind in WITH_UNSUBSCRIBE_BUTTON:
        email["List-Unsubscribe"] = f"<{letter.links[Purpose.STOP]}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(text, cte="quoted-printable")
    html = mjml2html(markup, disable_comments=False, fonts={})
    email.add_alternative(html, subtype="html", cte="quoted-printable")
    # `=_` never stands in a quoted-printable part, so no part can hold the boundary.
    email.set_boundary(f"=_{letter.message.id}")
    return email


def _facts(letter: Letter) -> dict[str, object]:
    purpose = LINK_OF[letter.message.kind]
    to, programme = letter.to, letter.programme
    asked_to_confirm = letter.message.kind is MessageKind.CONFIRM
    return {
        "to": to,
        "partner": letter.partner,
        "partner_role": str(Role.MENTEE if to.role is Role.MENTOR else Role.MENTOR),
        "programme": programme,
        "cohort": letter.cohort,
        "accent": programme.accent,
        "reasons": letter.reasons,
        "number": letter.message.checkin,
        "meet_by": letter.cohort.today(letter.message.due_at) + timedelta(days=MEETING_BY_DAY),
        "link": letter.links[purpose] if purpose else None,
        # Until an address is confirmed nobody has asked for mail, so there is nothing to stop.
        "stop": None if asked_to_confirm else letter.links[Purpose.STOP],
        "concern": f"mailto:{programme.contact.email}?subject={quote(f'A concern: {programme.name}')}",
    }


def _wrapped(lines: Sequence[str]) -> str:
    """Return the text in lines of readable length; an address is never broken."""
    wrapped = (
        fill(line, WIDTH, subsequent_indent=_indent(line), break_long_words=False, break_on_hyphens=False)
        for line in lines
    )
    return "\n".join(wrapped).strip() + "\n"


def _indent(line: str) -> str:
    mark = re.match(r"(?:- |\d+\. )", line)
    return " " * len(mark.group()) if mark else ""


def _sender(sender: str, programme: Programme) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=name or programme.name, addr_spec=address)


def _day(day: date) -> str:
    """Return a day as it is said: Monday 11 January 2027."""
    return f"{day:%A} {day.day} {day:%B %Y}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("mjml",)),
        undefined=StrictUndefined,
    )
    environment.filters["day"] = _day
    return environment
