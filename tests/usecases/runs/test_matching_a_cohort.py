import contextlib
import json
from collections import Counter
from dataclasses import replace

from functions.matching.reasons import Finding
from functions.programme.run import RunState
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import documents, runs
from functions.storage.table import Event
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import Published, publish_run
from functions.usecases.runs.read_run import RunView, read_run
from functions.usecases.runs.run_match import Ran, run_match
from functions.usecases.runs.start_run import RunRequest, Started, start_run
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of


def start(harness: CohortHarness, key: str = "run", **wish: object) -> tuple[Started, str | None]:
    started, run = start_run(
        harness.services,
        RunRequest(cohort_id=harness.cohort.id, **wish),  # type: ignore[arg-type]
        request_key=key,
        actor="coordinator:c",
    )
    return started, run.id if run else None


def view(harness: CohortHarness, run_id: str) -> RunView:
    found = read_run(harness.services, harness.cohort.id, run_id, language="en")
    assert found is not None
    return found


def publish(harness: CohortHarness, run_id: str, version: int | None = None) -> Published:
    version = view(harness, run_id).run.version if version is None else version
    return publish_run(
        harness.services, harness.cohort.id, run_id, version=version, actor="coordinator:c"
    ).outcome


def test_a_run_is_stored_and_left_on_the_queue_once_for_one_request_key(harness: CohortHarness) -> None:
    first, again = start(harness), start(harness)
    assert first == (Started.QUEUED, again[1])
    assert again[0] is Started.ALREADY_BY_THIS_REQUEST
    assert [json.loads(body)["do"] for body in harness.run_queue.bodies] == ["match"]


def test_the_same_key_for_another_wish_is_refused(harness: CohortHarness) -> None:
    start(harness)
    assert start(harness, seed=7)[0] is Started.KEY_USED_FOR_ANOTHER


def test_a_policy_or_a_cohort_that_is_not_there_is_said(harness: CohortHarness) -> None:
    assert start(harness, policy="no-such-policy")[0] is Started.NO_SUCH_POLICY
    assert start_run(harness.services, RunRequest(cohort_id="none"), request_key="r", actor="c")[0] is (
        Started.NO_SUCH_COHORT
    )


def test_a_run_proposes_pairs_whose_points_add_up_and_names_who_is_left_over(harness: CohortHarness) -> None:
    grace = harness.confirmed({**MENTOR, "capacity": 1})
    harness.confirmed(MENTEE)
    harness.confirmed({**MENTEE, "email": "bea@mentees.example", "topics_wanted": ("funding",)})

    found = view(harness, harness.matched())

    [pair] = found.pairs
    [side] = found.left_over
    [left] = side.people
    assert found.run.state is RunState.PROPOSED
    assert found.run.progress == 100
    assert pair.mentor == grace
    assert sum(reason.points for reason in pair.reasons) == pair.score > 0
    assert left.reasons
    assert found.run.summary["unmatched_mentees"] == 1


def test_people_who_have_not_confirmed_are_not_matched(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed(MENTEE)
    harness.apply({**MENTEE, "email": "bea@mentees.example"})
    assert view(harness, harness.matched()).run.summary["mentees"] == 1


def test_nobody_is_matched_with_whom_they_would_rather_avoid(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed({**MENTEE, "avoid": "grace@mentors.example"})
    bea = harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
    found = view(harness, harness.matched())
    assert [pair.mentee for pair in found.pairs] == [bea]
    [side] = found.left_over
    [ada] = side.people
    assert found.people[ada.id].email == MENTEE["email"]
    # … and neither of the two can tell from the reasons who avoids whom.
    assert not any("avoid" in text.lower() for text in (*ada.reasons, ada.would_help))


def test_a_run_over_nobody_fails_in_words(harness: CohortHarness) -> None:
    run_id = harness.matched()
    found = view(harness, run_id)
    assert found.run.state is RunState.FAILED
    assert found.failure == "There is no mentor. A run needs at least one on each side."


def test_the_snapshot_keeps_nothing_that_is_not_for_matching(harness: CohortHarness) -> None:
    harness.confirmed({**MENTOR, "about": "for my mentee's eyes"})
    harness.confirmed(MENTEE)
    run = view(harness, harness.matched()).run
    snapshot = documents.load(harness.services.table, harness.cohort.id, str(run.snapshot_sha256))
    assert b"topics_offered" in snapshot
    assert b"for my mentee's eyes" not in snapshot


def test_a_second_worker_does_not_do_a_run_again(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed(MENTEE)
    run_id = harness.matched()
    before = view(harness, run_id)
    assert run_match(harness.services, harness.cohort.id, run_id, owner="another") is Ran.NOT_OURS
    assert view(harness, run_id) == before


def test_two_runs_over_the_same_people_propose_the_same_bytes(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed(MENTEE)
    digests = set()
    for key in ("one", "two"):
        _, run_id = start(harness, key)
        run_match(harness.services, harness.cohort.id, str(run_id), owner="worker")
        run = view(harness, str(run_id)).run
        digests.add((run.snapshot_sha256, run.proposals_sha256))
    assert len(digests) == 1


def test_publishing_makes_the_pairings_and_introduces_both_by_mail(harness: CohortHarness) -> None:
    ada, grace = harness.confirmed(MENTEE), harness.confirmed(MENTOR)
    run_id = harness.introduced()

    [pairing] = pairings.in_cohort(harness.services.table, harness.cohort.id)
    assert (pairing.mentor_id, pairing.mentee_id, pairing.run_id) == (grace.id, ada.id, run_id)
    assert pairing.reasons
    for person, other in ((ada, grace), (grace, ada)):
        [introduction] = [
            text for mail in harness.sent_mail.to(person.email) if "/my/match/" in (text := text_of(mail))
        ]
        assert other.email in introduction


def test_introducing_twice_writes_to_nobody_twice(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    run_id = harness.introduced()
    before = len(harness.sent_mail.mails)
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()
    assert len(harness.sent_mail.mails) == before


def test_an_interrupted_introduction_is_taken_up_where_it_stopped(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    publish(harness, run_id)
    commits = 0
    commit = harness.services.table.commit

    def second_kills(*arguments: object, event: Event, **how: object) -> object:
        nonlocal commits
        commits += 1
        if commits == 2:
            raise KeyboardInterrupt
        return commit(*arguments, event=event, **how)  # type: ignore[arg-type]

    harness.services.table.commit = second_kills  # type: ignore[method-assign, assignment]
    with contextlib.suppress(KeyboardInterrupt):
        introduce_pairs(harness.services, harness.cohort.id, run_id)
    assert [run.id for run in runs.waiting(harness.services.table, harness.clock.now)] == [run_id]

    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()

    assert len(list(pairings.in_cohort(harness.services.table, harness.cohort.id))) == 2
    introductions = [
        message
        for message in outbox.in_cohort(harness.services.table, harness.cohort.id)
        if message.kind == "introduction"
    ]
    assert len(introductions) == 4
    assert list(runs.waiting(harness.services.table, harness.clock.now)) == []


def test_only_the_run_that_was_looked_at_is_published_and_only_once(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    _, other = start(harness, "other")
    run_match(harness.services, harness.cohort.id, str(other), owner="worker")

    assert publish(harness, run_id, version=1) is Published.STALE
    assert publish(harness, run_id) is Published.NOW
    assert publish(harness, run_id) is Published.BEFORE
    assert publish(harness, str(other)) is Published.NOT_PROPOSED
    assert view(harness, str(other)).run.state is RunState.SUPERSEDED
    assert publish(harness, "no-such-run", version=1) is Published.NO_SUCH_RUN


def test_somebody_who_left_since_the_run_stops_its_publication_and_is_named(harness: CohortHarness) -> None:
    ada = harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    run_id = harness.matched()
    harness.services.table.commit(
        [enrolments.withdrawal(ada, harness.clock.now)],
        event=Event(
            cohort_id=harness.cohort.id, at=harness.clock.now, actor="t", action="withdraw", subject_id=ada.id
        ),
        idempotency_key="withdraw",
    )

    publication = publish_run(
        harness.services,
        harness.cohort.id,
        run_id,
        version=view(harness, run_id).run.version,
        actor="coordinator:c",
    )

    assert (publication.outcome, publication.changed) == (Published.PEOPLE_CHANGED, (ada.id,))
    assert view(harness, run_id).run.state is RunState.PROPOSED


def test_a_published_run_ends_enrolment_and_further_runs(harness: CohortHarness) -> None:
    harness.rule(waiting_list=False)
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    harness.introduced()
    assert start(harness, "late")[0] is Started.WRONG_STAGE
    assert harness.apply({**MENTEE, "email": "late@mentees.example"}).name == "CLOSED"


def test_a_run_that_was_killed_is_taken_up_with_the_people_it_froze(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    _, run_id = start(harness)
    store = runs.record_progress
    killed = replace(harness.services)

    def kill(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    runs.record_progress = kill
    try:
        run_match(killed, harness.cohort.id, str(run_id), owner="first")
    except KeyboardInterrupt:
        pass
    finally:
        runs.record_progress = store
    frozen = view(harness, str(run_id)).run.snapshot_sha256
    harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
    harness.clock.pass_by(minutes=20)

    assert run_match(harness.services, harness.cohort.id, str(run_id), owner="second") is Ran.PROPOSED
    assert view(harness, str(run_id)).run.snapshot_sha256 == frozen
    assert view(harness, str(run_id)).run.summary["mentees"] == 1


def test_reasons_speak_the_words_of_the_questionnaire(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed(MENTEE)
    [pair] = view(harness, harness.matched()).pairs
    texts = " ".join(reason.text for reason in pair.reasons)
    assert "Monday evening" in texts
    assert "mon-evening" not in texts
    assert "mon evening" not in texts


def test_nobody_is_paired_beyond_their_capacity_and_no_two_twice(harness: CohortHarness) -> None:
    harness.confirmed({**MENTOR, "capacity": 1})
    harness.confirmed({**MENTOR, "email": "hedy@mentors.example", "capacity": 2})
    for number in range(5):
        harness.confirmed({**MENTEE, "email": f"m{number}@mentees.example"})
    harness.introduced()

    found = list(pairings.in_cohort(harness.services.table, harness.cohort.id))
    capacity = {person.id: person.capacity for person in harness.people()}
    taken = Counter(person_id for pairing in found for person_id in (pairing.mentor_id, pairing.mentee_id))
    assert len(found) == 3
    assert all(count <= capacity[person_id] for person_id, count in taken.items())
    assert len({(pairing.mentor_id, pairing.mentee_id) for pairing in found}) == len(found)


def test_whoever_is_left_without_a_partner_is_told_so_once_and_waits(harness: CohortHarness) -> None:
    harness.confirmed({**MENTOR, "capacity": 1})
    harness.confirmed(MENTEE)
    harness.confirmed({**MENTEE, "email": "bea@mentees.example"})
    run_id = harness.introduced()

    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()

    told = [mail for mail in harness.sent_mail.mails if "waiting list" in str(mail["Subject"])]
    introduced = {mail["To"] for mail in harness.sent_mail.mails if "/my/match/" in text_of(mail)}
    assert len(told) == 1
    assert "no mentor for you" in " ".join(text_of(told[0]).split())
    assert told[0]["To"] not in introduced
    assert [each.person.email for each in harness.reader().waiting] == [told[0]["To"]]


def test_two_are_not_told_as_a_reason_what_nobody_said(harness: CohortHarness) -> None:
    harness.confirmed({**MENTOR, "capacity": 1})
    harness.confirmed(MENTEE)
    run_id = harness.introduced()

    (pairing,) = pairings.in_cohort(harness.services.table, harness.cohort.id)
    (pair,) = view(harness, run_id).pairs
    unsaid = {reason.criterion for reason in pair.reasons if reason.finding == Finding.NOT_ANSWERED}
    assert unsaid
    assert pairing.reasons
    assert not unsaid & {reason.criterion for reason in pairing.reasons}
