"""`./kith open ENVIRONMENT`: open the programme's next cohort. Done twice, it is one cohort."""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from functions.programme.cohort import Cohort
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.deploy.deployment import found
from infra.deploy.environment import add_choice
from infra.deploy.errors import Trouble, in_words

DONE = 0
# A day further off than that is a slip of the keyboard.
FURTHEST = timedelta(days=731)
DAY = "%A, %d %B %Y"


@in_words("opening a cohort")
def run(argv: Sequence[str]) -> int:
    """Do what `argv` says and return the exit status."""
    wanted = _parser().parse_args(argv)
    deployment = found(wanted.environment)
    cohort, made = opened(deployment.services(), wanted.opens)
    print(
        f"{cohort.name} ({cohort.id}) {'is open' if made else 'was opened before; nothing was changed'}.\n"
        f"  Enrolment: {cohort.opens_on:{DAY}} to {cohort.closes_on:{DAY}}\n"
        f"  Pairings end: {cohort.ends_on:{DAY}}\n"
        f"  Address: {deployment.origin()}/"
    )
    if made:
        print(
            f"The site shows it after the next deployment: ./kith deploy {wanted.environment}",
        )
    return DONE


def opened(services: Services, opens_on: date | None) -> tuple[Cohort, bool]:
    """Return the cohort that opens on that day, or on the calendar's, and whether it was made now.

    Raises `Trouble` for one whose enrolment would be over already.
    """
    cohort = services.programme.cohort(opens_on or services.programme.calendar.opens_on)
    standing = cohorts.get(services.table, cohort.id)
    if standing is not None:
        return standing, False
    if cohort.today(services.clock()) > cohort.closes_on:
        raise Trouble(
            step="opening a cohort",
            cause=f"Its enrolment would have ended on {cohort.closes_on:{DAY}}.",
            way_on="Name a day to come (--opens 2027-10-01), or change the calendar in the programme's file.",
        )
    return open_cohort(services, cohort.opens_on), True


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2027-10-01") from error
    if day > datetime.now(UTC).date() + FURTHEST:
        raise argparse.ArgumentTypeError(f"{text} is more than two years away")
    return day


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith open",
        description="Open a cohort of the environment's programme. Its dates follow from the first day of "
        "enrolment, by the calendar in the programme's file.",
    )
    add_choice(parser)
    parser.add_argument(
        "--opens", type=_day, metavar="DATE", help="the first day of enrolment (otherwise the calendar's)"
    )
    return parser
