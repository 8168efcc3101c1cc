"""`./kith build`: the static site into `build/site/`, one deployable zip a function into `build/zips/`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from infra import ROOT, programmes, zips
from infra import site as static_site
from schemas import definitions

REFUSED = 2


def run(arguments: Sequence[str]) -> int:
    """Build; return the exit status."""
    wanted = _parser().parse_args(arguments)
    began = time.monotonic()
    try:
        _build_site(wanted.out / "site", wanted.programme)
        print(f"The zips, for {wanted.platform}")
        zips.build(wanted.out / "zips", zips.TARGETS[wanted.platform])
    except (static_site.SiteError, zips.BuildError, LookupError) as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return REFUSED
    print(f"Built in {time.monotonic() - began:.0f} s, in {wanted.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith build",
        description="Build what is deployed: the static site, and one zip for each function.",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="DIR", help="where to (build/)")
    parser.add_argument(
        "--platform",
        choices=sorted(zips.TARGETS),
        default="arm64",
        help="what the zips are for: Lambda on arm64 or x86_64, or this very machine (%(default)s)",
    )
    programmes.add_choice(parser)
    return parser


def _build_site(out: Path, name: str) -> None:
    programme = definitions.programme(name)
    questionnaires = definitions.questionnaires_of(programme)
    cohort = programme.cohort(programme.calendar.opens_on)
    print(f"The site, for the cohort that opens on {cohort.opens_on:%d %B %Y}")
    out.parent.mkdir(parents=True, exist_ok=True)
    static_site.build(out, programme=programme, questionnaires=questionnaires, cohort=cohort)
    files = [path for path in out.rglob("*") if path.is_file()]
    print(f"  {len(files)} files, {sum(path.stat().st_size for path in files) / 2**20:.1f} MiB")
