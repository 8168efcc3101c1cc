from hypothesis import given
from hypothesis import strategies as st

from functions.programme.links import digest_of, id_from, token_of

KEY = bytes(range(32))


def test_a_token_carries_256_bits_and_fits_into_an_address() -> None:
    token = token_of(KEY, "link")
    assert len(token) == 43
    assert all(character.isascii() and (character.isalnum() or character in "-_") for character in token)


def test_without_the_key_the_id_of_a_link_opens_nothing() -> None:
    assert token_of(KEY, "link") != token_of(bytes(32), "link")
    assert digest_of("link") != digest_of(token_of(KEY, "link"))


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_other_parts_lead_to_another_id(parts: list[str], others: list[str]) -> None:
    joined = "\x1f".join
    assert (id_from(*parts) == id_from(*others)) is (joined(parts) == joined(others))
