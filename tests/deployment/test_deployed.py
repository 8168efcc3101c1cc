"""A small cohort, lived through by the very zips, each in Lambda's own runtime client.

test ──HTTP event──▶ web ─┐                     ┌─▶ the emulator's table and mail
emulator's queues ──▶ match, mail, feedback ────┘
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from functions.programme.cohort import Cohort
from functions.programme.people import Answer, Role
from functions.usecases.ask_forecast import ask_forecast, latest_forecast
from functions.usecases.hold_token import give_token
from functions.usecases.open_cohort import open_cohort
from functions.web.questions import fields_of
from infra.local import ground
from infra.local.emulator import REGION
from infra.local.runtime import Function, InvocationError, unpacked
from infra.local.stack import LocalStack
from infra.local.workers import record_from
from tests.town import MENTEE, MENTOR, text_of

pytestmark = [pytest.mark.deployment, pytest.mark.xdist_group("zips")]

ALL_AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the web function answered."""

    status: int
    headers: Mapping[str, str]
    text: str


class Deployed:
    """The four functions, the queues between them, and the operator's own office."""

    def __init__(self, stack: LocalStack, laid: ground.Ground, functions: Mapping[str, Function]) -> None:
        self.stack, self._functions = stack, functions
        self._queues = ground.client(stack.emulator, "sqs")
        self._worked_on = [
            (laid.runs_queue, functions["match"]),
            (laid.mail_queue, functions["mail"]),
            (laid.feedback_queue, functions["feedback"]),
        ]
        self.host = urlsplit(stack.origin).netloc

    def http(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Answered:
        """Put a request to the web function as API Gateway does (payload 2.0)."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"host": self.host, "x-forwarded-proto": "http", **sent},
            "requestContext": {
                "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
                "stage": "$default",
                "domainName": self.host,
                "requestId": "request",
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        answer = self._functions["web"].invoke(event)
        raw = answer.get("body", "")
        text = base64.b64decode(raw).decode() if answer.get("isBase64Encoded") else raw
        named = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        return Answered(status=answer["statusCode"], headers=named, text=text)

    def submit(self, path: str, fields: list[tuple[str, str]]) -> Answered:
        return self.http(
            "POST",
            path,
            body=urlencode(fields).encode(),
            content_type="application/x-www-form-urlencoded",
            origin=self.stack.origin,
            sec_fetch_site="same-origin",
        )

    def api(self, method: str, path: str, token: str, **headers: str) -> Answered:
        body = b"{}" if method == "POST" else b""
        return self.http(
            method,
            path,
            body=body,
            content_type="application/json",
            authorization=f"Bearer {token}",
            **headers,
        )

    def work(self) -> None:
        """Hand the queues' messages to their functions until there are none; nothing may fail."""
        while sum(self._serve(url, function) for url, function in self._worked_on):
            continue

    def tick(self, schedule: str) -> None:
        self._functions["mail"].invoke({"schedule": schedule, "time": datetime.now(UTC).isoformat()})

    def mailed(self, address: Answer) -> list[str]:
        """Return the text of every mail to that address, oldest first."""
        return [text_of(mail.message) for mail in self.stack.mails() if mail.to == (address,)]

    def _serve(self, url: str, function: Function) -> int:
        received = self._queues.receive_message(QueueUrl=url, MaxNumberOfMessages=ALL_AT_ONCE)
        messages = received.get("Messages", [])
        if messages:
            answer = function.invoke({"Records": [record_from(message, url) for message in messages]})
            assert answer == {"batchItemFailures": []}
            for message in messages:
                self._queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)


@pytest.fixture(scope="module")
def deployed(built: Path, lambdas_own: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("functions")
    with ExitStack() as parts:
        stack = parts.enter_context(LocalStack(background=False))
        laid = ground.lay(stack.emulator)
        environment = {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": stack.emulator.endpoint,
            "KITH_TABLE": laid.table,
            "KITH_RUNS_QUEUE": laid.runs_queue,
            "KITH_MAIL_QUEUE": laid.mail_queue,
            "KITH_ORIGIN": stack.origin,
            "KITH_SENDER": stack.office.sender,
            "KITH_PROGRAMME": stack.office.programme.id,
            "KITH_LINK_KEY": base64.b64encode(stack.office.link_key).decode(),
        }
        functions = {
            name: parts.enter_context(
                Function(unpacked(built / f"{name}.zip", folder), lambdas_own, environment)
            )
            for name in ("web", "match", "mail", "feedback")
        }
        yield Deployed(stack, laid, functions)


@pytest.fixture(scope="module")
def cohort(deployed: Deployed) -> Cohort:
    office = deployed.stack.office
    return open_cohort(office, office.clock().date() - timedelta(days=2))


def test_the_deployed_functions_carry_a_cohort_from_questionnaire_to_introduction(
    deployed: Deployed, cohort: Cohort
) -> None:
    office = deployed.stack.office

    for role, answers in ((Role.MENTOR, MENTOR), (Role.MENTEE, MENTEE)):
        questionnaire = office.questionnaire_for(role)
        fields = [*fields_of(questionnaire, answers).items(multi=True), ("_version", questionnaire.version)]
        sent = deployed.submit(f"/c/{cohort.id}/{role}", fields)
        assert (sent.status, sent.headers.get("location")) == (303, "/enrol/sent/"), sent.text
        deployed.work()
        link = re.findall(r"/my/confirm/\S+", deployed.mailed(answers["email"])[-1])[0]
        assert deployed.http("GET", link).status == 200
        assert deployed.submit(link, []).status in (200, 303)
    deployed.work()

    assert ask_forecast(office, cohort.id)
    deployed.work()
    counting = latest_forecast(office, cohort.id)
    assert counting.forecast is not None
    assert (counting.pending, counting.forecast.mentees, counting.forecast.served_at_most) == (False, 1, 1)

    token = give_token(office, ["runs:start", "runs:publish", "cohort:read"], lives=timedelta(hours=1))
    started = deployed.api("POST", f"/api/v1/cohorts/{cohort.id}/runs", token, idempotency_key="one")
    assert started.status == 202
    where = urlsplit(started.headers["location"]).path
    deployed.work()
    proposed = deployed.api("GET", where, token)
    run = json.loads(proposed.text)
    assert (run["state"], len(run["pairs"])) == ("proposed", 1)

    published = deployed.api("POST", f"{where}/publish", token, if_match=proposed.headers["etag"])
    assert published.status == 200
    deployed.work()

    for answers, other in ((MENTOR, MENTEE), (MENTEE, MENTOR)):
        introduction = deployed.mailed(answers["email"])[-1]
        assert str(other["name"]) in introduction
        page = deployed.http("GET", re.findall(r"/my/match/\S+", introduction)[0])
        assert (page.status, str(other["name"]) in page.text) == (200, True)


def test_schedules_are_answered_by_the_mail_function(deployed: Deployed, cohort: Cohort) -> None:
    del cohort
    deployed.tick("sweep")
    deployed.tick("ask")

    deployed.work()


def test_a_page_that_is_not_there_is_the_same_for_everybody(deployed: Deployed) -> None:
    first, second = (deployed.http("GET", f"/my/match/{letter * 43}") for letter in "ab")

    assert first.status == 404
    assert first.text == second.text


@pytest.mark.parametrize("name", ["web", "match", "mail", "feedback"])
def test_no_function_runs_what_an_event_names(deployed: Deployed, name: str) -> None:
    with pytest.raises(InvocationError, match="RefusedError"):
        deployed._functions[name].invoke({"raw_command": "print(1)", "command": "os.getcwd"})  # noqa: SLF001
