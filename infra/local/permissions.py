"""Who asked IAM for what: a tally of the actions that ministack checks, by the role that asked.

Ministack checks every call of a function against its role, each item of a transaction by itself, as IAM does.
Of mail it knows neither the identity nor the sender, nor that a message handed over as it is to be sent needs
`ses:SendRawEmail`; that is made good here. What Lambda does in a function's name, polling its queue and
writing its log, is neither checked nor counted.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack import app as ministack
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

SEND_MAIL = "ses:SendEmail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What SES reads of a mail before it asks IAM."""

    sender: str
    configuration_set: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to IAM: may the caller do this to that?"""

    action: str
    resource: str
    context: Mapping[str, Any]


_MAILING: ContextVar[Mailing | None] = ContextVar("kith_mailing", default=None)


@contextmanager
def mailing(sender: str, configuration_set: str | None) -> Iterator[None]:
    """Let the checks of this request know the mail that it hands over."""
    token = _MAILING.set(Mailing(sender=sender, configuration_set=configuration_set))
    try:
        yield
    finally:
        _MAILING.reset(token)


class Tally:
    """The actions that each role asked for and was allowed, and those that it was refused."""

    def __init__(self) -> None:
        self._allowed: defaultdict[str, set[str]] = defaultdict(set)
        self._refused: defaultdict[str, set[str]] = defaultdict(set)
        self._enforce = iam_evaluator.enforce

    def begin(self) -> None:
        """Stand between ministack and its evaluator from now on."""
        iam_evaluator.enforce = self._checked

    def forget(self) -> None:
        """Begin anew, as everything else after a reset."""
        self._allowed.clear()
        self._refused.clear()

    def outcome(self) -> dict[str, dict[str, list[str]]]:
        """Return what was `allowed` and what was `refused`, by role."""
        return {
            name: {role: sorted(actions) for role, actions in noted.items()}
            for name, noted in (("allowed", self._allowed), ("refused", self._refused))
        }

    def _checked(
        self, key: str, action: str, service: str, region: str, resource_arn: str = "*", **context: Any
    ) -> Any:
        role = _role_of(key)
        known = dict(context.get("service_context") or {})
        for check in _checks_of(Check(action=action, resource=resource_arn, context=known), region):
            denied = self._enforce(
                key, check.action, service, region, resource_arn=check.resource, service_context=check.context
            )
            if isinstance(denied, iam_evaluator.AuthError):
                return denied
            if role is not None:
                (self._refused if denied else self._allowed)[role].add(check.action)
            if denied:
                return denied
        return None


def _role_of(key: str) -> str | None:
    """Return the name of the role that the key belongs to; None for root, who may do everything."""
    caller = iam_evaluator.resolve_principal(key, get_account_id())
    kind, _, name = getattr(caller, "arn", "").rpartition(":")[2].partition("/")
    return name.partition("/")[0] if kind == "assumed-role" else None


def _checks_of(check: Check, region: str) -> list[Check]:
    """Return the checks that AWS would make, most often this very one."""
    mail = _MAILING.get()
    if check.action != SEND_MAIL or mail is None:
        return [check]
    begin = f"arn:aws:ses:{region}:{get_account_id()}:"
    resources = [f"{begin}identity/{_identity_of(mail.sender)}"]
    if mail.configuration_set:
        resources.append(f"{begin}configuration-set/{mail.configuration_set}")
    context = {**check.context, "ses:FromAddress": mail.sender}
    return [
        Check(action=action, resource=resource, context=context)
        for action in (SEND_MAIL, "ses:SendRawEmail")
        for resource in resources
    ]


def _identity_of(sender: str) -> str:
    """Return the proved identity that the sender is: the address if it was proved itself, else its domain."""
    proved = ministack._get_module("ses_v2")._identities  # noqa: SLF001 - pinned
    return sender if sender in proved else sender.rpartition("@")[2]
