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
from functions.usecases.runs.start_run import RunRequest, Started, start_run
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of


def proposed(harness: CohortHarness, policy: str) -> RunView:
    wish = RunRequest(cohort_id=harness.cohort.id, policy=policy)
    started, run = start_run(harness.services, wish, request_key=policy, actor="coordinator:c")
    assert started is Started.QUEUED
    assert run is not None
    run_match(harness.services, harness.cohort.id, run.id, owner="worker")
    view = read_run(harness.services, harness.cohort.id, run.id, language="en")
    assert view is not None
    return view


def introduced(harness: CohortHarness, policy: str) -> RunView:
    view = proposed(harness, policy)
    assert publish(harness, view) is Published.NOW
    introduce_pairs(harness.services, harness.cohort.id, view.run.id)
    harness.send()
    return view


def publish(harness: CohortHarness, view: RunView) -> Published:
    return publish_run(
        harness.services, harness.cohort.id, view.run.id, version=view.run.version, actor="coordinator:c"
    ).outcome


def page_of(harness: CohortHarness, address: str) -> MatchView:
    seen = match_of(harness.services, harness.link(address, Purpose.MATCH), "en")
    assert seen is not None
    return seen


def three_mentors(harness: CohortHarness, capacity: int) -> None:
    for name in ("Grace", "Hedy", "Rosalind"):
        harness.confirmed(
            {**MENTOR, "name": name, "email": f"{name.lower()}@mentors.example", "capacity": capacity}
        )


def mentees(harness: CohortHarness, count: int) -> None:
    for number in range(count):
        harness.confirmed({**MENTEE, "name": f"Mentee {number}", "email": f"m{number}@mentees.example"})


def test_in_a_network_a_mentee_has_several_mentors_and_a_mail_about_each(harness: CohortHarness) -> None:
    three_mentors(harness, 1)
    harness.confirmed(MENTEE)

    introduced(harness, "network")

    texts = [text_of(mail) for mail in harness.sent_mail.to(str(MENTEE["email"]))]
    mails = [text for text in texts if "/my/match/" in text]
    assert len(mails) == 3
    seen = page_of(harness, str(MENTEE["email"]))
    assert sorted((seen.partner.name, *seen.others)) == ["Grace", "Hedy", "Rosalind"]
    assert seen.group == 0
    assert page_of(harness, "grace@mentors.example").others == ()


def test_in_a_network_nobody_is_introduced_beyond_what_mentors_take_and_the_policy_allows(
    harness: CohortHarness,
) -> None:
    three_mentors(harness, 2)
    mentees(harness, 4)

    view = introduced(harness, "network")

    found = list(pairings.in_cohort(harness.services.table, harness.cohort.id))
    assert len(found) == len(view.pairs) == 6
    taken = Counter(pairing.mentor_id for pairing in found)
    given = Counter(pairing.mentee_id for pairing in found)
    assert set(taken.values()) == {2}
    assert len(given) == 4
    assert max(given.values()) <= 3


def test_a_mentor_who_takes_fewer_since_the_run_stops_its_publication(harness: CohortHarness) -> None:
    three_mentors(harness, 2)
    mentees(harness, 3)
    view = proposed(harness, "network")
    grace = harness.person("grace@mentors.example")
    harness.services.table.commit(
        [
            amendment(
                keys.enrolment(grace.cohort_id, grace.id), {"capacity": 1}, condition=Attr("id").exists()
            )
        ],
        event=Event(
            cohort_id=grace.cohort_id, at=harness.clock.now, actor="t", action="t", subject_id=grace.id
        ),
        idempotency_key="fewer",
    )

    assert publish(harness, view) is Published.PEOPLE_CHANGED


def test_groups_are_proposed_with_what_is_proven_of_them_and_introduced(harness: CohortHarness) -> None:
    three_mentors(harness, 3)
    mentees(harness, 5)

    view = introduced(harness, "groups")

    assert view.run.state is RunState.PROPOSED
    assert view.notes
    assert "run" in view.notes[0]
    sizes = Counter(pair.mentor_id for pair in view.pairs)
    assert sorted(sizes.values()) in ([2, 3], [5])
    seen = page_of(harness, "m0@mentees.example")
    assert seen.group == sizes[seen.pairing.mentor_id]
    assert seen.others == ()
    mentor = page_of(harness, seen.partner.email)
    assert mentor.group == 1 + len(mentor.others)


def test_a_mentor_whose_group_does_not_run_is_told_so(harness: CohortHarness) -> None:
    three_mentors(harness, 2)
    mentees(harness, 3)

    view = proposed(harness, "groups")

    (mentors_left,) = (side for side in view.left_over if side.role == "mentor")
    assert len(mentors_left.people) == 2
    assert mentors_left.shared == ("Too few mentees were left for a group of 2.",)


def test_a_policy_for_one_pool_is_not_for_a_cohort_and_says_so_at_once(harness: CohortHarness) -> None:
    three_mentors(harness, 1)
    harness.confirmed(MENTEE)

    started = start_run(
        harness.services,
        RunRequest(cohort_id=harness.cohort.id, policy="peers"),
        request_key="r",
        actor="coordinator:c",
    )

    assert started == (Started.ONE_POOL, None)
    assert list(runs.in_cohort(harness.services.table, harness.cohort.id)) == []


def test_a_wish_that_was_not_met_is_told_to_coordinators_alone(harness: CohortHarness) -> None:
    three_mentors(harness, 1)
    for name in ("Ann", "Bea"):
        harness.confirmed(
            {**MENTEE, "name": name, "email": f"{name.lower()}@mentees.example", "wish": "Grace"}
        )

    view = introduced(harness, "one-to-one")

    [wish] = view.unmet_wishes
    assert wish.mentor is not None
    assert wish.mentor.name == "Grace"
    assert wish.mentee is not None
    assert wish.text
    for name in ("ann", "bea"):
        seen = page_of(harness, f"{name}@mentees.example")
        assert wish.text not in str(seen)
