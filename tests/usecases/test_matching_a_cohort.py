import contextlib
import json
from collections import Counter
from dataclasses import replace

from functions.programme.run import RunState
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import documents, runs
from functions.storage.table import Event
from functions.usecases.enrolment.waiting_list import waiting_list
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import Published, publish_run
from functions.usecases.runs.read_run import RunView, read_run
from functions.usecases.runs.run_match import Ran, run_match
from functions.usecases.runs.start_run import Started, Wish, start_run
from tests.town import MENTEE, MENTOR, Town, text_of


def start(town: Town, key: str = "run", **wish: object) -> tuple[Started, str | None]:
    started, run = start_run(
        town.office,
        Wish(cohort_id=town.cohort.id, **wish),  # type: ignore[arg-type]
        request_key=key,
        actor="coordinator:c",
    )
    return started, run.id if run else None


def view(town: Town, run_id: str) -> RunView:
    found = read_run(town.office, town.cohort.id, run_id)
    assert found is not None
    return found


def publish(town: Town, run_id: str, version: int | None = None) -> Published:
    version = view(town, run_id).run.version if version is None else version
    return publish_run(town.office, town.cohort.id, run_id, version=version, actor="coordinator:c").outcome


def test_a_run_is_stored_and_left_on_the_queue_once_for_one_request_key(town: Town) -> None:
    first, again = start(town), start(town)
    assert first == (Started.QUEUED, again[1])
    assert again[0] is Started.ALREADY_BY_THIS_REQUEST
    assert [json.loads(body)["do"] for body in town.run_queue.bodies] == ["match"]


def test_the_same_key_for_another_wish_is_refused(town: Town) -> None:
    start(town)
    assert start(town, seed=7)[0] is Started.KEY_USED_FOR_ANOTHER


def test_a_policy_or_a_cohort_that_is_not_there_is_said(town: Town) -> None:
    assert start(town, policy="no-such-policy")[0] is Started.NO_SUCH_POLICY
    assert start_run(town.office, Wish(cohort_id="none"), request_key="r", actor="c")[0] is (
        Started.NO_SUCH_COHORT
    )


def test_a_run_proposes_pairs_whose_points_add_up_and_names_who_is_left_over(town: Town) -> None:
    grace = town.confirmed({**MENTOR, "capacity": 1})
    town.confirmed(MENTEE)
    town.confirmed({**MENTEE, "email": "bea@mentees.example", "topics_wanted": ("funding",)})

    found = view(town, town.matched())

    [pair] = found.pairs
    [left] = found.unmatched
    assert found.run.state is RunState.PROPOSED
    assert found.run.progress == 100
    assert pair.mentor == grace
    assert sum(reason.points for reason in pair.reasons) == pair.score > 0
    assert left.reasons
    assert found.run.summary["unmatched_mentees"] == 1


def test_people_who_have_not_confirmed_are_not_matched(town: Town) -> None:
    town.confirmed(MENTOR)
    town.confirmed(MENTEE)
    town.apply({**MENTEE, "email": "bea@mentees.example"})
    assert view(town, town.matched()).run.summary["mentees"] == 1


def test_nobody_is_matched_with_whom_they_would_rather_avoid(town: Town) -> None:
    town.confirmed(MENTOR)
    town.confirmed({**MENTEE, "avoid": "grace@mentors.example"})
    bea = town.confirmed({**MENTEE, "email": "bea@mentees.example"})
    found = view(town, town.matched())
    assert [pair.mentee for pair in found.pairs] == [bea]
    assert [person.enrolment.email for person in found.unmatched if person.enrolment] == [MENTEE["email"]]
    # … and neither of the two can tell from the reasons who avoids whom.
    assert not any("avoid" in reason.lower() for person in found.unmatched for reason in person.reasons)


def test_a_run_over_nobody_fails_in_words(town: Town) -> None:
    run_id = town.matched()
    run = view(town, run_id).run
    assert run.state is RunState.FAILED
    assert run.failure


def test_the_snapshot_keeps_nothing_that_is_not_for_matching(town: Town) -> None:
    town.confirmed({**MENTOR, "about": "for my mentee's eyes"})
    town.confirmed(MENTEE)
    run = view(town, town.matched()).run
    snapshot = documents.load(town.office.table, town.cohort.id, str(run.snapshot_sha256))
    assert b"topics_offered" in snapshot
    assert b"for my mentee's eyes" not in snapshot


def test_a_second_worker_does_not_do_a_run_again(town: Town) -> None:
    town.confirmed(MENTOR)
    town.confirmed(MENTEE)
    run_id = town.matched()
    before = view(town, run_id)
    assert run_match(town.office, town.cohort.id, run_id, owner="another") is Ran.NOT_OURS
    assert view(town, run_id) == before


def test_two_runs_over_the_same_people_propose_the_same_bytes(town: Town) -> None:
    town.confirmed(MENTOR)
    town.confirmed(MENTEE)
    digests = set()
    for key in ("one", "two"):
        _, run_id = start(town, key)
        run_match(town.office, town.cohort.id, str(run_id), owner="worker")
        run = view(town, str(run_id)).run
        digests.add((run.snapshot_sha256, run.proposals_sha256))
    assert len(digests) == 1


def test_publishing_makes_the_pairings_and_introduces_both_by_mail(town: Town) -> None:
    ada, grace = town.confirmed(MENTEE), town.confirmed(MENTOR)
    run_id = town.introduced()

    [pairing] = pairings.in_cohort(town.office.table, town.cohort.id)
    assert (pairing.mentor_id, pairing.mentee_id, pairing.run_id) == (grace.id, ada.id, run_id)
    assert pairing.reasons
    for person, other in ((ada, grace), (grace, ada)):
        [introduction] = [
            text for mail in town.letters.to(person.email) if "/my/match/" in (text := text_of(mail))
        ]
        assert other.email in introduction


def test_introducing_twice_writes_to_nobody_twice(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    run_id = town.introduced()
    before = len(town.letters.mails)
    introduce_pairs(town.office, town.cohort.id, run_id)
    town.send()
    assert len(town.letters.mails) == before


def test_an_interrupted_introduction_is_taken_up_where_it_stopped(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed({**MENTEE, "email": "bea@mentees.example"})
    town.confirmed(MENTOR)
    run_id = town.matched()
    publish(town, run_id)
    commits = 0
    commit = town.office.table.commit

    def second_kills(*arguments: object, event: Event, **how: object) -> object:
        nonlocal commits
        commits += 1
        if commits == 2:
            raise KeyboardInterrupt
        return commit(*arguments, event=event, **how)  # type: ignore[arg-type]

    town.office.table.commit = second_kills  # type: ignore[method-assign, assignment]
    with contextlib.suppress(KeyboardInterrupt):
        introduce_pairs(town.office, town.cohort.id, run_id)
    assert [run.id for run in runs.waiting(town.office.table, town.clock.now)] == [run_id]

    introduce_pairs(town.office, town.cohort.id, run_id)
    town.send()

    assert len(list(pairings.in_cohort(town.office.table, town.cohort.id))) == 2
    introductions = [
        message
        for message in outbox.in_cohort(town.office.table, town.cohort.id)
        if message.kind == "introduction"
    ]
    assert len(introductions) == 4
    assert list(runs.waiting(town.office.table, town.clock.now)) == []


def test_only_the_run_that_was_looked_at_is_published_and_only_once(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    run_id = town.matched()
    _, other = start(town, "other")
    run_match(town.office, town.cohort.id, str(other), owner="worker")

    assert publish(town, run_id, version=1) is Published.STALE
    assert publish(town, run_id) is Published.NOW
    assert publish(town, run_id) is Published.BEFORE
    assert publish(town, str(other)) is Published.NOT_PROPOSED
    assert view(town, str(other)).run.state is RunState.SUPERSEDED
    assert publish(town, "no-such-run", version=1) is Published.NO_SUCH_RUN


def test_somebody_who_left_since_the_run_stops_its_publication_and_is_named(town: Town) -> None:
    ada = town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    run_id = town.matched()
    town.office.table.commit(
        [enrolments.withdrawal(ada, town.clock.now)],
        event=Event(
            cohort_id=town.cohort.id, at=town.clock.now, actor="t", action="withdraw", subject_id=ada.id
        ),
        idempotency_key="withdraw",
    )

    publication = publish_run(
        town.office, town.cohort.id, run_id, version=view(town, run_id).run.version, actor="coordinator:c"
    )

    assert (publication.outcome, publication.changed) == (Published.PEOPLE_CHANGED, (ada.id,))
    assert view(town, run_id).run.state is RunState.PROPOSED


def test_a_published_run_ends_enrolment_and_further_runs(town: Town) -> None:
    town.rule(waiting_list=False)
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    town.introduced()
    assert start(town, "late")[0] is Started.WRONG_STAGE
    assert town.apply({**MENTEE, "email": "late@mentees.example"}).name == "CLOSED"


def test_a_run_that_was_killed_is_taken_up_with_the_people_it_froze(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed(MENTOR)
    _, run_id = start(town)
    store = runs.progressed
    killed = replace(town.office)

    def kill(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    runs.progressed = kill
    try:
        run_match(killed, town.cohort.id, str(run_id), owner="first")
    except KeyboardInterrupt:
        pass
    finally:
        runs.progressed = store
    frozen = view(town, str(run_id)).run.snapshot_sha256
    town.confirmed({**MENTEE, "email": "bea@mentees.example"})
    town.clock.pass_by(minutes=20)

    assert run_match(town.office, town.cohort.id, str(run_id), owner="second") is Ran.PROPOSED
    assert view(town, str(run_id)).run.snapshot_sha256 == frozen
    assert view(town, str(run_id)).run.summary["mentees"] == 1


def test_reasons_speak_the_words_of_the_questionnaire(town: Town) -> None:
    town.confirmed(MENTOR)
    town.confirmed(MENTEE)
    [pair] = view(town, town.matched()).pairs
    texts = " ".join(reason.text for reason in pair.reasons)
    assert "Monday evening" in texts
    assert "mon-evening" not in texts
    assert "mon evening" not in texts


def test_nobody_is_paired_beyond_their_capacity_and_no_two_twice(town: Town) -> None:
    town.confirmed({**MENTOR, "capacity": 1})
    town.confirmed({**MENTOR, "email": "hedy@mentors.example", "capacity": 2})
    for number in range(5):
        town.confirmed({**MENTEE, "email": f"m{number}@mentees.example"})
    town.introduced()

    found = list(pairings.in_cohort(town.office.table, town.cohort.id))
    capacity = {person.id: person.capacity for person in town.people()}
    taken = Counter(person_id for pairing in found for person_id in (pairing.mentor_id, pairing.mentee_id))
    assert len(found) == 3
    assert all(count <= capacity[person_id] for person_id, count in taken.items())
    assert len({(pairing.mentor_id, pairing.mentee_id) for pairing in found}) == len(found)


def test_whoever_is_left_without_a_partner_is_told_so_once_and_waits(town: Town) -> None:
    town.confirmed({**MENTOR, "capacity": 1})
    town.confirmed(MENTEE)
    town.confirmed({**MENTEE, "email": "bea@mentees.example"})
    run_id = town.introduced()

    introduce_pairs(town.office, town.cohort.id, run_id)
    town.send()

    told = [mail for mail in town.letters.mails if "waiting list" in str(mail["Subject"])]
    introduced = {mail["To"] for mail in town.letters.mails if "/my/match/" in text_of(mail)}
    assert len(told) == 1
    assert "no mentor for you" in " ".join(text_of(told[0]).split())
    assert told[0]["To"] not in introduced
    assert [each.enrolment.email for each in waiting_list(town.office, town.cohort.id)] == [told[0]["To"]]


def test_two_are_not_told_as_a_reason_what_nobody_said(town: Town) -> None:
    town.confirmed({**MENTOR, "capacity": 1})
    town.confirmed(MENTEE)
    run_id = town.introduced()

    (pairing,) = pairings.in_cohort(town.office.table, town.cohort.id)
    (pair,) = view(town, run_id).pairs
    unsaid = {
        reason.text for reason in pair.reasons if "not answered" in reason.text or "not asked" in reason.text
    }
    assert unsaid
    assert pairing.reasons
    assert not unsaid & set(pairing.reasons)
