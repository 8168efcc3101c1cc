"""How the roll and the counts are compared with the facts and repaired, and what stops a repair."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.programme.messages import MessageState
from functions.programme.pairing import CheckinAnswer, PairingState, Reply
from functions.programme.people import EnrolmentState, Role
from functions.programme.roll import MessageCounts, PairProgress, entry_of, people_counts
from functions.storage import counts, keys, roll
from functions.storage.enrolment import enrolments
from functions.storage.pairings import checkins, pairings
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import BusyError, Refusal, Table, Written, amendment, creation
from tests.storage.fixtures import ADA, DUE_MESSAGE, NOW, PAIRING, write

CONFIRMED = replace(ADA, state=EnrolmentState.CONFIRMED)
# `printf ada | sha256sum` begins with fd, eve with 85, bob with 81: they leave 5, 5 and 1 of 8.
MENTOR = replace(CONFIRMED, id="bob", role=Role.MENTOR, email="bob@example.org", capacity=4, trained_at=NOW)
LATER = NOW + timedelta(days=1)
FIRST = Reply(
    pairing_id="pairing-1",
    checkin=1,
    person_id="grace",
    answer=CheckinAnswer.NOT_YET,
    met_on=None,
    answered_at=NOW,
    answered_on=NOW.date(),
)
SECOND = replace(
    FIRST, checkin=2, person_id="ada", answer=CheckinAnswer.MET, met_on=date(2026, 11, 20), answered_at=LATER
)
SHOWN = PairProgress(
    pairing_id="pairing-1", mentor_id="grace", mentee_id="ada", introduced_on=PAIRING.introduced_on
)


def people_on_the_roll(table: Table) -> list[object]:
    return list(roll.people_in(table, "spring"))


# The counts


def test_the_totals_of_people_lie_in_the_item_of_each_persons_shard() -> None:
    totals = counts.people_totals("spring", [CONFIRMED, replace(CONFIRMED, id="eve"), MENTOR])

    assert totals == {
        **{keys.people_counts("spring", shard): {} for shard in range(8)},
        keys.people_counts("spring", 5): {"mentee:confirmed": 2},
        keys.people_counts("spring", 1): {"mentor:confirmed": 1, "places": 4, "trained": 1},
    }


def test_the_totals_of_messages_lie_in_the_item_of_each_recipients_shard() -> None:
    messages = [
        DUE_MESSAGE,
        replace(DUE_MESSAGE, id="2", state=MessageState.CLAIMED),
        replace(DUE_MESSAGE, id="3", state=MessageState.SENT),
        replace(DUE_MESSAGE, id="4", recipient_id="bob", state=MessageState.DROPPED),
    ]

    totals = counts.message_totals("spring", messages)

    assert totals == {
        **{keys.message_counts("spring", shard): {} for shard in range(8)},
        keys.message_counts("spring", 5): {"waiting": 2, "sent": 1},
        keys.message_counts("spring", 1): {"dropped": 1},
    }


def test_a_move_that_changes_no_count_is_no_change() -> None:
    assert counts.person_moved(CONFIRMED, replace(CONFIRMED, name="A.")) == ()
    assert counts.message_moved("spring", "ada", MessageState.DUE, MessageState.CLAIMED) == ()


def test_a_move_adds_to_one_count_and_takes_from_the_other() -> None:
    (moved,) = counts.person_moved(MENTOR, replace(MENTOR, state=EnrolmentState.WITHDRAWN))
    (sent,) = counts.message_moved("spring", "ada", MessageState.DUE, MessageState.SENT)
    (new,) = counts.message_moved("spring", "ada", None, MessageState.DUE)

    assert (moved.key, moved.adds) == (
        keys.people_counts("spring", 1),
        {"mentor:confirmed": -1, "mentor:withdrawn": 1, "places": -4, "trained": -1},
    )
    assert (sent.key, sent.adds) == (keys.message_counts("spring", 5), {"sent": 1, "waiting": -1})
    assert new.adds == {"waiting": 1}


def test_only_numbers_that_count_something_are_counts() -> None:
    assert counts.counted_in({"pk": "a", "sk": "b", "sent": 2, "waiting": 0}) == {"sent": 2}
    assert counts.counted_in(None) == {}


def test_totals_take_the_place_of_what_was_counted(table: Table) -> None:
    key = keys.message_counts("spring", 5)
    table.write_unaudited(creation(key, {"sent": 3, "waiting": 1}), idempotency_key="counted")

    correction = counts.correction(key, table.read(key), {"sent": 2, "dropped": 1})
    outcome = table.write_unaudited(correction, idempotency_key="recount")

    assert outcome is Written.NOW
    assert counts.counted_in(table.read(key)) == {"sent": 2, "dropped": 1}
    assert counts.read(table, "spring").messages.sent == 2


def test_totals_begin_a_count_where_there_is_none_and_never_overwrite_one(table: Table) -> None:
    key = keys.message_counts("spring", 5)

    first = table.write_unaudited(counts.correction(key, None, {"sent": 2}), idempotency_key="r1")
    again = table.write_unaudited(counts.correction(key, None, {"sent": 9}), idempotency_key="r2")

    assert first is Written.NOW
    assert isinstance(again, Refusal)
    assert counts.counted_in(table.read(key)) == {"sent": 2}


def test_what_was_counted_since_the_facts_were_read_stops_a_correction(table: Table) -> None:
    key = keys.message_counts("spring", 5)
    table.write_unaudited(creation(key, {"sent": 3}), idempotency_key="counted")
    as_read = table.read(key)
    (moved,) = counts.message_moved("spring", "ada", None, MessageState.SENT)
    table.write_unaudited(moved, idempotency_key="meanwhile")

    outcome = table.write_unaudited(counts.correction(key, as_read, {"sent": 2}), idempotency_key="recount")

    assert isinstance(outcome, Refusal)
    assert counts.counted_in(table.read(key)) == {"sent": 4}


def test_to_whom_a_message_was_refused_is_kept_with_the_counts_and_recounted(table: Table) -> None:
    refused = replace(DUE_MESSAGE, state=MessageState.REFUSED)
    bobs = replace(refused, id="4", recipient_id="bob")
    for recipient in ("ada", "bob"):
        for was in (MessageState.CLAIMED, MessageState.UNKNOWN):
            (moved,) = counts.message_moved("spring", recipient, was, MessageState.REFUSED)
            table.write_unaudited(moved, idempotency_key=f"{recipient}-{was}")

    totals = counts.message_totals("spring", [refused, bobs, DUE_MESSAGE])

    assert counts.read(table, "spring").refused_to == {"ada", "bob"}
    assert counts.read(table, "spring").messages.refused == 4
    assert totals[keys.message_counts("spring", 5)] == {"refused": 1, "refused_to": {"ada"}, "waiting": 1}
    assert totals[keys.message_counts("spring", 1)] == {"refused": 1, "refused_to": {"bob"}}
    for key, total in totals.items():
        correction = counts.correction(key, table.read(key), total)
        assert table.write_unaudited(correction, idempotency_key=f"recount-{key.sk}") is Written.NOW
        assert counts.counted_in(table.read(key)) == total
    assert counts.read(table, "spring").messages == MessageCounts(waiting=1, refused=2)


def test_where_nothing_was_counted_there_is_nothing(table: Table) -> None:
    assert counts.read(table, "spring") == counts.CohortCounts(
        people=people_counts([]), messages=MessageCounts()
    )


# The roll


def test_a_person_is_put_on_the_roll_as_they_were_read_and_not_when_they_changed_since(table: Table) -> None:
    write(table, *enrolments.creation(CONFIRMED), idempotency_key="enrolled")
    renamed = replace(CONFIRMED, name="A.")
    put = roll.person_corrected(renamed, enrolments.is_as_read(CONFIRMED))
    assert table.write_unaudited(put, idempotency_key="r1") is Written.NOW
    assert people_on_the_roll(table) == [entry_of(renamed)]

    write(table, enrolments.withdrawal(CONFIRMED, LATER), idempotency_key="w")

    assert isinstance(table.write_unaudited(put, idempotency_key="r2"), Refusal)
    withdrawn = replace(CONFIRMED, state=EnrolmentState.WITHDRAWN, withdrawn_at=LATER)
    assert people_on_the_roll(table) == [entry_of(withdrawn)]


def test_whom_nobody_knows_is_taken_off_the_roll_and_whoever_is_enrolled_stays(table: Table) -> None:
    write(table, *enrolments.creation(CONFIRMED), idempotency_key="enrolled")
    table.write_unaudited(roll.person(MENTOR), idempotency_key="stray")

    stray = table.write_unaudited(roll.person_removed("spring", "bob"), idempotency_key="r1")
    there = table.write_unaudited(roll.person_removed("spring", "ada"), idempotency_key="r2")

    assert stray is Written.NOW
    assert isinstance(there, Refusal)
    assert people_on_the_roll(table) == [entry_of(CONFIRMED)]


@pytest.fixture
def replied(table: Table) -> Table:
    """A pair that has answered twice."""
    write(table, *pairings.creation(PAIRING), idempotency_key="paired")
    for reply in (SECOND, FIRST):
        write(table, checkins.reply(reply, "spring"), idempotency_key=f"reply-{reply.checkin}")
    return table


def on_the_roll(table: Table) -> list[PairProgress]:
    return list(roll.pairs_in(table, "spring"))


def test_the_replies_of_a_pair_are_on_the_roll_by_the_number_of_the_check_in(replied: Table) -> None:
    assert on_the_roll(replied) == [replace(SHOWN, replies=(FIRST, SECOND))]


def test_of_one_check_in_the_replies_are_in_the_order_of_their_people(replied: Table) -> None:
    both = replace(FIRST, checkin=2)
    write(replied, checkins.reply(both, "spring"), idempotency_key="both")

    (pair,) = on_the_roll(replied)

    assert pair.replies == (FIRST, SECOND, both)


def test_a_pair_that_the_roll_lacks_is_put_there_with_its_replies(replied: Table) -> None:
    replied.write_unaudited(roll.pair(replace(PAIRING, id="other")), idempotency_key="stray")
    ended = replace(PAIRING, state=PairingState.ENDED, ended_at=LATER, ended_on=LATER.date())
    write(replied, pairings.ending(PAIRING, LATER, LATER.date()), idempotency_key="e")

    put = roll.pair_corrected(ended, [FIRST, SECOND], None)

    assert replied.write_unaudited(put, idempotency_key="r") is Written.NOW
    expected = replace(SHOWN, ended_at=LATER, replies=(FIRST, SECOND))
    assert on_the_roll(replied) == [replace(SHOWN, pairing_id="other"), expected]


def test_a_reply_that_nobody_gave_goes_from_the_roll(replied: Table) -> None:
    invented = replace(FIRST, checkin=3)
    replied.write_unaudited(roll.replied(invented, "spring"), idempotency_key="stray")
    (shown,) = on_the_roll(replied)
    assert shown.replies == (FIRST, SECOND, invented)

    put = roll.pair_corrected(PAIRING, [FIRST, SECOND], shown)

    assert replied.write_unaudited(put, idempotency_key="r") is Written.NOW
    assert on_the_roll(replied) == [replace(SHOWN, replies=(FIRST, SECOND))]


def test_a_reply_that_was_given_meanwhile_does_not_go_from_the_roll(replied: Table) -> None:
    third = replace(FIRST, checkin=3)
    (before,) = on_the_roll(replied)
    write(replied, checkins.reply(third, "spring"), idempotency_key="meanwhile")
    (shown,) = on_the_roll(replied)

    put = roll.pair_corrected(PAIRING, before.replies, shown)

    assert isinstance(replied.write_unaudited(put, idempotency_key="r"), Refusal)
    assert on_the_roll(replied) == [shown]


def test_what_a_pair_did_since_it_was_read_stops_a_repair(replied: Table) -> None:
    later = replace(FIRST, answer=CheckinAnswer.MET, answered_at=LATER)
    repair = roll.pair_corrected(PAIRING, [FIRST, SECOND], None)
    unended = roll.pair_corrected(PAIRING, [later, SECOND], None)
    early = replace(PAIRING, ended_at=LATER, ended_on=LATER.date())
    not_yet = replied.write_unaudited(roll.pair_corrected(early, [], None), idempotency_key="r0")

    write(replied, checkins.reply(later, "spring"), idempotency_key="reply-again")
    answered = replied.write_unaudited(repair, idempotency_key="r1")
    write(replied, pairings.ending(PAIRING, LATER, LATER.date()), idempotency_key="e")
    ended = replied.write_unaudited(unended, idempotency_key="r2")

    assert [type(outcome) for outcome in (not_yet, answered, ended)] == [Refusal] * 3
    assert on_the_roll(replied) == [replace(SHOWN, ended_at=LATER, replies=(later, SECOND))]


def test_a_pair_that_nobody_made_is_taken_off_the_roll_and_one_that_stands_stays(replied: Table) -> None:
    replied.write_unaudited(roll.pair(replace(PAIRING, id="other")), idempotency_key="stray")

    stray = replied.write_unaudited(roll.pair_removed("spring", "other"), idempotency_key="r1")
    there = replied.write_unaudited(roll.pair_removed("spring", "pairing-1"), idempotency_key="r2")

    assert stray is Written.NOW
    assert isinstance(there, Refusal)
    assert on_the_roll(replied) == [replace(SHOWN, replies=(FIRST, SECOND))]


def test_people_and_pairs_on_the_roll_are_told_apart(replied: Table) -> None:
    waiting = replace(MENTOR, waited=True)
    write(replied, *enrolments.creation(waiting), idempotency_key="enrolled")

    assert people_on_the_roll(replied) == [entry_of(waiting)]
    assert on_the_roll(replied) == [replace(SHOWN, replies=(FIRST, SECOND))]


def test_a_pair_that_has_ended_is_put_on_the_roll_as_ended(table: Table) -> None:
    ended = replace(PAIRING, state=PairingState.ENDED, ended_at=LATER, ended_on=LATER.date())

    table.write_unaudited(roll.pair(ended), idempotency_key="r")

    assert on_the_roll(table) == [replace(SHOWN, ended_at=LATER)]


def test_the_id_of_whoever_replied_may_be_any_text(table: Table) -> None:
    strange = replace(FIRST, person_id="a:b")
    write(table, *pairings.creation(PAIRING), idempotency_key="paired")

    write(table, checkins.reply(strange, "spring"), idempotency_key="reply")

    assert on_the_roll(table) == [replace(SHOWN, replies=(strange,))]


def test_a_line_of_an_older_release_is_read_and_repaired(table: Table) -> None:
    """A field that `RollEntry` has got since has its usual value until the recount."""
    trained = replace(ADA, trained_at=NOW)
    write(table, *enrolments.creation(trained), idempotency_key="enrolled")
    line = roll.person(trained)
    older = {name: value for name, value in line.sets.items() if name not in ("trained", "waited")}
    table.write_unaudited(replace(line, sets=older), idempotency_key="an older release")

    assert list(roll.people_in(table, "spring")) == [replace(entry_of(trained), trained=False)]
    table.write_unaudited(
        roll.person_corrected(trained, enrolments.is_as_read(trained)), idempotency_key="recount"
    )

    assert list(roll.people_in(table, "spring")) == [entry_of(trained)]


# What is written with a fact


def test_what_two_changes_add_to_one_item_is_added_once(table: Table) -> None:
    place = keys.message_counts("spring", 5)

    def counting(number: int) -> "Iterator[object]":
        adds = {"sent": number, "waiting": -1}
        yield creation(
            keys.run("spring", f"r{number}"), {}, also=(amendment(place, {}, condition=None, adds=adds),)
        )

    changes = [*counting(2), *counting(3)]

    assert write(table, *changes, idempotency_key="w") is Written.NOW  # type: ignore[arg-type]

    item = table.read(place)
    assert item is not None
    assert (item["sent"], item["waiting"]) == (5, -2)


def test_ids_that_two_changes_add_to_one_item_are_all_in_it(table: Table) -> None:
    ada, grace = ("a", "b")
    place = keys.message_counts("spring", 5)
    adds: list[dict[str, int | frozenset[str]]] = [
        {"refused": 1, "refused_to": frozenset({ada})},
        {"refused": 1, "refused_to": frozenset({grace, ada})},
        {"waiting": -1},
    ]
    changes = [
        creation(keys.run("spring", f"r{n}"), {}, also=(amendment(place, {}, condition=None, adds=each),))
        for n, each in enumerate(adds)
    ]

    assert write(table, *changes, idempotency_key="w") is Written.NOW

    assert counts.counted_in(table.read(place)) == {
        "refused": 2,
        "refused_to": frozenset({ada, grace}),
        "waiting": -1,
    }


def test_a_change_without_an_entry_is_written_with_what_belongs_to_it_or_not_at_all(table: Table) -> None:
    first, second = keys.run("spring", "r1"), keys.run("spring", "r2")
    both = creation(first, {}, also=(creation(second, {}),))

    assert table.write_unaudited(both, idempotency_key="a") is Written.NOW
    assert table.write_unaudited(both, idempotency_key="a") is Written.BEFORE
    other = creation(keys.run("spring", "r3"), {}, also=(creation(second, {}),))
    refused = table.write_unaudited(other, idempotency_key="b")

    assert isinstance(refused, Refusal)
    assert refused.change.key == second
    assert table.read(keys.run("spring", "r3")) is None


# Records that others change


def test_what_was_decided_on_a_stale_record_is_decided_anew() -> None:
    answers = iter([None, None, "done", "never"])
    asked: list[tuple[str, int]] = []

    @repeat_when_stale
    def decide(person_id: str, *, number: int) -> str | None:
        asked.append((person_id, number))
        return next(answers)

    assert decide("ada", number=2) == "done"

    assert asked == [("ada", 2)] * 3
    assert decide.__name__ == "decide"


def test_a_record_that_changes_five_times_in_a_row_is_given_up() -> None:
    tries: list[int] = []

    @repeat_when_stale
    def decide() -> str | None:
        tries.append(1)
        return None

    with pytest.raises(BusyError, match=r"^the record was changed 5 times while it was decided on$"):
        decide()

    assert len(tries) == 5
