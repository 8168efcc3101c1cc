"""`./kith build`: the static site into `build/site/`, one deployable zip a function into `build/zips/`."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from functions.programme.cohort import Cohort
from infra import ROOT
from infra.build import site as static_site
from infra.build import zips
from infra.programme import selection
from schemas import definitions

REFUSED = 2
BUILD = ROOT / "build"

Tell = Callable[[str], None]


def run(arguments: Sequence[str]) -> int:
    """Build; return the exit status."""
    wanted = _parser().parse_args(arguments)
    began = time.monotonic()
    try:
        site(wanted.out / "site", wanted.programme, tell=print)
        functions(wanted.out / "zips", wanted.platform, tell=print)
    except (static_site.SiteError, zips.BuildError, LookupError) as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return REFUSED
    print(f"Built in {time.monotonic() - began:.0f} s, in {wanted.out}")
    return 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith build",
        description="Build what is deployed: the static site, and one zip for each function.",
    )
    parser.add_argument("--out", type=Path, default=BUILD, metavar="DIR", help="where to (build/)")
    parser.add_argument(
        "--platform",
        choices=sorted(zips.TARGETS),
        default="arm64",
        help="what the zips are for: Lambda on arm64 or x86_64, or this very machine (%(default)s)",
    )
    selection.add_choice(parser)
    return parser
