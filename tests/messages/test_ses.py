"""Handing a mail over: once, with its tags, and every answer read as what it means."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from functions.messages.addressing import Addressed
from functions.messages.kinds import MessageKind
from functions.messages.render import render_email
from functions.messages.ses import Delivery, SesSender
from tests.conftest import SESSION
from tests.faults.switchboard import Fault, Switchboard
from tests.mailboxes import recipients_of
from tests.messages.emails import COHORT, MENTEE, PROGRAMME, SENDER, email_context

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from infra.local.emulator import Emulator

MAIL = render_email(email_context(MessageKind.CHECKIN, number=1), sender=SENDER)
ADDRESSED = Addressed(to=MENTEE.email, sender=SENDER, reply_to=PROGRAMME.contact.email)
URL = "https://email.example"


def client_with(config: Config, endpoint: str | None = None) -> "SESV2Client":
    return SESSION.client(
        "sesv2",
        region_name="eu-central-1",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )


def client_at(emulator: "Emulator") -> "SESV2Client":
    """Return a client of the emulator, which knows the sender."""
    client = client_with(SesSender.client_settings(), emulator.endpoint)
    with suppress(client.exceptions.AlreadyExistsException):
        client.create_email_identity(EmailIdentity=SENDER)
    return client


@pytest.fixture
def client() -> Iterator["SESV2Client"]:
    client = client_with(SesSender.client_settings())
    yield client
    client.close()


def test_a_mail_is_handed_over_as_its_bytes_with_the_tags_that_feedback_brings_back(
    client: "SESV2Client",
) -> None:
    expected: dict[str, Any] = {
        "Destination": {"ToAddresses": [MENTEE.email]},
        "Content": {"Raw": {"Data": MAIL.as_bytes()}},
        "EmailTags": [
            {"Name": "kith-message", "Value": "message-checkin"},
            {"Name": "kith-cohort", "Value": COHORT.id},
            {"Name": "kith-recipient", "Value": MENTEE.id},
        ],
        "ConfigurationSetName": "kith",
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "ses-1"}, expected)

        outcome = SesSender(client, "kith").send(MAIL, "message-checkin", ADDRESSED)

    assert outcome == (Delivery.ACCEPTED, "ses-1")


def test_without_a_configuration_set_none_is_named(client: "SESV2Client") -> None:
    asked: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.sesv2.SendEmail",
        lambda params, **_: asked.append(params),
    )
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "ses-1"})
        SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)

    assert "ConfigurationSetName" not in asked[0]


@pytest.mark.parametrize(
    ("code", "status", "delivery"),
    [
        ("TooManyRequestsException", 429, Delivery.LATER),
        ("LimitExceededException", 400, Delivery.LATER),
        ("SendingPausedException", 400, Delivery.LATER),
        ("AccountSuspendedException", 400, Delivery.LATER),
        ("MailFromDomainNotVerifiedException", 400, Delivery.LATER),
        ("AccessDeniedException", 403, Delivery.LATER),
        ("Throttling", 400, Delivery.LATER),
        ("MessageRejected", 400, Delivery.REFUSED),
        ("BadRequestException", 400, Delivery.REFUSED),
        ("InternalFailure", 500, Delivery.UNKNOWN),
        ("ServiceUnavailable", 503, Delivery.UNKNOWN),
    ],
)
def test_each_refusal_is_read_as_what_it_means(
    client: "SESV2Client", code: str, status: int, delivery: Delivery
) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, http_status_code=status)

        outcome = SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)

    assert outcome == (delivery, None)


@pytest.mark.parametrize(
    ("error", "delivery"),
    [
        (EndpointConnectionError(endpoint_url=URL), Delivery.LATER),
        (ConnectTimeoutError(endpoint_url=URL), Delivery.LATER),
        (ReadTimeoutError(endpoint_url=URL), Delivery.UNKNOWN),
        (ConnectionClosedError(endpoint_url=URL), Delivery.UNKNOWN),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.name,
)
def test_a_lost_answer_is_unknown_a_line_that_never_stood_is_later_and_neither_is_tried_twice(
    client: "SESV2Client", error: Exception, delivery: Delivery
) -> None:
    tried: list[AWSPreparedRequest] = []

    def lose(request: AWSPreparedRequest, **_: object) -> None:
        tried.append(request)
        raise error

    events: Any = client.meta.events
    events.register_first("before-send.sesv2.SendEmail", lose)

    outcome = SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)

    assert outcome == (delivery, None)
    assert len(tried) == 1


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("fault", "left"),
    [(Fault.ERROR_BEFORE, 0), (Fault.LOST_BEFORE, 0), (Fault.ERROR_AFTER, 1), (Fault.TIMEOUT_AFTER, 1)],
)
def test_when_the_answer_leaves_it_open_nobody_guesses_and_nobody_tries_again(
    emulator: "Emulator", fault: Fault, left: int
) -> None:
    before = len(emulator.mails())
    client = client_at(emulator)

    with Switchboard(client, {1: fault}).connected() as switchboard:
        outcome = SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)

    assert outcome == (Delivery.UNKNOWN, None)
    assert switchboard.calls == ["SendEmail"]
    assert len(emulator.mails(after=before)) == left
    client.close()


@pytest.mark.parametrize("config", [Config(), Config(retries={"total_max_attempts": 2, "mode": "standard"})])
def test_a_client_that_would_send_twice_is_refused(config: Config) -> None:
    client = client_with(config)

    with pytest.raises(ValueError, match="retries by itself"):
        SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)
    client.close()


@pytest.mark.emulator
def test_the_mail_that_arrives_is_the_mail_that_was_written(emulator: "Emulator") -> None:
    before = len(emulator.mails())
    client = client_at(emulator)

    delivery, provider_id = SesSender(client, None).send(MAIL, "message-checkin", ADDRESSED)

    (kept,) = emulator.mails(after=before)
    assert delivery is Delivery.ACCEPTED
    assert kept["message_id"] == provider_id
    assert kept["to"] == [MENTEE.email]
    assert base64.b64decode(kept["raw"]) == MAIL.as_bytes()
    assert recipients_of(base64.b64decode(kept["raw"])) == {(MENTEE.email,)}
    client.close()


@pytest.mark.parametrize("module", ["ses", "delivery_events"])
def test_handing_over_and_listening_load_nothing_that_only_writing_needs(module: str) -> None:
    script = f"import sys, functions.messages.{module}; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout  # noqa: S603

    assert not {"jinja2", "mjml"} & set(loaded.split())
