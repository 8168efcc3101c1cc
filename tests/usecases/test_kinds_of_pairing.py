"""Runs that pair in other ways than one mentor with one mentee: networks, groups, and one pool."""

from collections import Counter

from boto3.dynamodb.conditions import Attr

from functions.programme.links import Purpose
from functions.programme.run import RunState
from functions.storage import keys
from functions.storage.pairings import pairings
from functions.storage.runs import runs
from functions.storage.table import Event, amendment
from functions.usecases.pairings.show_match import MatchView, match_of
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import Published, publish_run
from functions.usecases.runs.read_run import RunView, read_run
from functions.usecases.runs.run_match import run_match
from functions.usecases.runs.start_run import Started, Wish, start_run
from tests.town import MENTEE, MENTOR, Town, text_of


def proposed(town: Town, policy: str) -> RunView:
    wish = Wish(cohort_id=town.cohort.id, policy=policy)
    started, run = start_run(town.office, wish, request_key=policy, actor="coordinator:c")
    assert started is Started.QUEUED
    assert run is not None
    run_match(town.office, town.cohort.id, run.id, owner="worker")
    view = read_run(town.office, town.cohort.id, run.id)
    assert view is not None
    return view


def introduced(town: Town, policy: str) -> RunView:
    view = proposed(town, policy)
    assert publish(town, view) is Published.NOW
    introduce_pairs(town.office, town.cohort.id, view.run.id)
    town.send()
    return view


def publish(town: Town, view: RunView) -> Published:
    return publish_run(
        town.office, town.cohort.id, view.run.id, version=view.run.version, actor="coordinator:c"
    ).outcome


def page_of(town: Town, address: str) -> MatchView:
    seen = match_of(town.office, town.link(address, Purpose.MATCH))
    assert seen is not None
    return seen


def three_mentors(town: Town, capacity: int) -> None:
    for name in ("Grace", "Hedy", "Rosalind"):
        town.confirmed(
            {**MENTOR, "name": name, "email": f"{name.lower()}@mentors.example", "capacity": capacity}
        )


def mentees(town: Town, count: int) -> None:
    for number in range(count):
        town.confirmed({**MENTEE, "name": f"Mentee {number}", "email": f"m{number}@mentees.example"})


def test_in_a_network_a_mentee_has_several_mentors_and_a_mail_about_each(town: Town) -> None:
    three_mentors(town, 1)
    town.confirmed(MENTEE)

    introduced(town, "network")

    mails = [text for mail in town.letters.to(MENTEE["email"]) if "/my/match/" in (text := text_of(mail))]  # type: ignore[arg-type]
    assert len(mails) == 3
    seen = page_of(town, str(MENTEE["email"]))
    assert sorted((seen.partner.name, *seen.others)) == ["Grace", "Hedy", "Rosalind"]
    assert seen.group == 0
    assert page_of(town, "grace@mentors.example").others == ()


def test_in_a_network_nobody_is_introduced_beyond_what_mentors_take_and_the_policy_allows(town: Town) -> None:
    three_mentors(town, 2)
    mentees(town, 4)

    view = introduced(town, "network")

    found = list(pairings.in_cohort(town.office.table, town.cohort.id))
    assert len(found) == len(view.pairs) == 6
    taken = Counter(pairing.mentor_id for pairing in found)
    given = Counter(pairing.mentee_id for pairing in found)
    assert set(taken.values()) == {2}
    assert len(given) == 4
    assert max(given.values()) <= 3


def test_a_mentor_who_takes_fewer_since_the_run_stops_its_publication(town: Town) -> None:
    three_mentors(town, 2)
    mentees(town, 3)
    view = proposed(town, "network")
    grace = town.person("grace@mentors.example")
    town.office.table.commit(
        [
            amendment(
                keys.enrolment(grace.cohort_id, grace.id), {"capacity": 1}, condition=Attr("id").exists()
            )
        ],
        event=Event(cohort_id=grace.cohort_id, at=town.clock.now, actor="t", action="t", subject_id=grace.id),
        idempotency_key="fewer",
    )

    assert publish(town, view) is Published.PEOPLE_CHANGED


def test_groups_are_proposed_with_what_is_proven_of_them_and_introduced(town: Town) -> None:
    three_mentors(town, 3)
    mentees(town, 5)

    view = introduced(town, "groups")

    assert view.run.state is RunState.PROPOSED
    assert view.notes
    assert "run" in view.notes[0]
    sizes = Counter(pair.mentor_id for pair in view.pairs)
    assert sorted(sizes.values()) in ([2, 3], [5])
    seen = page_of(town, "m0@mentees.example")
    assert seen.group == sizes[seen.pairing.mentor_id]
    assert seen.others == ()
    mentor = page_of(town, seen.partner.email)
    assert mentor.group == 1 + len(mentor.others)


def test_a_mentor_whose_group_does_not_run_is_told_so(town: Town) -> None:
    three_mentors(town, 2)
    mentees(town, 3)

    view = proposed(town, "groups")

    texts = [reason for person in view.unmatched if person.role == "mentor" for reason in person.reasons]
    assert texts == ["Too few mentees were left for a group of 2."] * 2


def test_a_policy_for_one_pool_is_not_for_a_cohort_and_says_so_at_once(town: Town) -> None:
    three_mentors(town, 1)
    town.confirmed(MENTEE)

    started = start_run(
        town.office, Wish(cohort_id=town.cohort.id, policy="peers"), request_key="r", actor="coordinator:c"
    )

    assert started == (Started.ONE_POOL, None)
    assert list(runs.in_cohort(town.office.table, town.cohort.id)) == []


def test_a_wish_that_was_not_met_is_told_to_coordinators_alone(town: Town) -> None:
    three_mentors(town, 1)
    for name in ("Ann", "Bea"):
        town.confirmed({**MENTEE, "name": name, "email": f"{name.lower()}@mentees.example", "wish": "Grace"})

    view = introduced(town, "one-to-one")

    [wish] = view.unmet_wishes
    assert wish.mentor is not None
    assert wish.mentor.name == "Grace"
    assert wish.mentee is not None
    assert wish.text
    for name in ("ann", "bea"):
        seen = page_of(town, f"{name}@mentees.example")
        assert wish.text not in str(seen)
