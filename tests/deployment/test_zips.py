"""What is in the zips, and what is not."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from functions.questionnaires import definitions
from functions.questionnaires.programme_codec import programme_from
from infra import ROOT
from infra.build import zips

pytestmark = [pytest.mark.deployment, pytest.mark.xdist_group("zips")]

MIB = 2**20
EACH = pytest.mark.parametrize("name", sorted(zips.FUNCTIONS))


def names_in(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        return packed.namelist()


def unpacked_bytes(file: Path) -> int:
    with zipfile.ZipFile(file) as packed:
        return sum(entry.file_size for entry in packed.infolist())


@EACH
def test_the_same_source_makes_the_same_bytes(built: Path, tmp_path: Path, name: str) -> None:
    zips.build(tmp_path, zips.TARGETS["host"], [name], tell=lambda _: None)

    first, second = ((folder / f"{name}.zip").read_bytes() for folder in (built, tmp_path))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()


@EACH
def test_what_is_ours_in_a_zip_is_what_is_in_the_tree(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / f"{name}.zip") as packed:
        ours = [
            entry
            for entry in packed.namelist()
            if entry.startswith(("functions/", "schemas/", "site/")) and "__pycache__" not in entry
        ]
        different = [entry for entry in ours if packed.read(entry) != (ROOT / entry).read_bytes()]

    assert "functions/entry.py" in ours
    assert different == []


@EACH
def test_a_programme_is_in_a_zip_as_its_checks_made_it(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / f"{name}.zip") as packed:
        carried = {
            Path(entry).stem: programme_from(Path(entry).stem, json.loads(packed.read(entry)))
            for entry in packed.namelist()
            if entry.startswith(f"{definitions.CHECKED.name}/")
        }

    names = definitions.names_of("programmes", ".toml")
    assert carried == {name: definitions.programme(name) for name in names}
    assert names
    assert not definitions.CHECKED.exists()  # the tree's are read from their sources


@EACH
def test_nothing_that_lambda_has_or_that_only_we_use_is_packed(built: Path, name: str) -> None:
    tops = {entry.partition("/")[0] for entry in names_in(built / f"{name}.zip")}

    assert not tops & {"boto3", "botocore", "infra", "tests", "docs", "pandas", "ministack", "bin"}


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("web", {"numpy", "ortools", "mjml"}),
        ("match", {"flask", "jinja2", "zappa", "mjml"}),
        ("mail", {"flask", "numpy", "ortools", "zappa"}),
        ("feedback", {"flask", "jinja2", "numpy", "ortools", "zappa", "mjml"}),
    ],
)
def test_a_function_carries_no_other_functions_baggage(built: Path, name: str, never: set[str]) -> None:
    tops = {entry.partition("/")[0] for entry in names_in(built / f"{name}.zip")}

    assert not tops & never


@EACH
def test_every_module_is_compiled_so_that_its_source_is_never_looked_at(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / f"{name}.zip") as packed:
        compiled = [entry for entry in packed.namelist() if entry.endswith(".pyc")]
        checked = [entry for entry in compiled if packed.read(entry)[4:8] != b"\x01\x00\x00\x00"]

    assert "functions/__pycache__/entry.cpython" in "".join(compiled)
    assert checked == []


@EACH
def test_no_zip_tells_where_it_was_built(built: Path, name: str) -> None:
    places = {str(ROOT).encode(), str(built).encode(), b"kith-zip-"}
    with zipfile.ZipFile(built / f"{name}.zip") as packed:
        telling = [entry for entry in packed.namelist() if any(map(packed.read(entry).count, places))]

    assert telling == []


@EACH
def test_a_zip_tells_no_time_and_is_in_order(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / f"{name}.zip") as packed:
        entries = packed.infolist()

    assert {entry.date_time for entry in entries} == {zips.EARLIEST}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_zips_are_small_enough_to_start_fast(built: Path) -> None:
    assert (built / "web.zip").stat().st_size <= 8 * MIB
    assert (built / "match.zip").stat().st_size <= 80 * MIB
    assert unpacked_bytes(built / "match.zip") <= 250 * MIB
