import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.links import digest_of, id_from, link_token, place_in, place_of, token_of

KEY = bytes(range(32))


def test_a_token_carries_256_bits_and_fits_into_an_address() -> None:
    for token, length in ((token_of(KEY, "link"), 43), (link_token(KEY, "link"), 64)):
        assert len(token) == length
        assert all(character.isascii() and (character.isalnum() or character in "-_") for character in token)


def test_without_the_key_the_id_of_a_link_opens_nothing() -> None:
    assert link_token(KEY, "link") != link_token(bytes(32), "link")
    assert digest_of("link") != digest_of(token_of(KEY, "link"))
    assert token_of(KEY, "link") not in link_token(bytes(32), "link")


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_a_token_names_its_links_place_whatever_the_key(link_id: str, key: bytes) -> None:
    assert place_in(link_token(key, link_id)) == place_of(link_id)


@given(st.text())
def test_what_is_no_token_names_no_place(text: str) -> None:
    assert place_in(text) is None


@pytest.mark.parametrize("almost", ["", "x" * 43, "x" * 63, "x" * 68, "é" * 64])
def test_what_is_nearly_a_token_names_no_place(almost: str) -> None:
    assert place_in(almost) is None


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_other_parts_lead_to_another_id(parts: list[str], others: list[str]) -> None:
    joined = "\x1f".join
    assert (id_from(*parts) == id_from(*others)) is (joined(parts) == joined(others))
