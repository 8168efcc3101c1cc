"""Every kind of mail is whole: its row, its template and the use case that queues it."""

import ast
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.ext import i18n
from jinja2.nodes import Block

from functions.messages.kinds import About, KindRow, MessageKind, link_purpose
from functions.messages.outbox import NewMessage, queue_message
from functions.messages.render import TEMPLATES
from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.people import EnrolmentState
from functions.programme.programme import Moment
from tests.messages.emails import COHORT, MENTEE, ROOT

USECASES = ROOT / "functions" / "usecases"
BLOCKS = {"subject", "preview", "heading", "body"}
NOW = datetime(2027, 2, 20, 12, tzinfo=UTC)
ABOUT = {
    About.RECIPIENT: "",
    About.PAIRING: "pairing-1",
    About.RUN: "run-1",
    About.MOMENT: "end",
    About.PURPOSE: "erase",
}


def missing_parts(kind: MessageKind, templates: Path = TEMPLATES, usecases: Path = USECASES) -> list[str]:
    """Return what a kind of mail lacks: its template, a block of it, or a use case that queues it."""
    template = templates / f"{kind}.jinja"
    if not template.is_file():
        return [f"no template {template.name}"]
    tree = Environment(extensions=[i18n], autoescape=True).parse(template.read_text("utf-8"))
    blocks = {node.name for node in tree.find_all(Block)}
    missing = [f"no block {name}" for name in sorted(BLOCKS - blocks)]
    queued = any(kind.name in kinds_named_in(path) for path in usecases.rglob("*.py"))
    return missing + ([] if queued else ["no use case queues it"])


def kinds_named_in(path: Path) -> set[str]:
    """Return the kinds that a use case names, if it queues messages at all."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if "queue_message" not in names:
        return set()
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "MessageKind"
    }


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_has_its_template_and_a_use_case_that_queues_it(kind: MessageKind) -> None:
    assert missing_parts(kind) == []


def test_a_row_without_a_template_or_with_half_of_one_is_found(tmp_path: Path) -> None:
    templates = tmp_path / "mail"
    shutil.copytree(TEMPLATES, templates)
    (templates / "welcome.jinja").unlink()
    (templates / "survey.jinja").write_text("{% extends layout %}{% block subject %}A{% endblock %}", "utf-8")

    assert missing_parts(MessageKind.WELCOME, templates) == ["no template welcome.jinja"]
    assert missing_parts(MessageKind.SURVEY, templates) == [
        "no block body",
        "no block heading",
        "no block preview",
    ]


def test_a_row_that_no_use_case_queues_is_found(tmp_path: Path) -> None:
    only_asks = tmp_path / "ask.py"
    only_asks.write_text("queue_message(MessageKind.CHECKIN)", "utf-8")

    assert missing_parts(MessageKind.CHECKIN, usecases=tmp_path) == []
    assert missing_parts(MessageKind.WELCOME, usecases=tmp_path) == ["no use case queues it"]


def test_a_template_without_a_row_is_found() -> None:
    shared = {f"{name}.{form}" for name in ("layout", "parts") for form in ("txt", "mjml")}

    assert {path.name for path in TEMPLATES.iterdir()} == {f"{kind}.jinja" for kind in MessageKind} | shared


@pytest.mark.parametrize("kind", MessageKind)
def test_a_row_says_how_long_the_link_lives_exactly_where_there_is_one(kind: MessageKind) -> None:
    row = kind.row
    has_link = row.link_purpose is not None or row.about is About.PURPOSE

    assert has_link is (row.link_expires is not None)
    assert not row.needs_link or has_link
    assert not row.needs_partner or row.about is About.PAIRING
    assert row.recipients


@pytest.mark.parametrize("kind", MessageKind)
def test_a_queued_message_carries_a_link_that_opens_its_page_and_expires(kind: MessageKind) -> None:
    message = NewMessage(kind=kind, to=MENTEE, about=ABOUT[kind.row.about], checkin=1)

    changes = queue_message(message, COHORT, at=NOW, link_keys=(bytes(32),))

    items = [change.sets for change in changes]
    links = [item for item in items if "purpose" in item]
    assert [item["purpose"] for item in links] == list(filter(None, [link_purpose(kind, message.about)]))
    assert all(str(item["expires_at"]) > NOW.isoformat() for item in links)
    assert items[-1]["kind"] == kind


def test_nobody_erased_is_ever_written_to() -> None:
    assert [kind for kind in MessageKind if EnrolmentState.ERASED in kind.row.recipients] == []


def test_only_what_we_ask_of_our_own_accord_can_be_stopped_with_one_click() -> None:
    assert {kind for kind in MessageKind if not kind.row.transactional} == {
        MessageKind.CHECKIN,
        MessageKind.SURVEY,
    }


@pytest.mark.parametrize("purpose", SELF_SERVICE_PURPOSES)
def test_a_key_opens_what_was_asked_for(purpose: Purpose) -> None:
    assert link_purpose(MessageKind.KEY, purpose) is purpose


def test_a_survey_link_lives_as_long_as_the_survey_of_its_moment() -> None:
    expires = MessageKind.SURVEY.row.link_expires
    assert expires is not None

    days = {moment: COHORT.today(expires(COHORT, NOW, moment)) for moment in Moment}

    assert days[Moment.PULSE] < days[Moment.END] < days[Moment.AFTER]


def test_a_row_is_stated_whole_or_not_at_all() -> None:
    with pytest.raises(TypeError, match="recipients"):
        KindRow(transactional=True)  # type: ignore[call-arg]
