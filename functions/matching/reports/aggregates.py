"""Counts of people that may be shown: never of fewer than five, neither alone nor by subtraction.

Whoever reads a report also knows the whole. So when one small group is left out, the whole minus what is
shown would tell it: then the next smallest is left out with it, until five people or nobody are hidden.
"""

from collections.abc import Mapping

SMALLEST = 5

Count = int | None  # None stands for fewer than five, but not none


def hidden_counts(counts: Mapping[str, int]) -> frozenset[str]:
    """Return the names whose counts may not be shown, given counts that add up to a known whole.

    Together they hold nobody, or at least five people; it may be all names. Equal counts are hidden in
    the order of their names.
    """
    left_out = {name for name, count in counts.items() if 0 < count < SMALLEST}
    shown = sorted((count, name) for name, count in counts.items() if count >= SMALLEST)
    for _, name in shown:
        if not 0 < sum(counts[one] for one in left_out) < SMALLEST:
            break
        left_out.add(name)
    return frozenset(left_out)


def shown_count(count: int) -> Count:
    """Return the count, or None when it is that of fewer than five people."""
    return None if 0 < count < SMALLEST else count


def count_in_words(count: Count) -> str:
    """Return the count in words."""
    return f"fewer than {SMALLEST}" if count is None else f"{count:,}" if count else "no"
