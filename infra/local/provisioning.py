"""Provisions the emulator: the table and queues of the production template, and a verified sender."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra import ROOT
from infra.local.emulator import Emulator

TEMPLATE = ROOT / "infra" / "deploy" / "cloudformation" / "data.yaml"
NAME = "kith"
SENDER_DOMAIN = "kith.example"
FEEDBACK_QUEUE = f"{NAME}-feedback"
# The emulator is one thread on this machine: more connections than this only wait in it.
CONNECTIONS = 16

_MAKING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What the template made, as this start reaches it."""

    table: str
    runs_queue: str
    mail_queue: str
    feedback_queue: str


def provision(emulator: Emulator) -> Resources:
    """Create what is missing and bring what is there up to the template; return where everything is."""
    template = TEMPLATE.read_text("utf-8")
    applied = emulator.state_dir / "template.yaml" if emulator.state_dir else None
    if applied is None or not applied.exists() or applied.read_text("utf-8") != template:
        _form(client(emulator, "cloudformation"), template)
        mail = client(emulator, "sesv2")
        with suppress(mail.exceptions.AlreadyExistsException):
            mail.create_email_identity(EmailIdentity=SENDER_DOMAIN)
        if applied is not None:
            emulator.save()
            applied.write_text(template, "utf-8")
    queues = client(emulator, "sqs")

    def queue(name: str) -> str:
        url: str = queues.get_queue_url(QueueName=f"{NAME}-{name}")["QueueUrl"]
        return url

    return Resources(
        table=NAME, runs_queue=queue("runs"), mail_queue=queue("mail"), feedback_queue=queue("feedback")
    )


def client(emulator: Emulator, service: str, config: Config | None = None) -> Any:
    """Return a client of the emulator. Clients may be shared by threads; making them may not."""
    settings = Config(max_pool_connections=CONNECTIONS).merge(config or Config())
    with _MAKING:
        return _session().client(service, config=settings, **emulator.client_settings)  # type: ignore[call-overload]


@cache
def _session() -> boto3.session.Session:
    """Return the session that reads each service's description once, which is what takes the time."""
    return boto3.session.Session()


def _form(formation: Any, template: str) -> None:
    if not _stands(formation):
        _create(formation, template)
    elif formation.get_template(StackName=NAME)["TemplateBody"] != template:
        _update(formation, template)


def _stands(formation: Any) -> bool:
    try:
        formation.describe_stacks(StackName=NAME)
    except ClientError:
        return False
    return True


def _create(formation: Any, template: str) -> None:
    formation.create_stack(
        StackName=NAME,
        TemplateBody=template,
        Parameters=[{"ParameterKey": "Name", "ParameterValue": NAME}],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 0.1})


def _update(formation: Any, template: str) -> None:
    parameters = [{"ParameterKey": "Name", "UsePreviousValue": True}]
    formation.update_stack(StackName=NAME, TemplateBody=template, Parameters=parameters)
    formation.get_waiter("stack_update_complete").wait(StackName=NAME, WaiterConfig={"Delay": 0.1})
