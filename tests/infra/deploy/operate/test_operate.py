from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions.storage import audit, keys
from functions.storage.enrolment import cohorts
from functions.storage.table import amendment
from functions.usecases.access.api_tokens import find_token, issue_token, revoke_tokens
from functions.usecases.access.sign_in import Revoked, coordinator_of, invite, revoke, sign_in
from infra.cli import main
from infra.deploy.checks.checks import CheckContext, lists, run_check
from infra.deploy.errors import OperatorError
from infra.deploy.operate import invite as invite_command
from infra.deploy.operate import open_cohort, recount, tokens
from infra.deploy.operate.open_cohort import opened
from tests.harness import CohortHarness
from tests.infra.deploy.deployed_env import DeployedEnv
from tests.infra.deploy.operated import over

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COMMANDS = (invite_command, tokens, open_cohort, recount)


@pytest.fixture
def deployment(emulated: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> DeployedEnv:
    """What the commands find under any name: a table of its own, in the emulator."""
    there = over(emulated)
    for command in COMMANDS:
        monkeypatch.setattr(command, "deployment_of", lambda _: there)
    return there


def token_in(address: str) -> str:
    return address.rpartition("/")[2]


def test_an_invitation_is_printed_alone_and_signs_in_once(
    deployment: DeployedEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["invite", "trial", "ada"]) == 0
    said = capsys.readouterr()
    [address] = said.out.splitlines()

    assert address.startswith(f"{deployment.origin()}/console/sign-in/")
    assert token_in(address) not in said.err
    session = sign_in(deployment.services(), token_in(address))
    assert session is not None
    signed_in = coordinator_of(deployment.services(), session)
    assert signed_in is not None
    assert signed_in.id == "ada"
    assert sign_in(deployment.services(), token_in(address)) is None


@pytest.mark.parametrize("name", ["Ada", "ada@kith.example", "a#b", "", "a" * 33, "-ada"])
def test_a_name_that_would_stand_badly_in_the_audit_trail_is_refused(name: str) -> None:
    assert main(["invite", "trial", "--", name]) == 2


def test_revoking_ends_a_coordinators_sessions_and_open_invitations_and_nobody_elses(
    harness: CohortHarness,
) -> None:
    services = harness.services
    of_ada = [sign_in(services, token_in(invite(services, "ada"))) for _ in range(2)]
    of_ben = sign_in(services, token_in(invite(services, "ben")))
    for_ada, for_ben = (token_in(invite(services, name)) for name in ("ada", "ben"))

    assert revoke(services, "ada") == Revoked(sessions=2, invitations=1)

    assert [coordinator_of(services, str(session)) for session in of_ada] == [None, None]
    assert coordinator_of(services, str(of_ben)) is not None
    assert sign_in(services, for_ada) is None
    assert sign_in(services, for_ben) is not None
    assert revoke(services, "ada") == Revoked(sessions=0, invitations=0)
    entries = [line for line in audit.trail(services.table, "everywhere") if isinstance(line, audit.Entry)]
    assert {entry.event.actor for entry in entries if entry.event.action == "revoke"} == {"operator"}
    assert audit.faults_in(audit.trail(services.table, "everywhere")) == []


def test_a_token_is_printed_alone_carries_its_scopes_and_ends_by_its_name(
    deployment: DeployedEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "token",
        "trial",
        "--scope",
        "runs:start",
        "--scope",
        "cohort:read",
        "--days",
        "30",
        "--name",
        "records",
    ]

    assert main(asked) == 0

    said = capsys.readouterr()
    [token] = said.out.splitlines()
    held = find_token(deployment.services(), token)
    assert held is not None
    assert held.scopes == {"runs:start", "cohort:read"}
    assert held.name == "records"
    assert token not in said.err
    assert main(["token", "trial", "--end", "records"]) == 0
    assert find_token(deployment.services(), token) is None


def test_ending_tokens_of_one_name_leaves_the_others(harness: CohortHarness) -> None:
    first, second = (
        issue_token(harness.services, ["runs:start"], lives=timedelta(days=1), name=name)
        for name in ("one", "two")
    )

    assert [held.name for held in revoke_tokens(harness.services, "one")] == ["one"]

    assert find_token(harness.services, first) is None
    assert find_token(harness.services, second) is not None


@pytest.mark.parametrize(
    "argv",
    [[], ["--scope", "runs:start"], ["--days", "3"], ["--scope", "all", "--days", "3"]]
    + [["--scope", "runs:start", "--days", days] for days in ("0", "-1", "367", "ten", "³")],
)
def test_a_token_without_end_or_scope_is_refused(argv: list[str]) -> None:
    assert main(["token", "trial", *argv]) == 2


def test_a_cohort_is_opened_once_however_often_it_is_asked_for(
    deployment: DeployedEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    day = date(datetime.now(UTC).year + 1, 10, 1)

    assert main(["open", "trial", "--opens", day.isoformat()]) == 0
    first = capsys.readouterr().out
    assert main(["open", "trial", "--opens", day.isoformat()]) == 0
    second = capsys.readouterr().out

    [cohort] = cohorts.every(deployment.services().table)
    assert cohort.opens_on == day
    assert "is open" in first
    assert "nothing was changed" in second
    for said in (first, second):
        assert f"{day:%A, %d %B %Y}" in said
        assert deployment.origin() in said


def test_counts_that_somebody_changed_are_repaired_and_the_second_time_nothing_differs(
    deployment: DeployedEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    day = date(datetime.now(UTC).year + 1, 10, 1)
    main(["open", "trial", "--opens", day.isoformat()])
    table = deployment.services().table
    [cohort] = cohorts.every(table)
    wrong = amendment(keys.people_counts(cohort.id, 1), {"mentee:applied": 3}, condition=None)
    table.write_unaudited(wrong, idempotency_key="by hand")
    context = CheckContext(deployment=cast("Any", deployment))
    [finding] = run_check(context, lists)
    assert "1 counts are wrong" in finding.what
    assert "./kith recount" in finding.remedy
    capsys.readouterr()

    assert main(["recount", "trial"]) == 0
    assert "repaired 0 people, 0 pairs and 1 counts" in capsys.readouterr().out
    assert main(["recount", "trial"]) == 0
    assert "nothing differed" in capsys.readouterr().out
    assert run_check(context, lists) == []


@pytest.mark.parametrize("day", ["9999-12-31", "2072-10-01", "1 October", ""])
def test_a_day_that_is_a_slip_of_the_keyboard_opens_nothing(
    day: str, deployment: DeployedEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["open", "trial", "--opens", day]) == 2

    assert "--opens" in capsys.readouterr().err
    assert list(cohorts.every(deployment.services().table)) == []


def test_a_cohort_whose_enrolment_would_be_over_is_not_opened(harness: CohortHarness) -> None:
    with pytest.raises(OperatorError, match="would have ended"):
        opened(harness.services, date(2020, 10, 1))

    assert [cohort.id for cohort in cohorts.every(harness.services.table)] == [harness.cohort.id]
