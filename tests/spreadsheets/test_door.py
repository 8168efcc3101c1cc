"""What `functions.spreadsheets` offers is loaded when it is asked for, and is packed with who asks."""

import subprocess
import sys

import pytest

from functions import spreadsheets
from infra.build.zips import imports_of


@pytest.mark.parametrize("name", spreadsheets.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(spreadsheets, name)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError):
        _ = spreadsheets.read_everything


def test_the_names_are_those_that_are_offered() -> None:
    assert sorted(spreadsheets.__all__) == sorted(spreadsheets.MODULE_OF)


def test_what_a_name_comes_from_is_packed() -> None:
    assert "functions.spreadsheets.reader" in set(imports_of("infra.match.couples"))


def test_a_csv_is_read_without_what_reads_or_writes_workbooks() -> None:
    code = (
        "import sys; from functions.spreadsheets import read_content;"
        "read_content(b'a,b\\n1,2\\n', name='x');"
        "print([m for m in ('openpyxl', 'xlsxwriter', 'xml.etree.ElementTree') if m in sys.modules])"
    )

    done = subprocess.run(  # noqa: S603 - Python itself, with the code above
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
