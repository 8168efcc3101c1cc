"""Who may enrol, by the address that they give."""

import pytest

from functions.programme.people import address_is_at


@pytest.mark.parametrize(
    ("email", "belongs"),
    [
        ("ada@uni.example", True),
        ("ada@UNI.Example ", True),
        ("ada@maths.uni.example", True),
        ("ada@xavier.example", True),
        ("ada@notuni.example", False),
        ("ada@uni.example.evil.test", False),
        ("uni.example@evil.test", False),
        ("ada@uni.example@evil.test", False),
        ("ada@evil.test@uni.example", True),
    ],
)
def test_an_address_belongs_to_a_domain_and_its_sub_domains_whatever_the_case(
    email: str, *, belongs: bool
) -> None:
    assert address_is_at(email, (" @Uni.example ", "Xavier.example")) is belongs


def test_where_a_programme_names_no_domain_any_address_may_enrol() -> None:
    assert address_is_at("ada@anywhere.test", ())
