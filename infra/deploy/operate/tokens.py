"""`./kith token ENVIRONMENT --scope …`: a token with which a machine may call the API. It is shown once."""

import sys
from collections.abc import Sequence
from datetime import timedelta

import click

from functions.storage.access.api_tokens import EVERY_COHORT
from functions.usecases.access.api_tokens import SCOPES, issue_token, revoke_tokens
from infra.deploy.deployment import deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import explain_errors
from infra.deploy.operate.invite import name_of

DONE = 0
MOST_DAYS = 366


@click.command()
@ENVIRONMENT
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(SCOPES)), help="what it allows; repeatable"
)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), metavar="N", help=f"how long it lives, at most {MOST_DAYS}"
)
@click.option(
    "--cohort", default=EVERY_COHORT, metavar="ID", help="for that cohort alone (otherwise for all)"
)
@click.option(
    "--name", type=name_of, default="machine", metavar="NAME", show_default=True, help="what you call it"
)
@click.option("--end", type=name_of, metavar="NAME", help="end every token of that name instead")
@explain_errors("writing a token")
def command(  # an argument for each option
    *, environment: str, scopes: Sequence[str], days: int | None, cohort: str, name: str, end: str | None
) -> int:
    """Write a token with which a script may call the API under /api/v1. It is shown once."""
    if end:
        print(f"Ended, of the name {end}: {len(revoke_tokens(deployment_of(environment).services(), end))}.")
        return DONE
    if not scopes or days is None:
        raise click.UsageError("A token needs --scope and --days (or --end NAME, to end those of that name).")
    services, lives = deployment_of(environment).services(), timedelta(days=days)
    print(issue_token(services, scopes, lives=lives, cohort_id=cohort, name=name))
    print(
        f"It allows {', '.join(sorted(set(scopes)))} until {services.clock() + lives:%d %B %Y}, and is "
        f"shown this once: keep it where the machine keeps its secrets. End it before: ./kith token "
        f"{environment} --end {name}",
        file=sys.stderr,
    )
    return DONE
