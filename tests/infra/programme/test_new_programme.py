"""A new programme begins as a file that can be read alone, and that is right as it stands."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields

from infra import ROOT
from infra.programme import check
from infra.programme.new_programme import run, text_for
from schemas.programme import parse
from schemas.programme_keys import ProgrammeSchema

TEXT = text_for("second-year", date(2027, 3, 3))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of what `./kith check` reads."""
    for folder in ("schemas/questionnaires", "schemas/programmes", "schemas/policies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_what_it_writes_passes_the_check_as_it_is(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("second-year", tree) == 0

    told = capsys.readouterr().out
    explained = re.findall(r"^  (\./kith .*?) {2,}(\w.*)$", told, re.MULTILINE)
    assert [command.split()[1] for command, _ in explained] == ["check", "run", "build"]
    assert len({told.index(words) - told.rindex("\n", 0, told.index(words)) for _, words in explained}) == 1
    assert told.startswith("Written: schemas/programmes/second-year.toml\n")
    assert "./kith run --programme second-year" in told
    assert check.run(root=tree) == 0, capsys.readouterr().err
    assert capsys.readouterr().out.startswith("All is well: 2 programmes, ")


def test_a_programme_that_is_there_is_never_written_over(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (tree / "schemas/programmes/first-year.toml").read_bytes()

    assert run("first-year", tree) == 2

    assert "there is a programme `first-year` already, and nothing was changed" in capsys.readouterr().err
    assert (tree / "schemas/programmes/first-year.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("Second Year", "`second-year`"),
        ("second_year", "`second-year`"),
        ("../first-year", "`first-year`"),
        ("-", None),
        ("", None),
        ("é" * 3, None),
        ("a" * 41, f"`{'a' * 40}`"),
        ("second-year\n", "`second-year`"),
    ],
)
def test_a_name_that_names_no_file_is_refused_with_one_that_would(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, likely: str | None
) -> None:
    before = sorted(tree.rglob("*"))

    assert run(name, tree) == 2

    told = capsys.readouterr().err
    assert "can’t name a programme. Use small letters, digits and hyphens" in told
    assert likely is None or f"How about {likely}?" in told
    assert sorted(tree.rglob("*")) == before


def keys_of(schema: Schema) -> Iterator[str]:
    """Yield every key that a definition may have, the headings of its parts too."""
    for name, field in schema.fields.items():
        yield name
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from keys_of(inner.schema)


def test_every_key_stands_in_it() -> None:
    for key in keys_of(ProgrammeSchema()):
        assert re.search(rf"^(# )?({key} = |\[+{key}\]+$)", TEXT, flags=re.MULTILINE), key


def test_the_ready_made_programme_writes_every_key_that_a_new_one_has() -> None:
    ready = tomllib.loads((ROOT / "schemas/programmes/first-year.toml").read_text(encoding="utf-8"))
    new = tomllib.loads(TEXT)

    def keys(of: dict[str, object]) -> set[str]:
        return set(of) | {
            f"{part}.{key}" for part, below in of.items() if isinstance(below, dict) for key in below
        }

    assert keys(new) <= keys(ready)


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2090, 1, 1)))
def test_enrolment_opens_on_a_monday_in_about_two_months(today: date) -> None:
    programme = parse(text_for("alumni", today), programme_id="alumni", file="alumni.toml")

    opens_on = programme.calendar.opens_on
    assert opens_on.weekday() == 0
    assert timedelta(weeks=8) <= opens_on - today < timedelta(weeks=9)
    assert programme.name == "Alumni"
