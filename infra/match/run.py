"""One match from files: pairings out, or one message and nothing written."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from functions.matching import (
    CannotMatch,
    Outcome,
    Pairing,
    Person,
    Policy,
    PolicyError,
    Role,
    Stage,
    Unsound,
    match,
    parse_policy,
)
from infra.match import check, comparisons, couples, outputs, summary
from infra.match.arguments import Arguments
from infra.match.people import located, people_in
from infra.match.progress import Watch
from infra.match.report_section import Told
from infra.match.tables import BadInput, Table, content_of, read, text_of

OK, UNSOUND, BAD_INPUT, STOPPED = 0, 1, 2, 130
_LARGEST_POLICY = 2**20
_LONG_WORK = 500_000  # pairs to score; shorter work is done before anybody wonders
_ORDER = ("read", *(str(stage) for stage in (Stage.SCORE, Stage.SOLVE, Stage.VERIFY, Stage.EXPLAIN)))


def run(asked: Arguments) -> int:
    """Match people from files. Returns 0 when done, 2 for bad input, 1 if the result did not verify."""
    watch = Watch()
    try:
        if asked.check:
            return _checked(asked, asked.check, watch)
        outputs.check_writable(asked.out, asked.report, asked.inputs)
        pairing, outcome, told = _done(asked, watch)
        outputs.write(outcome, told, out=asked.out, report=asked.report)
    except (BadInput, PolicyError, CannotMatch) as error:
        watch.done()
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        watch.done()
        print("Stopped; nothing was written.", file=sys.stderr)
        return STOPPED
    except Unsound as error:
        watch.done()
        print(f"Nothing was written: {error}. Please report this as a fault of Kith.", file=sys.stderr)
        return UNSOUND
    width = max(60, min(shutil.get_terminal_size((100, 40)).columns, 100))
    for line in summary.lines(outcome, told, pairing=pairing, width=width):
        print(line)
    for path in filter(None, (asked.out, asked.report)):
        print(f"Written: {path}")
    return OK


def _checked(asked: Arguments, file: Path, watch: Watch) -> int:
    """Say whether the report is what the files give."""
    report, files = check.report_in(file), _files(asked)
    job = _job(asked, asked.policy, files)
    watch.tells = _takes_long(job)
    outcome = _matched(job, files, watch)
    watch.done()
    faults = check.faults_in(report, outcome)
    for fault in faults:
        print(f"{file}: {fault}", file=sys.stderr)
    if not faults:
        print(f"{file}: this is what these files give, to the last pairing and reason; verified again.")
    return UNSOUND if faults else OK


def _takes_long(job: comparisons.Job) -> bool:
    return len(job.people[Role.MENTOR]) * len(job.people[Role.MENTEE]) >= _LONG_WORK


def _files(asked: Arguments) -> couples.Files:
    return couples.Files(previous=asked.previous, locked=asked.locked, forbidden=asked.forbidden)


def _done(asked: Arguments, watch: Watch) -> tuple[Pairing, Outcome, list[Told]]:
    """Do all that is asked, but for writing."""
    files = _files(asked)
    job = _job(asked, asked.policy, files)
    other = _job(asked, asked.compare, files, tables=job.tables) if asked.compare else None
    for column in asked.fairness:
        comparisons.check_groups(job, column)
    watch.tells = _takes_long(job)
    outcome = _matched(job, files, watch)
    watch.done()
    seconds = {stage: watch.seconds.get(stage, 0.0) for stage in _ORDER}
    told = [*comparisons.changes(job, outcome)]
    if other is not None:
        told.append(comparisons.compared(job, outcome, other, _matched(other, files, watch)))
        watch.done()
    told += _told(asked, job, outcome)
    return job.policy.pairing, replace(outcome, seconds=seconds), told


def _told(asked: Arguments, job: comparisons.Job, outcome: Outcome) -> Iterator[Told]:
    for column in asked.fairness:
        yield from comparisons.fair(job, outcome, column)
    if asked.stability:
        yield comparisons.stable(job, outcome)


def _job(
    asked: Arguments,
    policy_file: Path,
    files: couples.Files,
    *,
    tables: Mapping[Role, Table] | None = None,
) -> comparisons.Job:
    policy = _policy(asked, policy_file)
    if asked.stability and policy.pairing is Pairing.GROUPS:
        raise BadInput(policy_file, "groups are not compared by stability", "Leave out --stability")
    tables = tables or _tables(asked)
    people: dict[Role, list[Person]] = {
        role: people_in(table, policy, role) for role, table in tables.items()
    }
    return comparisons.Job(
        policy=policy,
        policy_file=policy_file,
        tables=tables,
        people=people,
        settled=couples.settled_by(files, people, policy),
        seed=asked.seed,
    )


def _matched(job: comparisons.Job, files: couples.Files, watch: Watch) -> Outcome:
    try:
        return match(
            [] if job.policy.pairing is Pairing.PEERS else job.people[Role.MENTOR],
            job.people[Role.MENTEE],
            job.policy,
            seed=job.seed,
            locked=tuple(job.settled.locked),
            forbidden=tuple(job.settled.forbidden),
            previous=None if job.settled.previous is None else tuple(job.settled.previous),
            progress=watch.reach,
            begin=watch.begin,
        )
    except CannotMatch as error:
        message = located(error, job.tables, job.policy)
        raise CannotMatch(couples.row_of(message, files, job.settled) + message) from error


def _tables(asked: Arguments) -> dict[Role, Table]:
    """Return the table of each side; a pool of peers is both."""
    if asked.people:
        return dict.fromkeys(Role, read(asked.people))
    named = {Role.MENTOR: asked.mentors, Role.MENTEE: asked.mentees}
    return {role: read(file) for role, file in named.items() if file}


def _policy(asked: Arguments, file: Path) -> Policy:
    text = text_of(file, content_of(file, largest=_LARGEST_POLICY))
    if asked.mentee_questions:
        from infra.match.questions import completed_by  # noqa: PLC0415 - pyxform takes half a second

        text = completed_by(text, mentees=asked.mentee_questions, mentors=asked.mentor_questions)
    policy = parse_policy(text, file=str(file))
    if policy.pairing not in ((Pairing.PEERS,) if asked.people else (Pairing.SIDES, Pairing.GROUPS)):
        remedy = {
            Pairing.SIDES: "Name the two files with --mentors and --mentees",
            Pairing.PEERS: "Name the one file with --people",
            Pairing.GROUPS: "Name the two files with --mentors and --mentees",
        }
        raise BadInput(file, f"this policy is for {policy.pairing}", remedy[policy.pairing])
    return policy
