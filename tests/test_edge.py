import base64
import importlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from functions import bootstrap
from functions.questionnaires import definitions
from functions.settings import SettingsError, settings_from
from infra.local.emulator import CREDENTIALS, Emulator
from tests.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

OLD, NEW = "0" * 64, "1" * 64
SETTINGS = {
    "KITH_TABLE": NAME,
    "KITH_RUNS_QUEUE": "http://127.0.0.1/runs",
    "KITH_MAIL_QUEUE": "http://127.0.0.1/mail",
    "KITH_ORIGIN": "https://kith.example",
    "KITH_SENDER": "kith@example.org",
    "KITH_PROGRAMME": definitions.names_of("programmes", ".toml")[0],
    "KITH_LINK_KEY": base64.b64encode(bytes(32)).decode(),
    "KITH_EDGE_KEYS": f"{OLD},{NEW}",
}

Answer = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def answer(
    emulator: Emulator, emulated: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> Iterator[Answer]:
    """What stands behind the Lambda's door, in this process, over an empty table."""
    del emulated
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", CREDENTIALS["region_name"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    _forget()
    door = importlib.import_module("functions.lambda_http")
    yield lambda event: door.answer(event, object())
    _forget()


def _forget() -> None:
    bootstrap.services_from_environment.cache_clear()
    bootstrap.settings_from_environment.cache_clear()
    for name in ("functions.lambda_http", "functions.wsgi"):
        sys.modules.pop(name, None)


def get(
    path: str, *, host: str = "anything.example", source: str = "192.0.2.1", **headers: str
) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": host, "x-forwarded-for": source, "x-forwarded-proto": "https", **headers},
        "requestContext": {
            "http": {"method": "GET", "path": path, "sourceIp": source, "protocol": "HTTP/1.1"},
            "domainName": host,
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def edge(key: str) -> dict[str, str]:
    return {"x-kith-edge": key}


@pytest.mark.parametrize("key", [OLD, NEW])
def test_what_comes_through_the_distribution_is_answered_with_either_key(answer: Answer, key: str) -> None:
    assert answer(get("/my/match/nothing", **edge(key)))["statusCode"] == 404


@pytest.mark.parametrize(
    "headers",
    [{}, edge(""), edge("2" * 64), edge(OLD[:-1]), edge(f"{OLD},{NEW}"), edge("é" * 32), edge("\ud800")],
    ids=["none", "empty", "wrong", "short", "both", "not ascii", "no text"],
)
@pytest.mark.parametrize("path", ["/my/match/nothing", "/console/", "/api/v1/cohorts/x", "/"])
def test_what_comes_past_the_distribution_is_refused_before_anything_reads_it(
    answer: Answer, headers: dict[str, str], path: str
) -> None:
    refused = answer(get(path, **headers))

    assert refused["statusCode"] == 421
    if path.startswith("/api/"):
        assert refused["headers"]["content-type"] == "application/problem+json"
        assert json.loads(refused["body"])["status"] == 421
    else:
        assert refused["headers"]["content-type"].startswith("text/plain")


def test_the_key_goes_no_further_than_the_door(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handed: list[dict[str, Any]] = []
    door = sys.modules["functions.lambda_http"]
    behind = door.LambdaHandler.handler

    def note(self: object, event: dict[str, Any], context: object) -> Any:
        handed.append(event)
        return behind(self, event, context)

    monkeypatch.setattr(door.LambdaHandler, "handler", note)

    with caplog.at_level(logging.DEBUG):
        answer(get("/nowhere/", **{"X-Kith-Edge": OLD}))
        answer(get("/nowhere/", **{"X-Kith-Edge": "wrong" * 10}))

    assert len(handed) == 1
    assert OLD not in str(handed)
    assert OLD not in caplog.text + str([record.__dict__ for record in caplog.records])


@pytest.mark.parametrize("path", ["/", "/my/place/", "/console/", "/api/v1/cohorts/x", "/nowhere/"])
def test_no_answer_depends_on_the_host_or_the_source_address_that_a_request_names(
    answer: Answer, path: str
) -> None:
    ours = answer(get(path, host="kith.example", source="192.0.2.1", **edge(NEW)))
    theirs = answer(get(path, host="evil.example:8443", source="127.0.0.1", **edge(NEW)))

    assert ours == theirs


@pytest.mark.parametrize(
    "keys", ["", ",", "short", f"{OLD},", f"{OLD},{NEW},{OLD}", f"{OLD} ,{NEW}", "é" * 64], ids=str
)
def test_an_edge_key_that_is_set_to_nothing_sound_stops_the_function(keys: str) -> None:
    with pytest.raises(SettingsError, match="KITH_EDGE_KEYS"):
        settings_from({**SETTINGS, "KITH_EDGE_KEYS": keys})


def test_on_one_machine_there_is_no_edge_and_no_key() -> None:
    settings = settings_from({name: value for name, value in SETTINGS.items() if name != "KITH_EDGE_KEYS"})

    assert settings.edge_keys == ()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_link_key_may_be_two_while_it_is_changed(count: int) -> None:
    keys = [bytes([number]) * 32 for number in range(count)]
    written = {**SETTINGS, "KITH_LINK_KEY": ",".join(base64.b64encode(key).decode() for key in keys)}

    if count > 2:
        with pytest.raises(SettingsError, match="KITH_LINK_KEY"):
            settings_from(written)
    else:
        assert settings_from(written).link_keys == tuple(keys)
