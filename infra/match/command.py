"""The command `./kith match`: files in, pairings out, or one message and nothing written."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from functions.matching.engine import Stage, Unsound, match
from functions.matching.outcome import Outcome
from functions.matching.people import CannotMatch, Person, Role
from functions.matching.policy import Policy, PolicyError, parse
from infra.match import outputs, summary
from infra.match.people import located, people_in
from infra.match.tables import BadInput, Table, content_of, read, text_of

OK, UNSOUND, BAD_INPUT, STOPPED = 0, 1, 2, 130
_LARGEST_POLICY = 2**20
_LONG_WORK = 500_000  # pairs to score; shorter work is done before anybody wonders
_ORDER = ("read", *(str(stage) for stage in (Stage.SCORE, Stage.SOLVE, Stage.VERIFY, Stage.EXPLAIN)))
_DOING = {
    Stage.SCORE: "Scoring every pair",
    Stage.SOLVE: "Finding the best pairings",
    Stage.EXPLAIN: "Writing down the reasons",
    Stage.VERIFY: "Checking the result again, independently",
}


def run(argv: Sequence[str]) -> int:
    """Match people from files. Returns 0 when done, 2 for bad input, 1 if the result did not verify."""
    asked = _arguments(argv)
    try:
        outputs.check_writable(asked.out, asked.report, (asked.mentors, asked.mentees, asked.policy))
        outcome = _matched(asked)
        outputs.write(outcome, out=asked.out, report=asked.report)
    except (BadInput, PolicyError, CannotMatch) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return STOPPED
    except Unsound as error:
        print(f"Nothing was written: {error}. Please report this as a fault of Kith.", file=sys.stderr)
        return UNSOUND
    for line in summary.lines(outcome):
        print(line)
    for path in filter(None, (asked.out, asked.report)):
        print(f"Written: {path}")
    return OK


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kith match",
        description="Match mentors and mentees from files, under a policy.",
        allow_abbrev=False,
    )
    for name, what in (("mentors", "CSV or XLSX"), ("mentees", "CSV or XLSX"), ("policy", "TOML")):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE", help=what)
    parser.add_argument(
        "--out", type=Path, metavar="PAIRS", help="where to write the pairings: .csv or .xlsx"
    )
    parser.add_argument("--report", type=Path, metavar="REPORT.json", help="where to write the whole result")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="decides between equals (default 0)")
    return parser.parse_args(list(argv))


def _matched(asked: argparse.Namespace) -> Outcome:
    watch = _Watch()
    policy = _policy(asked.policy)
    tables = {role: read(file) for role, file in ((Role.MENTOR, asked.mentors), (Role.MENTEE, asked.mentees))}
    people = {role: people_in(table, policy, role) for role, table in tables.items()}
    watch.tells = len(people[Role.MENTOR]) * len(people[Role.MENTEE]) >= _LONG_WORK
    outcome = _match(people, policy, tables, asked.seed, watch)
    watch.stop()
    return replace(outcome, seconds={stage: watch.seconds.get(stage, 0.0) for stage in _ORDER})


def _match(
    people: dict[Role, list[Person]], policy: Policy, tables: dict[Role, Table], seed: int, watch: "_Watch"
) -> Outcome:
    try:
        return match(people[Role.MENTOR], people[Role.MENTEE], policy, seed=seed, begin=watch.begin)
    except CannotMatch as error:
        message = located(error, tables, policy)
        raise CannotMatch(message) from error


def _policy(file: Path) -> Policy:
    return parse(text_of(file, content_of(file, largest=_LARGEST_POLICY)), file=str(file))


class _Watch:
    """Measures the stages, and says on stderr what is being done when it takes a while."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.tells = False
        self._stage = "read"
        self._since = perf_counter()

    def begin(self, stage: Stage) -> None:
        """Close the stage before and begin this one."""
        self.stop()
        self._stage = str(stage)
        if self.tells:
            print(f"{_DOING[stage]} …", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Close the stage that is open."""
        now = perf_counter()
        self.seconds[self._stage] = round(now - self._since, 6)
        self._since = now
