"""`./kith destroy`: an environment taken away. What people entrusted to it stays, unless that is asked twice.

Without `--data` the table, its backups, the queues, the keys and the kept releases stay, and `./kith deploy`
takes them up again. Broken off and repeated, it goes on where it stopped.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click
from botocore.exceptions import ClientError

from infra.deploy.aws import functions, secrets, stacks
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import AGAIN, OperatorError, confirmed, during, explain_errors
from infra.deploy.release.deploy import interruptible

DONE, BROKEN_OFF = 0, 130
MOST_AT_ONCE = 1000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyStep:
    """One step: its name, and what it does; done again it finds nothing to do."""

    name: str
    do: Callable[[Deployment, Tell], None]


@click.command()
@ENVIRONMENT
@click.option("--yes", is_flag=True, help="do not ask (never enough for --data)")
@click.option("--data", is_flag=True, help="delete the data as well, for good: it is asked for once more")
@click.option(
    "--yes-delete-all-data-of",
    "data_of",
    metavar="ENVIRONMENT",
    help="with --data and --yes: the name once more, instead of being asked for it",
)
@explain_errors("taking the environment away")
def command(*, environment: str, yes: bool, data: bool, data_of: str | None) -> int:
    """Take an environment away. Table, backups and releases stay, unless --data is given."""
    deployment = deployment_of(environment)
    _show(deployment, data=data)
    named = data_of == environment and yes
    if not (yes or confirmed("Do that?")) or not (not data or named or _name_repeated(environment)):
        print("Nothing was removed.")
        return DONE
    try:
        with interruptible():
            destroy(deployment, data=data)
    except KeyboardInterrupt:
        print(f"\nBroken off: part of it is removed. To go on: ./kith destroy {environment}")
        return BROKEN_OFF
    print(_left(deployment, data=data))
    return DONE


def destroy(deployment: Deployment, *, data: bool = False, tell: Tell = print) -> None:
    """Take the environment away, and with `data` everything that was kept in it; raises `OperatorError`."""
    steps = (*STEPS, *DATA_STEPS) if data else STEPS
    for number, step in enumerate(steps, 1):
        tell(f"{number}/{len(steps)} {step.name}")
        with during(step.name):
            step.do(deployment, tell)


def _stop(deployment: Deployment, tell: Tell) -> None:
    stacks.remove(deployment.cloud, deployment.environment.stack("events"), tell)
    if not deployment.cloud.emulated:
        stacks.remove(deployment.cloud, deployment.environment.stack("budget"), tell)


def _functions(deployment: Deployment, tell: Tell) -> None:
    functions.remove(deployment, tell=tell)


def _edge(deployment: Deployment, tell: Tell) -> None:
    stacks.remove(deployment.cloud, deployment.environment.stack("edge"), tell)


def _site(deployment: Deployment, tell: Tell) -> None:
    _remove_bucket(deployment, "site", tell)


def _releases(deployment: Deployment, tell: Tell) -> None:
    _remove_bucket(deployment, "releases", tell)


def _data(deployment: Deployment, tell: Tell) -> None:
    stacks.remove(deployment.cloud, deployment.environment.stack("data"), tell)


def _table(deployment: Deployment, tell: Tell) -> None:
    tables, name = deployment.cloud.client("dynamodb"), deployment.environment.prefix
    with suppress(tables.exceptions.ResourceNotFoundException):
        # With recovery on, DynamoDB would keep a copy of the deleted table for 35 days.
        tables.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
        tables.update_table(TableName=name, DeletionProtectionEnabled=False)
        tables.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        tables.delete_table(TableName=name)
        tables.get_waiter("table_not_exists").wait(
            TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 600}
        )
        tell(f"  the table {name} is deleted")


def _backups(deployment: Deployment, tell: Tell) -> None:
    tables = deployment.cloud.client("dynamodb")
    kept = tables.list_backups(TableName=deployment.environment.prefix, BackupType="USER")["BackupSummaries"]
    for backup in kept:
        tables.delete_backup(BackupArn=backup["BackupArn"])
        tell(f"  the backup {backup['BackupName']} is deleted")


def _secrets(deployment: Deployment, _tell: Tell) -> None:
    secrets.forgotten(deployment.cloud, deployment.environment)


def _remove_bucket(deployment: Deployment, kind: str, tell: Tell) -> None:
    store = deployment.cloud.client("s3")
    name = f"{deployment.environment.prefix}-{kind}-{deployment.cloud.account}"
    try:
        for page in store.get_paginator("list_objects_v2").paginate(Bucket=name):
            _empty(store, name, [item["Key"] for item in page.get("Contents", ())])
        store.delete_bucket(Bucket=name)
        tell(f"  the bucket {name} is deleted")
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _empty(store: Any, bucket: str, keys: Sequence[str]) -> None:
    if not keys:
        return
    some = [{"Key": key} for key in keys[:MOST_AT_ONCE]]
    if refused := store.delete_objects(Bucket=bucket, Delete={"Objects": some, "Quiet": True}).get("Errors"):
        raise OperatorError(
            step=f"emptying the bucket {bucket}",
            cause=f"AWS refused {len(refused)} files, such as {refused[0]['Key']}: {refused[0]['Code']}.",
            remedy=AGAIN,
        )


STEPS = (
    DestroyStep(name="stop what calls the functions: queues, schedules, alarms", do=_stop),
    DestroyStep(name="functions", do=_functions),
    DestroyStep(name="the edge: address, mail, roles, logs", do=_edge),
    DestroyStep(name="the site", do=_site),
)
DATA_STEPS = (
    DestroyStep(name="kept releases", do=_releases),
    DestroyStep(name="queues", do=_data),
    DestroyStep(name="backups", do=_backups),
    DestroyStep(name="the table, with everybody's data", do=_table),
    DestroyStep(name="keys", do=_secrets),
)


def _show(deployment: Deployment, *, data: bool) -> None:
    environment, cloud = deployment.environment, deployment.cloud
    where = cloud.endpoint_url or f"the account {cloud.account}"
    print(f"{environment.name}, in {cloud.region} of {where}, is to be taken away:")
    print("  its address, functions, schedules, alarms, logs and site")
    if data:
        print("  AND ALL ITS DATA: the table, its backups, the kept releases. Nobody can bring them back.")
    else:
        print("Kept: the table and its backups, the queues, the keys, the releases.")


def _name_repeated(name: str) -> bool:
    try:
        return bool(click.prompt(f"To delete all data, write the environment's name ({name})") == name)
    except click.Abort:
        return False


def _left(deployment: Deployment, *, data: bool) -> str:
    environment = deployment.environment
    if data:
        return (
            f"Nothing of {environment.name} is left but its file in infra/environments, the sender's proof "
            "and the list of bounced addresses in SES, and whatever AWS has yet to bill for this month."
        )
    return (
        f"Left: the table {environment.prefix}, its backups, the queues, keys, releases, and the proof of "
        "the sender. As long as it rests, nobody is erased by date.\n"
        "A month of it costs about 0.30 US dollars for each GB in the table, 0.20 for its continuous backup, "
        "0.02 for each GB of releases: cents, for a cohort.\n"
        f"To take it up again: ./kith deploy {environment.name}. To delete it too: ./kith destroy "
        f"{environment.name} --data"
    )
