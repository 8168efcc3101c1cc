"""`./kith check`: everything a coordinator may edit, read as Kith will read it, with every mistake at once.

Exit status 0 and one line when all is well, 2 and a line for each mistake when not. Nothing is written
but the canonical JSON of sound questionnaires, and that with `--write` alone.
"""

import difflib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from markdown_it import MarkdownIt

from functions.i18n.languages import translated
from functions.matching import Criterion, Pairing, Policy, PolicyError, Rule, parse_policy
from functions.matching import Role as Side
from functions.programme.evaluation.equality import not_counted
from functions.programme.people import Role
from functions.programme.programme import Moment, Programme
from functions.programme.questionnaire import Kind, Question, Questionnaire, Use
from functions.questionnaires.criteria import completed
from infra import ROOT
from infra.programme import logos
from infra.programme.questionnaires import QuestionnaireError, canonical, compile_file, sources
from schemas import programme as programme_file

GOOD = 0
FAULTY = 2
FENCE = "+++"
NEEDED_OF_A_PAGE = ("title", "description", "lead")
# What enrolment itself needs to know of everybody.
NEEDED = {"name": Kind.TEXT, "email": Kind.EMAIL}
# Columns that a policy may name and no questionnaire asks for: an enrolment has them by itself.
OF_EVERY_ENROLMENT = {"id", "capacity", "name", "email"}
# How a page writes the address of another, so that the language of the page is kept.
AT = re.compile(r"""\{\{\s*at\(\s*["'](/[^"']*)["']\s*\)\s*\}\}""")
LIVE_PAGES = {"/", "/enrol/mentee/", "/enrol/mentor/", "/enrol/sent/", "/my/place/"}


@click.command()
@click.argument(
    "files",
    nargs=-1,
    type=click.Path(path_type=Path),
    metavar="[FILE]…",
    help="questionnaires (.md, .csv, .xlsx) to check alone",
)
@click.option("--write", is_flag=True, help="write the canonical JSON beside each questionnaire")
def command(*, files: Sequence[Path], write: bool) -> int:
    """Check programmes, questionnaires, policies and pages: file, row, cause and what to do."""
    return run(files, write=write)


def run(files: Sequence[Path] = (), *, write: bool = False, root: Path = ROOT) -> int:
    """Check these questionnaires, or everything below `root`; print faults and return the exit status."""
    check = Check(root=root)
    for path in files:
        check.compiled(path)
    if not files:
        check.everything(write=write)
    return _tell(check)


def _tell(check: "Check") -> int:
    if not check.faults:
        print(f"All is well: {check.summary}.")
        return GOOD
    for fault in check.faults:
        print(fault, file=sys.stderr)
    count = len(check.faults)
    print(f"\n{count} {'mistake' if count == 1 else 'mistakes'} found. Nothing was changed.", file=sys.stderr)
    return FAULTY


@dataclass(slots=True, kw_only=True)
class Check:
    """One check of one tree; `faults` are the lines to read out, each with file, place, cause and remedy."""

    root: Path
    faults: list[str] = field(default_factory=list)
    questionnaires: dict[str, Questionnaire] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    pages: int = 0

    @property
    def summary(self) -> str:
        """What was checked, in a few words."""
        asked = sum(len(questionnaire.questions) for questionnaire in self.questionnaires.values())
        counts = (
            (len(self.programmes), "programme", "programmes"),
            (
                len(self.questionnaires),
                f"questionnaire ({asked} questions)",
                f"questionnaires ({asked} questions)",
            ),
            (len(self.policies), "policy", "policies"),
            (self.pages, "page", "pages"),
        )
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)

    def everything(self, *, write: bool = False) -> None:
        """Check the whole tree; with `write`, bring the canonical JSON up to date if nothing is wrong."""
        self._read_questionnaires()
        self._read_policies()
        self._read_programmes()
        self._read_pages()
        for programme_id, programme in self.programmes.items():
            self._check_programme(f"schemas/programmes/{programme_id}.toml", programme)
        stale = list(self._stale())
        if write and not self.faults:
            for path, text in stale:
                path.write_text(text, encoding="utf-8", newline="\n")
        elif not write:
            for path, _ in stale:
                self.fault(path, "", "It is not what its source says.", "Run `./kith check --write`.")

    def fault(self, path: Path | str, place: str, cause: str, remedy: str) -> None:
        """Note a mistake."""
        name = path.relative_to(self.root).as_posix() if isinstance(path, Path) else path
        self.faults.append(f"{name}{f', {place}' if place else ''}: {cause} {remedy}")

    # Questionnaires

    def compiled(self, path: Path) -> None:
        """Compile one source and keep it, or note what is wrong with it."""
        try:
            self.questionnaires[path.stem] = compile_file(path)
        except QuestionnaireError as error:
            folder = path.parent
            shown = folder.relative_to(self.root) if folder.is_relative_to(self.root) else folder
            place = "" if shown == Path() else f"{shown.as_posix()}/"
            self.faults += [f"{place}{fault}" for fault in error.faults]

    def _read_questionnaires(self) -> None:
        folder = self.root / "schemas" / "questionnaires"
        found = sources(folder)
        for path in found:
            if sum(other.stem == path.stem for other in found) > 1:
                self.fault(path, "", "There are two sources of this name.", "Keep one of them.")
            self.compiled(path)
        for path in sorted(folder.glob("*.json")):
            if not any(source.stem == path.stem for source in found):
                self.fault(path, "", "It has no source.", f"Remove it, or add {path.stem}.md.")

    def _stale(self) -> Iterator[tuple[Path, str]]:
        """Yield every canonical JSON that is missing or out of date, with what it should be."""
        for name, questionnaire in self.questionnaires.items():
            path = self.root / "schemas" / "questionnaires" / f"{name}.json"
            text = canonical(questionnaire)
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                yield path, text

    # Policies and programmes

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.fault(path, "", "The text is not UTF-8.", "Save it again and choose the encoding UTF-8.")
            return None

    def _read_policies(self) -> None:
        for path in sorted((self.root / "schemas" / "policies").glob("*.toml")):
            text = self._text(path)
            try:
                if text is not None:
                    self.policies[path.stem] = parse_policy(text, file=path.relative_to(self.root).as_posix())
            except PolicyError as error:
                self.faults.append(str(error))

    def _read_programmes(self) -> None:
        folder = self.root / "schemas" / "programmes"
        for path in sorted(folder.glob("*.toml")):
            text = self._text(path)
            try:
                if text is not None:
                    file = path.relative_to(self.root).as_posix()
                    self.programmes[path.stem] = programme_file.parse(text, programme_id=path.stem, file=file)
            except programme_file.ProgrammeError as error:
                self.faults += [str(fault) for fault in error.faults]
        if not any(folder.glob("*.toml")):
            self.fault(folder, "", "There is no programme.", "Add a file like first-year.toml.")

    def _check_programme(self, file: str, programme: Programme) -> None:
        asked = {
            f"questionnaires.{role}": (name, NEEDED) for role, name in programme.questionnaires.items()
        } | {f"questionnaires.{moment}": (name, {}) for moment, name in programme.surveys.items()}
        if programme.equality:
            asked["questionnaires.equality"] = (programme.equality, {})
        for key, (name, needed) in asked.items():
            questionnaire = self.questionnaires.get(name)
            if questionnaire is None:
                self._refuse_absent(file, key, "questionnaires", name)
            else:
                self._check_questions(file, key, programme, questionnaire, needed)
        self._check_equality(file, self.questionnaires.get(programme.equality or ""))
        self._check_policy_of(file, programme)
        self._check_languages(file, programme)
        self._check_logo(file, programme.theme.logo)
        self._check_success(file, programme)

    def _check_equality(self, file: str, asked: Questionnaire | None) -> None:
        """Tell which answers about equality could not be counted, or would not be for that alone."""
        if asked is None:
            return
        for name in not_counted(asked):
            cause = f"`{asked.name}` asks for `{name}` in a way that can’t be counted."
            remedy = "Nothing but counts is kept: make it a choice of one or several, or a scale."
            self.fault(file, "questionnaires.equality", cause, remedy)
        for question in asked.questions:
            if question.use is not Use.MONITORING:
                cause = f"`{asked.name}` does not say that `{question.name}` is for monitoring."
                remedy = "Write `monitoring` into its column kith::use."
                self.fault(file, "questionnaires.equality", cause, remedy)

    def _check_policy_of(self, file: str, programme: Programme) -> None:
        policy = self.policies.get(programme.policy)
        if policy is None:
            self._refuse_absent(file, "policy", "policies", programme.policy)
        else:
            if policy.pairing is Pairing.PEERS:
                cause = f"`{policy.name}` pairs people of one pool; a cohort introduces mentors to mentees."
                self.fault(file, "policy", cause, "Name another; `./kith match --people` uses this one.")
            policy = self._with_questions(policy, programme)
            for role in Role:
                asking = Role.MENTEE if policy.pairing is Pairing.PEERS else role  # one pool
                questionnaire = self.questionnaires.get(programme.questionnaires[asking])
                if questionnaire:
                    self._check_policy(
                        f"schemas/policies/{programme.policy}.toml", policy, role, questionnaire
                    )
            self.faults = list(dict.fromkeys(self.faults))  # of one pool, both sides say the same

    def _with_questions(self, policy: Policy, programme: Programme) -> Policy:
        """Return the policy with the criteria that the programme's questions bring, as a run reads it."""
        asked = {role: self.questionnaires.get(programme.questionnaires[role]) for role in Role}
        mentees, mentors = asked[Role.MENTEE], asked[Role.MENTOR]
        if mentees is None or mentors is None:
            return policy
        file = f"schemas/policies/{programme.policy}.toml"
        text = (self.root / file).read_text(encoding="utf-8")
        return parse_policy(completed(text, mentees=mentees, mentors=mentors), file=file)

    def _refuse_absent(self, file: str, key: str, folder: str, name: str) -> None:
        # A file that is there and faulty has been told of already.
        if not any((self.root / "schemas" / folder).glob(f"{name}.*")):
            there_are = sorted({path.stem for path in (self.root / "schemas" / folder).glob("*.*")})
            remedy = f"Write one of these: {', '.join(there_are) or 'there are none yet'}."
            self.fault(file, key, f"There is no `{name}` in schemas/{folder}.", remedy)

    def _check_questions(
        self,
        file: str,
        key: str,
        programme: Programme,
        questionnaire: Questionnaire,
        needed: Mapping[str, Kind],
    ) -> None:
        questions = _by_name(questionnaire)
        for name, kind in needed.items():
            question = questions.get(name)
            if not question or question.kind is not kind or not question.required or question.shown_if:
                cause = f"`{questionnaire.name}` does not ask everybody for `{name}`."
                look = "text, appearance email" if kind is Kind.EMAIL else "text"
                self.fault(file, key, cause, f"Add a required question `{name}` of the type {look}.")
        for language in programme.languages:
            if language not in questionnaire.languages:
                cause = f"`{questionnaire.name}` is not written in `{language}`."
                self.fault(
                    file,
                    "languages",
                    cause,
                    "Add its columns to the questionnaire, or take the language out.",
                )

    def _check_languages(self, file: str, programme: Programme) -> None:
        known = translated() | {"en"}
        for language in programme.languages:
            if language.lower() not in known and language.partition("-")[0] not in known:
                cause = f"Kith’s own pages and mails are not translated into `{language}`."
                remedy = (
                    f"They are there in {', '.join(sorted(known))}. Take the language out, or have it added."
                )
                self.fault(file, "languages", cause, remedy)

    def _check_logo(self, file: str, logo: str | None) -> None:
        if logo is None:
            return
        path = logos.file_of(logo, self.root)
        if path is None:
            cause = f"There is no `{logo}` in {' or '.join(logos.FOLDERS)}."
            self.fault(file, "theme.logo", cause, "Put the file there, or take the line out.")
        else:
            for cause, remedy in logos.faults_in(path):
                self.fault(file, "theme.logo", f"{logo}: {cause}", remedy)

    def _check_success(self, file: str, programme: Programme) -> None:
        for number, criterion in enumerate(programme.success, start=1):
            moment, _, asked = criterion.measured_by.partition(".")
            survey = self.questionnaires.get(programme.surveys.get(Moment(moment), "")) if asked else None
            if survey is None:
                continue
            name, _, choice = asked.partition("=")
            question = _by_name(survey).get(name)
            for cause, remedy in _faults_in_measure(survey.name, name, question, choice):
                self.fault(file, f"success.{number}.measured_by", cause, remedy)

    # What a policy reads must be asked

    def _check_policy(self, file: str, policy: Policy, role: Role, questionnaire: Questionnaire) -> None:
        questions = _by_name(questionnaire)
        for column, place in policy.mentions(Side(role.value)).items():
            question = questions.get(column)
            if question is None and column not in OF_EVERY_ENROLMENT:
                cause = f"The questionnaire `{questionnaire.name}` asks nothing called `{column}`."
                remedy = "Correct the name, or add the question."
                self.fault(file, place, cause, remedy)
            elif question and question.use is Use.MONITORING:
                cause = f"`{column}` is asked for monitoring, and what is asked for that is never matched by."
                self.fault(file, place, cause, "Take it out of the policy.")
            elif question and question.use is not Use.MATCHING and column not in OF_EVERY_ENROLMENT:
                cause = f"`{column}` is not asked for matching, so no run sees its answers."
                remedy = "Write `matching` in its column kith::use, or take it out of the policy."
                self.fault(file, place, cause, remedy)
        for place, column, named in _choices_named(policy, role):
            offered = {choice.name for choice in questions[column].choices} if column in questions else set()
            unknown = sorted(named - offered) if offered else []
            if unknown:
                cause = f"`{column}` offers no {', '.join(f'`{name}`' for name in unknown)}."
                self.fault(file, place, cause, f"It offers: {', '.join(sorted(offered))}.")
        if policy.matters_most and role is Role.MENTEE:
            self._check_matters_most(file, policy, questions.get(policy.matters_most.column))

    def _check_matters_most(self, file: str, policy: Policy, asked: Question | None) -> None:
        criteria = {criterion.name for criterion in policy.criteria}
        for choice in asked.choices if asked else ():
            if asked and choice.name not in criteria:
                cause = f"No criterion is called `{choice.name}`, which mentees may say matters most."
                remedy = f"Name a criterion so, or take the choice out of `{asked.name}`."
                self.fault(file, "matters_most", cause, remedy)

    # Pages

    def _read_pages(self) -> None:
        paths = sorted((self.root / "site" / "content").glob("*.md"))
        addresses = {f"/{path.stem}/" for path in paths if path.stem != "home"} | LIVE_PAGES
        for path in paths:
            text = self._text(path)
            if text is not None:
                self.pages += 1
                self._check_page(path, text, addresses)

    def _check_page(self, path: Path, text: str, addresses: set[str]) -> None:
        parts = re.split(rf"^{re.escape(FENCE)}[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
        if len(parts) < 3 or parts[0].strip():  # noqa: PLR2004  # before, between and after the two fences
            remedy = f"Begin with a line {FENCE}, then title, description and lead, then a line {FENCE}."
            self.fault(path, "line 1", "The page says nothing about itself.", remedy)
            return
        try:
            about = tomllib.loads(parts[1])
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            place = f"line {found[1]}" if found else ""
            cause = f"What the page says about itself is not TOML ({str(error).partition(' (at')[0]})."
            self.fault(path, place, cause, 'Write each as: title = "…", in straight quotation marks.')
            return
        for key in NEEDED_OF_A_PAGE:
            if not isinstance(about.get(key), str) or not about[key].strip():
                self.fault(path, key, "It is missing or empty.", f'Add a line like: {key} = "…"')
        above = parts[0].count("\n") + parts[1].count("\n")
        for line, address in _links_in(parts[2]):
            if address.partition("#")[0] not in addresses:
                near = difflib.get_close_matches(address.partition("#")[0], addresses, n=1)
                remedy = (
                    f"Did you mean `{near[0]}`?" if near else f"Pages are: {', '.join(sorted(addresses))}."
                )
                self.fault(path, f"line {above + line}", f"No page has the address `{address}`.", remedy)


def _by_name(questionnaire: Questionnaire) -> dict[str, Question]:
    return {question.name: question for question in questionnaire.questions}


def _faults_in_measure(
    survey: str, name: str, question: Question | None, choice: str
) -> Iterator[tuple[str, str]]:
    """Yield (cause, what to do) where no share can be told of the answers to that question of a survey."""
    if question is None:
        yield f"The survey `{survey}` asks nothing called `{name}`.", "Correct the name, or add the question."
        return
    offered = sorted(offer.name for offer in question.choices)
    if question.kind is Kind.SCALE:
        if choice:
            yield (
                f"`{name}` is a scale: its two highest points are counted.",
                "Leave out what stands after `=`.",
            )
    elif question.kind not in (Kind.ONE, Kind.MANY):
        yield f"The answers to `{name}` can’t be counted.", "Name a scale, or a question with choices."
    elif choice not in offered:
        cause = f"`{name}` has choices, and {f'none is called `{choice}`' if choice else 'none is named'}."
        yield cause, f"Add one of them after `=`: {', '.join(offered)}."


def _choices_named(policy: Policy, role: Role) -> Iterator[tuple[str, str, set[str]]]:
    """Yield (place, column, choices) for each place where a policy names answers of that side."""
    entries: list[tuple[str, Criterion | Rule]] = [
        *((f"criterion “{criterion.name}”", criterion) for criterion in policy.criteria),
        *((f"rule “{rule.name}”", rule) for rule in policy.rules),
    ]
    for place, entry in entries:
        column, ladder = (entry.mentee if role is Role.MENTEE else entry.mentor), entry.ladder
        places = (ladder.mentee if role is Role.MENTEE else ladder.mentor) if ladder else None
        if column and places:
            yield place, column, set(places)


def _links_in(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield (line, address) of every link that leads to one of our own pages, `at(…)` around it or not."""
    plain = AT.sub(r"\1", markdown)
    for block in MarkdownIt("commonmark").enable("table").parse(plain):
        for token in block.children or ():
            address = str(token.attrGet("href") or "")
            if token.type == "link_open" and address.startswith("/"):
                yield (block.map[0] + 1 if block.map else 0), address
