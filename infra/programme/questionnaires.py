"""From an XLSForm to a questionnaire, and to the canonical JSON that the functions read.

Coordinators write questionnaires as XLSForm, an open standard that they can edit as a workbook. It can
say far more than a page without script can ask, so everything that is not on the short list below is
refused, in words that say where and what to do; nothing is dropped in silence.

| type in the sheet `survey`                          | Kind      | bounds, in the column `constraint`  |
|-----------------------------------------------------|-----------|-------------------------------------|
| text                                                | TEXT      | string-length(.) <= 80              |
| text, appearance multiline                          | LONG_TEXT | string-length(.) <= 2000            |
| text, appearance email                              | EMAIL     |                                     |
| integer                                             | INTEGER   | . >= 1 and . <= 3  (both needed)    |
| select_one LIST (appearance minimal: drop-down)     | ONE       |                                     |
| select_multiple LIST (appearance week: a timetable) | MANY      | count-selected(.) <= 5              |
| rank LIST                                           | RANK      | count-selected(.) <= 3              |
| range, parameters start=1 end=5 step=1              | SCALE     |                                     |
| select_one LIST, appearance zone (its names are     | ONE       |                                     |
| time zones, `Europe/London`)                        |           |                                     |
| select_multiple DAYS, appearance hours, with        | HOURS     | count-selected(.) >= 2              |
| `kith::hours` 08:00-20:00 (its names are mon … sun) |           |                                     |
| date                                                | DATE      | . >= date('2027-01-01')             |
| acknowledge                                         | CONSENT   |                                     |

A choice that goes with no other is said as XLSForm says it, beside a bound or alone:
`not(selected(., 'none') and count-selected(.) > 1)`.

Own columns: `kith::use` (what the answer is for), `kith::hours`, in the sheet `settings`
`kith::title::English (en)`, and `match::…`, by which a question compares people without a line in a policy
(`functions/questionnaires/criteria.py`).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from functions.programme.questionnaire import Choice, Kind, Layout, Question, Questionnaire, Step, Use
from functions.questionnaires import criteria
from infra import ROOT
from infra.programme import xlsform
from infra.programme.xlsform import Fault, QuestionnaireError, Row, Sheet

SOURCES = ROOT / "schemas" / "questionnaires"

LONGEST_LINE = 200
LONGEST_TEXT = 2000
# RFC 5321, section 4.5.3.1.3, leaves 254 characters for an address.
LONGEST_ADDRESS = 254
MOST_RANKED = 3
# A form with all of them, and everything else, stays below what a door takes (functions/app.py).
MOST_HALF_HOURS = 200
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)

QUESTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
CHOICE_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = re.compile(r"(?P<first>\d{1,2}):00\s*[-–]\s*(?P<end>\d{1,2}):00")
LANGUAGE = re.compile(r"(?P<language>[^():]+\((?P<code>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)\))")
MATCH = "match::"
TRANSLATED = ("label", "hint", "required_message", "constraint_message", f"{MATCH}label")
PLAIN = {
    "survey": {"type", "name", "required", "constraint", "relevant", "appearance", "parameters"}
    | {"kith::use", "kith::hours"}
    | {f"{MATCH}{column}" for column in criteria.COLUMNS},
    "choices": {"list_name", "name"},
    "settings": {"form_title", "form_id", "default_language", "version"},
}
ALSO_TRANSLATED = {"survey": TRANSLATED, "choices": ("label",), "settings": ("kith::title",)}

KINDS = {
    ("text", ""): Kind.TEXT,
    ("text", "multiline"): Kind.LONG_TEXT,
    ("text", "email"): Kind.EMAIL,
    ("integer", ""): Kind.INTEGER,
    ("select_one", ""): Kind.ONE,
    ("select_one", "minimal"): Kind.ONE,
    ("select_one", "zone"): Kind.ONE,
    ("select_multiple", ""): Kind.MANY,
    ("select_multiple", "week"): Kind.MANY,
    ("select_multiple", "hours"): Kind.HOURS,
    ("rank", ""): Kind.RANK,
    ("range", ""): Kind.SCALE,
    ("date", ""): Kind.DATE,
    ("acknowledge", ""): Kind.CONSENT,
}
TYPES = tuple(dict.fromkeys(name for name, _ in KINDS))
WITH_CHOICES = (Kind.ONE, Kind.MANY, Kind.RANK)
WITH_LOOKS = {"minimal": Layout.LIST, "week": Layout.WEEK, "zone": Layout.ZONE}
COUNTED = {
    Kind.TEXT: "string-length(.)",
    Kind.LONG_TEXT: "string-length(.)",
    Kind.INTEGER: ".",
    Kind.MANY: "count-selected(.)",
    Kind.RANK: "count-selected(.)",
    Kind.HOURS: "count-selected(.)",
    Kind.DATE: ".",
}
COMPARISON = re.compile(
    r"(?P<what>string-length\(\.\)|count-selected\(\.\)|\.)\s*(?P<how><=|>=|<|>|=)\s*"
    r"(?:(?P<n>\d{1,6})|date\(\s*(?P<quote>['\"])(?P<day>\d{4}-\d\d-\d\d)(?P=quote)\s*\))"
)
ALONE = re.compile(
    r"""not\(\s*selected\(\s*\.\s*,\s*(?P<quote>['"])(?P<choice>[^'"]+)(?P=quote)\s*\)"""
    r"""\s+and\s+count-selected\(\.\)\s*>\s*1\s*\)"""
)
EQUALS = re.compile(r"""\$\{(?P<question>\w+)\}\s*=\s*(?P<quote>['"])(?P<choice>[^'"]+)(?P=quote)""")
SELECTED = re.compile(
    r"""selected\(\s*\$\{(?P<question>\w+)\}\s*,\s*(?P<quote>['"])(?P<choice>[^'"]+)(?P=quote)\s*\)"""
)
YES = {"yes", "true", "true()"}
NO = {"", "no", "false", "false()"}
DAY_AND_PART = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)-[a-z]+")


def compile_file(path: Path) -> Questionnaire:
    """Return the questionnaire that an XLSForm (.md, .csv or .xlsx) describes; raises QuestionnaireError.

    The error carries every mistake found. The questionnaire is named after the file.
    """
    sheets = xlsform.read(path)
    reading = _Reading(path.name, sheets)
    questionnaire = reading.questionnaire(path.stem)
    faults = reading.faults or xlsform.faults_for_other_tools(path, sheets["survey"])
    if faults:
        raise QuestionnaireError(*sorted(faults, key=_causes_first))
    return replace(questionnaire, version=version_of(questionnaire))


def _causes_first(fault: Fault) -> tuple[bool, int, str]:
    """Order faults by row; in a workbook lists come before the questions that use them."""
    return fault.sheet.lower() not in ("", "choices"), fault.row, fault.column


def canonical(questionnaire: Questionnaire) -> str:
    """Return the canonical JSON: the same questionnaire gives the same bytes, on any machine."""
    return json.dumps(asdict(questionnaire), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def version_of(questionnaire: Questionnaire) -> str:
    """Return a digest (16 hexadecimal digits) of everything that changes what an answer means.

    The words of a question belong to it. Hints, layout, titles and steps do not: a draft on somebody's
    phone survives a better hint.
    """
    parts = ("name", "kind", "labels", "choices", "minimum", "maximum", "required", "shown_if")
    later = ("alone", "hours")  # said only where there is one: older questionnaires keep their version
    meaning = [
        {part: said[part] for part in parts} | {part: said[part] for part in later if said[part]}
        for said in map(asdict, questionnaire.questions)
    ]
    text = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sources(folder: Path = SOURCES) -> tuple[Path, ...]:
    """Return every source in the folder, sorted."""
    return tuple(sorted(path for path in folder.iterdir() if xlsform.ending_of(path) in xlsform.ENDINGS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column that holds words: what for (`label`, `hint` …) and in which language."""

    purpose: str
    code: str
    header: str


class _Reading:
    """One reading of one file. It goes on after a mistake, to find the others."""

    def __init__(self, file: str, sheets: Mapping[str, Sheet]) -> None:
        self.file = file
        self.survey, self.choices, self.settings = (sheets[name] for name in xlsform.SHEETS)
        self.faults: list[Fault] = []
        self.sheet = ""  # of a workbook, the one that is being read
        self.misnamed: set[str] = set()  # choices whose names are refused: no further fault follows from them
        self.columns = {name: self._columns(name, sheets[name]) for name in xlsform.SHEETS}
        labels = [column for column in self.columns["survey"] if column.purpose == "label"]
        self.languages = tuple(column.code for column in labels)
        for name in xlsform.SHEETS:
            self.sheet = sheets[name].name
            self._refuse_stray_languages(sheets[name].number, self.columns[name])
        self.asked: dict[str, Question] = {}
        self.lists: dict[str, list[Choice]] = {}
        self.zones = available_timezones()

    def refuse(self, row: int, column: str, cause: str, remedy: str) -> None:
        self.faults.append(
            Fault(file=self.file, row=row, column=column, cause=cause, remedy=remedy, sheet=self.sheet)
        )

    def questionnaire(self, name: str) -> Questionnaire:
        self.sheet = self.choices.name
        self._read_lists()
        self.sheet = self.settings.name
        titles = self._titles(name)
        self.sheet = self.survey.name
        steps = tuple(self._steps())
        if not self.asked and not self.faults:
            self.refuse(0, "", "It asks nothing.", "Add questions to the sheet `survey`, inside a group.")
        return Questionnaire(name=name, version="", titles=titles, languages=self.languages, steps=steps)

    # Columns and languages

    def _columns(self, name: str, sheet: Sheet) -> list[_Column]:
        """Return the columns of words; refuse every column that means nothing here."""
        found = []
        self.sheet = sheet.name
        for header in sheet.columns:
            purpose, _, language = header.rpartition("::")
            match = LANGUAGE.fullmatch(language)
            if match and purpose in ALSO_TRANSLATED[name]:
                found.append(_Column(purpose=purpose, code=match["code"], header=header))
            elif header in ALSO_TRANSLATED[name]:
                remedy = f"Name its language, like `{header}::English (en)`."
                self.refuse(sheet.number, header, "This column of words has no language.", remedy)
            elif purpose in ALSO_TRANSLATED[name]:
                remedy = f"Write a language and its code, like `{purpose}::English (en)`."
                self.refuse(sheet.number, header, f"`{language}` is no language with a code.", remedy)
            elif header not in PLAIN[name]:
                self.refuse(
                    sheet.number, header, "Kith does not use this column.", self._instead(name, header)
                )
        if name != "settings" and sheet.rows and not any(column.purpose == "label" for column in found):
            self.refuse(sheet.number, "label", "There are no words to show.", "Add `label::English (en)`.")
        return found

    def _refuse_stray_languages(self, number: int, columns: list[_Column]) -> None:
        seen = set()
        for column in columns:
            if (column.purpose, column.code) in seen:
                remedy = "Give each language a code of its own."
                self.refuse(number, column.header, f"Another column is in `{column.code}`, too.", remedy)
            elif self.languages and column.code not in self.languages:
                cause = f"The questions are not written in `{column.code}`."
                self.refuse(number, column.header, cause, "Add their labels in it, or remove this column.")
            seen.add((column.purpose, column.code))

    def _instead(self, name: str, header: str) -> str:
        may_have = self._may_have(name)
        near = get_close_matches(header, may_have, n=1)
        remedy = f"Did you mean `{near[0]}`? Otherwise remove it." if near else "Remove it."
        return f"{remedy} The sheet `{name}` may have: {', '.join(may_have)}."

    @staticmethod
    def _may_have(name: str) -> list[str]:
        return sorted(PLAIN[name]) + [f"{purpose}::English (en)" for purpose in ALSO_TRANSLATED[name]]

    def _words(self, sheet: str, row: Row, purpose: str, *, needed: bool = False) -> dict[str, str]:
        """Return the words of a row by language: in every language, or in none if they aren't needed."""
        headers = {column.code: column.header for column in self.columns[sheet] if column.purpose == purpose}
        words = {code: row[header] for code, header in headers.items() if row[header]}
        for code in self.languages if words or needed else ():
            header = headers.get(code, f"{purpose}::… ({code})")
            if code not in words:
                self.refuse(row.number, header, f"The words for `{code}` are missing.", "Fill in this cell.")
            elif "${" in words[code]:
                remedy = "Write words that fit every answer."
                self.refuse(row.number, header, "Kith does not put answers into words.", remedy)
        return words

    def _titles(self, name: str) -> dict[str, str]:
        if len(self.settings.rows) != 1:
            remedy = "Write one row below its column names: form_title, form_id, default_language."
            cause = "The sheet `settings` needs exactly one row."
            if self.settings.near:
                cause = f"There is no sheet `settings`; there is `{self.settings.near}`."
                remedy = "Call it `settings`."
            elif self.settings.missing:
                cause = "There is no sheet `settings`."
                remedy = f"Add it. {remedy}"
            self.refuse(self.settings.number, "", cause, remedy)
            return {}
        row = self.settings.rows[0]
        if row["form_id"] != name:
            self.refuse(row.number, "form_id", "It differs from the file's name.", f"Write `{name}`.")
        first = next((column for column in self.columns["survey"] if column.purpose == "label"), None)
        if first and first.header.lower() != f"label::{' '.join(row['default_language'].split())}".lower():
            language = first.header.removeprefix("label::")
            remedy = f"Write `{language}`, or put that language's columns first."
            self.refuse(
                row.number, "default_language", "It is not the language of the first label column.", remedy
            )
        if not row["form_title"]:
            self.refuse(
                row.number, "form_title", "There is no title.", "Write what people call this questionnaire."
            )
        if len(self.languages) == 1 and not self.columns["settings"]:
            return {self.languages[0]: row["form_title"]}
        return self._words("settings", row, "kith::title", needed=True)

    # Lists of choices

    def _read_lists(self) -> None:
        for row in self.choices.rows:
            choice = Choice(name=row["name"], labels=self._words("choices", row, "label", needed=True))
            choices = self.lists.setdefault(row["list_name"], [])
            if not row["list_name"]:
                self.refuse(
                    row.number, "list_name", "The choice belongs to no list.", "Write the name of its list."
                )
            zone = choice.name in self.zones
            if not (CHOICE_NAME.fullmatch(choice.name) or zone):
                remedy = "Use small letters, digits and hyphens, like `first-year`."
                self.refuse(row.number, "name", f"`{choice.name}` can't name a choice.", remedy)
                self.misnamed.add(choice.name)
            if any(choice.name == other.name for other in choices):
                remedy = "Give each choice of a list its own name."
                self.refuse(row.number, "name", f"`{choice.name}` is in this list already.", remedy)
            choices.append(choice)

    # Steps and questions

    def _steps(self) -> Iterator[Step]:
        """Yield the steps; the sheet lists each as a row `begin_group`, its questions, a row `end_group`."""
        step: Row | None = None
        questions: list[Question] = []
        seen: set[str] = set()
        for row in self.survey.rows:
            kind = row["type"].replace(" ", "_") if row["type"].endswith(" group") else row["type"]
            self._refuse_misplaced(row, kind, step)
            if kind == "begin_group":
                step, questions = row, []
                self._refuse_name(row, seen, "step")
            elif kind == "end_group" and step:
                yield self._step(step, questions)
                step = None
            elif kind != "end_group" and row.cells:
                questions.extend(self._question(row, seen))
        if step:
            remedy = "Add a row `end_group` after its questions."
            self.refuse(step.number, "type", "This step has no end.", remedy)

    def _refuse_misplaced(self, row: Row, kind: str, step: Row | None) -> None:
        if kind == "begin_group" and step:
            self.refuse(row.number, "type", "A step stands inside a step.", "End the one before it first.")
        elif kind == "end_group" and not step:
            self.refuse(row.number, "type", "No step is open here.", "Remove this row.")
        elif kind not in ("begin_group", "end_group") and row.cells and not step:
            remedy = "Put it between begin_group and end_group."
            self.refuse(row.number, "type", "The question stands in no step.", remedy)

    def _step(self, row: Row, questions: list[Question]) -> Step:
        if not questions and not self.faults:
            self.refuse(row.number, "type", "The step is empty.", "Add a question to it, or remove it.")
        return Step(
            name=row["name"],
            labels=self._words("survey", row, "label", needed=True),
            questions=tuple(questions),
            hints=self._words("survey", row, "hint"),
        )

    def _refuse_name(self, row: Row, seen: set[str], what: str) -> None:
        name = row["name"]
        if not QUESTION_NAME.fullmatch(name):
            remedy = "Use small letters, digits and underscores, a letter first, like `topics_wanted`."
            self.refuse(row.number, "name", f"`{name}` can't name a {what}.", remedy)
        elif name in seen:
            self.refuse(
                row.number, "name", f"`{name}` is there twice.", "Give each question and step its own name."
            )
        seen.add(name)

    def _question(self, row: Row, seen: set[str]) -> Iterator[Question]:
        """Yield the question of a row, or nothing if its type is not one of ours."""
        self._refuse_name(row, seen, "question")
        typed, _, listed = row["type"].partition(" ")
        kind = KINDS.get((typed, row["appearance"]))
        if kind is None:
            self._refuse_type(row, typed)
            return
        alone, constraint = _alone(row["constraint"])
        minimum, maximum = self._bounds(row, kind, constraint)
        question = Question(
            name=row["name"],
            kind=kind,
            use=self._use(row),
            labels=self._words("survey", row, "label", needed=True),
            hints=self._words("survey", row, "hint"),
            required=self._required(row),
            minimum=minimum,
            maximum=maximum,
            choices=self._choices(row, kind, listed.strip()),
            shown_if=self._shown_if(row),
            layout=WITH_LOOKS.get(row["appearance"], Layout.PLAIN),
            if_missing=self._words("survey", row, "required_message"),
            if_refused=self._words("survey", row, "constraint_message"),
            alone=alone,
            hours=self._hours(row, kind),
            match=self._match(row),
        )
        self._refuse_contradictions(row, question)
        question = _bounded(question)
        self.asked[question.name] = question
        yield question

    def _refuse_type(self, row: Row, typed: str) -> None:
        if typed in TYPES:
            known = ", ".join(repr(look) for name, look in KINDS if name == typed and look) or "none"
            remedy = f"Leave it empty, or use one of these: {known}."
            self.refuse(row.number, "appearance", f"Kith has no such look for `{typed}`.", remedy)
        else:
            remedy = f"Use one of these: {', '.join(TYPES)}."
            self.refuse(row.number, "type", f"Kith can't ask a question of the type `{typed}`.", remedy)

    def _use(self, row: Row) -> Use:
        try:
            return Use(row["kith::use"])
        except ValueError:
            remedy = f"Write one of these: {', '.join(Use)}."
            self.refuse(row.number, "kith::use", "It doesn't say what the answer is for.", remedy)
            return Use.CONTACT

    def _required(self, row: Row) -> bool:
        said = row["required"].lower()
        if said not in YES | NO:
            self.refuse(
                row.number, "required", f"`{row['required']}` is neither yes nor no.", "Write `yes` or `no`."
            )
        return said in YES

    def _choices(self, row: Row, kind: Kind, listed: str) -> tuple[Choice, ...]:
        if kind is Kind.SCALE:
            listed = _parameters(row).get("tick_labelset", "")
        choices = tuple(self.lists.get(listed, ()))
        if kind in (*WITH_CHOICES, Kind.HOURS) and not choices:
            remedy = "Add its choices to the sheet `choices`, or correct the name of the list."
            self.refuse(row.number, "type", f"There is no list `{listed}`.", remedy)
        return choices

    def _hours(self, row: Row, kind: Kind) -> tuple[int, int] | None:
        """Return the hours of a day between which a question of half-hours asks."""
        said = row["kith::hours"]
        found = HOURS.fullmatch(said)
        if kind is not Kind.HOURS:
            if said:
                remedy = "Empty this cell, or write the appearance `hours` for a `select_multiple`."
                self.refuse(row.number, "kith::hours", "This question asks for no half-hours.", remedy)
            return None
        if not found or not 0 <= int(found["first"]) < int(found["end"]) <= 24:  # noqa: PLR2004  # of a day
            cause = "It doesn't say between which hours of a day to ask."
            self.refuse(row.number, "kith::hours", cause, "Write whole hours, like `08:00-20:00`.")
            return 8, 20
        return int(found["first"]), int(found["end"])

    # Matching

    def _match(self, row: Row) -> dict[str, str]:
        """Return the columns `match::…` that are filled, and its label in reasons as `label::en`."""
        said = {column: row[f"{MATCH}{column}"] for column in criteria.COLUMNS}
        labels = self._words("survey", row, f"{MATCH}label")
        found = {column: text for column, text in said.items() if text}
        found |= {f"label::{code}": words for code, words in labels.items()}
        if found and row["kith::use"] not in ("", Use.MATCHING):
            remedy = "Write `matching` in `kith::use`, or empty its columns `match::…`."
            self.refuse(row.number, "kith::use", "What is compared is used for matching.", remedy)
        for column, cause, remedy in criteria.mistakes(row["name"], found):
            self.refuse(row.number, f"{MATCH}{column}", cause, remedy)
        return found

    # Bounds

    def _bounds(self, row: Row, kind: Kind, constraint: str) -> tuple[int | None, int | None]:
        if kind is Kind.SCALE:
            return self._scale(row)
        if not constraint:
            return None, None
        least: list[int] = []
        most: list[int] = []
        for part in re.split(r"\s+and\s+", constraint):
            match = COMPARISON.fullmatch(part)
            number = _number_in(match, kind) if match else None
            if not match or match["what"] != COUNTED.get(kind) or number is None:
                self._refuse_constraint(row, kind, part)
                return None, None
            how = match["how"]
            if how in (">", ">=", "="):
                least.append(number + (how == ">"))
            if how in ("<", "<=", "="):
                most.append(number - (how == "<"))
        return _described_fault(max(least, default=None), kind), _described_fault(
            min(most, default=None), kind
        )

    def _refuse_constraint(self, row: Row, kind: Kind, part: str) -> None:
        what = COUNTED.get(kind)
        remedy = f"Write it like `{what} >= 1 and {what} <= 3`." if what else "Leave it empty for this type."
        if kind is Kind.DATE:
            remedy = "Write it like `. >= date('2027-01-01') and . <= date('2027-12-31')`."
        self.refuse(row.number, "constraint", f"Kith does not understand `{part}` here.", remedy)

    def _scale(self, row: Row) -> tuple[int | None, int | None]:
        said = _parameters(row)
        start, end, step = (said.get(key, "") for key in ("start", "end", "step"))
        if not (
            start.isdecimal() and end.isdecimal() and step == "1" and int(start) < int(end) <= int(start) + 10
        ):
            remedy = "Write it like `start=1 end=5 step=1`; a scale has at most eleven steps."
            self.refuse(row.number, "parameters", "The scale is not clear.", remedy)
            return None, None
        return int(start), int(end)

    # Show if

    def _shown_if(self, row: Row) -> tuple[str, str] | None:
        rule = row["relevant"].strip()
        if not rule:
            return None
        match = SELECTED.fullmatch(rule) or EQUALS.fullmatch(rule)
        if not match:
            remedy = "Ask for one choice: `${field} = 'law'` or `selected(${goals}, 'career')`."
            self.refuse(row.number, "relevant", "Kith does not understand this condition.", remedy)
            return None
        earlier = self.asked.get(match["question"])
        if not earlier or earlier.kind not in WITH_CHOICES:
            remedy = "Name a question with choices that stands above this one."
            self.refuse(
                row.number, "relevant", f"`{match['question']}` has no choice to ask for here.", remedy
            )
        elif not any(choice.name == match["choice"] for choice in earlier.choices):
            remedy = f"Its choices are: {', '.join(choice.name for choice in earlier.choices)}."
            cause = f"`{earlier.name}` offers no choice `{match['choice']}`."
            self.refuse(row.number, "relevant", cause, remedy)
        elif match.re is EQUALS and earlier.kind is not Kind.ONE:
            remedy = f"Write `selected(${{{earlier.name}}}, '{match['choice']}')`."
            self.refuse(
                row.number, "relevant", f"`{earlier.name}` takes several choices, so it equals none.", remedy
            )
        return match["question"], match["choice"]

    # What a question may not be

    def _refuse_contradictions(self, row: Row, question: Question) -> None:
        least, most = question.minimum, question.maximum
        if question.kind is Kind.INTEGER and (least is None or most is None):
            remedy = "Write both, like `. >= 1 and . <= 3`."
            self.refuse(row.number, "constraint", "A whole number needs a least and a most.", remedy)
        if least is not None and most is not None and least > most:
            self.refuse(
                row.number,
                "constraint",
                "No answer can keep these bounds.",
                "Write the smaller number first.",
            )
        several = question.kind in (Kind.MANY, Kind.RANK, Kind.HOURS)
        if several and max(least or 0, most or 0) > len(question.offered) > 0:
            remedy = f"The list has {len(question.offered)} choices: ask for no more."
            self.refuse(row.number, "constraint", "It asks for more choices than there are.", remedy)
        if question.use is Use.MONITORING and question.required:
            remedy = "Write `no`: whoever doesn't want to say must be able to go on."
            self.refuse(row.number, "required", "A monitoring question is never required.", remedy)
        self._refuse_choices(row, question)

    def _refuse_choices(self, row: Row, question: Question) -> None:
        """Refuse choices that don't suit how the question is asked."""
        names = [choice.name for choice in question.choices]
        if self.misnamed.intersection(names):
            return
        if question.layout is Layout.WEEK and not all(map(DAY_AND_PART.fullmatch, names)):
            remedy = "Name every choice for its day and part of the day, like `mon-morning`."
            self.refuse(row.number, "appearance", "These choices are no timetable.", remedy)
        if question.layout is Layout.ZONE and not self.zones.issuperset(names):
            unknown = ", ".join(f"`{name}`" for name in names if name not in self.zones)
            remedy = "Name every choice as the time-zone database does, like `Europe/London`."
            self.refuse(row.number, "appearance", f"{unknown}: no time zone is called so.", remedy)
        if question.layout is not Layout.ZONE and not all(map(CHOICE_NAME.fullmatch, names)):
            remedy = "Write the appearance `zone`, or name its choices in small letters."
            self.refuse(row.number, "appearance", "These choices are time zones.", remedy)
        if question.kind is Kind.HOURS and names != [day for day in DAYS if day in names]:
            remedy = "Name the days mon, tue, wed, thu, fri, sat, sun, in this order; days may be left out."
            self.refuse(row.number, "type", "These choices are not the days of a week.", remedy)
        if question.kind is Kind.HOURS and len(question.offered) > MOST_HALF_HOURS:
            remedy = f"Ask between fewer hours, or on fewer days: {MOST_HALF_HOURS} half-hours at most."
            self.refuse(row.number, "kith::hours", "The table is too long for a page.", remedy)
        if question.alone and (question.kind is not Kind.MANY or question.alone not in names):
            remedy = "Name one of its choices; only a `select_multiple` has one that goes with no other."
            self.refuse(
                row.number, "constraint", f"It has no choice `{question.alone}` to stand alone.", remedy
            )


def _bounded(question: Question) -> Question:
    """Return the question with the bounds that it has when its sheet says none."""
    most = {
        Kind.TEXT: LONGEST_LINE,
        Kind.LONG_TEXT: LONGEST_TEXT,
        Kind.EMAIL: LONGEST_ADDRESS,
        Kind.MANY: len(question.choices),
        Kind.HOURS: len(question.offered),
        Kind.DATE: _day_as_number(LATEST),
        Kind.RANK: min(MOST_RANKED, len(question.choices)),
    }
    counted = question.kind in COUNTED and question.kind not in (Kind.INTEGER, Kind.DATE)
    least = 1 if question.required and counted else None
    if question.kind is Kind.DATE:
        least = _day_as_number(EARLIEST)
    return replace(
        question,
        minimum=question.minimum if question.minimum is not None else least,
        maximum=question.maximum if question.maximum is not None else most.get(question.kind),
    )


def _alone(constraint: str) -> tuple[str, str]:
    """Return the choice that goes with no other, if the constraint names one, and the rest of it."""
    found = ALONE.search(constraint)
    if not found:
        return "", constraint.strip()
    rest = constraint[: found.start()] + constraint[found.end() :]
    return found["choice"], re.sub(r"^\s*and\s+|\s+and\s*$|^\s+|\s+$", "", rest)


def _number_in(match: re.Match[str], kind: Kind) -> int | None:
    """Return the number that a comparison names, days counted from the year 1; None for a wrong one."""
    if kind is not Kind.DATE:
        return int(match["n"]) if match["n"] else None
    try:
        return date.fromisoformat(match["day"] or "").toordinal()
    except ValueError:
        return None


def _described_fault(number: int | None, kind: Kind) -> int | None:
    """Return a bound as the definition holds it: 20270111 for a day."""
    if kind is not Kind.DATE or number is None:
        return number
    return _day_as_number(date.fromordinal(number))


def _day_as_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _parameters(row: Row) -> dict[str, str]:
    """Return the parameters of a range: `start=1 end=5 step=1`."""
    return dict(pair.split("=", 1) for pair in row["parameters"].split() if "=" in pair)


__all__ = ["Fault", "QuestionnaireError", "canonical", "compile_file", "sources", "version_of"]
