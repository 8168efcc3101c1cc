"""`./kith rollback ENVIRONMENT`: an earlier release live again, its functions and its site.

It goes the way that deploying goes, so it may be interrupted and repeated. The table, the stacks and the
environment's settings stay as they are: a release is code and pages, nothing else.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.deploy.aws import functions
from infra.deploy.deployment import Deployment, found
from infra.deploy.environment import add_choice
from infra.deploy.errors import Trouble, during, in_words
from infra.deploy.release import pages, releases
from infra.deploy.release.releases import Release, Tell

STEP = "going back to an earlier release"
STAYS = "Data and stacks stay as they are: only functions and site are gone back with."


@in_words(STEP)
def run(argv: Sequence[str]) -> int:
    """Go back; return the exit status."""
    asked = _parser().parse_args(argv)
    deployment = found(asked.environment)
    was, is_ = releases.current(deployment), chosen(deployment, asked.to)
    print(f"Live now    {_told(was)}")
    print(f"To be live  {_told(is_)}")
    print(STAYS)
    if not asked.yes and not _agreed():
        print("Nothing was changed.")
        return 0
    back_to(deployment, is_)
    print(f"{is_.id} is live at {deployment.origin()}")
    return 0


def chosen(deployment: Deployment, id_: str | None = None) -> Release:
    """Return the release to go back to: that of the id, or the one before; raises `Trouble` without one."""
    if id_ is not None:
        return releases.get(deployment, id_)
    before = releases.before(deployment)
    if before is None:
        others = ", ".join(release.id for release in releases.every(deployment))
        raise Trouble(
            step=STEP,
            cause="There is no release before the one that is live.",
            way_on=f"Kept are: {others or 'none'}. Name one: "
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
    except Trouble as trouble:
        trouble.left = trouble.left or left
        raise


def _told(release: Release | None) -> str:
    if release is None:
        return "nothing that was deployed to its end"
    commit = f", of commit {release.revision[:12]}" if release.revision else ""
    return f"{release.id}, made {release.made_at[:16].replace('T', ' ')} UTC{commit}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Trouble(step=STEP, cause="Nobody is there to ask.", way_on="Say it with --yes.")
    return input("Go back? [y/N] ").strip().lower() in ("y", "yes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith rollback",
        description="Make an earlier release live again: the one that the live release took the place of, or "
        "that of an ID. Done twice in a row it goes one further back each time, never forward to what was "
        "left; for that name its ID, or deploy. " + STAYS,
    )
    add_choice(parser)
    parser.add_argument("--to", metavar="ID", help="this release (or how its id begins), of the last ten")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    return parser
