"""`./kith build`: the static site into `build/site/`, one deployable zip a function into `build/zips/`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from functions.programme.cohort import Cohort
from functions.questionnaires import definitions
from infra import ROOT
from infra.build import site as static_site
from infra.build import zips
from infra.programme.selection import PROGRAMME

REFUSED = 2
BUILD = ROOT / "build"

Tell = Callable[[str], None]


def site(out: Path, name: str, cohort: Cohort | None = None, tell: Tell = lambda _: None) -> None:
    """Build the site of that programme for a cohort; without one, for the next that the programme opens.

    The same sources and the same cohort make the same bytes. Raises `SiteError`, or `LookupError` for a
    programme that can't be used.
    """
    programme = definitions.programme(name)
    questionnaires = definitions.questionnaires_of(programme)
    shown = cohort or programme.cohort(programme.calendar.opens_on)
    tell(f"The site, for the cohort that opens on {shown.opens_on:%d %B %Y}")
    out.parent.mkdir(parents=True, exist_ok=True)
    static_site.build(out, programme=programme, questionnaires=questionnaires, cohort=shown)
    files = [path for path in out.rglob("*") if path.is_file()]
    tell(f"  {len(files)} files, {sum(path.stat().st_size for path in files) / 2**20:.1f} MiB")


def functions(out: Path, platform: str, tell: Tell = lambda _: None) -> None:
    """Have every function's zip in `out`, for one of `zips.TARGETS`; raises `BuildError`.

    What is there already and was made from the same sources is left as it is.
    """
    tell(f"The zips, for {platform}")
    zips.build(out, zips.TARGETS[platform], tell=tell)


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=BUILD, metavar="DIR", help="where to (build/)"
)
@click.option(
    "--platform",
    type=click.Choice(sorted(zips.TARGETS)),
    default="arm64",
    show_default=True,
    help="what the zips are for: Lambda on arm64 or x86_64, or this very machine",
)
@PROGRAMME
def command(*, out: Path, platform: str, programme: str) -> int:
    """Build what is deployed: the static site, and one zip for each function."""
    began = time.monotonic()
    try:
        site(out / "site", programme, tell=print)
        functions(out / "zips", platform, tell=print)
    except (static_site.SiteError, zips.BuildError, LookupError) as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return REFUSED
    print(f"Built in {time.monotonic() - began:.0f} s, in {out}")
    return 0
