"""Answers about equality: counted once, joined to nobody, shown when nothing can be told from them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.programme.links import Link, Purpose, equality_link_id, link_token
from functions.programme.people import Enrolment
from functions.storage import audit, keys
from functions.storage.audit_chain import Entry
from functions.usecases.access.open_link import open_link
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.surveys.answer_equality import answer, answered, questions, way_to
from functions.usecases.surveys.count_equality import count_equality
from schemas import definitions
from tests.town import MENTEE, Town

WOMAN = {"gender": "woman", "age": "20-24"}


@pytest.fixture
def town(town: Town) -> Town:
    programme = replace(town.office.programme, equality="equality")
    asked = definitions.questionnaires_of(programme)
    town.office = replace(town.office, programme=programme, questionnaires=asked)
    return town


def opened(town: Town, person: Enrolment) -> Link | None:
    return open_link(
        town.office, link_token(town.office.link_key, equality_link_id(person.id)), Purpose.EQUALITY
    )


def enrolled(town: Town, number: int) -> tuple[Enrolment, Link]:
    address = f"ada{number}@mentees.example"
    assert town.apply({**MENTEE, "email": address}, key=f"key-{number}") is Enrolled.CREATED
    ada = town.person(address)
    town.send()
    confirm(town.office, town.link(address, Purpose.CONFIRM))
    link = opened(town, ada)
    assert link is not None
    return ada, link


def say(town: Town, link: Link, **answers: str) -> None:
    asked = questions(town.office, link)
    assert asked is not None
    answer(town.office, link, asked, answers)


def after_enrolment(town: Town) -> None:
    town.clock.morning_of(town.cohort.closes_on + timedelta(days=1), town.cohort.zone)


def test_five_people_are_counted_and_shown_when_enrolment_has_ended(town: Town) -> None:
    for number in range(6):
        say(town, enrolled(town, number)[1], **WOMAN)
    during = count_equality(town.office, town.cohort.id)
    after_enrolment(town)
    after = count_equality(town.office, town.cohort.id)

    assert during is not None
    assert (during.ended, during.answered, during.tallies) == (False, 0, ())
    assert after is not None
    shown = {tally.question.name: dict(tally.counts) for tally in after.tallies}
    assert (after.answered, shown["gender"]["woman"], shown["gender"]["man"]) == (6, 6, None)


def test_sent_again_nothing_is_counted_twice(town: Town) -> None:
    _, link = enrolled(town, 0)
    say(town, link, **WOMAN)
    say(town, link, gender="man")
    after_enrolment(town)

    view = count_equality(town.office, town.cohort.id)

    assert view is not None
    assert view.answered == 1
    assert answered(town.office, link)


def test_no_answer_at_all_is_not_held_against_anybody(town: Town) -> None:
    _, link = enrolled(town, 0)
    say(town, link)
    assert not answered(town.office, link)
    say(town, link, **WOMAN)
    assert answered(town.office, link)


def test_nothing_that_is_kept_joins_a_person_to_an_answer(town: Town) -> None:
    people = [enrolled(town, number) for number in range(3)]
    for (_, link), gender in zip(people, ("woman", "man", "woman"), strict=True):
        town.clock.pass_by(minutes=7)
        say(town, link, gender=gender)

    items = list(town.office.table.query(keys.equality(town.cohort.id)))
    counts = [item for item in items if item["sk"].startswith("COUNTS#")]
    claims = [item for item in items if item["sk"].startswith("TAKEN#")]

    assert len(claims) == 3
    assert [(item["answered"], item["mark gender=woman"]) for item in counts] == [(3, 2)]
    for ada, link in people:
        assert not [item for item in items if ada.id in str(item) or link.id in str(item)]
    for claim in claims:
        assert set(claim) == {"pk", "sk"}
    assert not [item for item in items if "2026" in str({**item, "pk": "", "sk": ""})]


def test_no_word_leads_from_who_answered_to_a_place_in_the_trail(town: Town) -> None:
    say(town, enrolled(town, 0)[1], **WOMAN)
    say(town, enrolled(town, 1)[1], **WOMAN)
    table, cohort_id = town.office.table, town.cohort.id

    claims = [item for item in table.query(keys.equality(cohort_id)) if item["sk"].startswith("TAKEN#")]
    entries = [
        item
        for shard in range(keys.SHARDS)
        for item in table.query(keys.audit(cohort_id, shard), "ENTRY#")
        if item["action"] == "answer-equality"
    ]

    assert (len(claims), len(entries)) == (2, 2)
    said = {str(value) for claim in claims for value in claim.values()}
    assert said.isdisjoint(str(value) for entry in entries for value in entry.values())


def test_the_trail_says_neither_who_answered_nor_when(town: Town) -> None:
    ada, link = enrolled(town, 0)
    say(town, link, **WOMAN)

    trail = list(audit.trail(town.office.table, town.cohort.id))
    events = [entry.event for entry in trail if isinstance(entry, Entry)]
    event = next(event for event in events if event.action == "answer-equality")

    assert (event.actor, event.at.hour, event.at.minute) == ("somebody", 0, 0)
    assert ada.id not in (event.subject_id, event.actor)
    assert audit.faults_in(trail) == []


def test_the_way_there_ends_with_enrolment_so_that_what_is_shown_stands_still(town: Town) -> None:
    ada, _ = enrolled(town, 0)
    assert way_to(town.office, town.cohort.id, ada.id) is not None

    after_enrolment(town)

    assert way_to(town.office, town.cohort.id, ada.id) is None
    assert opened(town, ada) is None


def test_a_programme_that_asks_nothing_of_the_kind_has_no_way_there(town: Town) -> None:
    town.office = replace(town.office, programme=replace(town.office.programme, equality=None))
    ada = town.confirmed(MENTEE)

    assert way_to(town.office, town.cohort.id, ada.id) is None
    view = count_equality(town.office, town.cohort.id)
    assert view is not None
    assert not view.asked
