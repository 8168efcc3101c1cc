"""`./kith recount ENVIRONMENT`: make the console's lists and counts agree with the records."""

import click

from functions.storage.enrolment import cohorts
from functions.usecases.people.recount import recount
from infra.deploy.deployment import deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import explain_errors

DONE = 0


@click.command()
@ENVIRONMENT
@explain_errors("counting again")
def command(*, environment: str) -> int:
    """Compare the console's lists and counts with the records that they repeat, and repair what differs.

    People may use the programme meanwhile.
    """
    services = deployment_of(environment).services()
    for cohort in cohorts.every(services.table):
        found = recount(services, cohort.id)
        print(
            f"{cohort.name} ({cohort.id}): "
            + (
                "nothing differed"
                if found.none
                else f"repaired {found.people} people, {found.pairs} pairs and {found.counts} counts"
            )
        )
    return DONE
