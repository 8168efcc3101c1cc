"""Since when a person waits for a partner."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from functions.programme.pairing import Pairing, PairingState
from functions.programme.people import EnrolmentState, Role
from functions.programme.roll import PairProgress, entry_of
from functions.programme.waiting import Waiting, waiting_since, who_waits
from tests.programme.evaluation.test_report import pairing, person

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


def pair(pairing_id: str, mentor_id: str, mentee_id: str, ended_at: datetime | None = None) -> PairProgress:
    return PairProgress(
        pairing_id=pairing_id,
        mentor_id=mentor_id,
        mentee_id=mentee_id,
        introduced_on=date(2026, 10, 5),
        ended_at=ended_at,
    )


def test_whoever_waits_longest_comes_first_and_of_two_alike_the_one_with_the_first_id() -> None:
    left = datetime(2026, 11, 20, 12, tzinfo=UTC)
    late, twin, mentee, other = (
        entry_of(person("late", Role.MENTEE, EnrolmentState.WAITING)),
        entry_of(person("first", Role.MENTEE, EnrolmentState.WAITING)),
        entry_of(person("mentee", Role.MENTEE)),
        entry_of(person("other", Role.MENTEE)),
    )
    mentor, unmatched = entry_of(person("mentor", Role.MENTOR)), entry_of(person("unmatched", Role.MENTOR))
    pairs = [pair("p1", "mentor", "mentee", ended_at=left), pair("p2", "mentor", "other")]
    people = [mentee, other, late, twin, mentor, unmatched]

    waiting = who_waits(people, pairs, published=True)
    before = who_waits(people, [], published=False)

    assert waiting == [
        Waiting(person=twin, since=APPLIED_AT),
        Waiting(person=late, since=APPLIED_AT),
        Waiting(person=unmatched, since=APPLIED_AT),
        Waiting(person=mentee, since=left),
    ]
    assert [each.person.id for each in before] == ["first", "late"]


def test_a_mentor_who_was_left_by_their_only_mentee_waits_too() -> None:
    left = datetime(2026, 11, 20, 12, tzinfo=UTC)
    mentor = entry_of(person("mentor", Role.MENTOR))

    waiting = who_waits([mentor], [pair("p1", "mentor", "mentee", ended_at=left)], published=True)

    assert waiting == [Waiting(person=mentor, since=left)]
