"""What people type becomes text; what is none never gets further."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, validate

from functions.questionnaires.plain_text import (
    DOMAIN,
    MAILBOX,
    SAY_A_PLAIN_ADDRESS,
    SAY_AN_ADDRESS,
    SAY_NAME_ONLY,
    SAY_TYPE_IT_AGAIN,
    SAY_WRITE_TEXT,
    TextError,
    address_of,
    is_plain_address,
    line_of,
    name_of,
    text_of,
)
from tests.mailboxes import DECODED_OR_SPLIT, UNSEEN, mailboxes


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  Ada \t Lovelace ", "Ada Lovelace"),
        ("Ada\r\nLovelace", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("a\u00a0b", "a b"),
        ("نور حداد", "نور حداد"),
        ("👩🏽‍🔬", "👩🏽‍🔬"),
    ],
)
def test_a_line_is_normalised(typed: str, line: str) -> None:
    assert line_of(typed) == line


@pytest.mark.parametrize(
    "typed",
    [
        "a\x00b",
        "a\x07b",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        "a\ud800",
        "\udfff",
        "a\ufffe",
        "a\ufffdb",
        "evil\u202egpj",
    ],
)
def test_what_is_no_text_is_to_be_typed_again(typed: str) -> None:
    for read in (line_of, text_of, name_of):
        with pytest.raises(TextError) as refused:
            read(typed)
        assert [str(refused.value)] == [SAY_TYPE_IT_AGAIN]


@pytest.mark.parametrize("sent", [None, 3, True, ["a"], {"a": 1}, b"a"])
def test_text_is_text(sent: object) -> None:
    with pytest.raises(TextError) as refused:
        line_of(sent)
    assert [str(refused.value)] == [SAY_WRITE_TEXT]


def test_long_text_keeps_its_lines() -> None:
    assert text_of(" one\r\n\r\n two\rthree ") == "one\n\n two\nthree"


@given(st.text())
def test_a_line_that_was_taken_is_taken_again_unchanged(typed: str) -> None:
    try:
        line = line_of(typed)
    except TextError:
        return
    assert line_of(line) == line
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in line)


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "J. R. R. Tolkien", "J.R.R. Tolkien", "Dr. Anna O’Hara-Łukasz", "李娜", "Sitti", "نور"],
)
def test_names_of_all_kinds_are_names(name: str) -> None:
    assert name_of(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "ada@example.org",
        "Ada \uff20 example",
        "https://win.example",
        "Ada www.win.example",
        "Win at evil.com now",
        "evil\uff0ecom",
        "mailto:x@y",
        "...",
        "12345",
        "-",
        "“”",
    ],
)
def test_a_name_with_an_address_or_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(TextError) as refused:
        name_of(name)
    assert [str(refused.value)] == [SAY_NAME_ONLY]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Lovelace+kith@Students.Example.ORG ", "Ada.Lovelace+kith@students.example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("o'hara@x-y.example", "o'hara@x-y.example"),
    ],
)
def test_an_address_is_one_that_mail_reaches(typed: str, address: str) -> None:
    assert address_of(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@localhost",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@1.2.3.44",
        "a@b@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a@example..org",
        "a@-example.org",
        "a@example.o-",
        "a@example.org.",
        "é@example.org",
        "a@straße.example",
        f"a@{'x' * 64}.org",
        f"{'a' * 65}@example.org",
        f"a@{'.'.join(['x' * 60] * 5)}.org",
    ],
)
def test_what_is_no_address_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(TextError) as refused:
        address_of(typed)
    assert [str(refused.value)] == [SAY_AN_ADDRESS]


@pytest.mark.parametrize("typed", DECODED_OR_SPLIT.values(), ids=DECODED_OR_SPLIT)
def test_what_a_mail_program_reads_as_another_address_is_refused_with_what_to_enter(typed: str) -> None:
    with pytest.raises(TextError) as refused:
        address_of(typed)
    assert [str(refused.value)] == [SAY_A_PLAIN_ADDRESS]


@pytest.mark.parametrize("typed", UNSEEN.values(), ids=UNSEEN)
def test_no_address_holds_what_nobody_can_see_or_what_only_looks_like_a_mark(typed: str) -> None:
    with pytest.raises(TextError):
        address_of(typed)


@given(mailboxes)
def test_a_plain_address_is_one_that_comes_back_as_it_is(typed: str) -> None:
    try:
        address = address_of(typed)
    except TextError:
        assert not is_plain_address(typed)
        return
    assert is_plain_address(address)
    assert is_plain_address(typed) is (address == typed)


@given(st.text(max_size=40).map(lambda text: f"{text}@example.org") | st.text(max_size=40).map("a@{}".format))
def test_an_address_that_was_taken_is_plain_and_taken_again_unchanged(typed: str) -> None:
    try:
        address = address_of(typed)
    except TextError:
        return
    assert address_of(address) == address
    assert address.isascii()
    assert not set(address) & set(' \t\r\n<>(),;:"\\!%')
    assert "=?" not in address
    assert "?=" not in address


@pytest.mark.parametrize(
    "name",
    ["Prize t.me/x Ann", "Ann 10.0.0.1", "evil。com Ann", "Win http:evil", "a/b", "St.John"],
)
def test_no_name_holds_what_a_mail_program_makes_a_link_of_or_hides_one_in(name: str) -> None:
    with pytest.raises(TextError):
        name_of(name)


def test_a_name_as_long_as_a_body_is_refused_before_anything_searches_it() -> None:
    with pytest.raises(TextError, match="200 characters"):
        name_of("a" * 32_000)


def test_what_word_processors_leave_behind_is_left_out() -> None:
    assert line_of("\ufeffco\u00adoperate\u200b") == "cooperate"


def test_hidden_tag_characters_are_refused() -> None:
    with pytest.raises(TextError):
        line_of("Ann\U000e0041")


PARTS = st.text(alphabet="aZ09.-_+!#$%&'*/=?^`{|}~ @", max_size=70)
DOMAINS = st.text(alphabet="az09.-", max_size=70) | st.lists(
    st.text(alphabet="az09-", min_size=1, max_size=66), min_size=1, max_size=4
).map(".".join)


@given(mailbox=PARTS, domain=DOMAINS)
@example(mailbox="ada", domain="kith.example")
@example(mailbox="ada", domain=f"{'a' * 63}.example")
@example(mailbox="ada", domain=f"{'a' * 64}.example")
@example(mailbox="ada.", domain="kith.example")
def test_what_makes_an_address_is_what_marshmallow_takes_for_one(mailbox: str, domain: str) -> None:
    ours = MAILBOX.fullmatch(mailbox) is not None and DOMAIN.fullmatch(domain) is not None

    assert ours is _marshmallow_takes(f"{mailbox}@{domain}")


def _marshmallow_takes(address: str) -> bool:
    try:
        validate.Email()(address)
    except ValidationError:
        return False
    return True
