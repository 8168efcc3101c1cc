from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.links import (
    digest_of,
    equality_link_id,
    id_from,
    link_token,
    place_in,
    place_of,
    stop_link_id,
    token_of,
)

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


# Below: what `sha256sum` and `openssl dgst -sha256 -mac HMAC` say.
def test_an_id_is_the_beginning_of_the_digest_of_its_parts() -> None:
    assert id_from("pairing-1", 2) == "2c38d0e6f9a92090a092431b62d6bb8d"


def test_a_person_has_one_link_that_stops_mail_and_one_for_questions_about_equality() -> None:
    assert stop_link_id("ada") == "3aa6557ff2cb15a7bd50b292cc9e4fde"
    assert equality_link_id("ada") == "c5a9b01bd05565ca54dfed4f9ece2b92"


def test_a_token_is_the_hmac_of_the_links_id() -> None:
    mac = "u8_phxipTt3jaVx_xBC6t6ScuVS4JDMpx7BesZJ5UjA"

    assert token_of(KEY, "link") == mac
    assert urlsafe_b64decode(link_token(KEY, "link"))[16:] == urlsafe_b64decode(f"{mac}=")


def test_a_link_stands_where_the_digest_of_its_id_says() -> None:
    assert place_of("link") == "b1b1bdb480c61d075300d9bff7d9cb69"


def test_the_table_keeps_the_digest_of_a_token_alone() -> None:
    assert digest_of("link") == "b1b1bdb480c61d075300d9bff7d9cb69cf31695ea048e478facadf426e8d0fb0"
