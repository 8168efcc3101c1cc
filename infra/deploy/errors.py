"""What an operator reads when something in the account went wrong: the step, the cause, the remedy.

AWS says what it refused, seldom what to do. Here its answers become sentences, and nothing that was left
half-done goes unsaid.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import click
from botocore import exceptions as aws

REFUSED = 2
P = ParamSpec("P")
DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "403",
}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
UNKNOWN_KEYS = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "AuthFailure",
    "IncompleteSignature",
}
TAKEN = {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}
BUSY = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
# How AWS writes the action that a policy lacks, in each of its services' own sentence.
ACTION = re.compile(r"perform:?\s+([a-z0-9-]+:[A-Za-z*]+)")

AGAIN = "Then repeat the command: what is done already is left as it is."
SIGN_IN = (
    f"Sign in: `aws sso login` (`aws configure sso` once before), AWS_PROFILE naming the profile. {AGAIN}"
)


class OperatorError(Exception):
    """Something that an operator can put right.

    `step` names what was being done, `cause` why it stopped, `remedy` what to do now, and `partial_state`
    what is half-done, where anything is.
    """

    def __init__(self, *, step: str, cause: str, remedy: str, partial_state: str = "") -> None:
        super().__init__(f"{step}: {cause} {remedy}")
        self.step, self.cause, self.remedy, self.partial_state = step, cause, remedy, partial_state


def report(error: OperatorError) -> int:
    """Print the error on stderr; return the exit status that a command ends with."""
    print(f"\nkith: stopped at: {error.step}", file=sys.stderr)
    print(f"  Why:     {_indented(error.cause)}", file=sys.stderr)
    print(f"  What to do: {_indented(error.remedy)}", file=sys.stderr)
    if error.partial_state:
        print(f"  As it stands: {_indented(error.partial_state)}", file=sys.stderr)
    return REFUSED


def explain_errors(step: str) -> Callable[[Callable[P, int]], Callable[P, int]]:
    """Let a command report what stops it and end with exit status 2; `step` says what the command does."""

    def decorate(command: Callable[P, int]) -> Callable[P, int]:
        @wraps(command)
        def run(*arguments: P.args, **options: P.kwargs) -> int:
            try:
                with during(step):
                    return command(*arguments, **options)
            except OperatorError as error:
                return report(error)

        return run

    return decorate


def confirmed(question: str) -> bool:
    """Return whether somebody answers the question with yes; nobody there is a no."""
    try:
        return click.confirm(question)
    except click.Abort:
        return False


@contextmanager
def during(step: str) -> Iterator[None]:
    """Turn what botocore raises inside into an `OperatorError` of this step."""
    try:
        yield
    except (aws.BotoCoreError, aws.ClientError) as fault:
        raise operator_error_from(fault, step) from fault


def operator_error_from(fault: Exception, step: str) -> OperatorError:
    """Return what to tell an operator of something that botocore raised."""
    cause, remedy = _of_an_answer(fault) if isinstance(fault, aws.ClientError) else _of_no_answer(fault)
    return OperatorError(step=step, cause=cause, remedy=remedy)


def _of_an_answer(fault: aws.ClientError) -> tuple[str, str]:
    code, message = fault.response["Error"].get("Code", ""), fault.response["Error"].get("Message", "")
    if code in DENIED:
        found = ACTION.search(message)
        action = found[1] if found else f"the call {fault.operation_name}"
        return (
            f"Who is signed in may not do {action}. {_sentence(message)}",
            allow(action),
        )
    if code in EXPIRED:
        return "The session with AWS has expired.", SIGN_IN
    if code in UNKNOWN_KEYS:
        return f"AWS does not accept these credentials. {_sentence(message)}", SIGN_IN
    if code in TAKEN:
        return (
            "The name of a bucket is taken: names of buckets are shared by all accounts.",
            "Give the environment another name (the name of its file), or delete that bucket if it is yours.",
        )
    if code in BUSY:
        return "AWS asks to slow down.", AGAIN
    return f"AWS refused {fault.operation_name}: {_sentence(message)} ({code})", AGAIN


def allow(action: str) -> str:
    """Return what to do where a permission is missing."""
    return f"Have whoever manages the account allow {action}, or sign in as somebody who may. {AGAIN}"


def _of_no_answer(fault: Exception) -> tuple[str, str]:
    for kinds, cause, remedy in _WITHOUT_ANSWER:
        if isinstance(fault, kinds):
            return cause.format(fault=fault), remedy
    return f"{type(fault).__name__}: {fault}", AGAIN


_WITHOUT_ANSWER: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError),
        "There are no AWS credentials here that can be used. {fault}",
        SIGN_IN,
    ),
    (
        (aws.SSOTokenLoadError, aws.UnauthorizedSSOTokenError, aws.TokenRetrievalError, aws.SSOError),
        "The session with AWS has expired. {fault}",
        SIGN_IN,
    ),
    (
        (aws.ProfileNotFound,),
        "{fault}",
        "Set AWS_PROFILE to a profile of ~/.aws/config, or make it with `aws configure sso`.",
    ),
    (
        (aws.EndpointConnectionError, aws.ConnectionError, aws.HTTPClientError),
        "AWS can't be reached. {fault}",
        f"Check the network, and the proxy if there is one (HTTPS_PROXY). {AGAIN}",
    ),
)


def _sentence(text: str) -> str:
    """Return text of AWS as a sentence that another can follow."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _indented(text: str) -> str:
    return "\n    ".join(text.splitlines())
