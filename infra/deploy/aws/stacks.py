"""Stacks of CloudFormation: made, brought up to their templates, taken away, however often it is asked.

Everything goes through change sets: they tell beforehand what would change, and take in again what a stack
left behind when it was deleted (a table, a bucket that is kept), instead of refusing because it is there.

    no stack ──► REVIEW_IN_PROGRESS ──► CREATE_IN_PROGRESS ──► CREATE_COMPLETE ◄──► UPDATE_…
                  (interrupted here:                │
                   asked again)                     └─► ROLLBACK_COMPLETE (holds nothing: deleted, made again)
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra import ROOT
from infra.deploy.aws import templates
from infra.deploy.aws.cloud import Cloud
from infra.deploy.errors import AGAIN, OperatorError

TEMPLATES = ROOT / "infra" / "deploy" / "cloudformation"
CHANGES = "kith"
# A stack of such a status holds nothing any more and can't be updated: it is in the way.
SPENT = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
STUCK = {"UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED", "IMPORT_ROLLBACK_FAILED"}
NOT_BEGUN = {"", "REVIEW_IN_PROGRESS"}
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
NOTHING_CHANGES = ("didn't contain changes", "No updates are to be performed")
# A distribution takes a quarter of an hour on a slow day; an hour is for whatever else may be.
LONGEST_SECONDS = 3600
LOOK_EVERY_SECONDS = 3.0
LOOK_EVERY_SECONDS_EMULATED = 0.05
TELL_EVERY_SECONDS = 20.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would happen to one resource: `what` is Add, Modify, Remove or Import."""

    what: str
    resource: str
    kind: str
    replaced: bool = False

    def __str__(self) -> str:
        words = {"Add": "make", "Modify": "change", "Remove": "remove", "Import": "take in again"}
        how = "replace" if self.replaced else words.get(self.what, self.what.lower())
        return f"{how} {self.resource} ({self.kind.removeprefix('AWS::').replace('::', ' ')})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One stack by its name, with what it is to be."""

    cloud: Cloud
    name: str
    tell: Tell = print

    @property
    def formation(self) -> Any:
        """The client of CloudFormation."""
        return self.cloud.client("cloudformation")

    @property
    def step(self) -> str:
        """What an operator reads was being done."""
        return f"the stack {self.name}"

    def found(self) -> Mapping[str, Any] | None:
        """Return the stack as it is; None where there is none."""
        try:
            stack: Mapping[str, Any] = self.formation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as fault:
            if "does not exist" in fault.response["Error"]["Message"]:
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def status(self) -> str:
        """Return the stack's status; nothing where there is no stack."""
        stack = self.found()
        return str(stack["StackStatus"]) if stack else ""

    def outputs(self) -> dict[str, str]:
        """Return what the stack says of itself, nothing without a stack."""
        stack = self.found() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}

    def settled(self) -> str:
        """Return the status once nothing is under way, an earlier run's work included."""
        began = told_at = time.monotonic()
        status = self.status()
        while status.endswith("_IN_PROGRESS") and status not in NOT_BEGUN:
            now = time.monotonic()
            if now - began > LONGEST_SECONDS:
                raise OperatorError(
                    step=self.step,
                    cause=f"It is still {status} after an hour.",
                    remedy=f"Look at its events in the console of CloudFormation. {AGAIN}",
                )
            if now - told_at > TELL_EVERY_SECONDS:
                told_at = now
                self.tell(f"  {self.name}: {status.lower().replace('_', ' ')}, {now - began:.0f} s")
            time.sleep(LOOK_EVERY_SECONDS_EMULATED if self.cloud.emulated else LOOK_EVERY_SECONDS)
            status = self.status()
        return status

    def changes(self, template: Path, parameters: Mapping[str, str]) -> list[Change]:
        """Return what bringing the stack up to the template would do, and leave nothing behind.

        Nothing is made for it: of a stack that is not there, or in the way, there is nothing to ask, so the
        list is empty then.
        """
        if self.settled() in NOT_BEGUN | SPENT:
            return []
        if self._prepared(template, parameters) is None:
            return []
        found = self._changes()
        self.formation.delete_change_set(StackName=self.name, ChangeSetName=CHANGES)
        return found

    def apply(self, template: Path, parameters: Mapping[str, str]) -> dict[str, str]:
        """Bring the stack up to the template, from nothing if need be; return its outputs.

        Raises `OperatorError` with the first resource that failed and its own reason.
        """
        status = self.settled()
        if status in SPENT:
            self.tell(f"  {self.name}: an earlier attempt was undone; it is made again")
            self.remove()
        elif status in STUCK:
            raise self._stuck(status)
        prepared = self._prepared(template, parameters)
        if prepared is None:
            return self.outputs()
        since = prepared["CreationTime"]
        self.formation.execute_change_set(StackName=self.name, ChangeSetName=CHANGES)
        status = self.settled()
        if status not in GOOD:
            raise self._failed(status, since)
        return self.outputs()

    def remove(self) -> None:
        """Take the stack away; harmless when there is none. Raises `OperatorError` with what could not go."""
        if not self.settled():
            return
        stack = self.found()
        if stack is None:
            return
        self.formation.delete_stack(StackName=stack["StackId"])
        if self.settled():
            raise self._failed(self.status(), None)

    def _prepared(self, template: Path, parameters: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Make the change set, and return it when it is ready; None when there is nothing to change."""
        with suppress(ClientError):  # of an interrupted run; without a stack there can be none
            self.formation.delete_change_set(StackName=self.name, ChangeSetName=CHANGES)
        known = {**parameters, "AWS::AccountId": self.cloud.account, "AWS::Region": self.cloud.region}
        self.formation.create_change_set(
            StackName=self.name,
            ChangeSetName=CHANGES,
            ChangeSetType="CREATE" if self.status() in NOT_BEGUN else "UPDATE",
            TemplateBody=templates.body(template, known),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Tags=[{"Key": "kith", "Value": self.name}],
            ImportExistingResources=True,
            # The emulator's takes what is to be taken in again for a name that is in the way.
            DisableValidation=self.cloud.emulated,
        )
        prepared = self._described()
        while prepared["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            time.sleep(LOOK_EVERY_SECONDS_EMULATED if self.cloud.emulated else LOOK_EVERY_SECONDS)
            prepared = self._described()
        if prepared["ExecutionStatus"] == "AVAILABLE":
            return prepared
        reason = prepared.get("StatusReason", "")
        if any(words in reason for words in NOTHING_CHANGES):
            self.formation.delete_change_set(StackName=self.name, ChangeSetName=CHANGES)
            return None
        reason = self._found_invalid(ChangeSetName=CHANGES) or reason
        self.formation.delete_change_set(StackName=self.name, ChangeSetName=CHANGES)
        raise OperatorError(
            step=self.step,
            cause=f"CloudFormation refuses these changes: {reason}",
            remedy=_remedy_for(reason),
            partial_state="Nothing of this stack was changed.",
        )

    def _described(self, **page: str) -> Mapping[str, Any]:
        described: Mapping[str, Any] = self.formation.describe_change_set(
            StackName=self.name, ChangeSetName=CHANGES, **page
        )
        return described

    def _changes(self) -> list[Change]:
        found: list[Change] = []
        page = self._described()
        while True:
            found += [_change(entry["ResourceChange"]) for entry in page.get("Changes", ())]
            if not page.get("NextToken"):
                return found
            page = self._described(NextToken=page["NextToken"])

    def _failed(self, status: str, since: datetime | None) -> OperatorError:
        resource, reason = self._first_failure(since)
        whole = "Everything that this step changed was undone." if "ROLLBACK_COMPLETE" in status else ""
        return OperatorError(
            step=self.step,
            cause=f"{resource}: {reason}" if resource else f"It ended as {status}. {reason}",
            remedy=_remedy_for(reason),
            partial_state=whole or f"The stack is {status or 'gone'}: part of it may have been made.",
        )

    def _first_failure(self, since: datetime | None) -> tuple[str, str]:
        """Return the resource that failed first and why; the ones after it were only cancelled."""
        pages = self.formation.get_paginator("describe_stack_events").paginate(
            StackName=(self.found() or {}).get("StackId", self.name)
        )
        failed = ("", "")
        for event in (event for page in pages for event in page["StackEvents"]):
            if since is not None and event["Timestamp"] < since:
                break
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                kind = event["ResourceType"].removeprefix("AWS::").replace("::", " ")
                failed = (f"{event['LogicalResourceId']} ({kind})", reason)
        if "DescribeEvents" in failed[1]:
            return "", self._found_invalid() or failed[1]
        return failed

    def _found_invalid(self, **of: str) -> str:
        """Return what CloudFormation found before it changed anything, which it tells apart from the rest."""
        try:
            events = self.formation.describe_events(StackName=self.name, **of)["OperationEvents"]
        except ClientError:
            return ""
        invalid = {event["ValidationStatusReason"] for event in events if "ValidationStatusReason" in event}
        return " ".join(sorted(invalid))

    def _stuck(self, status: str) -> OperatorError:
        resource, reason = self._first_failure(None)
        return OperatorError(
            step=self.step,
            cause=f"An earlier change could not be undone ({status}). {resource}: {reason}",
            remedy=(
                f"Put that right, then `aws cloudformation continue-update-rollback --stack-name {self.name} "
                f"--region {self.cloud.region}` (or “Continue update rollback” in the console). {AGAIN}"
            ),
            partial_state="The stack stays as it is; nothing was changed now.",
        )


def _change(told: Mapping[str, Any]) -> Change:
    return Change(
        what=told["Action"],
        resource=told["LogicalResourceId"],
        kind=told["ResourceType"],
        replaced=told.get("Replacement") == "True",
    )


def apply(
    cloud: Cloud, name: str, template: Path, parameters: Mapping[str, str], tell: Tell = print
) -> dict[str, str]:
    """Bring the stack of that name up to its template; return its outputs. Raises `OperatorError`."""
    return Stack(cloud=cloud, name=name, tell=tell).apply(template, parameters)


def remove(cloud: Cloud, name: str, tell: Tell = print) -> None:
    """Take the stack of that name away; harmless when there is none. Raises `OperatorError`."""
    Stack(cloud=cloud, name=name, tell=tell).remove()


# What CloudFormation says of a resource that failed, and what an operator can do about it.
_REMEDIES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("is not authorized to perform", "AccessDenied", "Access Denied", "not authorized"),
        f"Have whoever manages the account allow that action, or sign in as somebody who may. {AGAIN}",
    ),
    (
        ("BucketAlreadyExists", "bucket name is not available"),
        (
            "That name of a bucket belongs to another account. Give the environment another name (that of "
            f"its file). {AGAIN}"
        ),
    ),
    (
        ("already exist", "AlreadyExists", "BucketAlreadyOwnedByYou"),
        (
            "Something of that name is there already and belongs to no stack. If an earlier deployment left "
            f"it, delete it; if it is another program's, give the environment another name. {AGAIN}"
        ),
    ),
    (
        ("deletion protection", "DeletionProtection"),
        "The table is protected from being deleted. To delete all data: ./kith destroy ENVIRONMENT --data",
    ),
    (("LimitExceeded", "limit", "quota"), f"Ask AWS for a higher quota (Service Quotas). {AGAIN}"),
    (("expired",), f"Sign in again: `aws sso login`. {AGAIN}"),
)


def _remedy_for(reason: str) -> str:
    holds = partial(_mentions, reason)
    return next((remedy for words, remedy in _REMEDIES if any(map(holds, words))), f"Put it right. {AGAIN}")


def _mentions(reason: str, words: str) -> bool:
    return words.lower() in reason.lower()
