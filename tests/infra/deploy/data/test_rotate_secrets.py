"""Whatever happens while the keys are changed: no link that was mailed is dead, no request is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from functions.programme.links import KEY_LIFETIME, Link, Purpose, link_token
from functions.services import Services
from functions.storage.access import links
from functions.storage.table import Refusal, Table
from functions.usecases.access.api_tokens import find_token, issue_token
from functions.usecases.access.sign_in import coordinator_of, invite, sign_in
from infra.deploy.aws import secrets
from infra.deploy.aws.secrets import Secrets
from infra.deploy.data.rotate_secrets import Ended, Switches, rotate
from tests.conftest import NAME, create_table
from tests.infra.deploy.operated import Operated, over

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STAGES = ("web", "match", "mail", "feedback")


class KilledError(BaseException):
    """The operator's machine went down."""


@dataclass
class Deployed:
    """Functions that know what they were told last, a distribution, and people who open their mails."""

    deployment: Operated
    table: Table
    knows: dict[str, Secrets] = field(default_factory=dict)
    sends: str = ""
    mailed: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=count)
    busy: bool = True

    def __post_init__(self) -> None:
        told = self.told()
        self.knows = dict.fromkeys(STAGES, told)
        self.sends = told.edge_keys[0]

    def told(self) -> Secrets:
        return secrets.ensured(self.deployment.cloud, self.deployment.environment)

    @property
    def switches(self) -> Switches:
        return Switches(functions=self.functions, distribution=self.distribution)

    def functions(self) -> None:
        told = self.told()
        for stage in STAGES:
            self.knows[stage] = told
            if self.busy:
                self.go_on()

    def distribution(self) -> None:
        self.sends = self.told().edge_keys[0]
        if self.busy:
            self.go_on()

    @property
    def services(self) -> Services:
        return self.deployment.services()

    def go_on(self) -> None:
        """One function makes a link, the mail function mails it, and everybody opens what they have."""
        for stage in ("web", "mail"):
            link = self.made_by(stage)
            self.mailed.append(link_token(self.knows["mail"].link_key, link.id))
        self.everything_works()

    def made_by(self, stage: str, purpose: Purpose = Purpose.MATCH) -> Link:
        link = Link(
            id=f"link-{next(self.numbers)}",
            purpose=purpose,
            cohort_id="spring",
            person_id=f"person-{len(self.mailed) % 3}",
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
        self.table.write_unaudited(
            links.creation(link, *self.knows[stage].link_keys), idempotency_key=link.id
        )
        return link

    def everything_works(self) -> None:
        assert self.sends in self.knows["web"].edge_keys
        assert [token for token in self.mailed if not self.opens(token)] == []

    def opens(self, token: str) -> bool:
        return links.find(self.table, token, datetime.now(UTC)) is not None

    def at_each_call(self, do: Callable[[str], None], when: str = "before-send") -> None:
        """Have this done around each call of the operator's own."""
        session = self.deployment.cloud._session._session  # noqa: SLF001  # where all its clients come from
        for service in ("ssm", "dynamodb"):
            session.register(f"{when}.{service}", lambda **_: do(when), unique_id=f"{when}-{service}")
        self.deployment.cloud._made.clear()  # noqa: SLF001
        self.deployment.offices.clear()


@pytest.fixture
def deployed(dynamodb: "DynamoDBClient", table: Table) -> Deployed:
    return Deployed(over(dynamodb), table)


def table_of(client: "DynamoDBClient") -> Table:
    return Table(client, NAME, pause=lambda _: None)


def quietly(_: str) -> None:
    """Say nothing."""


def rotated(deployed: Deployed, *, leaked: bool = False) -> Ended | None:
    return rotate(deployed.deployment, deployed.switches, leaked=leaked, tell=quietly)


def test_all_keys_are_new_and_every_link_that_was_mailed_opens_all_the_while(deployed: Deployed) -> None:
    before = deployed.told()
    deployed.go_on()

    assert rotated(deployed) is None

    after = deployed.told()
    assert len(after.link_keys) == len(after.edge_keys) == 1
    assert not {*before.link_keys, *before.edge_keys} & {*after.link_keys, *after.edge_keys}
    assert set(deployed.knows.values()) == {after}
    assert deployed.sends == after.edge_keys[0]
    deployed.go_on()


def test_the_keys_are_changed_again_and_again(emulated: "DynamoDBClient") -> None:
    deployed = Deployed(over(emulated), table_of(emulated))
    for _ in range(2):
        rotated(deployed)

    deployed.go_on()


def test_people_may_come_at_any_moment(emulated: "DynamoDBClient") -> None:
    deployed = Deployed(over(emulated), table_of(emulated))
    deployed.go_on()
    beside = replace(deployed, deployment=over(emulated))
    moments = count()

    def come(_: str) -> None:
        if next(moments) % 5 == 0:
            beside.knows, beside.sends = deployed.knows, deployed.sends
            beside.go_on()

    deployed.mailed = beside.mailed
    deployed.at_each_call(come)
    rotated(deployed)

    assert next(moments) > 20
    deployed.everything_works()


# Every second call is enough: the two break off at those that the other leaves out.
@pytest.mark.parametrize(("when", "leaked", "first"), [("before-send", False, 1), ("after-call", True, 2)])
def test_broken_off_anywhere_and_repeated_it_is_finished(
    emulated: "DynamoDBClient", when: str, *, leaked: bool, first: int
) -> None:
    deployment, down, table = over(emulated), Going(), table_of(emulated)
    Deployed(deployment, table).at_each_call(down.at_one_call, when)
    for number in count(first, 2):
        _emptied(deployment, emulated)
        deployed = Deployed(deployment, table, busy=False)
        deployed.go_on()
        before = deployed.told()

        with down.at(number):
            rotated(deployed, leaked=leaked)
        if not down.went:
            break
        assert deployed.sends in deployed.knows["web"].edge_keys
        if not leaked:
            deployed.everything_works()
        rotated(deployed, leaked=leaked)

        after = deployed.told()
        assert len(after.link_keys) == len(after.edge_keys) == 1
        assert set(deployed.knows.values()) == {after}
        assert not {*before.link_keys} & {*after.link_keys}
        assert [deployed.opens(token) for token in deployed.mailed] == [not leaked] * 2
        assert not any("rotation" in one["Name"] for one in _parameters(deployed))
    assert number > 20


@dataclass
class Going:
    """The operator's machine, which goes down at one call of its choice."""

    calls: int = 0
    dies_at: int = 0
    went: bool = False

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        self.calls, self.dies_at, self.went = 0, number, False
        try:
            yield
        except KilledError:
            self.went = True
        finally:
            self.dies_at = 0

    def at_one_call(self, _: str) -> None:
        self.calls += 1
        if self.calls == self.dies_at:
            raise KilledError


def test_a_link_that_was_used_up_or_forgotten_stays_so(deployed: Deployed) -> None:
    used, forgotten = deployed.made_by("web"), deployed.made_by("web")
    deployed.table.write_unaudited(links.use(used), idempotency_key="use")
    deployed.table.write_unaudited(links.forgetting(forgotten.id), idempotency_key="forget")
    old = deployed.told().link_key

    rotated(deployed)

    for key in (old, deployed.told().link_key):
        for link in (used, forgotten):
            assert not deployed.opens(link_token(key, link.id))
    assert isinstance(deployed.table.write_unaudited(links.use(used), idempotency_key="again"), Refusal)


def test_an_invitation_made_before_is_used_once_after(deployed: Deployed) -> None:
    token = invite(deployed.services, "ada").rpartition("/")[2]

    rotated(deployed)

    assert sign_in(deployed.services, token) is not None
    assert sign_in(deployed.services, token) is None


def test_after_a_leak_nothing_opens_that_the_old_key_made(deployed: Deployed) -> None:
    deployed.go_on()
    old = deployed.told().link_key
    made = [deployed.made_by("web") for _ in range(3)]
    session = sign_in(deployed.services, invite(deployed.services, "ada").rpartition("/")[2])
    invitation = invite(deployed.services, "ada").rpartition("/")[2]
    token = issue_token(deployed.services, ["runs:start"], lives=KEY_LIFETIME)
    assert session is not None
    deployed.mailed.clear()

    ended = rotated(deployed, leaked=True)

    assert ended is not None
    assert (ended.sessions, ended.invitations, ended.tokens) == (1, 1, 1)
    assert ended.links >= 5
    assert not any(deployed.opens(link_token(old, link.id)) for link in made)
    assert all(deployed.opens(link_token(deployed.told().link_key, link.id)) for link in made)
    assert coordinator_of(deployed.services, session) is None
    assert sign_in(deployed.services, invitation) is None
    assert find_token(deployed.services, token) is None


def _emptied(deployment: Operated, client: "DynamoDBClient") -> None:
    client.delete_table(TableName=NAME)
    create_table(client)
    secrets.forgotten(deployment.cloud, deployment.environment)


def _parameters(deployed: Deployed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = deployed.deployment.cloud.client("ssm").describe_parameters()["Parameters"]
    return found
