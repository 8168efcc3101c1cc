"""What a starting function makes, and what it leaves until it is asked for."""

import base64
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.session import Session

from functions import aws_clients
from functions.bootstrap import build_services
from functions.questionnaires import definitions
from functions.queues import enqueue, trigger_sending
from functions.services import Services
from functions.settings import SettingsError, settings_from
from functions.storage.table import client_settings
from tests.mailboxes import DECODED_OR_SPLIT

SETTINGS = {
    "KITH_TABLE": "kith",
    "KITH_RUNS_QUEUE": "http://127.0.0.1/runs",
    "KITH_MAIL_QUEUE": "http://127.0.0.1/mail",
    "KITH_ORIGIN": "https://kith.example",
    "KITH_SENDER": "kith@kith.example",
    "KITH_PROGRAMME": definitions.names_of("programmes", ".toml")[0],
    "KITH_LINK_KEY": base64.b64encode(bytes(32)).decode(),
}


class Silent:
    """A client that takes every message and says nothing."""

    def send_message(self, **_: Any) -> None:
        """Take it."""


class HeldBackError(Exception):
    """A request that was ready to be sent."""


# Something to ask of each service, which needs no words.
FIRST = {"dynamodb": "list_tables", "sqs": "list_queues", "sesv2": "get_account"}


def services_with(made: list[str]) -> Services:
    def client(service: str, config: Config) -> Silent:
        del config
        made.append(service)
        return Silent()

    return build_services(settings_from(SETTINGS), client)


def test_a_start_makes_the_tables_client_alone() -> None:
    made: list[str] = []

    services_with(made)

    assert made == ["dynamodb"]


def test_the_queues_client_is_made_once_when_something_is_first_left_there() -> None:
    made: list[str] = []
    services = services_with(made)

    trigger_sending(services.mail_queue)
    enqueue(services.run_queue, "run", run_id="r")

    assert made == ["dynamodb", "sqs"]


def test_every_service_that_is_asked_is_found_without_looking_through_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    made = [aws_clients.client(service, client_settings()) for service in aws_clients.SERVICES]

    assert [client.meta.service_model.service_name for client in made] == list(aws_clients.SERVICES)


def test_in_every_region_a_client_asks_where_botocore_does_and_signs_alike() -> None:
    usual, known = Session(), aws_clients.session()
    regions = [
        region
        for partition in usual.get_available_partitions()
        for region in usual.get_available_regions("dynamodb", partition)
    ]

    assert len(regions) > 30
    for region in regions:
        for service in aws_clients.SERVICES:
            assert asks(known, service, region) == asks(usual, service, region)


def asks(session: Session, service: str, region: str) -> tuple[str, ...]:
    """Return where a client's request goes, and how and for which region and service it is signed."""
    client = session.create_client(service, region, aws_access_key_id="key", aws_secret_access_key="secret")
    client.meta.events.register("before-send", _held_back)
    with pytest.raises(HeldBackError) as held:
        getattr(client, FIRST[service])()
    return held.value.args


def _held_back(request: AWSPreparedRequest, **_: object) -> None:
    # Credential=key/day/region/service/…
    how, _day, *scope = str(request.headers["Authorization"]).partition(",")[0].split("/")
    raise HeldBackError(request.url, how, *scope)


@pytest.mark.parametrize("sender", [*DECODED_OR_SPLIT.values(), "kith", "kith@localhost"])
def test_a_sender_that_could_be_read_as_another_address_stops_the_function(sender: str) -> None:
    with pytest.raises(SettingsError, match="KITH_SENDER must be one address with nothing around it"):
        settings_from({**SETTINGS, "KITH_SENDER": sender})
