"""The outbox in the browser: every mail that the local stack sent, as its reader would see it.

A mail's HTML is shown in a sandboxed frame under a policy that loads nothing: a mistake in a template must
not run here either. Its links work, and open in the whole window.
"""

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from typing import Any

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

STYLE = """\
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; overflow-wrap: anywhere; }
tr { border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); padding: 1rem; }
iframe { width: 100%; height: 90rem; border: 1px solid var(--line); background: #fff; }
"""
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
MAIL_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; sandbox {SANDBOX}"
)
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
PAGE_LENGTH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One accepted mail: when, for whom (the envelope), and the message as it was handed over."""

    at: datetime
    to: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject, for a list."""
        return str(self.message["Subject"] or "(no subject)")

    def body(self, kind: str) -> str | None:
        """Return the text (`plain`) or the HTML (`html`) of the mail."""
        part = self.message.get_body((kind,))
        return None if part is None else str(part.get_content())


def mail_from(kept: dict[str, Any]) -> Mail:
    """Read a mail that the emulator kept."""
    message = message_from_bytes(base64.b64decode(kept["raw"]), policy=policy.default)
    return Mail(at=datetime.fromisoformat(kept["at"]), to=tuple(kept["to"]), message=message)


class OutboxPages:
    """The pages under /outbox/; `kept` returns the emulator's mails after the first n."""

    def __init__(self, kept: Callable[[int], list[dict[str, Any]]]) -> None:
        self._kept = kept

    def answer(self, request: Request) -> Response:
        """Answer a request below /outbox/."""
        parts = request.path.strip("/").split("/")[1:]
        if parts == ["outbox.css"]:
            return Response(STYLE, mimetype="text/css")
        if not parts:
            return _page("Outbox", _list(self._kept(0)))
        number = int(parts[0]) if parts[0].isdecimal() and len(parts[0]) < 10 else 0  # noqa: PLR2004
        kept = self._kept(number - 1)[:1] if number else []
        if not kept or len(parts) > 2 or parts[1:] not in ([], ["html"]):  # noqa: PLR2004
            return _page("There is no such mail", Markup(""), HTTPStatus.NOT_FOUND)
        mail = mail_from(kept[0])
        if parts[1:] == ["html"]:
            return _html(mail)
        return _page(mail.subject, _one(mail, number))


def _list(kept: Sequence[dict[str, Any]]) -> Markup:
    if not kept:
        return Markup("<p>No mail was sent yet.</p>")
    newest = [(number, mail_from(mail)) for number, mail in enumerate(kept, 1)][-PAGE_LENGTH:][::-1]
    rows = Markup("").join(
        Markup('<tr><td><a href="/outbox/{}/">{}</a></td><td>{}</td><td>{}</td></tr>').format(
            number, mail.subject, ", ".join(mail.to), _time(mail)
        )
        for number, mail in newest
    )
    count = Markup("<p>{} sent; the newest {} are listed.</p>").format(len(kept), len(newest))
    head = Markup('<tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Sent</th></tr>')
    return count + Markup("<table>") + head + rows + Markup("</table>")


def _one(mail: Mail, number: int) -> Markup:
    facts = [("From", str(mail.message["From"])), ("To", ", ".join(mail.to)), ("Sent", _time(mail))]
    html = ""
    if mail.body("html") is not None:
        html = Markup(
            '<h2>HTML</h2><iframe title="The mail as HTML" src="/outbox/{}/html" sandbox="{}"></iframe>'
        ).format(number, SANDBOX)
    return (
        Markup('<p><a href="/outbox/">All mail</a></p>')
        + _facts(facts)
        + html
        + Markup('<h2>Text</h2><pre dir="auto">{}</pre>').format(_linked(mail.body("plain") or ""))
        + Markup("<details><summary>All headers</summary>{}</details>").format(_facts(mail.message.items()))
    )


def _facts(facts: Iterable[tuple[str, Any]]) -> Markup:
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, str(value)) for name, value in facts)
    return Markup("<dl>{}</dl>").format(rows)


def _linked(text: str) -> Markup:
    """Return the text with its web addresses as links."""
    result, end = Markup(""), 0
    for found in LINK.finditer(text):
        result += escape(text[end : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        end = found.end()
    return result + escape(text[end:])


def _html(mail: Mail) -> Response:
    content = mail.body("html") or ""
    base = '<base target="_top">'
    head = re.search(r"<head[^>]*>", content, re.IGNORECASE)
    at = head.end() if head else 0
    response = Response(content[:at] + base + content[at:], mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def _time(mail: Mail) -> str:
    return f"{mail.at:%d %b %Y, %H:%M:%S} UTC"


def _page(title: str, content: Markup, status: HTTPStatus = HTTPStatus.OK) -> Response:
    text = Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/outbox/outbox.css"></head>'
        "<body><main><h1>{title}</h1>{content}</main></body></html>"
    ).format(title=title, content=content)
    response = Response(str(text), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response
