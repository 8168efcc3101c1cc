"""A copy is whole or is none; what comes back is the table, without what is over."""

import gzip
import json
import stat
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from functions.programme.links import Purpose, link_token, stop_link_id
from functions.programme.messages import MessageState
from functions.programme.people import EnrolmentState
from functions.services import Services
from functions.storage import audit, roll
from functions.storage.access import links
from functions.storage.messages import outbox
from functions.usecases.access.api_tokens import find_token, issue_token
from functions.usecases.access.sign_in import coordinator_of, invite, sign_in
from functions.usecases.people.erase_people import erase
from functions.usecases.people.recount import differences
from infra.cli import main
from infra.deploy.aws import secrets
from infra.deploy.data import backup
from infra.deploy.data import restore as restore_command
from infra.deploy.data.backup import verified, write
from infra.deploy.data.restore import Restored, restore
from infra.deploy.errors import OperatorError
from tests.conftest import NAME, create_table
from tests.harness import MENTEE, MENTOR, CohortHarness
from tests.infra.deploy.deployed_env import TRIAL, DeployedEnv
from tests.infra.deploy.operated import OUTPUTS, cloud_beside
from tests.storage.fixtures import everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLANTED = "philippa@planted.example"
PERSON = {**MENTEE, "name": "Philippa Plantagenet", "email": PLANTED}
TRACES = ("Philippa", "Plantagenet", "philippa", "planted")


class KilledError(BaseException):
    """The operator's machine went down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTheTown(DeployedEnv):
    """The deployment whose services are the harness's."""

    harness: CohortHarness

    def services(self) -> Services:
        return self.harness.services


@pytest.fixture
def deployment(harness: CohortHarness, emulated: "DynamoDBClient") -> OfTheTown:
    return OfTheTown(environment=TRIAL, cloud=cloud_beside(emulated), laid=OUTPUTS, harness=harness)


@pytest.fixture
def lived(deployment: OfTheTown) -> OfTheTown:
    """Two people who have been introduced; all mail is sent."""
    deployment.harness.confirmed(PERSON)
    deployment.harness.confirmed(MENTOR)
    deployment.harness.introduced()
    return deployment


@pytest.fixture
def copy(lived: OfTheTown, tmp_path: Path) -> Path:
    file = tmp_path / "copy.jsonl.gz"
    write(lived, file, tell=quietly)
    return file


def quietly(_: str) -> None:
    """Say nothing."""


def restored(deployment: OfTheTown, file: Path, *, replace: bool = True) -> Restored:
    return restore(deployment, file, replace=replace, tell=quietly)


def lost(client: "DynamoDBClient") -> None:
    client.delete_table(TableName=NAME)
    create_table(client)


def content_of(client: "DynamoDBClient") -> dict[tuple[str, str], Any]:
    """Everything but the operator's own trail, in which restoring is told."""
    found = {(item["pk"]["S"], item["sk"]["S"]): _plain(item) for item in everything_in(client, NAME)}
    return {place: item for place, item in found.items() if not place[0].startswith("AUDIT#everywhere")}


def _plain(item: Any) -> Any:
    return {name: sorted(value["SS"]) if "SS" in value else value for name, value in item.items()}


def test_a_lost_table_comes_back_as_it_was(copy: Path, lived: OfTheTown, emulated: "DynamoDBClient") -> None:
    before = content_of(emulated)
    lost(emulated)

    done = restored(lived, copy, replace=False)

    assert content_of(emulated) == before
    assert (done.unknown, done.erased, done.removed) == (0, 0, 0)
    assert audit.faults_in(audit.trail(lived.harness.services.table, lived.harness.cohort.id)) == []


def test_a_copy_is_its_owners_alone_and_leaves_no_draft(copy: Path) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]


def test_a_copy_says_what_it_is_of(copy: Path, emulated: "DynamoDBClient") -> None:
    header = verified(copy)

    assert (header.environment, header.table, header.format) == ("trial", NAME, 1)
    assert header.items == len(everything_in(emulated, NAME))


def test_nothing_is_written_over(copy: Path, lived: OfTheTown) -> None:
    before = copy.read_bytes()

    with pytest.raises(OperatorError, match="there already"):
        write(lived, copy, tell=quietly)

    assert copy.read_bytes() == before


def test_a_table_that_holds_anything_is_not_replaced_unless_told(
    copy: Path, lived: OfTheTown, emulated: "DynamoDBClient"
) -> None:
    before = content_of(emulated)

    with pytest.raises(OperatorError, match="not empty"):
        restored(lived, copy, replace=False)

    assert content_of(emulated) == before


def cut(file: Path) -> bytes:
    return file.read_bytes()[:-20]


def without_its_end(file: Path) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(file.read_bytes()).splitlines(keepends=True)[:-1]))


def without_an_item(file: Path) -> bytes:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    return gzip.compress(b"".join(lines[:3] + lines[4:]))


def changed(file: Path) -> bytes:
    return gzip.compress(gzip.decompress(file.read_bytes()).replace(b"Philippa", b"Philippe", 1))


def of_another_format(file: Path) -> bytes:
    first, *others = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    told = {**json.loads(first), "format": 2}
    return gzip.compress(json.dumps(told).encode() + b"\n" + b"".join(others))


def empty(file: Path) -> bytes:
    del file
    return b""


def something_else(file: Path) -> bytes:
    del file
    return gzip.compress(b"{}\n[]\n")


def bare_text(file: Path) -> bytes:
    del file
    return gzip.compress(b'"copy of a table"\n')


def too_deep(file: Path) -> bytes:
    del file
    return gzip.compress(b"[" * 100_000 + b"\n")


def too_long(file: Path) -> bytes:
    del file
    return gzip.compress(b" " * (backup.LONGEST_LINE + 1) + b"\n")


@pytest.mark.parametrize(
    "harm",
    [
        *(cut, without_its_end, without_an_item, changed, of_another_format, empty, something_else),
        *(bare_text, too_deep, too_long),
    ],
)
def test_a_file_that_is_not_a_whole_copy_is_refused_before_anything_is_changed(
    harm: Callable[[Path], bytes], copy: Path, lived: OfTheTown, emulated: "DynamoDBClient"
) -> None:
    before = content_of(emulated)
    copy.write_bytes(harm(copy))

    with pytest.raises(OperatorError):
        restored(lived, copy)

    assert content_of(emulated) == before


def test_no_more_of_a_file_is_unpacked_at_once_than_a_line_may_have(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    with gzip.open(bomb, "wb", compresslevel=1) as out:
        out.write(bytes(100 * 2**20))
    tracemalloc.start()

    with pytest.raises(OperatorError):
        verified(bomb)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * backup.LONGEST_LINE


def test_a_copy_of_another_programme_is_refused(copy: Path, lived: OfTheTown) -> None:
    with pytest.raises(OperatorError, match="environment of that programme"):
        restored(replace(lived, environment=replace(TRIAL, programme="another")), copy)


def test_a_file_where_none_can_be_is_told_explain_errors(lived: OfTheTown, copy: Path) -> None:
    with pytest.raises(OperatorError, match="Not a directory"):
        write(lived, copy / "in-a-file", tell=quietly)


def test_a_table_that_is_written_to_meanwhile_is_read_once_more(
    lived: OfTheTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    read = backup.everything

    def busy(*asked: Any) -> Iterator[backup.Wire]:
        yield from read(*asked)
        if not said:
            invite(lived.harness.services, "ada")

    monkeypatch.setattr(backup, "everything", busy)

    write(lived, tmp_path / "copy", tell=said.append)

    assert [line for line in said if "once more" in line] == said[:1]
    assert any("sign-in" in str(item) for item in backup.items_in(tmp_path / "copy"))


def test_what_came_later_goes_and_the_trail_of_it_stays(
    copy: Path, lived: OfTheTown, emulated: "DynamoDBClient"
) -> None:
    harness = lived.harness
    before = content_of(emulated)
    harness.apply({**MENTEE, "email": "late@mentees.example"}, key="late")
    assert any(person.email.startswith("late") for person in harness.people())

    done = restored(lived, copy)

    assert done.removed > 0
    after = content_of(emulated)
    assert not any(person.email.startswith("late") for person in harness.people())
    trail = {place for place in after if place[0].startswith("AUDIT#")}
    assert {place: after[place] for place in after.keys() - trail} == {
        place: item for place, item in before.items() if not place[0].startswith("AUDIT#")
    }
    assert len(trail) > sum(place[0].startswith("AUDIT#") for place in before)
    assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []


def test_whoever_was_erased_since_stays_erased(
    copy: Path, lived: OfTheTown, emulated: "DynamoDBClient"
) -> None:
    harness = lived.harness
    person = harness.person(PLANTED)
    erase(harness.services, harness.cohort.id, person.id, actor="person")

    done = restored(lived, copy)

    assert done.erased == 1
    assert not any(trace in str(everything_in(emulated, NAME)) for trace in TRACES)
    [tombstone] = [each for each in harness.people() if each.state is EnrolmentState.ERASED]
    assert tombstone.id == person.id
    assert tombstone.forgotten_at is not None
    assert differences(harness.services, harness.cohort.id).none
    assert links.find_by_id(harness.services.table, stop_link_id(person.id), harness.clock.now) is None


def test_broken_off_anywhere_and_repeated_nobody_erased_is_back(
    copy: Path, lived: OfTheTown, emulated: "DynamoDBClient"
) -> None:
    harness = lived.harness
    erase(harness.services, harness.cohort.id, harness.person(PLANTED).id, actor="person")
    calls, dies_at = count(1), 0

    def kill(**_: object) -> None:
        if next(calls) == dies_at:
            raise KilledError

    lived.cloud.client("dynamodb").meta.events.register("before-send.dynamodb", kill)
    emulated.meta.events.register("before-send.dynamodb", kill)
    # At each call while the table is written, and at every seventh while people are forgotten again.
    for number in chain(range(1, 15), count(15, 7)):
        calls, dies_at = count(1), number
        try:
            restored(lived, copy)
        except KilledError:
            assert not any(each.email == PLANTED for each in harness.people())
            on_the_roll = roll.people_in(harness.services.table, harness.cohort.id)
            assert not any(each.email == PLANTED for each in on_the_roll)
        else:
            break
    dies_at = 0
    assert number > 15
    assert not any(trace in str(everything_in(emulated, NAME)) for trace in TRACES)
    assert audit.faults_in(audit.trail(harness.services.table, harness.cohort.id)) == []


def test_nothing_that_lets_somebody_in_is_brought_back(lived: OfTheTown, tmp_path: Path) -> None:
    services = lived.harness.services
    session = sign_in(services, invite(services, "ada").rpartition("/")[2])
    invitation = invite(services, "ada").rpartition("/")[2]
    token = issue_token(services, ["runs:start"], lives=timedelta(days=9))
    assert session is not None
    write(lived, tmp_path / "copy", tell=quietly)

    done = restored(lived, tmp_path / "copy")

    assert done.doors == 4  # the link that was used is one
    assert coordinator_of(services, session) is None
    assert sign_in(services, invitation) is None
    assert find_token(services, token) is None


def test_a_mail_that_may_have_left_is_not_sent_again(
    lived: OfTheTown, tmp_path: Path, emulated: "DynamoDBClient"
) -> None:
    harness = lived.harness
    harness.apply({**MENTEE, "email": "waits@mentees.example"}, key="waits")
    write(lived, tmp_path / "copy", tell=quietly)
    harness.send()
    sent = len(harness.sent_mail.mails)
    lost(emulated)

    done = restored(lived, tmp_path / "copy")
    harness.send()

    assert done.unknown == 1
    assert len(harness.sent_mail.mails) == sent
    states = {message.state for message in outbox.in_cohort(harness.services.table, harness.cohort.id)}
    assert MessageState.UNKNOWN in states
    assert not states & {MessageState.DUE, MessageState.CLAIMED}


def test_a_mail_that_has_not_left_yet_is_sent_all_the_same(lived: OfTheTown, tmp_path: Path) -> None:
    harness = lived.harness
    harness.apply({**MENTEE, "email": "waits@mentees.example"}, key="waits")
    write(lived, tmp_path / "copy", tell=quietly)

    assert restored(lived, tmp_path / "copy").unknown == 0

    harness.send()
    assert len(harness.sent_mail.to("waits@mentees.example")) == 1


def test_in_another_environment_links_open_by_its_own_key_alone(copy: Path, lived: OfTheTown) -> None:
    harness, new = lived.harness, bytes(32)
    old = harness.services.link_keys[0]
    link_id = stop_link_id(harness.person(PLANTED).id)
    harness.services = replace(harness.services, link_keys=(new,))
    there = replace(lived, environment=replace(TRIAL, name="other"))

    restored(there, copy)

    assert links.find(harness.services.table, link_token(old, link_id), harness.clock.now) is None
    opened = links.find(harness.services.table, link_token(new, link_id), harness.clock.now)
    assert opened is not None
    assert opened.purpose is Purpose.STOP


@pytest.mark.parametrize("leaked", [False, True])
def test_after_the_key_was_changed_links_in_mails_open_unless_it_had_leaked(
    copy: Path, lived: OfTheTown, *, leaked: bool
) -> None:
    harness, old = lived.harness, lived.harness.services.link_keys[0]
    link_id = stop_link_id(harness.person(PLANTED).id)
    harness.services = replace(harness.services, link_keys=(bytes(32),))
    if leaked:
        later = datetime.now(UTC) + timedelta(days=3650)
        where = secrets.where(TRIAL, secrets.LEAKED)
        secrets.changed(lived.cloud.client("ssm"), where, later.isoformat())

    restored(lived, copy)

    found = links.find(harness.services.table, link_token(old, link_id), harness.clock.now)
    assert (found is None) is leaked


def test_the_commands_say_what_was_kept_and_what_came_back(
    lived: OfTheTown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in (backup, restore_command):
        monkeypatch.setattr(command, "deployment_of", lambda _: lived)
    file = tmp_path / "copy.jsonl.gz"

    assert main(["backup", "trial", "--to", str(file)]) == 0
    assert "Encrypt it" in capsys.readouterr().out
    assert main(["restore", "trial", str(file)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", "trial", str(file), "--replace"]) == 0

    said = capsys.readouterr()
    assert "People who stay erased: 0." in said.out
    assert verified(file).written_at in said.err
    assert not any(trace in said.out + said.err for trace in TRACES)


def test_a_file_that_is_not_there_is_told_explain_errors(
    lived: OfTheTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(restore_command, "deployment_of", lambda _: lived)

    assert main(["restore", "trial", str(tmp_path / "nothing")]) == 2

    assert "Nothing was changed" in capsys.readouterr().err
