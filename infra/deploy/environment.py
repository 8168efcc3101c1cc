"""What an environment is: one programme, deployed once, as its file in infra/environments describes it.

The file holds no secret. It is read whole, and every mistake in it is told at once.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from functions.questionnaires.plain_text import TextError, address_of
from infra import ROOT
from infra.deploy.errors import OperatorError

ENVIRONMENTS = ROOT / "infra" / "environments"
STAGES = ("web", "match", "mail", "feedback")
DRAFT = Path(__file__).with_suffix(".toml")
NAME = re.compile(r"[a-z][a-z0-9]{1,15}")
STEP = "reading the environment"
ENVIRONMENT = click.argument(
    "environment",
    metavar="ENVIRONMENT",
    help="what is deployed, such as production: as its file in infra/environments is called",
)
# More is a slip of the keyboard, and a budget that tells nobody anything.
MOST_DOLLARS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. `budget` is in US dollars a month; what is None, nobody asked for."""

    name: str
    programme: str
    region: str
    sender: str
    alarms_to: str
    budget: float
    account: str | None = None
    domain: str | None = None
    certificate: str | None = None
    hosted_zone: str | None = None

    @property
    def prefix(self) -> str:
        """What the name of everything that belongs to the environment begins with."""
        return f"kith-{self.name}"

    def function(self, stage: str) -> str:
        """Return the name of a stage's function, as Zappa makes it."""
        return f"kith-{stage}-{self.name}"

    def stack(self, part: str) -> str:
        """Return the name of a stack: of `data`, `edge`, `events` or `budget`."""
        return f"{self.prefix}-{part}"


def read(name: str, folder: Path = ENVIRONMENTS) -> Environment:
    """Return the environment of that name.

    Raises `OperatorError` with everything that is wrong with its file.
    """
    if fault := fault_in_name(name):
        raise OperatorError(step=STEP, cause=fault, remedy="Choose another name, such as `production`.")
    file = folder / f"{name}.toml"
    if not file.is_file():
        there_are = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none yet"
        meant = near(name, folder)
        raise OperatorError(
            step=STEP,
            cause=f"There is no environment `{name}`; there are: {there_are}.",
            remedy=f"Did you mean `{meant}`?"
            if meant
            else f"`./kith deploy {name}` writes a draft of it to fill in.",
        )
    try:
        # Some editors of Windows put a mark before the text.
        written = tomllib.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise OperatorError(
            step=STEP,
            cause=f"{file.name} is not TOML: {error}.",
            remedy='Write each as: region = "eu-central-1", in straight quotation marks.',
        ) from error
    if faults := list(_faults_in(written)):
        raise OperatorError(
            step=STEP,
            cause="\n".join(f"{file.name}, {fault}" for fault in faults),
            remedy=f"Put them right in {shown(file)}, then repeat the command. Nothing was changed.",
        )
    read_as: dict[str, Any] = {
        key: address_of(value) if key in ADDRESSES else value for key, value in written.items() if value != ""
    }
    return Environment(name=name, **read_as)


def near(name: str, folder: Path) -> str:
    """Return the environment whose name is nearly that one; nothing where none is."""
    there_are = [path.stem for path in folder.glob("*.toml")]
    return next(iter(difflib.get_close_matches(name, there_are, n=1)), "")


def draft(name: str, programme: str, folder: Path = ENVIRONMENTS) -> Path:
    """Write a commented draft of the environment's file, unless it is there; return where it is."""
    file = folder / f"{name}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.write_text(DRAFT.read_text("utf-8").format(name=name, programme=programme), "utf-8")
    return file


def fault_in_name(name: str) -> str:
    """Return why an environment can't be called that; nothing when it can."""
    if not NAME.fullmatch(name):
        return f"`{name}` is no name of an environment: 2 to 16 small letters and digits, a letter first."
    if stage := next((stage for stage in STAGES if name.startswith(stage)), None):
        return f"An environment's name can't begin with `{stage}`, which is a function's."
    return ""


def shown(file: Path) -> str:
    """Return where a file is, from the project's folder on."""
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)


def _unknown(key: str) -> str:
    near = difflib.get_close_matches(key, KEYS, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(KEYS)}."
    return f"{key}: There is no such setting. {hint}"


def _faults_in(written: Mapping[str, Any]) -> Iterator[str]:
    yield from (_unknown(key) for key in written if key not in KEYS)
    for key, (needed, sound, should) in KEYS.items():
        value = written.get(key, "")
        if value == "" and needed:
            yield f"{key}: It is missing. Write {should}."
        elif value != "" and not sound(value):
            yield f"{key}: {value!r} won't do. Write {should}."
    if written.get("domain") and not written.get("certificate"):
        yield "certificate: A domain needs a certificate (AWS Certificate Manager, us-east-1). Write its ARN."
    for key in ("certificate", "hosted_zone"):
        if written.get(key) and not written.get("domain"):
            yield f"domain: It is missing, and `{key}` is for nothing without it."


def _matches(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_address(value: object) -> bool:
    try:
        return isinstance(value, str) and value == value.strip() and bool(address_of(value))
    except TextError:
        return False


def _is_sum(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= MOST_DOLLARS


ADDRESSES = ("sender", "alarms_to")
# Each key: whether it is needed, whether a value will do, and what to write.
KEYS: Mapping[str, tuple[bool, Callable[[object], bool], str]] = {
    "programme": (
        True,
        _matches(r"[a-z0-9]+(-[a-z0-9]+)*"),
        "the name of a file in schemas/programmes, without its ending",
    ),
    "region": (
        True,
        _matches(r"[a-z]{2}(-[a-z]+)+-\d"),
        'the name of an AWS region, like "eu-central-1"',
    ),
    "sender": (
        True,
        _is_address,
        "the one address that mails come from with nothing around it, like mentoring@example.edu",
    ),
    "alarms_to": (
        True,
        _is_address,
        "the one address that alarms go to with nothing around it, like it@example.edu",
    ),
    "budget": (True, _is_sum, f"US dollars a month, from 1 to {MOST_DOLLARS}, like 10"),
    "account": (False, _matches(r"\d{12}"), "the twelve digits of an AWS account, in quotation marks"),
    "domain": (
        False,
        _matches(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"),
        'a domain in small letters, like "mentoring.example.edu"',
    ),
    "certificate": (
        False,
        _matches(r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[A-Za-z0-9-]+"),
        "the ARN of a certificate in us-east-1: CloudFront takes no other region's",
    ),
    "hosted_zone": (
        False,
        _matches(r"Z[A-Z0-9]{1,31}"),
        'the id of a hosted zone of Route 53, like "Z0123…"',
    ),
}
