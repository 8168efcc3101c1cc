"""Since when a person waits for a partner."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.programme.pairing import Pairing, PairingState
from functions.programme.people import EnrolmentState, Role
from functions.programme.waiting import waiting_since
from tests.programme.test_report import pairing, person

APPLIED_AT = datetime(2026, 9, 1, tzinfo=UTC)
ADA = person("ada", Role.MENTEE)


def left_at(day: int) -> Pairing:
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    return replace(pairing(f"p{day}"), state=PairingState.ENDED, ended_at=at, ended_on=at.date())


@pytest.mark.parametrize("published", [True, False])
def test_whoever_came_late_waits_since_they_applied(*, published: bool) -> None:
    late = person("ada", Role.MENTEE, EnrolmentState.WAITING)

    assert waiting_since(late, (), published=published) == APPLIED_AT


def test_nobody_waits_for_a_partner_before_the_pairs_are_published() -> None:
    assert waiting_since(ADA, (), published=False) is None


def test_whoever_has_a_place_and_got_nobody_waits_since_they_applied() -> None:
    assert waiting_since(ADA, (), published=True) == APPLIED_AT


@pytest.mark.parametrize("state", [EnrolmentState.APPLIED, EnrolmentState.WITHDRAWN, EnrolmentState.ERASED])
def test_whoever_has_no_place_does_not_wait(state: EnrolmentState) -> None:
    assert waiting_since(person("ada", Role.MENTEE, state), (), published=True) is None


def test_whoever_still_has_a_partner_does_not_wait() -> None:
    assert waiting_since(ADA, (left_at(3), pairing("b")), published=True) is None


def test_whoever_was_left_by_every_partner_waits_since_the_last_one_left() -> None:
    waiting = waiting_since(ADA, (left_at(20), left_at(3)), published=True)

    assert waiting == datetime(2026, 11, 20, 12, tzinfo=UTC)
