"""What the lists of the console share: how many rows a page has, and what its address may ask for."""

# So many rows are on one page, and can be decided at once: a form stays far below what a request may hold.
ON_A_PAGE = 100
LONGEST_SEARCH = 100
_LONGEST_NUMBER = len("999999")


def number(text: str) -> int:
    """Return a whole number from an address, 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
