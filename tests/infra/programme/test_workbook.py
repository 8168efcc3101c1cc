from pathlib import Path

import pytest

from infra.cli import main
from infra.programme.questionnaires import compile_file, sources


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)
def test_a_workbook_asks_exactly_what_its_source_asks(source: Path, tmp_path: Path) -> None:
    out = tmp_path / f"{source.stem}.xlsx"

    assert main(["workbook", source.stem, str(out)]) == 0

    assert compile_file(out) == compile_file(source)


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mentee.xlsx"
    out.write_bytes(b"mine")

    assert main(["workbook", "mentee", str(out)]) == 2

    assert out.read_bytes() == b"mine"
    assert "is there already, and nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["nobody"], "there is no questionnaire `nobody`. There are: end-of-training,"),
        (["mentee", "mentee.ods"], "mentee.ods is not the name of a workbook. End it with .xlsx."),
        (["mentee", "no/such/folder.xlsx"], "can’t be written: No such file or directory."),
    ],
)
def test_what_can_not_be_written_is_told(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workbook", *asked]) == 2
    assert said in capsys.readouterr().err
