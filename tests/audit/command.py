"""`./kith audit`: the release check of the site, in a browser, as it is deployed.

It builds the site, plays three cohorts on this machine, and looks at every page and state: axe for barriers,
html-validate for the markup, Chromium for breaches of the policy and errors in the console, Lighthouse for
the home page and the questionnaires. What it finds goes into docs/audit.json, and from there into the
accessibility statement.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from functions.questionnaires import definitions
from infra.build.audit_record import FILE, AuditError, Finding, Record, Scores
from infra.build.npm import PackagesError
from infra.build.site import SiteError
from infra.programme.selection import PROGRAMME

FOUND = 1
REFUSED = 2
HERE = Path(__file__).parent


@click.command(
    epilog="Exit status: 0 nothing to repair, 1 something was found, 2 the audit could not be made."
)
@PROGRAMME
@click.option("--without-lighthouse", is_flag=True, help="leave out the part that takes longest")
@click.option(
    "--out", type=click.Path(path_type=Path), default=FILE, metavar="FILE", help="where to (docs/audit.json)"
)
def command(*, programme: str, without_lighthouse: bool, out: Path) -> int:
    """Look at every page and state of the site in a browser, as it is deployed.

    Barriers, markup, policy, console, Lighthouse. It takes some minutes, and needs Chromium and, the first
    time, the npm registry.
    """
    try:
        record = _audit(programme, lighthouse=not without_lighthouse)
    except (AuditError, PackagesError, SiteError, LookupError) as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return REFUSED
    _tell(record)
    if without_lighthouse:
        print("\nWithout Lighthouse this is no whole audit, so it is not written down.")
    else:
        out.write_text(record.as_json(), encoding="utf-8")
        print(f"\nWritten to {out}. The accessibility statement takes its figures from there.")
    return 0 if record.good else FOUND


def _audit(name: str, *, lighthouse: bool) -> Record:
    # What takes a while to import is needed here alone.
    from infra.build import npm  # noqa: PLC0415
    from tests.audit import markup, programs, rounds  # noqa: PLC0415

    npm.fetch(HERE, "What the audit looks with")
    programme = definitions.programme(name)
    with tempfile.TemporaryDirectory(prefix="kith-audit-") as folder:
        site = rounds.built_for(Path(folder) / "site", programme)
        seen = rounds.pages_and_states(site, programme, tell=_say)
        _say(f"Markup of {len(seen.sources)} pages and states")
        findings = [*seen.findings, *markup.faults(seen.sources)]
        scores: list[Scores] = []
        if lighthouse:
            scores, low = rounds.lighthouse_scores(site, programme, tell=_say)
            findings += low
    return Record(
        on=datetime.now(UTC).date(),
        programme=name,
        tools={
            "axe": seen.axe,
            "chromium": seen.chromium,
            **{package: programs.version(package) for package in ("html-validate", "lighthouse")},
        },
        counts={"public pages": seen.public, "live pages": seen.live, "states": seen.states},
        lighthouse=scores,
        findings=list(dict.fromkeys(findings)),
    )


def _tell(record: Record) -> None:
    counts = ", ".join(f"{number} {what}" for what, number in record.counts.items())
    print(f"\n{counts}; {', '.join(f'{tool} {version}' for tool, version in sorted(record.tools.items()))}")
    for each in record.lighthouse:
        scores = "  ".join(f"{category} {score}" for category, score in sorted(each.scores.items()))
        print(f"  {each.page:<24} {each.device:<8} {scores}")
    for finding in record.findings:
        print(f"  {finding.tool}: {finding.page}: {finding.what}")
    print(_verdict(record.findings))


def _verdict(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Nothing to repair."
    things = "thing is" if len(findings) == 1 else "things are"
    return f"{len(findings)} {things} to be repaired."


def _say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)
