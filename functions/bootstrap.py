"""Puts the services together in Lambda, once in a process, out of its environment."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.aws_clients import LazyClient
from functions.aws_clients import client as made_here
from functions.messages.ses import SesSender
from functions.questionnaires import definitions
from functions.queues import QueueError
from functions.services import Services
from functions.settings import FunctionSettings, answers_pages, settings_from
from functions.storage.table import Table, client_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.config import Config
    from mypy_boto3_sqs import SQSClient


class SqsQueue:
    """One SQS queue, by its address."""

    def __init__(self, client: SQSClient, url: str) -> None:
        """Take the client and the queue's address; nothing is sent yet."""
        self._client = client
        self._url = url

    def put(self, body: str) -> None:
        """Leave one piece of work; raises `QueueError`."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body)
        except (BotoCoreError, ClientError) as fault:
            raise QueueError from fault


def ready_at_start() -> bool:
    """Whether this process is to load what HTTP events need before the first of them."""
    return answers_pages(os.environ)


@cache
def settings_from_environment() -> FunctionSettings:
    """Return this process's settings; raises `SettingsError` naming every one that is wrong."""
    return settings_from(os.environ)


@cache
def services_from_environment() -> Services:
    """Return this process's services; raises `SettingsError` naming every setting that is wrong."""
    return build_services(settings_from_environment())


def build_services(settings: FunctionSettings, client: Callable[[str, Config], Any] = made_here) -> Services:
    """Return the services that these settings describe, with the real clock and real chance.

    `client` makes the client of a service; the local stack brings one that leads to its emulator.
    """
    queues: Any = LazyClient(lambda: client("sqs", client_settings()))
    mail: Any = LazyClient(lambda: client("sesv2", SesSender.client_settings()))
    programme = definitions.programme(settings.programme)
    return Services(
        table=Table(client("dynamodb", client_settings()), settings.table),
        email_sender=SesSender(mail, settings.configuration_set),
        run_queue=SqsQueue(queues, settings.runs_queue),
        mail_queue=SqsQueue(queues, settings.mail_queue),
        programme=programme,
        questionnaires=definitions.questionnaires_of(programme),
        policies=definitions.policies(),
        origin=settings.origin,
        sender_address=settings.sender,
        link_keys=settings.link_keys,
        clock=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().hex,
    )
