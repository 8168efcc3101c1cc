"""The functions' logs as they are shown, from the emulator's log service."""

import json
import time
from itertools import islice

import pytest

from infra.cli import main
from infra.deploy.aws.cloud import Cloud
from infra.deploy.operate import logs
from infra.deploy.operate.logs import Event
from infra.local.emulator import REGION, Emulator
from tests.infra.deploy.deployed_env import TRIAL, DeployedEnv

NOW = int(time.time() * 1000)
REQUEST = "5d3c1f0a-0000-4000-8000-000000000001"
REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 4.51 ms\tBilled Duration: 5 ms\tMemory Size: 1024 MB\t"
    "Max Memory Used: 101 MB\t"
)


@pytest.fixture
def deployment(emulator: Emulator) -> DeployedEnv:
    emulator.reset()
    return DeployedEnv(environment=TRIAL, cloud=Cloud(REGION, emulator.endpoint), laid={})


def log(deployment: DeployedEnv, stage: str, *messages: tuple[int, str]) -> None:
    service, group = deployment.cloud.client("logs"), f"/aws/lambda/{TRIAL.function(stage)}"
    known = service.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if not known:
        service.create_log_group(logGroupName=group)
        service.create_log_stream(logGroupName=group, logStreamName="one")
    service.put_log_events(
        logGroupName=group,
        logStreamName="one",
        logEvents=[{"timestamp": NOW + at, "message": message} for at, message in messages],
    )


def shown(
    deployment: DeployedEnv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> list[str]:
    monkeypatch.setattr(logs, "deployment_of", lambda _: deployment)
    assert main(["logs", "trial", *words]) == 0
    return capsys.readouterr().out.splitlines()


def line(message: str) -> str:
    return logs.line_of(Event(id="", at=0, stage="web", message=message))


@pytest.mark.emulator
def test_what_the_functions_say_is_merged_by_time(
    deployment: DeployedEnv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log(deployment, "mail", (-3000, "second"), (-1000, "fourth"))
    log(deployment, "web", (-4000, "first"), (-2000, "third"))

    lines = shown(deployment, monkeypatch, capsys)

    assert [row.split()[2:] for row in lines] == [
        ["web", "first"],
        ["mail", "second"],
        ["web", "third"],
        ["mail", "fourth"],
    ]


@pytest.mark.emulator
def test_one_function_or_what_went_wrong_alone_may_be_asked_for(
    deployment: DeployedEnv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log(deployment, "mail", (-3000, "good"), (-2000, f"[ERROR]\t2026\t{REQUEST}\tdid not send"))
    log(deployment, "web", (-1000, f"2026 {REQUEST} Task timed out after 15.00 seconds"))

    assert len(shown(deployment, monkeypatch, capsys, "mail")) == 2
    assert ["mail" in row for row in shown(deployment, monkeypatch, capsys, "--errors")] == [True, False]


@pytest.mark.emulator
def test_how_far_back_is_said_in_minutes_hours_or_days(
    deployment: DeployedEnv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log(deployment, "web", (-2 * 3_600_000, "two hours ago"), (-60_000, "a minute ago"))

    assert len(shown(deployment, monkeypatch, capsys)) == 1
    assert len(shown(deployment, monkeypatch, capsys, "--since", "1d")) == 2
    assert len(shown(deployment, monkeypatch, capsys, "--since", "30m")) == 1
    assert main(["logs", "trial", "--since", "yesterday"]) == 2


@pytest.mark.emulator
def test_nothing_logged_is_said_so(
    deployment: DeployedEnv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(deployment, monkeypatch, capsys) == ["Nothing was logged in that time."]
    assert shown(deployment, monkeypatch, capsys, "--errors") == ["Nothing went wrong in that time."]


@pytest.mark.emulator
def test_who_follows_gets_each_event_once_late_ones_too(deployment: DeployedEnv) -> None:
    log(deployment, "web", (-5000, "first"), (-5000, "first again"))
    to_come = [
        lambda: log(deployment, "mail", (-1000, "second")),
        lambda: log(deployment, "web", (-3000, "late")),
        lambda: log(deployment, "web", (0, "last")),
    ]

    followed = logs.followed(
        deployment, ("web", "mail"), NOW - 10_000, pause=lambda: to_come.pop(0)() if to_come else None
    )

    said = [event.message for event in islice(followed, 5)]
    assert said == ["first", "first again", "second", "late", "last"]


def test_an_event_of_several_lines_is_one_line() -> None:
    assert line("[ERROR]\t2026\tid\tfailed\nTraceback\n  File x\nKeyError").endswith(
        "ERROR failed ⏎ Traceback ⏎ File x ⏎ KeyError (id)"
    )


def test_the_frame_around_each_request_is_left_out() -> None:
    assert line(f"START RequestId: {REQUEST} Version: $LATEST\n") == ""
    assert line(f"END RequestId: {REQUEST}\n") == ""
    assert line("INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: arn") == ""


def test_a_report_says_how_long_how_much_and_whether_it_began_cold() -> None:
    assert line(REPORT).endswith(f"done in 4.51 ms, 101 MB ({REQUEST})")
    assert "cold start 371.20 ms" in line(f"{REPORT}Init Duration: 371.20 ms\t\n")
    assert logs.AMISS.search(line(f"{REPORT}Status: timeout"))
    assert not logs.AMISS.search(line(REPORT))


def test_structured_events_show_their_ids() -> None:
    told = {"timestamp": "2026", "level": "ERROR", "message": "event refused", "keys": ["a"]}

    assert line(json.dumps(told)).endswith('ERROR event refused {"keys": ["a"]}')
    assert line("{ no JSON").endswith("{ no JSON")


def test_nothing_in_a_log_steers_the_terminal() -> None:
    assert "\x1b" not in line("\x1b]0;title\x07\x1b[31mred\x9b2J")
