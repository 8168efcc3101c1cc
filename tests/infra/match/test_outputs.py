"""Cells that are safe to open, and the small histogram."""

import pytest

from functions.spreadsheets.formula_escapes import escape
from infra.match.results.summary import histogram


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-2", "@x", "\t=1", "\rx", "\nx", "\0x", " =1", "\u00a0=1",
     "\u3000+1", "\uff1d1", "\uff20x", "\u200b=1", "\ufeff-1"],
)  # fmt: skip
def test_what_a_spreadsheet_could_run_gets_an_apostrophe_and_loses_nothing(text: str) -> None:
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "1-2", "é", " a", "’=1", "mentee.00@gov.uk"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_few_scores_get_a_bar_each_and_many_a_bar_for_each_range() -> None:
    few = list(histogram([9, 12, 12]))
    many = list(histogram(list(range(1000, 2000))))

    assert few == ["   9 | #################### 1", "  12 | ######################################## 2"]
    assert len(many) == 10
    assert many[0] == "  1,000 to 1,099 | ######################################## 100"


def test_no_pairings_make_no_histogram() -> None:
    assert list(histogram([])) == []
