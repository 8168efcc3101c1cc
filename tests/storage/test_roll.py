from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.messages import MessageState
from functions.programme.pairing import CheckinAnswer, Reply
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.roll import MessageCounts, PairProgress, entry_of
from functions.storage import counts, keys, roll
from functions.storage.counts import CohortCounts
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.messages.outbox import Settlement
from functions.storage.pairings import checkins, pairings
from functions.storage.table import BusyError, Change, Refusal, Table, Written
from tests.conftest import NAME
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, Switchboard
from tests.storage.fixtures import ADA, DUE_MESSAGE, NOW, PAIRING, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GRACE = replace(ADA, id="grace", role=Role.MENTOR, email="grace@example.org", capacity=3)
LATER = NOW + timedelta(days=1)
REPLY = Reply(
    pairing_id="pairing-1",
    checkin=2,
    person_id="ada",
    answer=CheckinAnswer.MET,
    met_on=date(2026, 11, 23),
    answered_at=LATER,
    answered_on=LATER.date(),
)


def counted(table: Table) -> CohortCounts:
    return counts.read(table.batch_get(*counts.count_keys("spring")), "spring")


def current(table: Table, person_id: str = "ada") -> Enrolment:
    person = enrolments.get(table, "spring", person_id)
    assert person is not None
    return person


def enrolled(table: Table, person: Enrolment = ADA) -> None:
    write(table, *enrolments.creation(person), idempotency_key=f"enrol-{person.id}", subject_id=person.id)


def steps() -> list[tuple[EnrolmentState, Callable[[Enrolment], list[Change]]]]:
    """The life of a mentor: the state after each step, and the changes that make it."""
    applied, confirmed = EnrolmentState.APPLIED, EnrolmentState.CONFIRMED
    return [
        (applied, lambda was: [enrolments.confirmation(was, LATER, applied)]),
        (confirmed, lambda was: [enrolments.decision(was, confirmed, by="c", reason="", at=LATER)]),
        (confirmed, lambda was: [enrolments.training(was, LATER)]),
        (confirmed, lambda was: [enrolments.change(replace(was, name="G. H.", capacity=5), was)]),
        (EnrolmentState.WITHDRAWN, lambda was: [enrolments.withdrawal(was, LATER)]),
        (EnrolmentState.ERASED, lambda was: enrolments.tombstone(was, LATER)),
    ]


def test_each_step_of_an_enrolment_is_on_the_roll_and_in_the_counts(table: Table) -> None:
    enrolled(table, GRACE)
    for number, (state, change) in enumerate(steps()):
        assert write(table, *change(current(table, "grace")), idempotency_key=f"{number}") is Written.NOW

        now = current(table, "grace")
        assert now.state is state
        assert list(roll.people_in(table, "spring")) == [entry_of(now)]
        people = counted(table).people
        assert {key: count for key, count in people.states.items() if count} == {(Role.MENTOR, state): 1}
        assert people.trained == (number in (2, 3))
        assert people.places == {1: 3, 2: 3, 3: 5}.get(number, 0)


def test_the_roll_names_nobody_who_is_erased(dynamodb: "DynamoDBClient", table: Table) -> None:
    enrolled(table)
    write(table, *enrolments.tombstone(ADA, LATER), idempotency_key="e")

    everything = str(everything_in(dynamodb, NAME)).casefold()

    assert "lövelace" not in everything
    assert "ada@example.org" not in everything
    assert [entry.state for entry in roll.people_in(table, "spring")] == [EnrolmentState.ERASED]


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
@pytest.mark.parametrize("call", [1, 2])
def test_an_application_counts_once_whatever_happens_to_an_answer(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault, call: int
) -> None:
    with Switchboard(dynamodb, {call: fault}).connected():
        enrolled(table)
    enrolled(table)  # and sent once more by its sender

    assert counted(table).people.in_state(EnrolmentState.UNCONFIRMED) == 1
    assert len(list(roll.people_in(table, "spring"))) == 1


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_when_every_answer_is_lost_asking_again_counts_no_second_time(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    with Switchboard(dynamodb, dict.fromkeys(range(2, 50), fault)).connected(), pytest.raises(BusyError):
        enrolled(table)

    enrolled(table)

    assert counted(table).people.in_state(EnrolmentState.UNCONFIRMED) == 1


def test_two_who_decide_in_the_same_moment_are_counted_as_the_one_that_was_first(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    applied = replace(ADA, state=EnrolmentState.APPLIED)
    enrolled(table, applied)

    def decide(state: EnrolmentState) -> Written | Refusal:
        change = enrolments.decision(applied, state, by="c", reason="full", at=LATER)
        return write(table, change, idempotency_key=f"decide-{state}")

    others: list[Written | Refusal] = []
    with Switchboard(dynamodb, {2: lambda: others.append(decide(EnrolmentState.DECLINED))}).connected():
        mine = decide(EnrolmentState.CONFIRMED)

    assert others == [Written.NOW]
    assert isinstance(mine, Refusal)
    people = counted(table).people
    assert {key: count for key, count in people.states.items() if count} == {
        (Role.MENTEE, EnrolmentState.DECLINED): 1
    }


def test_a_step_decided_on_what_has_changed_since_is_refused_and_counts_nothing(table: Table) -> None:
    ada = replace(ADA, state=EnrolmentState.CONFIRMED)
    enrolled(table, ada)
    write(table, enrolments.training(ada, LATER), idempotency_key="t")

    assert isinstance(write(table, enrolments.withdrawal(ada, LATER), idempotency_key="w"), Refusal)

    people = counted(table).people
    assert (people.in_state(EnrolmentState.CONFIRMED), people.untrained) == (1, 0)


def test_a_message_is_counted_where_it_stands(table: Table) -> None:
    write(
        table,
        outbox.creation(DUE_MESSAGE),
        outbox.creation(replace(DUE_MESSAGE, id="other")),
        idempotency_key="a",
    )
    assert counted(table).messages == MessageCounts(waiting=2)

    claimed = outbox.claim(table, DUE_MESSAGE, owner="o", now=NOW)
    assert claimed is not None
    assert counted(table).messages == MessageCounts(waiting=2)
    outbox.settle(table, claimed, owner="o", settlement=Settlement(state=MessageState.SENT), now=NOW)
    assert counted(table).messages == MessageCounts(waiting=1, sent=1)
    outbox.drop(table, replace(DUE_MESSAGE, id="other"), reason="left", now=NOW)
    assert counted(table).messages == MessageCounts(dropped=1, sent=1)


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_a_settled_message_counts_once_whatever_happens_to_the_answer(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="a")
    claimed = outbox.claim(table, DUE_MESSAGE, owner="o", now=NOW)
    assert claimed is not None
    settlement = Settlement(state=MessageState.SENT, provider_id="ses-1")

    with Switchboard(dynamodb, {1: fault}).connected():
        assert outbox.settle(table, claimed, owner="o", settlement=settlement, now=NOW)
    outbox.settle(table, claimed, owner="o", settlement=settlement, now=NOW)
    outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=NOW)

    assert counted(table).messages == MessageCounts(sent=1)


@pytest.mark.parametrize("fault", ANSWER_LOST)
def test_an_unknown_message_that_was_sent_is_counted_as_sent_once(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="a")
    claimed = outbox.claim(table, DUE_MESSAGE, owner="o", now=NOW)
    assert claimed is not None
    outbox.abandon(table, claimed, NOW + timedelta(hours=1))
    assert counted(table).messages == MessageCounts(unknown=1)

    with Switchboard(dynamodb, {2: fault}).connected():
        assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=NOW)
    assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=NOW)

    assert counted(table).messages == MessageCounts(sent=1)


def test_a_pair_is_on_the_roll_with_its_replies_and_its_end(table: Table) -> None:
    write(table, *pairings.creation(PAIRING), idempotency_key="a")
    pair = PairProgress(
        pairing_id="pairing-1", mentor_id="grace", mentee_id="ada", introduced_on=PAIRING.introduced_on
    )
    assert list(roll.pairs_in(table, "spring")) == [pair]

    write(table, checkins.reply(REPLY, "spring"), idempotency_key="b")
    again = replace(REPLY, answer=CheckinAnswer.NOT_YET, met_on=None, answered_at=LATER + timedelta(hours=1))
    write(table, checkins.reply(again, "spring"), idempotency_key="c")
    assert isinstance(write(table, checkins.reply(REPLY, "spring"), idempotency_key="d"), Refusal)
    assert list(roll.pairs_in(table, "spring")) == [replace(pair, replies=(again,))]

    write(table, pairings.ending(PAIRING, LATER, LATER.date()), idempotency_key="e")
    assert list(roll.pairs_in(table, "spring")) == [replace(pair, replies=(again,), ended_at=LATER)]


def test_a_reply_on_a_roll_that_lacks_its_pair_shows_no_pair(table: Table) -> None:
    write(table, checkins.reply(REPLY, "spring"), idempotency_key="b")

    assert list(roll.pairs_in(table, "spring")) == []


def test_a_line_of_the_roll_is_short_enough_that_a_thousand_are_one_request(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    enrolled(table, replace(ADA, id="a" * 32, name="n" * 40, email="e" * 40 + "@university.example"))

    lines = [item for item in everything_in(dynamodb, NAME) if item["pk"]["S"] == keys.roll("spring")]

    size = sum(len(name) + sum(len(str(value)) for value in of.values()) for name, of in lines[0].items())
    assert size < 500  # DynamoDB gives 1 MB a request
