"""`./kith restore ENVIRONMENT FILE`: the table as it was when `./kith backup` wrote that file.

What is over is not brought back:

- whoever has been erased since stays erased: no tombstone is written over, and what the file knows of them is
  forgotten again, by the daily work if this is broken off;
- sessions, invitations, links that live ten minutes and tokens of machines are left out;
- mails that may have left since are not sent again: they are called unknown;
- the audit trail only grows: of each chain the longer one stands;
- lists and counts repeat what stands elsewhere: they are compared with it in the end, and repaired.

While it works the functions rest: nobody writes what would be lost.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import click

from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose, id_from
from functions.programme.messages import MessageState
from functions.programme.people import EnrolmentState
from functions.services import Services
from functions.storage import keys
from functions.storage.enrolment import cohorts
from functions.storage.item_values import instant_text
from functions.storage.table import Event
from functions.usecases.access.sign_in import EVERYWHERE
from functions.usecases.people.erase_people import erase
from functions.usecases.people.recount import recount
from infra.deploy.aws import secrets
from infra.deploy.data import backup
from infra.deploy.data.backup import Header, Wire
from infra.deploy.data.rotate_secrets import open_links
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT, STAGES
from infra.deploy.errors import OperatorError, explain_errors

DONE = 0
# What one request of DynamoDB takes.
AT_ONCE = 25
MOST_TRIES = 10
FIRST_WAIT_SECONDS = 0.05
KEEPERS_OF_DOORS = (keys.SESSIONS, keys.TOKENS)
SHORT_LIVED = {str(purpose) for purpose in (Purpose.SIGN_IN, *SELF_SERVICE_PURPOSES)}
STEP = "bringing the table back"

Tell = Callable[[str], None]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back, what was left out of it, and who stays erased. `unknown` counts mails."""

    items: int
    doors: int
    unknown: int
    erased: int
    removed: int


def restore(deployment: Deployment, file: Path, *, replace: bool = False, tell: Tell = print) -> Restored:
    """Bring the table to what a copy says; again, the same.

    Raises `OperatorError` before anything is changed.

    A table that holds anything is refused unless it is to be replaced.
    """
    header, services = backup.verified(file), deployment.services()
    restoring = Restoring(deployment=deployment, header=header, services=services, file=file, tell=tell)
    if header.programme != (programme := deployment.environment.programme):
        raise OperatorError(
            step=STEP,
            cause=f"It holds the programme `{header.programme}`, and this environment is `{programme}`'s.",
            remedy="Bring it back into an environment of that programme, or name another file.",
        )
    if not replace and restoring.anything_is_there():
        raise OperatorError(
            step=STEP,
            cause="The table is not empty.",
            remedy="To lose what it holds for what the file holds, add --replace. Keep a copy of it first: "
            f"./kith backup {deployment.environment.name}",
        )
    with resting(deployment):
        return restoring.do()


@dataclass(slots=True, kw_only=True)
class Restoring:
    """One restoring under way.

    `present` is what stood in the table before, by place; `longer_here` the chains of the audit trail that
    are at least as long here as in the file; `erased` who must be so in the end, by cohort and id.
    """

    deployment: Deployment
    header: Header
    services: Services
    file: Path
    tell: Tell
    present: dict[Place, Wire] = field(default_factory=dict)
    kept: set[Place] = field(default_factory=set)
    erased: set[tuple[str, str]] = field(default_factory=set)
    longer_here: set[str] = field(default_factory=set)
    items: int = 0
    doors: int = 0
    unknown: int = 0

    @property
    def table(self) -> str:
        """The table's name."""
        return self.deployment.outputs()["TableName"]

    def anything_is_there(self) -> bool:
        """Return whether the table holds a single item."""
        client = self.deployment.cloud.client("dynamodb")
        return bool(client.scan(TableName=self.table, Limit=1, ConsistentRead=True)["Items"])

    def do(self) -> Restored:
        """Do all of it, in an order in which nothing is lost by breaking off."""
        self.look()
        self.mark_the_erased()
        self.bring_back()
        removed = self.remove_what_came_later()
        self.open_links()
        erased = self.erase_again()
        self.recount()
        self.services.table.commit(
            [],
            event=Event(
                cohort_id=EVERYWHERE,
                at=self.services.clock(),
                actor="operator",
                action="restore",
                subject_id=id_from("restore", self.header.written_at),
            ),
            idempotency_key=self.services.new_id(),
        )
        return Restored(
            items=self.items, doors=self.doors, unknown=self.unknown, erased=erased, removed=removed
        )

    def look(self) -> None:
        """Read what decides: places, tombstones, how far mails are, how long the trail is here and there."""
        self.tell("Looking at the table as it is")
        names = (keys.PARTITION, keys.SORT, "id", "cohort_id", "state", "number")
        for item in backup.everything(self.deployment, self.table, *names):
            self.present[_place(item)] = item
            if _is_tombstone(item):
                self.erased.add(_person(item))
        lengths = {}
        for item in backup.items_in(self.file):
            if _is_head(item):
                lengths[_place(item)[0]] = int(item["number"]["N"])
            elif _tells_of_erasing(item):
                self.erased.add((item["cohort_id"]["S"], item["subject_id"]["S"]))
        self.longer_here = {
            place[0]
            for place, item in self.present.items()
            if _is_head(item) and int(item["number"]["N"]) >= lengths.get(place[0], 0)
        }

    def mark_the_erased(self) -> None:
        """Have every tombstone say that there is work left, so that the daily work would finish it, too."""
        client = self.deployment.cloud.client("dynamodb")
        for place, item in self.present.items():
            if _is_tombstone(item):
                client.update_item(
                    TableName=self.table, Key=_key(place), UpdateExpression="REMOVE forgotten_at"
                )

    def bring_back(self) -> None:
        """Write what the file holds, but for what is over."""
        for number, items in enumerate(_batches(self._verified()), 1):
            self._write([{"PutRequest": {"Item": item}} for item in items])
            self.items += len(items)
            if number % 40 == 0:
                self.tell(f"  {self.items:,} items")

    def remove_what_came_later(self) -> int:
        """Take away what stood in the table and not in the file; tombstones and the longer trail stay."""
        later = [
            place
            for place, item in self.present.items()
            if place not in self.kept and not _is_tombstone(item) and place[0] not in self.longer_here
        ]
        if later:
            self.tell(f"  {len(later):,} items came later and go")
        for places in _batches(later):
            self._write([{"DeleteRequest": {"Key": _key(place)}} for place in places])
        return len(later)

    def open_links(self) -> None:
        """Let the links be opened by this environment's key; by that alone where another may have leaked."""
        services, header = self.services, self.header
        leaked_at = secrets.read(
            self.deployment.cloud.client("ssm"), secrets.where(self.deployment.environment, secrets.LEAKED)
        )
        foreign = header.environment != self.deployment.environment.name
        leaked = leaked_at is not None and header.written_at < leaked_at
        if foreign or header.link_key != backup.fingerprint(services.link_keys[0]):
            open_links(services, services.link_keys[0], self.tell, alone=foreign or leaked)

    def erase_again(self) -> int:
        """Forget the people who are erased, and return how many they are."""
        for cohort_id, person_id in sorted(self.erased):
            erase(self.services, cohort_id, person_id, actor="operator")
        return len(self.erased)

    def recount(self) -> None:
        """Let lists and counts say what the table holds now: who was erased since is in neither."""
        for cohort in cohorts.every(self.services.table):
            recount(self.services, cohort.id)

    def _verified(self) -> Iterator[Wire]:
        for item in backup.items_in(self.file):
            place = _place(item)
            if _opens_doors(item):
                self.doors += 1
            elif place[0] in self.longer_here or self._is_of_the_erased(item):
                continue
            else:
                self.kept.add(place)
                yield self._with_mail_unknown(item) if place[0].startswith("MESSAGES#") else item

    def _is_of_the_erased(self, item: Wire) -> bool:
        """Whether it would name or free somebody who is erased; the rest is forgotten by erasing again."""
        place = _place(item)
        if place in {keys.roll_person(cohort_id, person_id) for cohort_id, person_id in self.erased}:
            return True
        if not place[0].startswith("PEOPLE#"):
            return False
        there = self.present.get(place)
        if there is not None and _is_tombstone(there):
            return True
        claims = item.get("enrolment_id", {}).get("S")
        return claims is not None and (place[0], claims) in {
            (keys.people(cohort_id), person_id) for cohort_id, person_id in self.erased
        }

    def _with_mail_unknown(self, item: Wire) -> Wire:
        """Return a message as it may be believed now: what was due at the time may have left since."""
        state, now = item["state"]["S"], instant_text(self.services.clock())
        if state not in (MessageState.DUE, MessageState.CLAIMED):
            return item
        there = self.present.get(_place(item), {}).get("state", {}).get("S")
        not_yet = item["due_at"]["S"] > now if there is None else there == MessageState.DUE
        if state == MessageState.DUE and not_yet:
            return item
        self.unknown += 1
        gone = ("owner", "lease_until", keys.INDEX_PARTITION, keys.INDEX_SORT)
        left = {name: value for name, value in item.items() if name not in gone}
        return {
            **left,
            "state": {"S": str(MessageState.UNKNOWN)},
            "reason": {"S": "restored from a copy"},
            "settled_at": {"S": now},
        }

    def _write(self, requests: Iterable[Mapping[str, Any]]) -> None:
        client, left = self.deployment.cloud.client("dynamodb"), {self.table: list(requests)}
        for attempt in range(MOST_TRIES):
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
            if not left:
                return
            time.sleep(FIRST_WAIT_SECONDS * 2**attempt)
        raise OperatorError(
            step=STEP,
            cause="DynamoDB takes no more for now.",
            remedy="Repeat the command with --replace in a few minutes.",
            partial_state="The table holds a part of the file.",
        )


@contextmanager
def resting(deployment: Deployment) -> Iterator[None]:
    """Let no function begin anything meanwhile; what is broken off leaves them at rest, and says so."""
    client = deployment.cloud.client("lambda")
    there = [name for name in map(deployment.environment.function, STAGES) if _is_there(client, name)]
    for name in there:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    except BaseException:
        print(
            f"\nBroken off. The functions of {deployment.environment.name} rest until the command is "
            "repeated (with --replace) and ends.",
            file=sys.stderr,
        )
        raise
    for name in there:
        client.delete_function_concurrency(FunctionName=name)


def _is_there(client: Any, name: str) -> bool:
    try:
        client.get_function_configuration(FunctionName=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def _opens_doors(item: Wire) -> bool:
    """Whether it is what somebody may come in by: none of that is brought back."""
    partition = _place(item)[0]
    if partition.startswith(keys.LINKS):
        return item["purpose"]["S"] in SHORT_LIVED
    return partition.startswith(KEEPERS_OF_DOORS)


def _is_tombstone(item: Wire) -> bool:
    return (
        _place(item)[1].startswith("ENROLMENT#") and item.get("state", {}).get("S") == EnrolmentState.ERASED
    )


def _is_head(item: Wire) -> bool:
    partition, sort = _place(item)
    return partition.startswith("AUDIT#") and sort == "HEAD"


def _tells_of_erasing(item: Wire) -> bool:
    partition, sort = _place(item)
    erases = item.get("action", {}).get("S") == "erase"
    return partition.startswith("AUDIT#") and sort.startswith("ENTRY#") and erases


def _person(item: Wire) -> tuple[str, str]:
    return item["cohort_id"]["S"], item["id"]["S"]


def _place(item: Wire) -> Place:
    return item[keys.PARTITION]["S"], item[keys.SORT]["S"]


def _key(place: Place) -> dict[str, Any]:
    return {keys.PARTITION: {"S": place[0]}, keys.SORT: {"S": place[1]}}


def _batches(of: Iterable[Any]) -> Iterator[list[Any]]:
    those = iter(of)
    while batch := list(islice(those, AT_ONCE)):
        yield batch


def _of_the_erased(header: Header) -> str:
    return (
        f"Who was erased after {header.written_at} and is not known as erased in this table, because it was "
        "lost or is another one, is back now. Look for such wishes in your mail, and have these people erase "
        "themselves once more at /my/place/."
    )


@click.command(
    epilog="For a moment of the last 35 days AWS restores into a new table (point-in-time recovery, in "
    "DynamoDB's console). ./kith backup ENVIRONMENT --from TABLE makes a file of that, for here."
)
@ENVIRONMENT
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), help="what ./kith backup wrote")
@click.option("--replace", is_flag=True, help="lose what the table holds now for what the file holds")
@explain_errors(STEP)
def command(*, environment: str, file: Path, replace: bool) -> int:
    """Bring the table back from a file of ./kith backup.

    Who was erased since stays erased; what signs in is left out; mails that may have left are not sent again.
    Nobody can use the programme meanwhile.
    """
    header = backup.verified(file)
    print(f"{file}: whole; {header.items} items of {header.environment}, {header.written_at}")
    done = restore(deployment_of(environment), file, replace=replace)
    print(
        f"Brought back: {done.items} items; {done.removed} that came later are gone.\n"
        f"People who stay erased: {done.erased}.\n"
        f"Mails that may have left and are not sent again: {done.unknown}.\n"
        f"Sessions, invitations and tokens, which are left out: {done.doors}. Invite coordinators again, and "
        "give machines new tokens."
    )
    print(_of_the_erased(header), file=sys.stderr)
    return DONE
