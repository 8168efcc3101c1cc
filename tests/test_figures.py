from datetime import date

import pytest

from tests.figures import BEGINS, ENDS, FILE, KEPT, Figure, Measured, with_figures

PAGE = f"# Measurements\n\n{BEGINS}\n{ENDS}\n\nMore.\n"
DAY = date(2026, 12, 1)


def test_a_figure_stands_in_the_table_with_its_day_and_machine() -> None:
    page = with_figures(PAGE, [Figure("a solve", "12 s", "≤ 20 s")], DAY, "2 cores")

    assert "\n| a solve | ≤ 20 s | 12 s | 2026-12-01 | 2 cores |\n" in page
    assert page.startswith("# Measurements\n")
    assert page.endswith("\n\nMore.\n")


def test_a_later_figure_takes_the_place_of_the_same_one_and_leaves_the_others() -> None:
    before = with_figures(PAGE, [Figure("a", "1 s", ""), Figure("b", "2 s", "")], DAY, "old")

    after = with_figures(before, [Figure("b", "3 s", "")], date(2027, 1, 1), "new")

    assert "| a |  | 1 s | 2026-12-01 | old |" in after
    assert "| b |  | 3 s | 2027-01-01 | new |" in after
    assert "2 s" not in after


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="once each"):
        with_figures("# Measurements", [], DAY, "")


def test_the_page_of_measurements_has_its_marks() -> None:
    page = FILE.read_text("utf-8")

    assert with_figures(page, [], DAY, "") == page


def test_a_test_keeps_a_figure(measured: Measured, request: pytest.FixtureRequest) -> None:
    kept = request.config.stash[KEPT]
    before = len(kept)

    measured("what", 3, "≤ 4")

    assert kept[before:] == [Figure("what", "3", "≤ 4")]
    del kept[before:]
