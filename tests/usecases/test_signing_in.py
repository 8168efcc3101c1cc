from dataclasses import replace
from datetime import timedelta

import pytest

from functions.usecases.hold_token import ScopeError, give_token, holder_of
from functions.usecases.sign_in import coordinator_of, invite, sign_in, sign_out
from tests.town import Town


@pytest.fixture
def local(town: Town) -> Town:
    town.office = replace(town.office, local=True)
    return town


def token_in(address: str) -> str:
    return address.rpartition("/")[2]


def test_the_link_signs_in_once(local: Town) -> None:
    token = token_in(invite(local.office, "c"))
    session = sign_in(local.office, token)
    assert session is not None
    coordinator = coordinator_of(local.office, session)
    assert coordinator is not None
    assert coordinator.id == "c"
    assert sign_in(local.office, token) is None


def test_an_office_that_is_not_local_honours_no_link(town: Town) -> None:
    assert sign_in(town.office, token_in(invite(town.office, "c"))) is None


def test_the_link_lives_ten_minutes(local: Town) -> None:
    token = token_in(invite(local.office, "c"))
    local.clock.pass_by(minutes=10)
    assert sign_in(local.office, token) is None


def test_a_session_ends_after_half_an_hour_without_a_request(local: Town) -> None:
    session = str(sign_in(local.office, token_in(invite(local.office, "c"))))
    local.clock.pass_by(minutes=29)
    assert coordinator_of(local.office, session) is not None
    local.clock.pass_by(minutes=29)
    assert coordinator_of(local.office, session) is not None
    local.clock.pass_by(minutes=30)
    assert coordinator_of(local.office, session) is None


def test_a_session_ends_after_eight_hours_however_busy(local: Town) -> None:
    session = str(sign_in(local.office, token_in(invite(local.office, "c"))))
    for _ in range(23):
        local.clock.pass_by(minutes=20)
        assert coordinator_of(local.office, session) is not None
    local.clock.pass_by(minutes=20)
    assert coordinator_of(local.office, session) is None


def test_signing_out_ends_the_session_at_once(local: Town) -> None:
    session = str(sign_in(local.office, token_in(invite(local.office, "c"))))
    coordinator = coordinator_of(local.office, session)
    assert coordinator is not None
    sign_out(local.office, coordinator)
    assert coordinator_of(local.office, session) is None


def test_a_machine_s_token_carries_its_scopes_until_it_expires(town: Town) -> None:
    token = give_token(town.office, ["runs:start"], lives=timedelta(days=1))
    held = holder_of(town.office, token)
    assert held is not None
    assert held.scopes == {"runs:start"}
    assert holder_of(town.office, token + "x") is None
    town.clock.pass_by(days=1)
    assert holder_of(town.office, token) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["runs:start", "everything"]])
def test_a_token_without_a_scope_that_exists_is_refused_with_those_that_do(
    town: Town, scopes: list[str]
) -> None:
    with pytest.raises(ScopeError, match="cohort:read, runs:publish, runs:start"):
        give_token(town.office, scopes, lives=timedelta(days=1))
