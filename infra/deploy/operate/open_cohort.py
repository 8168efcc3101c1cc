"""`./kith open ENVIRONMENT`: open the programme's next cohort. Done twice, it is one cohort."""

from datetime import UTC, date, datetime, timedelta

import click

from functions.programme.cohort import Cohort
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.deploy.deployment import deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import OperatorError, explain_errors

DONE = 0
# A day further off than that is a slip of the keyboard.
FURTHEST = timedelta(days=731)
DAY = "%A, %d %B %Y"


def opened(services: Services, opens_on: date | None) -> tuple[Cohort, bool]:
    """Return the cohort that opens on that day, or on the calendar's, and whether it was made now.

    Raises `OperatorError` for one whose enrolment would be over already.
    """
    cohort = services.programme.cohort(opens_on or services.programme.calendar.opens_on)
    standing = cohorts.get(services.table, cohort.id)
    if standing is not None:
        return standing, False
    if cohort.today(services.clock()) > cohort.closes_on:
        raise OperatorError(
            step="opening a cohort",
            cause=f"Its enrolment would have ended on {cohort.closes_on:{DAY}}.",
            remedy="Name a day to come (--opens 2027-10-01), or change the calendar in the programme's file.",
        )
    return open_cohort(services, cohort.opens_on), True


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day; write it as 2027-10-01.") from error
    if day > datetime.now(UTC).date() + FURTHEST:
        raise click.BadParameter(f"{text} is more than two years away.")
    return day


@click.command()
@ENVIRONMENT
@click.option(
    "--opens", type=_day, metavar="DATE", help="the first day of enrolment (otherwise the calendar's)"
)
@explain_errors("opening a cohort")
def command(*, environment: str, opens: date | None) -> int:
    """Open a cohort of the environment's programme.

    Its dates follow from the first day of enrolment, by the calendar in the programme's file.
    """
    deployment = deployment_of(environment)
    cohort, made = opened(deployment.services(), opens)
    print(
        f"{cohort.name} ({cohort.id}) {'is open' if made else 'was opened before; nothing was changed'}.\n"
        f"  Enrolment: {cohort.opens_on:{DAY}} to {cohort.closes_on:{DAY}}\n"
        f"  Pairings end: {cohort.ends_on:{DAY}}\n"
        f"  Address: {deployment.origin()}/"
    )
    if made:
        print(f"The site shows it after the next deployment: ./kith deploy {environment}")
    return DONE
