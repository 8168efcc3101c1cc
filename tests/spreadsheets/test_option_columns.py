"""A question over several columns is one question again."""

import pytest

from functions.spreadsheets.option_columns import chosen_options, tells_of_choice
from functions.spreadsheets.table import Cell

OPTIONS = {"topics[stat]": "Statistics", "topics[writ]": "Writing", "topics[jobs]": "Jobs"}


@pytest.mark.parametrize(
    ("chosen", "not_chosen"),
    [("Yes", "No"), ("Y", "N"), ("Y", None), (1, 0), ("1", "0"), ("x", ""), ("TRUE", "FALSE"), ("نعم", "لا")],
)
def test_an_option_is_chosen_by_any_word_that_exports_have_for_it(chosen: Cell, not_chosen: Cell) -> None:
    cells = {"topics[stat]": chosen, "topics[writ]": not_chosen, "topics[jobs]": chosen}

    assert chosen_options(cells, OPTIONS) == ("Statistics", "Jobs")
    assert tells_of_choice(chosen)


def test_an_option_is_chosen_by_its_own_words() -> None:
    assert chosen_options({"topics[stat]": "statistics", "topics[writ]": None}, OPTIONS) == ("Statistics",)


def test_a_grid_gives_an_answer_for_each_cell_that_was_ticked() -> None:
    cells: dict[str, Cell] = {"[Mon]": "Morning, Evening", "[Tue]": None, "[Wed]": "n/a", "[Thu]": "Noon"}
    options = {"[Mon]": "Mon", "[Tue]": "Tue", "[Wed]": "Wed", "[Thu]": "Thu"}

    assert chosen_options(cells, options) == ("Mon: Morning", "Mon: Evening", "Thu: Noon")
