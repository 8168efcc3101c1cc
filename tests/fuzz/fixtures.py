"""What hostile submissions are thrown at: the real application over a table in moto, in mid-life.

One cohort has ended and answers its survey, one is enrolling; a coordinator is signed in, and machines hold
tokens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html.parser import HTMLParser
from io import BytesIO
from random import Random
from typing import Any

from flask import Flask
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import create_environ, run_wsgi_app

from functions.app import create_api, create_app, create_console
from functions.programme.cohort import Cohort
from functions.programme.links import Purpose
from functions.programme.people import Answer, Role
from functions.programme.questionnaire import Kind, Question, Questionnaire
from functions.services import questionnaire_for
from functions.usecases.access.api_tokens import SCOPES, issue_token
from functions.usecases.access.sign_in import invite, sign_in
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.surveys.ask_survey import ask_survey
from functions.web.guards import cookie_name, csrf_token
from functions.web.questions import VERSION_FIELD, fields_of
from infra.local.emulator import REGION
from tests.harness import LINK, MENTEE, MENTOR, CohortHarness, text_of

PAIRS = 5  # fewer, and what the survey says stays hidden
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
PLANTED = ("Philippa Plantagenet", "planted words of my own")

Fields = list[tuple[str, str]]
Item = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One request as it arrives, byte for byte; `kept` are the fields that a page coming back must hold."""

    what: str
    path: str
    method: str = "POST"
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Headers
    text: str

    @property
    def is_page(self) -> bool:
        return (self.headers.get("Content-Type") or "").startswith("text/html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A questionnaire that somebody may send, and where to."""

    path: str
    questionnaire: Questionnaire


class Shown(HTMLParser):
    """What the controls of a page hold, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self._list = self._long = ""
        self._written = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        name = known.get("name", "")
        if tag == "select":
            self._list = name
        elif tag == "option" and "selected" in known and known.get("value"):
            self.fields.add(self._list, known["value"])
        elif tag == "textarea":
            self._long, self._written = name, ""
        elif tag == "input" and name:
            ticked = known.get("type") in ("radio", "checkbox")
            if not ticked or "checked" in known:
                self.fields.add(name, known.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._long:
            self._written += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._long:
            self.fields.add(self._long, self._written.removeprefix("\n"))
            self._long = ""


class FuzzedSite:
    """The application, what may be sent to it, and what is in its table."""

    def __init__(self, harness: CohortHarness) -> None:
        self.harness = harness
        self.app: Flask = create_app(harness.services)
        for number in range(PAIRS):
            harness.confirmed({**MENTEE, "email": f"mentee-{number}@people.example"})
            harness.confirmed({**MENTOR, "email": f"mentor-{number}@people.example", "capacity": 1})
        harness.introduced()
        harness.clock.morning_of(harness.cohort.ends_on, harness.cohort.zone)
        ask_survey(harness.services)
        harness.send()
        self.ended: Cohort = harness.cohort
        self.cohort = open_cohort(harness.services, harness.clock.now.date())
        self.sign_in()
        self.bearer = issue_token(harness.services, sorted(SCOPES), lives=timedelta(days=1))
        self.other_bearer = issue_token(
            harness.services, ["cohort:read"], lives=timedelta(days=1), cohort_id="another"
        )
        self.before: frozenset[Item] | None = None
        harness.services.table._client.meta.events.register("before-call.dynamodb", self._noticed)  # noqa: SLF001

    def sign_in(self) -> str:
        """Give a coordinator a session, and return its token."""
        self.session = (
            sign_in(self.harness.services, invite(self.harness.services, "amara").rpartition("/")[2]) or ""
        )
        return self.session

    @cached_property
    def tokens(self) -> Mapping[str, list[str]]:
        """Every link that was mailed, by its page."""
        found: dict[str, list[str]] = {}
        for mail in self.harness.sent_mail.mails:
            for match in LINK.finditer(text_of(mail)):
                found.setdefault(match[1].rpartition("/")[2], []).append(match[2])
        return {page: list(dict.fromkeys(tokens)) for page, tokens in found.items()}

    @cached_property
    def forms(self) -> list[Form]:
        """Every questionnaire that is taken: both for enrolling, and those of links in mails."""
        services = self.harness.services
        enrolling = [
            Form(path=f"/c/{self.cohort.id}/{role}", questionnaire=questionnaire_for(services, role))
            for role in Role
        ]
        return [*enrolling, *(found for token in self.tokens["survey"] if (found := self._asked_at(token)))]

    def _asked_at(self, token: str) -> Form | None:
        path = f"/my/{Purpose.SURVEY}/{token}"
        shown = Shown(self.send(Submission(what="look", path=path, method="GET")).text)
        version = shown.fields.get(VERSION_FIELD)
        known = {each.version: each for each in self.harness.services.questionnaires.values()}
        return Form(path=path, questionnaire=known[version]) if version in known else None

    @cached_property
    def rules(self) -> list[tuple[str, str]]:
        """Every route, as method and path with its variables in angle brackets."""
        return sorted(
            (method, rule.rule)
            for create in (create_app, create_console, create_api)
            for rule in create(self.harness.services).url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        )

    def filled_in(self, rule: str, chance: Random, **known: str) -> str:
        """Return a route's path with ids of the ground in it."""
        values = {"cohort_id": self.cohort.id, "role": "mentee", "run_id": "no-such-run", **known}
        page = rule.split("<", 1)[0].strip("/").rpartition("/")[2]
        values.setdefault("token", chance.choice(self.tokens.get(page, ["no-such-token"])))
        return re.sub(r"<(?:[^<>:]*(?:\([^)]*\))?:)?(\w+)>", lambda match: values.get(match[1], "none"), rule)

    @property
    def signed_in(self) -> dict[str, str]:
        """The headers of a coordinator's browser on our own pages."""
        return {
            "Cookie": f"{cookie_name(self.harness.services)}={self.session}",
            "Sec-Fetch-Site": "same-origin",
        }

    @property
    def csrf(self) -> str:
        """The word that the console's forms carry."""
        return csrf_token(self.session)

    def sensible(self, questionnaire: Questionnaire, number: int, chance: Random) -> Fields:
        """Return the fields of a page that is filled in well."""
        answers: dict[str, Answer] = {}
        for question in questionnaire.questions:
            answer = _sensible(question, chance)
            shown_if = question.shown_if
            if answer is not None and (shown_if is None or _chosen(answers, *shown_if)):
                answers[question.name] = answer
        if "email" in answers:
            answers["email"] = f"person-{number}@people.example"
        fields = fields_of(questionnaire, answers)
        return [*fields.items(multi=True), (VERSION_FIELD, questionnaire.version)]

    def send(self, submission: Submission) -> Reply:
        """Send it as it is; nothing between the bytes and the application makes it tame."""
        self.before = None
        environ = create_environ(path="/", base_url="https://kith.example", method="POST")
        environ |= {
            "REQUEST_METHOD": submission.method,
            "PATH_INFO": submission.path,
            "QUERY_STRING": submission.query,
            "CONTENT_LENGTH": str(len(submission.body)),
            "wsgi.input": BytesIO(submission.body),
        }
        for name, value in submission.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        body, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        return Reply(status=int(status[:3]), headers=headers, text=b"".join(body).decode("utf-8"))

    def items(self) -> frozenset[Item]:
        """Return everything that the table holds."""
        # From moto itself: a scan by its API is as right, and takes a hundred times as long.
        (table,) = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.values()
        return frozenset(
            tuple(sorted((name, repr(value.to_json())) for name, value in item.attrs.items()))
            for items in table.items.values()
            for item in items.values()
        )

    def _noticed(self, model: Any, **_: object) -> None:
        """Keep the table as it is before the first write of a submission."""
        if model.name in WRITES and self.before is None:
            self.before = self.items()


def _chosen(answers: Mapping[str, Answer], earlier: str, choice: str) -> bool:
    given = answers.get(earlier)
    return choice in given if isinstance(given, tuple) else given == choice


def _sensible(question: Question, chance: Random) -> Answer | None:
    """Return an answer that the question takes; None where it may be left out and is."""
    if not question.required and chance.random() < 0.3:
        return None
    names = [name for name in question.offered if name != question.alone]
    least = max(question.minimum or 1, 1)
    drawn = chance.sample(names, k=min(least, len(names)))
    some = tuple(name for name in names if name in drawn)
    made: dict[Kind, Answer] = {
        Kind.TEXT: PLANTED[0],
        Kind.LONG_TEXT: PLANTED[1],
        Kind.EMAIL: "person@people.example",
        Kind.INTEGER: question.minimum or 1,
        Kind.SCALE: question.minimum or 1,
        Kind.MANY: some,
        Kind.RANK: some,
        Kind.HOURS: some,
        Kind.DATE: _day(question.minimum or 20270101),
        Kind.CONSENT: True,
    }
    return names[0] if question.kind is Kind.ONE else made[question.kind]


def _day(number: int) -> str:
    return f"{number // 10000}-{number // 100 % 100:02}-{number % 100:02}"
