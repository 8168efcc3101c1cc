"""Counts that may be shown: nothing small alone, nothing by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from functions.matching.reports.aggregates import count_in_words, hidden_counts, shown_count

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 12), max_size=8)


@given(COUNTS)
def test_no_small_group_is_shown_and_those_left_out_are_nobody_or_five(counts: dict[str, int]) -> None:
    left_out = hidden_counts(counts)

    together = sum(counts[name] for name in left_out)
    assert all(counts[name] == 0 or counts[name] >= 5 for name in counts.keys() - left_out)
    assert together == 0 or together >= 5 or left_out >= {name for name, count in counts.items() if count}


@given(COUNTS)
def test_no_more_groups_are_left_out_than_must_be(counts: dict[str, int]) -> None:
    small = {name for name, count in counts.items() if 0 < count < 5}

    left_out = hidden_counts(counts)

    assert left_out >= small
    assert len(left_out - small) <= (0 < sum(counts[name] for name in small) < 5)


def test_the_next_smallest_group_goes_with_a_small_one() -> None:
    assert hidden_counts({"law": 3, "art": 7, "music": 6}) == {"law", "music"}


def test_counts_are_said_in_words() -> None:
    assert [count_in_words(shown_count(count)) for count in (0, 1, 4, 5, 1200)] == [
        "no",
        "fewer than 5",
        "fewer than 5",
        "5",
        "1,200",
    ]
