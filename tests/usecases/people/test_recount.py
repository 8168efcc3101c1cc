from typing import Any

import pytest

from functions.programme.links import Purpose
from functions.programme.pairing import CheckinAnswer
from functions.storage import counts, keys, roll
from functions.storage.enrolment import enrolments
from functions.storage.keys import Key
from functions.storage.pairings import pairings
from functions.storage.table import amendment, creation, deletion
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.pairings.answer_checkin import answer
from functions.usecases.pairings.ask_checkins import ask_checkins
from functions.usecases.pairings.end_pairings import end_pairings
from functions.usecases.people.erase_people import erase
from functions.usecases.people.recount import Differences, differences, recount
from tests.harness import MENTEE, MENTOR, CohortHarness


@pytest.fixture
def lived(harness: CohortHarness) -> CohortHarness:
    """A cohort in which somebody applied, answered a check-in, left and was erased."""
    harness.confirmed(MENTOR)
    harness.confirmed({**MENTOR, "email": "hedy@mentors.example"})
    harness.confirmed(MENTEE)
    harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
    harness.apply({**MENTEE, "email": "cleo@mentees.example"})
    harness.introduced()
    harness.clock.pass_by(days=8)
    ask_checkins(harness.services)
    harness.send()
    link = harness.link(str(MENTEE["email"]), Purpose.CHECKIN)
    answer(harness.services, link, CheckinAnswer.IN_CONTACT, None)
    bea = harness.person("bea@mentees.example")
    erase(harness.services, harness.cohort.id, bea.id, actor="person")
    end_pairings(harness.services, harness.cohort.id, bea.id)
    return harness


def projections(harness: CohortHarness) -> list[Key]:
    """Every item of the roll and of the counts."""
    everything = harness.services.table.everything()
    found = [Key(item[keys.PARTITION], item[keys.SORT]) for item in everything]
    return [key for key in found if key.pk.startswith(("ROLL#", "COUNTS#"))]


def shown(harness: CohortHarness) -> tuple[Any, ...]:
    table, cohort_id = harness.services.table, harness.cohort.id
    return (
        list(roll.people_in(table, cohort_id)),
        list(roll.pairs_in(table, cohort_id)),
        counts.read(table, cohort_id),
    )


def test_whatever_happened_the_roll_and_the_counts_agree_with_the_facts(lived: CohortHarness) -> None:
    assert differences(lived.services, lived.cohort.id).none
    assert recount(lived.services, lived.cohort.id) == Differences()


def test_a_cohort_that_has_no_roll_yet_gets_one_that_is_the_same(lived: CohortHarness) -> None:
    before = shown(lived)
    for key in projections(lived):
        lived.services.table.write_unaudited(deletion(key), idempotency_key="lost")
    lost = differences(lived.services, lived.cohort.id)
    assert (lost.people, lost.pairs) == (5, 2)
    assert lost.counts

    assert recount(lived.services, lived.cohort.id) == lost

    assert shown(lived) == before
    assert recount(lived.services, lived.cohort.id).none


def test_wrong_names_numbers_and_strangers_are_put_right(lived: CohortHarness) -> None:
    before, cohort_id, table = shown(lived), lived.cohort.id, lived.services.table
    grace = lived.person(str(MENTOR["email"]))
    pair = next(iter(pairings.in_cohort(table, cohort_id)))
    there = dict(table.read(keys.roll_person(cohort_id, grace.id)) or {})
    reply = {"reply:009:x": "met||2026-12-01|2026-12-01T00:00:00.000000Z"}
    wrong = (
        amendment(keys.roll_person(cohort_id, grace.id), {"name": "Somebody"}, condition=None),
        creation(keys.roll_person(cohort_id, "stranger"), {**there, "id": "stranger"}),
        amendment(keys.roll_pair(cohort_id, pair.id), reply, condition=None),
        amendment(keys.people_counts(cohort_id, 3), {"mentee:declined": 7}, condition=None),
        amendment(keys.message_counts(cohort_id, 3), {"sent": 99}, condition=None),
    )
    for number, change in enumerate(wrong):
        table.write_unaudited(change, idempotency_key=f"by hand {number}")

    assert recount(lived.services, cohort_id) == Differences(people=2, pairs=1, counts=2)

    assert shown(lived) == before


def test_who_leaves_while_it_is_counted_is_counted_as_they_are(
    lived: CohortHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, cohort_id = lived.services.table, lived.cohort.id
    ada = lived.person(str(MENTEE["email"]))
    link = lived.link(ada.email, Purpose.MATCH)
    for key in projections(lived):
        table.write_unaudited(deletion(key), idempotency_key="lost")
    read = enrolments.in_cohort
    left: list[Withdrawn] = []

    def read_and_leave(*given: Any) -> Any:
        people = list(read(*given))
        if len(left) < 2:
            left.append(withdraw(lived.services, link))
        return iter(people)

    monkeypatch.setattr(enrolments, "in_cohort", read_and_leave)
    recount(lived.services, cohort_id)
    monkeypatch.undo()

    assert left
    assert differences(lived.services, cohort_id).none
