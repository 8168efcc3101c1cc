"""Answers about equality: counted once, joined to nobody, shown when nothing can be told from them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.programme.links import Link, Purpose, equality_link_id, link_token
from functions.programme.people import Enrolment
from functions.questionnaires import definitions
from functions.storage import audit, keys
from functions.storage.audit_chain import Entry
from functions.usecases.access.open_link import open_link
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.surveys.answer_equality import answer, answered, equality_path, questions
from functions.usecases.surveys.count_equality import count_equality
from tests.harness import MENTEE, CohortHarness

WOMAN = {"gender": "woman", "age": "20-24"}


@pytest.fixture
def harness(harness: CohortHarness) -> CohortHarness:
    programme = replace(harness.services.programme, equality="equality")
    asked = definitions.questionnaires_of(programme)
    harness.services = replace(harness.services, programme=programme, questionnaires=asked)
    return harness


def opened(harness: CohortHarness, person: Enrolment) -> Link | None:
    return open_link(
        harness.services,
        link_token(harness.services.link_keys[0], equality_link_id(person.id)),
        Purpose.EQUALITY,
    )


def enrolled(harness: CohortHarness, number: int) -> tuple[Enrolment, Link]:
    address = f"ada{number}@mentees.example"
    assert harness.apply({**MENTEE, "email": address}, key=f"key-{number}") is Enrolled.CREATED
    ada = harness.person(address)
    harness.send()
    confirm(harness.services, harness.link(address, Purpose.CONFIRM))
    link = opened(harness, ada)
    assert link is not None
    return ada, link


def say(harness: CohortHarness, link: Link, **answers: str) -> None:
    asked = questions(harness.services, link)
    assert asked is not None
    answer(harness.services, link, asked, answers)


def after_enrolment(harness: CohortHarness) -> None:
    harness.clock.morning_of(harness.cohort.closes_on + timedelta(days=1), harness.cohort.zone)


def test_five_people_are_counted_and_shown_when_enrolment_has_ended(harness: CohortHarness) -> None:
    for number in range(6):
        say(harness, enrolled(harness, number)[1], **WOMAN)
    during = count_equality(harness.services, harness.cohort.id)
    after_enrolment(harness)
    after = count_equality(harness.services, harness.cohort.id)

    assert during is not None
    assert (during.ended, during.answered, during.tallies) == (False, 0, ())
    assert after is not None
    shown = {tally.question.name: dict(tally.counts) for tally in after.tallies}
    assert (after.answered, shown["gender"]["woman"], shown["gender"]["man"]) == (6, 6, None)


def test_sent_again_nothing_is_counted_twice(harness: CohortHarness) -> None:
    _, link = enrolled(harness, 0)
    say(harness, link, **WOMAN)
    say(harness, link, gender="man")
    after_enrolment(harness)

    view = count_equality(harness.services, harness.cohort.id)

    assert view is not None
    assert view.answered == 1
    assert answered(harness.services, link)


def test_no_answer_at_all_is_not_held_against_anybody(harness: CohortHarness) -> None:
    _, link = enrolled(harness, 0)
    say(harness, link)
    assert not answered(harness.services, link)
    say(harness, link, **WOMAN)
    assert answered(harness.services, link)


def test_nothing_that_is_kept_joins_a_person_to_an_answer(harness: CohortHarness) -> None:
    people = [enrolled(harness, number) for number in range(3)]
    for (_, link), gender in zip(people, ("woman", "man", "woman"), strict=True):
        harness.clock.pass_by(minutes=7)
        say(harness, link, gender=gender)

    items = list(harness.services.table.query(keys.equality(harness.cohort.id)))
    counts = [item for item in items if item["sk"].startswith("COUNTS#")]
    claims = [item for item in items if item["sk"].startswith("PARTICIPATION#")]

    assert len(claims) == 3
    assert [(item["answered"], item["mark gender=woman"]) for item in counts] == [(3, 2)]
    for ada, link in people:
        assert not [item for item in items if ada.id in str(item) or link.id in str(item)]
    for claim in claims:
        assert set(claim) == {"pk", "sk"}
    assert not [item for item in items if "2026" in str({**item, "pk": "", "sk": ""})]


def test_no_word_leads_from_who_answered_to_a_place_in_the_trail(harness: CohortHarness) -> None:
    say(harness, enrolled(harness, 0)[1], **WOMAN)
    say(harness, enrolled(harness, 1)[1], **WOMAN)
    table, cohort_id = harness.services.table, harness.cohort.id

    claims = [
        item for item in table.query(keys.equality(cohort_id)) if item["sk"].startswith("PARTICIPATION#")
    ]
    entries = [
        item
        for shard in range(keys.SHARDS)
        for item in table.query(keys.audit(cohort_id, shard), "ENTRY#")
        if item["action"] == "answer-equality"
    ]

    assert (len(claims), len(entries)) == (2, 2)
    said = {str(value) for claim in claims for value in claim.values()}
    assert said.isdisjoint(str(value) for entry in entries for value in entry.values())


def test_the_trail_says_neither_who_answered_nor_when(harness: CohortHarness) -> None:
    ada, link = enrolled(harness, 0)
    say(harness, link, **WOMAN)

    trail = list(audit.trail(harness.services.table, harness.cohort.id))
    events = [entry.event for entry in trail if isinstance(entry, Entry)]
    event = next(event for event in events if event.action == "answer-equality")

    assert (event.actor, event.at.hour, event.at.minute) == ("somebody", 0, 0)
    assert ada.id not in (event.subject_id, event.actor)
    assert audit.faults_in(trail) == []


def test_the_way_there_ends_with_enrolment_so_that_what_is_shown_stands_still(harness: CohortHarness) -> None:
    ada, _ = enrolled(harness, 0)
    assert equality_path(harness.services, harness.cohort.id, ada.id) is not None

    after_enrolment(harness)

    assert equality_path(harness.services, harness.cohort.id, ada.id) is None
    assert opened(harness, ada) is None


def test_a_programme_that_asks_nothing_of_the_kind_has_no_way_there(harness: CohortHarness) -> None:
    harness.services = replace(harness.services, programme=replace(harness.services.programme, equality=None))
    ada = harness.confirmed(MENTEE)

    assert equality_path(harness.services, harness.cohort.id, ada.id) is None
    view = count_equality(harness.services, harness.cohort.id)
    assert view is not None
    assert not view.asked
