"""What is built, built again: the same bytes wherever, and nothing twice."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import ROOT
from infra.build import command, zips

pytestmark = [pytest.mark.deployment, pytest.mark.xdist_group("zips")]

SOURCES = ("functions", "schemas", "site", "infra", "uv.lock", "pyproject.toml")
BUILD = (
    "from pathlib import Path; from infra.build import zips; "
    "zips.build(Path(%r), zips.TARGETS['arm64'], [%r])"
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest function's zip for Lambda's arm64."""
    folder = tmp_path_factory.mktemp("here")
    zips.build(folder, zips.TARGETS["arm64"], ["feedback"], tell=lambda _: None)
    return folder


def test_a_copy_of_the_sources_elsewhere_makes_the_same_bytes(here: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a copy"
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            shutil.copyfile(source, copy / name)
    subprocess.run(
        [sys.executable, "-c", BUILD % (str(tmp_path / "there"), "feedback")],
        cwd=copy,
        env={**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "5"},
        check=True,
        capture_output=True,
    )

    assert (tmp_path / "there" / "feedback.zip").read_bytes() == (here / "feedback.zip").read_bytes()


def test_what_was_made_from_the_same_sources_is_not_made_again(here: Path) -> None:
    made_at = (here / "feedback.zip").stat().st_mtime_ns

    zips.build(here, zips.TARGETS["arm64"], ["feedback"], tell=lambda _: None)

    assert (here / "feedback.zip").stat().st_mtime_ns == made_at


def test_what_somebody_changed_since_is_made_again(here: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(here, folder)
    with zipfile.ZipFile(folder / "feedback.zip", "a") as packed:
        packed.writestr("more.py", "")

    zips.build(folder, zips.TARGETS["arm64"], ["feedback"], tell=lambda _: None)

    assert (folder / "feedback.zip").read_bytes() == (here / "feedback.zip").read_bytes()


def test_what_was_made_from_other_sources_is_made_again(here: Path, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    shutil.copytree(here, folder)
    note = folder / "feedback.made.json"
    written = json.loads(note.read_text("utf-8"))
    note.write_text(json.dumps({**written, "from": "0" * 64}), "utf-8")

    zips.build(folder, zips.TARGETS["arm64"], ["feedback"], tell=lambda _: None)

    assert json.loads(note.read_text("utf-8")) == written


def test_without_lambdas_python_the_zips_are_built_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "python_here", lambda _: None)
    monkeypatch.setattr(zips, "_fetched", lambda *_: None)
    said: list[str] = []

    zips.build(tmp_path, zips.TARGETS["arm64"], ["feedback"], tell=said.append)

    assert "no Python 3.13 to compile with" in said[0]
    with zipfile.ZipFile(tmp_path / "feedback.zip") as packed:
        assert not any(name.endswith(".pyc") for name in packed.namelist())


@pytest.mark.parametrize(
    ("platform", "processor"),
    [("aarch64-manylinux_2_28", "arm64"), ("x86_64-manylinux_2_28", "x86_64"), (None, None)],
)
def test_zips_remember_the_processor_that_they_are_for(
    tmp_path: Path, platform: str | None, processor: str | None
) -> None:
    (tmp_path / "web.made.json").write_text(json.dumps({"platform": platform}), "utf-8")

    assert zips.processor_of(tmp_path) == processor


def test_the_site_is_for_the_cohort_that_is_asked_for(tmp_path: Path) -> None:
    said: list[str] = []

    command.site(tmp_path / "site", "first-year", tell=said.append)

    assert "the cohort that opens on" in said[0]
    assert (tmp_path / "site" / "index.html").is_file()
