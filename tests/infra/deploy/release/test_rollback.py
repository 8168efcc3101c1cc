"""Going back to an earlier release of an environment that was deployed into the emulator."""

import json

import pytest

from infra.cli import main
from infra.deploy.deployment import Deployment
from infra.deploy.errors import OperatorError
from infra.deploy.release import releases, rollback
from tests.infra.deploy.conftest import Trial

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("trial")]


def said_by(deployment: Deployment, stage: str) -> str:
    answer = deployment.cloud.client("lambda").invoke(
        FunctionName=deployment.environment.function(stage), Payload=b"{}"
    )
    return str(json.load(answer["Payload"]))


def page(deployment: Deployment, path: str) -> tuple[int, str]:
    status, _, body = deployment.cloud.get(deployment.origin() + path)
    return status, body.decode()


def command(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str]:
    monkeypatch.setattr(rollback, "deployment_of", lambda _: trial.deployment)
    status = main(["rollback", "trial", *words])
    told = capsys.readouterr()
    return status, told.out + told.err


def test_functions_and_site_go_back_and_forth_together(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment, (first, second) = trial.deployment, trial.releases
    assert (said_by(deployment, "mail"), page(deployment, "/")) == ("mail 2", (200, "Release 2"))

    status, told = command(trial, monkeypatch, capsys, "--yes")

    assert status == 0
    assert (said_by(deployment, "mail"), page(deployment, "/")) == ("mail 1", (200, "Release 1"))
    assert said_by(deployment, "web") == "web 1"
    assert page(deployment, "/assets/2/kith.css")[0] == 200, "somebody has its page open"
    assert f"Live now    {second.id}" in told
    assert f"{first.id} is live at {deployment.origin()}" in told
    assert "Data and stacks stay as they are" in told

    status, told = command(trial, monkeypatch, capsys, "--yes")

    assert (status, releases.current(deployment)) == (2, first)
    assert "There is no release before the one that is live." in told
    assert second.id in told

    assert command(trial, monkeypatch, capsys, "--yes", "--to", second.id[:6])[0] == 0
    assert (said_by(deployment, "mail"), page(deployment, "/")) == ("mail 2", (200, "Release 2"))
    assert [entry.back for entry in releases.history(deployment)[:2]] == [True, True]


def test_nothing_is_changed_where_nobody_can_be_asked(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = releases.history(trial.deployment)

    status, told = command(trial, monkeypatch, capsys, "--to", trial.releases[0].id)

    assert (status, releases.history(trial.deployment)) == (2, before)
    assert "--yes" in told


def test_a_release_that_is_not_kept_is_refused_with_those_that_are(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = command(trial, monkeypatch, capsys, "--yes", "--to", "ffffff")

    assert status == 2
    assert all(release.id in told for release in trial.releases)


def test_broken_off_between_functions_and_site_it_ends_the_same_when_repeated(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment, (first, second) = trial.deployment, trial.releases

    def refuses(*_: object, **__: object) -> None:
        raise OperatorError(step="the site", cause="The line broke.", remedy="Repeat.")

    with monkeypatch.context() as broken:
        broken.setattr("infra.deploy.release.rollback.pages.put", refuses)
        with pytest.raises(OperatorError) as caught:
            rollback.back_to(deployment, first, tell=lambda _: None)
    assert first.id in caught.value.partial_state
    assert releases.current(deployment) == second

    rollback.back_to(deployment, rollback.chosen(deployment, first.id), tell=lambda _: None)

    assert (said_by(deployment, "mail"), page(deployment, "/")) == ("mail 1", (200, "Release 1"))
    rollback.back_to(deployment, second, tell=lambda _: None)
