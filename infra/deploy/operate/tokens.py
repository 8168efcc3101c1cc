"""`./kith token ENVIRONMENT --scope …`: a token with which a machine may call the API. It is shown once."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from functions.storage.access.api_tokens import EVERY_COHORT
from functions.usecases.access.api_tokens import SCOPES, issue_token, revoke_tokens
from infra.deploy.deployment import found
from infra.deploy.environment import add_choice
from infra.deploy.errors import in_words
from infra.deploy.operate.invite import name

DONE = 0
MOST_DAYS = 366


@in_words("writing a token")
def run(argv: Sequence[str]) -> int:
    """Do what `argv` says and return the exit status."""
    parser = _parser()
    wanted = parser.parse_args(argv)
    if not wanted.end and not (wanted.scope and wanted.days):
        parser.error("a token needs --scope and --days (or --end NAME, to end those of that name)")
    services = found(wanted.environment).services()
    if wanted.end:
        print(f"Ended, of the name {wanted.end}: {len(revoke_tokens(services, wanted.end))}.")
        return DONE
    lives = timedelta(days=wanted.days)
    print(issue_token(services, wanted.scope, lives=lives, cohort_id=wanted.cohort, name=wanted.name))
    print(
        f"It allows {', '.join(sorted(set(wanted.scope)))} until {services.clock() + lives:%d %B %Y}, and is "
        f"shown this once: keep it where the machine keeps its secrets. End it before: ./kith token "
        f"{wanted.environment} --end {wanted.name}",
        file=sys.stderr,
    )
    return DONE


def _days(text: str) -> int:
    number = int(text) if text.isdecimal() and text.isascii() else 0
    if not 1 <= number <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} won't do: a number of days from 1 to {MOST_DAYS}")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith token",
        description="Write a token with which a script may call the API under /api/v1. It is shown once.",
    )
    add_choice(parser)
    parser.add_argument(
        "--scope", action="append", choices=sorted(SCOPES), help="what it allows; may be given several times"
    )
    parser.add_argument("--days", type=_days, metavar="N", help=f"how long it lives, at most {MOST_DAYS}")
    parser.add_argument(
        "--cohort", default=EVERY_COHORT, metavar="ID", help="for that cohort alone (otherwise for all)"
    )
    parser.add_argument(
        "--name", type=name, default="machine", metavar="NAME", help="what you call it (%(default)s)"
    )
    parser.add_argument("--end", type=name, metavar="NAME", help="end every token of that name instead")
    return parser
