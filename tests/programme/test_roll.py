"""What lists show of a person, and how people are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from functions.programme.messages import MessageState
from functions.programme.people import EnrolmentState, Role, state_since
from functions.programme.roll import (
    COUNTED_AS,
    MessageCounts,
    PairProgress,
    PeopleCounts,
    RollEntry,
    counted_as,
    entry_of,
    message_counts,
    people_counts,
)
from tests.programme.evaluation.test_report import person


def at(hour: int) -> datetime:
    return datetime(2026, 9, 1, hour, tzinfo=UTC)


# Somebody to whom everything has happened, each at an hour of its own.
ADA = replace(
    person("ada", Role.MENTOR),
    name="Ada",
    email="ada@uni.example",
    capacity=3,
    enrolled_at=at(1),
    confirmed_at=at(2),
    trained_at=at(3),
    decided_at=at(4),
    withdrawn_at=at(5),
    erased_at=at(6),
    waited=True,
)


@pytest.mark.parametrize(
    ("state", "hour"),
    [
        (EnrolmentState.UNCONFIRMED, 1),
        (EnrolmentState.APPLIED, 2),
        (EnrolmentState.WAITING, 2),
        (EnrolmentState.CONFIRMED, 4),
        (EnrolmentState.DECLINED, 4),
        (EnrolmentState.WITHDRAWN, 5),
        (EnrolmentState.ERASED, 6),
    ],
)
def test_a_person_is_in_their_state_since_they_reached_it(state: EnrolmentState, hour: int) -> None:
    assert state_since(replace(ADA, state=state)) == at(hour)


def test_a_place_that_nobody_decided_on_is_held_since_the_address_was_confirmed() -> None:
    assert state_since(replace(ADA, decided_at=None)) == at(2)


def test_whose_times_are_not_known_is_in_their_state_since_they_enrolled() -> None:
    assert state_since(replace(ADA, decided_at=None, confirmed_at=None)) == at(1)


def test_a_list_shows_of_a_person_who_they_are_and_how_far_they_have_come() -> None:
    assert entry_of(ADA) == RollEntry(
        id="ada",
        role=Role.MENTOR,
        state=EnrolmentState.CONFIRMED,
        name="Ada",
        email="ada@uni.example",
        capacity=3,
        enrolled_at=at(1),
        since=at(4),
        trained=True,
        waited=True,
    )
    assert not entry_of(replace(ADA, trained_at=None)).trained


def test_only_a_mentor_with_a_place_offers_some_and_only_with_a_place_is_training_counted() -> None:
    mentee = replace(ADA, role=Role.MENTEE)

    assert counted_as(ADA) == {"mentor:confirmed": 1, "places": 3, "trained": 1}
    assert counted_as(replace(ADA, trained_at=None)) == {"mentor:confirmed": 1, "places": 3}
    assert counted_as(mentee) == {"mentee:confirmed": 1, "trained": 1}
    assert counted_as(replace(ADA, state=EnrolmentState.WITHDRAWN)) == {"mentor:withdrawn": 1}
    assert counted_as(None) == {}


def test_the_parts_of_a_count_are_added_up() -> None:
    counts = people_counts(
        [
            {"mentor:confirmed": 2, "places": 5, "trained": 1},
            {},
            {"mentor:confirmed": 1, "mentee:confirmed": 4, "mentee:waiting": 3, "places": 1, "trained": 2},
        ]
    )

    assert counts.in_state(EnrolmentState.CONFIRMED, Role.MENTOR) == 3
    assert counts.in_state(EnrolmentState.CONFIRMED, Role.MENTEE) == 4
    assert counts.in_state(EnrolmentState.CONFIRMED) == 7
    assert counts.in_state(EnrolmentState.WAITING) == 3
    assert counts.in_state(EnrolmentState.ERASED) == 0
    assert (counts.places, counts.trained, counts.untrained) == (6, 3, 4)
    assert len(counts.states) == len(Role) * len(EnrolmentState)


def test_where_nobody_is_counted_there_are_none() -> None:
    assert people_counts([]).untrained == 0
    assert people_counts([]).places == 0
    assert PeopleCounts().in_state(EnrolmentState.CONFIRMED) == 0


def test_a_pair_on_a_list_has_ended_when_it_has_a_time_of_its_end() -> None:
    pair = PairProgress(pairing_id="p", mentor_id="grace", mentee_id="ada", introduced_on=date(2026, 10, 5))

    assert not pair.ended
    assert replace(pair, ended_at=at(1)).ended


def test_a_message_in_each_of_its_states_is_counted_as_something() -> None:
    assert set(COUNTED_AS) == set(MessageState)


def test_what_became_of_messages_is_added_up() -> None:
    parts = [{"waiting": 2, "sent": 1}, {}, {"sent": 4, "dropped": 1, "unknown": 2, "refused": 3}]

    assert message_counts(parts) == MessageCounts(waiting=2, sent=5, dropped=1, unknown=2, refused=3)
    assert message_counts([]) == MessageCounts()
