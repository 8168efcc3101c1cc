from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from functions.programme.links import Purpose
from functions.usecases.access.api_tokens import ScopeError, find_token, issue_token
from functions.usecases.access.open_link import open_link
from functions.usecases.access.sign_in import coordinator_of, invite, sign_in, sign_out
from tests.harness import MENTEE, CohortHarness


def token_in(address: str) -> str:
    return address.rpartition("/")[2]


def test_the_link_signs_in_once(harness: CohortHarness) -> None:
    token = token_in(invite(harness.services, "c"))
    session = sign_in(harness.services, token)
    assert session is not None
    coordinator = coordinator_of(harness.services, session)
    assert coordinator is not None
    assert coordinator.id == "c"
    assert sign_in(harness.services, token) is None


def test_two_who_use_the_link_at_once_get_one_session(harness: CohortHarness) -> None:
    token = token_in(invite(harness.services, "c"))
    together = Barrier(2)

    def use(_: int) -> str | None:
        together.wait()
        return sign_in(harness.services, token)

    with ThreadPoolExecutor(2) as both:
        sessions = list(both.map(use, range(2)))

    assert sum(session is not None for session in sessions) == 1


def test_a_link_from_a_mail_signs_nobody_in(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    harness.send()

    token = harness.sent_mail.token(str(MENTEE["email"]), Purpose.CONFIRM)

    assert open_link(harness.services, token, Purpose.CONFIRM) is not None
    assert sign_in(harness.services, token) is None


def test_the_link_lives_ten_minutes(harness: CohortHarness) -> None:
    token = token_in(invite(harness.services, "c"))
    harness.clock.pass_by(minutes=10)
    assert sign_in(harness.services, token) is None


def test_a_session_ends_after_half_an_hour_without_a_request(harness: CohortHarness) -> None:
    session = str(sign_in(harness.services, token_in(invite(harness.services, "c"))))
    harness.clock.pass_by(minutes=29)
    assert coordinator_of(harness.services, session) is not None
    harness.clock.pass_by(minutes=29)
    assert coordinator_of(harness.services, session) is not None
    harness.clock.pass_by(minutes=30)
    assert coordinator_of(harness.services, session) is None


def test_a_session_ends_after_eight_hours_however_busy(harness: CohortHarness) -> None:
    session = str(sign_in(harness.services, token_in(invite(harness.services, "c"))))
    for _ in range(23):
        harness.clock.pass_by(minutes=20)
        assert coordinator_of(harness.services, session) is not None
    harness.clock.pass_by(minutes=20)
    assert coordinator_of(harness.services, session) is None


def test_signing_out_ends_the_session_at_once(harness: CohortHarness) -> None:
    session = str(sign_in(harness.services, token_in(invite(harness.services, "c"))))
    coordinator = coordinator_of(harness.services, session)
    assert coordinator is not None
    sign_out(harness.services, coordinator)
    assert coordinator_of(harness.services, session) is None


def test_a_machine_s_token_carries_its_scopes_until_it_expires(harness: CohortHarness) -> None:
    token = issue_token(harness.services, ["runs:start"], lives=timedelta(days=1))
    held = find_token(harness.services, token)
    assert held is not None
    assert held.scopes == {"runs:start"}
    assert find_token(harness.services, token + "x") is None
    harness.clock.pass_by(days=1)
    assert find_token(harness.services, token) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["runs:start", "everything"]])
def test_a_token_without_a_scope_that_exists_is_refused_with_those_that_do(
    harness: CohortHarness, scopes: list[str]
) -> None:
    with pytest.raises(ScopeError, match="cohort:read, runs:publish, runs:start"):
        issue_token(harness.services, scopes, lives=timedelta(days=1))
