from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from functions.settings import settings_from
from infra.deploy.aws import secrets
from infra.deploy.aws.cloud import Cloud
from infra.deploy.environment import Environment
from infra.local.emulator import REGION, Emulator

TRIAL = Environment(
    name="trial",
    programme="mentoring",
    region=REGION,
    sender="kith@example.org",
    alarms_to="operator@example.org",
    budget=10,
)
AT_ONCE = 8


@pytest.fixture
def cloud(emulator: Emulator) -> Cloud:
    emulator.reset()
    return Cloud(REGION, emulator.endpoint)


@pytest.mark.emulator
def test_secrets_are_made_once(cloud: Cloud) -> None:
    first = secrets.ensured(cloud, TRIAL)

    assert secrets.ensured(cloud, TRIAL) == first
    assert len(first.link_key) == 32


@pytest.mark.emulator
def test_whoever_asks_at_the_same_time_gets_the_same_secrets(emulator: Emulator, cloud: Cloud) -> None:
    together = Barrier(AT_ONCE)

    def ask(_: int) -> secrets.Secrets:
        mine = Cloud(REGION, emulator.endpoint)
        mine.client("ssm")
        together.wait()
        return secrets.ensured(mine, TRIAL)

    with ThreadPoolExecutor(AT_ONCE) as people:
        found = list(people.map(ask, range(AT_ONCE)))

    assert all(one == secrets.ensured(cloud, TRIAL) for one in found)


@pytest.mark.emulator
def test_each_environment_has_secrets_of_its_own_kept_encrypted(cloud: Cloud) -> None:
    trial, other = secrets.ensured(cloud, TRIAL), secrets.ensured(cloud, replace(TRIAL, name="other"))

    assert trial.link_keys != other.link_keys
    assert trial.edge_keys != other.edge_keys
    kept = cloud.client("ssm").get_parameters_by_path(Path="/kith", Recursive=True)["Parameters"]
    assert {(one["Name"], one["Type"]) for one in kept} == {
        (f"/kith/{name}/{kind}", "SecureString")
        for name in ("trial", "other")
        for kind in ("link-key", "edge-key")
    }


@pytest.mark.emulator
def test_forgotten_secrets_are_gone_and_may_be_forgotten_again(cloud: Cloud) -> None:
    before = secrets.ensured(cloud, TRIAL)

    for _ in range(2):
        secrets.forgotten(cloud, TRIAL)

    assert secrets.ensured(cloud, TRIAL).link_key != before.link_key


@pytest.mark.emulator
def test_the_functions_take_the_settings_as_they_are(cloud: Cloud) -> None:
    made = secrets.ensured(cloud, TRIAL)
    others: dict[str, Any] = dict.fromkeys(
        ("KITH_TABLE", "KITH_RUNS_QUEUE", "KITH_MAIL_QUEUE", "KITH_ORIGIN", "KITH_PROGRAMME"), "x"
    )
    others["KITH_SENDER"] = TRIAL.sender

    read = settings_from({**others, "KITH_LINK_KEY": made.link_setting, "KITH_EDGE_KEYS": made.edge_setting})

    assert (read.link_keys, read.edge_keys) == (made.link_keys, made.edge_keys)


def test_a_traceback_shows_no_secret() -> None:
    shown = repr(secrets.Secrets(link_keys=(b"k" * 32,), edge_keys=("very-secret",)))

    assert "kkk" not in shown
    assert "very-secret" not in shown
