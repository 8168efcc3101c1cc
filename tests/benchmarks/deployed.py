"""What `./kith bench cold` measures: the real zips, over the emulator, with cohorts that pages can show.

One cohort is enrolling and has people; one is matched and introduced. They get there through the use cases.
"""

import base64
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from functions.entry import handle
from functions.programme.cohort import Cohort
from functions.programme.links import Link, Purpose
from functions.programme.people import Role
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import enrolments
from functions.storage.runs import runs
from functions.usecases.access.api_tokens import issue_token
from functions.usecases.access.sign_in import invite, sign_in
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Application, enrol
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.runs.publish_run import publish_run
from functions.usecases.runs.start_run import RunRequest, start_run
from functions.web.guards import cookie_name
from functions.web.questions import fields_of
from infra.build import zips
from infra.local import demonstration, provisioning
from infra.local.emulator import REGION
from infra.local.stack import LocalStack
from infra.local.workers import record_from
from tests.deployment.lambda_runtime import UNWATCHED, Function, Watched, brought, unpacked

FORM = "application/x-www-form-urlencoded"
MENTORS, MENTEES = 6, 10
# A programme has one cohort a month.
LAST_MONTH_DAYS = 40
BY = "coordinator:bench"
# What participants open: the goals are of these. The others are a coordinator's and a machine's.
PEOPLES = ("a page that is not here", "Your place", "questionnaire, sent back", "my/match by link")
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The four functions, each unpacked, and what is asked of them."""

    python: str
    tasks: Mapping[str, Path]
    packed_bytes: Mapping[str, int]
    unpacked_bytes: Mapping[str, int]
    brought: Path
    environment: Mapping[str, str]
    first: Mapping[str, Event]
    pages: Mapping[str, Event]

    def function(self, name: str, watched: Watched = UNWATCHED, task: Path | None = None) -> Function:
        """Return one of the functions, to be started; `task` is a folder to run instead of its own."""
        variables = {**self.environment}
        if name == "web":
            variables["KITH_ANSWERS_PAGES"] = "1"
        return Function(
            task or self.tasks[name], self.brought, variables, replace(watched, python=self.python)
        )


@contextmanager
def deployed(folder: Path, python: str = sys.executable) -> Iterator[Deployed]:
    """Build the zips for this machine, and bring the cohorts to where the pages show something.

    `python` runs the functions: an interpreter of this very version.
    """
    clock = _Clock()
    with LocalStack(background=False, clock=clock) as stack:
        yield _deploy(stack, clock, folder, python)


@dataclass(slots=True)
class _Clock:
    """The real time, some days ago."""

    days_ago: int = 0

    def __call__(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=self.days_ago)


def _deploy(stack: LocalStack, clock: _Clock, folder: Path, python: str) -> Deployed:
    zips.build(folder, zips.TARGETS["host"], tell=lambda _line: None)
    tasks = {name: unpacked(folder / f"{name}.zip", folder) for name in zips.FUNCTIONS}
    laid = provisioning.provision(stack.emulator)
    clock.days_ago = LAST_MONTH_DAYS
    matched = _cohort(stack)
    _introduce(stack, matched)
    clock.days_ago = 0
    enrolling = _cohort(stack)
    return Deployed(
        python=python,
        tasks=tasks,
        packed_bytes={name: (folder / f"{name}.zip").stat().st_size for name in tasks},
        unpacked_bytes={name: _weight(task) for name, task in tasks.items()},
        brought=brought(folder / "brought"),
        environment=_environment(stack, laid),
        pages=(pages := _pages(stack, matched, enrolling)),
        first={"web": pages["my/match by link"], **_first_events(stack, laid, enrolling)},
    )


def _weight(task: Path) -> int:
    return sum(path.stat().st_size for path in task.rglob("*") if path.is_file())


def _cohort(stack: LocalStack) -> Cohort:
    services = stack.services
    cohort = open_cohort(services, services.clock().date())
    for number, person in enumerate(demonstration.people(1, MENTORS, MENTEES)):
        application = Application(cohort_id=cohort.id, role=person.role, answers=person.answers)
        enrol(services, application, request_key=f"{cohort.id}-{number}")
    for enrolment in list(enrolments.in_cohort(services.table, cohort.id)):
        confirm(services, _link(services, Purpose.CONFIRM, cohort, enrolment.id))
    stack.drain()
    return cohort


def _link(services: Services, purpose: Purpose, cohort: Cohort, person_id: str) -> Link:
    until = services.clock() + timedelta(hours=1)
    return Link(id="link", purpose=purpose, cohort_id=cohort.id, person_id=person_id, expires_at=until)


def _introduce(stack: LocalStack, cohort: Cohort) -> None:
    services = stack.services
    _, run = start_run(services, RunRequest(cohort_id=cohort.id), request_key=cohort.id, actor=BY)
    stack.drain()
    made = runs.get(services.table, cohort.id, run.id) if run else None
    if made is None:
        raise RuntimeError(f"The match of {cohort.id} could not be made.")
    publish_run(services, cohort.id, made.id, version=made.version, actor=BY)
    stack.drain()


def _environment(stack: LocalStack, laid: provisioning.Resources) -> dict[str, str]:
    services = stack.services
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": stack.emulator.endpoint,
        "KITH_TABLE": laid.table,
        "KITH_RUNS_QUEUE": laid.runs_queue,
        "KITH_MAIL_QUEUE": laid.mail_queue,
        "KITH_ORIGIN": services.origin,
        "KITH_SENDER": services.sender_address,
        "KITH_PROGRAMME": services.programme.id,
        "KITH_LINK_KEY": base64.b64encode(services.link_keys[0]).decode(),
    }


def _pages(stack: LocalStack, matched: Cohort, enrolling: Cohort) -> dict[str, Event]:
    services = stack.services
    questionnaire = questionnaire_for(services, Role.MENTEE)
    answers = {**demonstration.people(1, 1, 1)[-1].answers, "email": "no address"}
    fields = [*fields_of(questionnaire, answers).items(multi=True), ("_version", questionnaire.version)]
    session = sign_in(services, invite(services, "bench").rpartition("/")[2])
    token = issue_token(services, ["cohort:read"], lives=timedelta(days=1))
    run = next(iter(runs.in_cohort(services.table, matched.id)))
    return {
        "a page that is not here": _http(services, "/not-here/"),
        "Your place": _http(services, "/my/place/"),
        "questionnaire, sent back": _http(
            services,
            f"/c/{enrolling.id}/mentee",
            form=fields,
            origin=services.origin,
            sec_fetch_site="same-origin",
        ),
        "my/match by link": _http(services, _matches(stack)[0]),
        "a cohort in the console": _http(
            services, f"/console/cohorts/{matched.id}", cookie=f"{cookie_name(services)}={session}"
        ),
        "a run, by the API": _http(
            services, f"/api/v1/cohorts/{matched.id}/runs/{run.id}", authorization=f"Bearer {token}"
        ),
    }


def _matches(stack: LocalStack) -> list[str]:
    """Return the path of every match page that was mailed."""
    texts = [str(body.get_content()) for mail in stack.outbox() if (body := mail.get_body(("plain",)))]
    words = [word for text in texts for word in text.split() if "/my/match/" in word]
    return [urlsplit(word).path for word in words]


def _http(services: Services, path: str, *, form: Sequence[tuple[str, str]] = (), **headers: str) -> Event:
    """Return a request as API Gateway hands it on (payload 2.0)."""
    host = urlsplit(services.origin).netloc
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    method = "POST" if form else "GET"
    if form:
        sent["content-type"] = FORM
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "cookies": [sent["cookie"]] if "cookie" in sent else [],
        "headers": {"host": host, "x-forwarded-proto": "http", **sent},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "stage": "$default",
            "domainName": host,
            "requestId": "request",
        },
        "body": base64.b64encode(urlencode(form).encode()).decode(),
        "isBase64Encoded": True,
    }


def _first_events(stack: LocalStack, laid: provisioning.Resources, cohort: Cohort) -> dict[str, Event]:
    """Return an event for each function behind a queue or a schedule; told again, it changes nothing more."""
    services = stack.services
    start_run(services, RunRequest(cohort_id=cohort.id), request_key=cohort.id, actor=BY)
    run = _received(stack, laid.runs_queue)
    late = demonstration.people(9, 1, 1)[-1]
    enrol(
        services,
        Application(
            cohort_id=cohort.id, role=late.role, answers={**late.answers, "email": "late@kith.example"}
        ),
        request_key="late",
    )
    handle({"schedule": "sweep"}, services, owner="bench")
    return {"match": run, "mail": {"schedule": "sweep"}, "feedback": _received(stack, laid.feedback_queue)}


def _received(stack: LocalStack, url: str) -> Event:
    """Return the next message of a queue as Lambda hands it to a function."""
    queues = provisioning.client(stack.emulator, "sqs")
    (message,) = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"]
    return {"Records": [record_from(message, url)]}
