"""What an operator is told when something in the account went wrong: the step, the cause, the way on.

AWS says what it refused, seldom what to do. Here its answers become sentences, and nothing that was left
half-done goes unsaid.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps

from botocore import exceptions as aws

REFUSED = 2
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


class Trouble(Exception):  # noqa: N818  # the word that its readers need
    """Something an operator can do something about.

    `step` names what was being done, `cause` why it stopped, `way_on` what to do now, and `left` what is
    half-done, where anything is.
    """

    def __init__(self, *, step: str, cause: str, way_on: str, left: str = "") -> None:
        super().__init__(f"{step}: {cause} {way_on}")
        self.step, self.cause, self.way_on, self.left = step, cause, way_on, left


def told(trouble: Trouble) -> int:
    """Tell the trouble on stderr; return the exit status that a command ends with."""
    print(f"\nkith: stopped at: {trouble.step}", file=sys.stderr)
    print(f"  Why:     {_indented(trouble.cause)}", file=sys.stderr)
    print(f"  What to do: {_indented(trouble.way_on)}", file=sys.stderr)
    if trouble.left:
        print(f"  As it stands: {_indented(trouble.left)}", file=sys.stderr)
    return REFUSED


Run = Callable[[Sequence[str]], int]


def in_words(step: str) -> Callable[[Run], Run]:
    """Let a command's `run` end in words and exit status 2 whatever AWS refuses; `step` says what it does."""

    def around(run: Run) -> Run:
        @wraps(run)
        def told_if_refused(argv: Sequence[str]) -> int:
            try:
                with during(step):
                    return run(argv)
            except Trouble as trouble:
                return told(trouble)

        return told_if_refused

    return around


@contextmanager
def during(step: str) -> Iterator[None]:
    """Turn what botocore raises inside into a `Trouble` of this step; a `Trouble` passes as it is."""
    try:
        yield
    except (aws.BotoCoreError, aws.ClientError) as fault:
        raise trouble_of(fault, step) from fault


def trouble_of(fault: Exception, step: str) -> Trouble:
    """Return what to tell an operator of something that botocore raised."""
    cause, way_on = _of_an_answer(fault) if isinstance(fault, aws.ClientError) else _of_no_answer(fault)
    return Trouble(step=step, cause=cause, way_on=way_on)


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
    for kinds, cause, way_on in _WITHOUT_ANSWER:
        if isinstance(fault, kinds):
            return cause.format(fault=fault), way_on
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
