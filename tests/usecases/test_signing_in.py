from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from functions.programme.links import Purpose
from functions.usecases.access.api_tokens import ScopeError, give_token, holder_of
from functions.usecases.access.open_link import open_link
from functions.usecases.access.sign_in import coordinator_of, invite, sign_in, sign_out
from tests.town import MENTEE, Town


def token_in(address: str) -> str:
    return address.rpartition("/")[2]


def test_the_link_signs_in_once(town: Town) -> None:
    token = token_in(invite(town.office, "c"))
    session = sign_in(town.office, token)
    assert session is not None
    coordinator = coordinator_of(town.office, session)
    assert coordinator is not None
    assert coordinator.id == "c"
    assert sign_in(town.office, token) is None


def test_two_who_use_the_link_at_once_get_one_session(town: Town) -> None:
    token = token_in(invite(town.office, "c"))
    together = Barrier(2)

    def use(_: int) -> str | None:
        together.wait()
        return sign_in(town.office, token)

    with ThreadPoolExecutor(2) as both:
        sessions = list(both.map(use, range(2)))

    assert sum(session is not None for session in sessions) == 1


def test_a_link_from_a_mail_signs_nobody_in(town: Town) -> None:
    town.apply(MENTEE)
    town.send()

    token = town.letters.token(str(MENTEE["email"]), Purpose.CONFIRM)

    assert open_link(town.office, token, Purpose.CONFIRM) is not None
    assert sign_in(town.office, token) is None


def test_the_link_lives_ten_minutes(town: Town) -> None:
    token = token_in(invite(town.office, "c"))
    town.clock.pass_by(minutes=10)
    assert sign_in(town.office, token) is None


def test_a_session_ends_after_half_an_hour_without_a_request(town: Town) -> None:
    session = str(sign_in(town.office, token_in(invite(town.office, "c"))))
    town.clock.pass_by(minutes=29)
    assert coordinator_of(town.office, session) is not None
    town.clock.pass_by(minutes=29)
    assert coordinator_of(town.office, session) is not None
    town.clock.pass_by(minutes=30)
    assert coordinator_of(town.office, session) is None


def test_a_session_ends_after_eight_hours_however_busy(town: Town) -> None:
    session = str(sign_in(town.office, token_in(invite(town.office, "c"))))
    for _ in range(23):
        town.clock.pass_by(minutes=20)
        assert coordinator_of(town.office, session) is not None
    town.clock.pass_by(minutes=20)
    assert coordinator_of(town.office, session) is None


def test_signing_out_ends_the_session_at_once(town: Town) -> None:
    session = str(sign_in(town.office, token_in(invite(town.office, "c"))))
    coordinator = coordinator_of(town.office, session)
    assert coordinator is not None
    sign_out(town.office, coordinator)
    assert coordinator_of(town.office, session) is None


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
