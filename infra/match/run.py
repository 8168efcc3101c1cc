"""One match from files: pairings out, or one message and nothing written."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.run_reasons import RunRenderer
from functions.matching import (
    CannotMatch,
    Outcome,
    Pairing,
    Policy,
    PolicyError,
    Role,
    Stage,
    Surveyor,
    Unsound,
    add_further_places,
    match,
    parse_policy,
)
from functions.spreadsheets import BadInput, Table, content_of, read_file, text_of
from infra.match import couples
from infra.match.answers import AnswerReader
from infra.match.arguments import Arguments
from infra.match.display_names import display_names
from infra.match.job import Job
from infra.match.latest import with_latest_rows
from infra.match.named import named_people, section_of_names
from infra.match.people import people_in, row_of
from infra.match.progress import Watch
from infra.match.reading import reading_of
from infra.match.results import outputs, summary
from infra.match.results.report_section import ReportSection
from infra.match.results.result import Result
from infra.match.spread.errors import SpreadError

OK, UNSOUND, BAD_INPUT, STOPPED = 0, 1, 2, 130
LANGUAGE = "en"
_LARGEST_POLICY = 2**20
_ORDER = ("read", *(str(stage) for stage in (Stage.SCORE, Stage.SOLVE, Stage.VERIFY, Stage.EXPLAIN)))


class Refused(ValueError):  # noqa: N818 - it says what became of the match
    """The people can't be matched; the message says where, why and what to do."""


def run(asked: Arguments) -> int:
    """Match people from files. Returns 0 when done, 2 for bad input, 1 if the result did not verify."""
    watch = Watch()
    try:
        if asked.check:
            return _checked(asked, asked.check, watch)
        outputs.check_writable(asked.out, asked.report, asked.inputs)
        result = _done(asked, watch)
        outputs.write(result, out=asked.out, report=asked.report)
    except (BadInput, PolicyError, Refused, SpreadError) as error:
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
    for line in summary.lines(result, width=width):
        print(line)
    for path in filter(None, (asked.out, asked.report)):
        print(f"Written: {path}")
    return OK


def _checked(asked: Arguments, file: Path, watch: Watch) -> int:
    """Say whether the report is what the files give."""
    from infra.match import check  # noqa: PLC0415 - see `_compared`

    surveyor = _surveyor(asked)
    report, files = check.report_in(file), _files(asked)
    job = _job(asked, asked.policy, files)
    watch.tells = job.takes_long
    outcome = _matched(job, files, watch, surveyor)
    outcome = _with_further_places(job, outcome)
    watch.done()
    faults = check.faults_in(report, outcome)
    for fault in faults:
        print(f"{file}: {fault}", file=sys.stderr)
    if not faults:
        print(f"{file}: this is what these files give, to the last pairing and reason; verified again.")
    return UNSOUND if faults else OK


def _surveyor(asked: Arguments) -> Surveyor | None:
    """Return what looks at all pairs in the place of this process; None where this process does."""
    if asked.dask is None:
        return None
    from infra.match.spread.dask_driver import DaskDriver  # noqa: PLC0415 - only for who has a cluster
    from infra.match.spread.drivers import survey  # noqa: PLC0415

    driver = DaskDriver(scheduler=asked.dask, tell=lambda line: print(line, file=sys.stderr))
    return lambda prepared, each, progress: survey(prepared, each, driver, progress=progress)


def _files(asked: Arguments) -> couples.Files:
    return couples.Files(previous=asked.previous, locked=asked.locked, forbidden=asked.forbidden)


def _done(asked: Arguments, watch: Watch) -> Result:
    """Do all that is asked, but for writing."""
    surveyor = _surveyor(asked)
    files = _files(asked)
    job = _job(asked, asked.policy, files)
    other = _job(asked, asked.compare, files, tables=job.tables) if asked.compare else None
    for column in asked.fairness:
        job.sides_with(column)
    watch.tells = job.takes_long
    outcome = _matched(job, files, watch, surveyor)
    outcome = _with_further_places(job, outcome)
    watch.done()
    seconds = {stage: watch.seconds.get(stage, 0.0) for stage in _ORDER}
    about_names = section_of_names(job.named, job.names)
    sections: list[ReportSection] = [about_names] if about_names else []
    if asked.previous or other or asked.fairness or asked.stability:
        sections += list(
            _compared(asked, job, outcome, other, lambda: _matched(other or job, files, watch, surveyor))
        )
        watch.done()
    return Result(
        outcome=replace(outcome, seconds=seconds),
        policy=job.policy,
        words=_words(job.policy),
        names=job.names,
        reading=job.reading,
        sections=sections,
    )


def _compared(
    asked: Arguments, job: Job, outcome: Outcome, other: Job | None, match_other: Callable[[], Outcome]
) -> Iterator[ReportSection]:
    """Yield what the outcome is compared with."""
    from infra.match import comparisons  # noqa: PLC0415 - a plain match is done before it is loaded

    yield from comparisons.changes(job, outcome)
    if other is not None:
        yield comparisons.compared(job, outcome, other, match_other())
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
) -> Job:
    policy = _policy(asked, policy_file)
    if asked.stability and policy.pairing is Pairing.GROUPS:
        raise BadInput(policy_file, "groups are not compared by stability", "Leave out --stability")
    tables = tables or _tables(asked, policy)
    answers = AnswerReader({role: people_in(table, policy, role) for role, table in tables.items()}, policy)
    named = named_people(answers.people(), policy)
    people = {Role.MENTOR: named.mentors, Role.MENTEE: named.mentees}
    return Job(
        policy=policy,
        policy_file=policy_file,
        tables=tables,
        people=people,
        settled=couples.settled_by(files, people, policy),
        reading=reading_of(tables, answers.readings(), policy),
        names=display_names(people, policy),
        named=named,
        seed=asked.seed,
    )


def _matched(job: Job, files: couples.Files, watch: Watch, surveyor: Surveyor | None = None) -> Outcome:
    try:
        return match(
            [] if job.policy.pairing is Pairing.PEERS else job.people[Role.MENTOR],
            job.people[Role.MENTEE],
            job.policy,
            seed=job.seed,
            locked=tuple(job.settled.locked),
            forbidden=job.forbidden,
            previous=None if job.settled.previous is None else tuple(job.settled.previous),
            progress=watch.reach,
            begin=watch.begin,
            surveyor=surveyor,
        )
    except CannotMatch as error:
        place = couples.row_of(error.why, files, job.settled) or row_of(error.why, job.tables, job.policy)
        raise Refused(place + RunRenderer(_words(job.policy)).problem(error.why)) from error


def _words(policy: Policy) -> Phrasebook:
    return Phrasebook.of(policy, LANGUAGE)


def _with_further_places(job: Job, outcome: Outcome) -> Outcome:
    """Return the outcome with which mentor's further place would help whom."""
    return add_further_places(
        job.people[Role.MENTOR],
        job.people[Role.MENTEE],
        job.policy,
        outcome,
        seed=job.seed,
        locked=tuple(job.settled.locked),
        forbidden=job.forbidden,
        previous=None if job.settled.previous is None else tuple(job.settled.previous),
    )


def _tables(asked: Arguments, policy: Policy) -> dict[Role, Table]:
    """Return the table of each side; a pool of peers is both."""
    if asked.people:
        wanted = {*policy.columns_in_file(Role.MENTEE), *policy.columns_in_file(Role.MENTOR)}
        pool = read_file(asked.people, columns=wanted, sheet=asked.mentee_sheet)
        return dict.fromkeys(Role, with_latest_rows(pool, policy.columns(Role.MENTEE)))
    named = {
        Role.MENTOR: (asked.mentors, asked.mentor_sheet),
        Role.MENTEE: (asked.mentees, asked.mentee_sheet),
    }
    tables = {
        role: with_latest_rows(
            read_file(file, columns=policy.columns_in_file(role), sheet=sheet), policy.columns(role)
        )
        for role, (file, sheet) in named.items()
        if file
    }
    if len({(table.file, table.read.sheet) for table in tables.values()}) < len(tables):
        table = tables[Role.MENTEE]
        cause = "mentors and mentees would be the same rows"
        remedy = "Name two files, or the sheet of each side with --mentor-sheet and --mentee-sheet"
        raise BadInput(table.file, cause, remedy)
    return tables


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
