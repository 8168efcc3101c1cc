"""What the documents tell an operator to type exists, every alarm has its page, and no link leads nowhere."""

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import botocore.session
import click
import pytest
from botocore import xform_name

from infra import ROOT
from infra.cli import COMMANDS, GROUPS, main
from tests.infra import templates

RUNBOOKS = ROOT / "docs" / "runbooks"
GUIDE = (ROOT / "docs" / "operating.md", *sorted(RUNBOOKS.glob("*.md")))
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
TYPED = re.compile(r"(?:^    |`)\./kith ([a-z][^`\n]*?)(?:`|$|\s+#)", re.MULTILINE)
OPTION = re.compile(r"--[a-z-]+")
OF_AWS = re.compile(r"(?:^ +|`)aws (?!sso|configure)([a-z0-9]+) (?!wait)([a-z-]+)([^`\n]*)", re.MULTILINE)
ROW = re.compile(r"^\| `\./kith .*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CALLS = [said for page in GUIDE for said in OF_AWS.findall(page.read_text("utf-8"))]
OPERATORS_MAY = [
    action
    for statement in json.loads((ROOT / "infra/deploy/operator-policy.json").read_text("utf-8"))["Statement"]
    for action in templates.listed(statement["Action"])
]
# What an alarm is not, and has its page all the same.
BUDGET, BAD_DAYS = {"budget"}, {"restore-the-table", "leaked-secret"}


def typed_in(documents: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    """Yield each command that the documents have somebody type, with its arguments."""
    for document in documents:
        for said in TYPED.findall(document.read_text("utf-8")):
            name, *arguments = shlex.split(said, comments=True)
            yield name, arguments


def anchors_of(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as they are commonly made."""
    headings = HEADING.findall(document.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def help_of(name: str, *part: str) -> str:
    """Return what the --help of a command, or of a part of it, says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main([name, *part, "--help"])
    return said.getvalue()


def test_every_command_and_option_that_a_document_names_is_there() -> None:
    unknown = {
        f"./kith {name} {option}"
        for name, words in typed_in(DOCUMENTS)
        for option in ["", *OPTION.findall(" ".join(words))]
        # A benchmark has options of its own.
        if name not in COMMANDS or option not in help_of(name, *(words[:1] if name == "bench" else ()))
    }

    assert unknown == set()


def test_what_the_guide_and_the_runbooks_have_somebody_type_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []

    def take(command: click.Command, _ctx: click.Context) -> int:
        if not isinstance(command, click.Group):
            taken.append(str(command.name))
        return 0

    monkeypatch.setattr(click.Command, "invoke", take)
    deployed = GROUPS["deployed in AWS"]
    typed = [(name, words) for name, words in typed_in(GUIDE) if name in deployed and words]

    assert [(name, words) for name, words in typed if main([name, *words]) != 0] == []
    assert len(taken) == len(typed)
    assert {name for name, _ in typed} == set(deployed)


@pytest.mark.parametrize(("service", "operation", "words"), CALLS)
def test_every_call_of_awss_own_command_line_is_one_that_it_takes_and_an_operator_may_make(
    service: str, operation: str, words: str
) -> None:
    model = botocore.session.get_session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    asked = model.operation_model(names[operation])

    members = asked.input_shape.members if asked.input_shape else ()
    taken = {f"--{word}{xform_name(member, '-')}" for member in members for word in ("", "no-")}
    assert set(OPTION.findall(words)) <= taken | {"--region", "--max-items"}

    action = f"{model.signing_name}:{names[operation]}"
    assert any(fnmatchcase(action, pattern) for pattern in OPERATORS_MAY)


def test_the_table_of_commands_has_all_that_concern_a_deployment_and_only_their_options() -> None:
    rows = [row.split("|") for row in ROW.findall(GUIDE[0].read_text("utf-8"))]
    told = {shlex.split(command.strip(" `"))[1]: OPTION.findall(does) for _, command, does, _ in rows}

    assert told.keys() == GROUPS["deployed in AWS"].keys()
    assert [(name, it) for name, options in told.items() for it in options if it not in help_of(name)] == []


def test_every_alarm_has_a_page_and_every_page_an_alarm() -> None:
    named = {
        made["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${Name}-")
        for made in templates.of_kind("events.yaml", "AWS::CloudWatch::Alarm").values()
    }

    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}

    assert pages == named | BUDGET | BAD_DAYS
    assert templates.of_kind("budget.yaml", "AWS::Budgets::Budget")


@pytest.mark.parametrize(
    "page", [page for page in GUIDE if page.parent == RUNBOOKS], ids=lambda page: page.stem
)
def test_every_page_says_what_it_means_for_people_and_when_it_is_over(page: Path) -> None:
    text = page.read_text("utf-8")

    if page.stem == "README":
        assert {f"{other.name}" for other in RUNBOOKS.glob("*.md")} - {"README.md"} <= set(LINK.findall(text))
    else:
        parts = ("**For people.**", "**Look first", "**It is over**")
        assert [part for part in parts if part not in text] == []


def test_no_link_between_documents_leads_nowhere() -> None:
    dead = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in DOCUMENTS
        for link in LINK.findall(document.read_text("utf-8"))
        if not link.startswith(("http:", "https:", "mailto:")) and not leads_somewhere(document, link)
    ]

    assert dead == []


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    there = document.parent / path if path else document
    return there.exists() and (not anchor or anchor in anchors_of(there))
