"""`./kith rollback ENVIRONMENT`: an earlier release live again, its functions and its site.

It goes the way that deploying goes, so it may be interrupted and repeated. The table, the stacks and the
environment's settings stay as they are: a release is code and pages, nothing else.
"""

import sys
import tempfile
from pathlib import Path

import click

from infra.deploy.aws import functions
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import OperatorError, confirmed, during, explain_errors
from infra.deploy.release import pages, releases
from infra.deploy.release.releases import Release, Tell

STEP = "going back to an earlier release"


def chosen(deployment: Deployment, id_: str | None = None) -> Release:
    """Return the release to go back to: that of the id, or the one before.

    Raises `OperatorError` without one.
    """
    if id_ is not None:
        return releases.get(deployment, id_)
    before = releases.before(deployment)
    if before is None:
        others = ", ".join(release.id for release in releases.every(deployment))
        raise OperatorError(
            step=STEP,
            cause="There is no release before the one that is live.",
            remedy=f"Kept are: {others or 'none'}. Name one: "
            f"./kith rollback {deployment.environment.name} --to ID",
        )
    return before


def back_to(deployment: Deployment, release: Release, tell: Tell = print) -> None:
    """Make the release live: its functions, then its site, then say so in the history."""
    left = f"Some functions, or part of the site, may be those of {release.id} already. Repeat the command."
    try:
        with during(STEP), tempfile.TemporaryDirectory(prefix="kith-rollback-") as folder:
            site = releases.site_of(deployment, release, Path(folder))
            functions.bring(deployment, release, tell=tell)
            still_open = releases.still_open(deployment, release)
            pages.put(deployment, site, still_open=still_open, tell=tell)
            releases.put_live(deployment, release, back=True)
    except OperatorError as error:
        error.partial_state = error.partial_state or left
        raise


def _description(release: Release | None) -> str:
    if release is None:
        return "nothing that was deployed to its end"
    commit = f", of commit {release.revision[:12]}" if release.revision else ""
    return f"{release.id}, made {release.made_at[:16].replace('T', ' ')} UTC{commit}"


@click.command()
@ENVIRONMENT
@click.option("--to", "id_", metavar="ID", help="this release (or how its id begins), of the last ten")
@click.option("--yes", is_flag=True, help="don't ask")
@explain_errors(STEP)
def command(*, environment: str, id_: str | None, yes: bool) -> int:
    """Make an earlier release live again: the one that the live release took the place of, or that of an ID.

    Done twice in a row it goes one further back each time, never forward to what was left; for that name its
    ID, or deploy. Data and stacks stay as they are: only functions and site are gone back with.
    """
    deployment = deployment_of(environment)
    was, wanted = releases.current(deployment), chosen(deployment, id_)
    print(f"Live now    {_description(was)}")
    print(f"To be live  {_description(wanted)}")
    print("Data and stacks stay as they are: only functions and site are gone back with.")
    if not yes and not sys.stdin.isatty():
        raise OperatorError(step=STEP, cause="Nobody is there to ask.", remedy="Say it with --yes.")
    if not yes and not confirmed("Go back?"):
        print("Nothing was changed.")
        return 0
    back_to(deployment, wanted)
    print(f"{wanted.id} is live at {deployment.origin()}")
    return 0
