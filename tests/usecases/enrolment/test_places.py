"""How an application becomes a place: at once, by a coordinator, or by waiting; and what a place asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.messages.addresses import SiteAddresses
from functions.messages.kinds import MessageKind
from functions.programme.links import Link, Purpose
from functions.programme.messages import MessageState
from functions.programme.people import Enrolment, EnrolmentState, Role, address_is_at
from functions.programme.programme import Decision
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox
from functions.storage.runs import runs
from functions.usecases.enrolment.acknowledge_training import acknowledge
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.decide_application import Decided, decide
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.runs.read_run import read_run
from tests.harness import MENTEE, MENTOR, CohortHarness

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])
AMARA = "coordinator:amara"


def kinds_to(harness: CohortHarness, address: str) -> set[str]:
    person = harness.person(address)
    return {
        message.kind for message in outbox.to_person(harness.services.table, harness.cohort.id, person.id)
    }


def pairs_of(harness: CohortHarness) -> set[tuple[str, str]]:
    """Match everybody, and return who was proposed, by addresses."""
    view = read_run(harness.services, harness.cohort.id, harness.matched(), language="en")
    assert view is not None
    return {
        (pair.mentee.email, pair.mentor.email)
        for pair in view.pairs
        if pair.mentee and pair.mentor is not None
    }


# A coordinator decides


@pytest.fixture
def applied(harness: CohortHarness) -> CohortHarness:
    harness.rule(decided_by=Decision.COORDINATOR)
    harness.confirmed(MENTEE)
    return harness


def test_where_a_coordinator_decides_an_application_waits_for_them_and_is_not_matched(
    applied: CohortHarness,
) -> None:
    ada = applied.person(ADA)
    assert (ada.state, kinds_to(applied, ADA)) == (
        EnrolmentState.APPLIED,
        {MessageKind.CONFIRM, MessageKind.RECEIVED},
    )
    assert pairs_of(applied) == set()


def test_a_yes_gives_a_place_once_and_is_told(applied: CohortHarness) -> None:
    ada = applied.person(ADA)

    outcomes = [
        decide(applied.services, applied.cohort.id, ada.id, accept=accept, reason="", by=AMARA)
        for accept in (True, True)
    ]

    assert outcomes == [Decided.NOW, Decided.BEFORE]
    decided = applied.person(ADA)
    assert (decided.state, decided.decided_by) == (EnrolmentState.CONFIRMED, AMARA)
    assert MessageKind.WELCOME in kinds_to(applied, ADA)
    no = decide(applied.services, applied.cohort.id, ada.id, accept=False, reason="Full", by=AMARA)
    assert no is Decided.OTHERWISE


def test_a_no_has_a_reason_which_the_person_reads(applied: CohortHarness) -> None:
    ada = applied.person(ADA)
    without = decide(applied.services, applied.cohort.id, ada.id, accept=False, reason=" ", by=AMARA)
    assert without is Decided.REASON_MISSING

    reason = "This cohort is for second-year students."
    assert (
        decide(applied.services, applied.cohort.id, ada.id, accept=False, reason=reason, by=AMARA)
        is Decided.NOW
    )
    applied.send()

    assert applied.person(ADA).decision_reason == reason
    assert reason in " ".join(str(applied.sent_mail.to(ADA)[-1].get_body(("plain",))).split())
    told = [
        line.event
        for line in audit.trail(applied.services.table, applied.cohort.id)
        if isinstance(line, audit_chain.Entry) and line.event.action == "decline"
    ]
    assert [(event.actor, event.subject_id) for event in told] == [(AMARA, ada.id)]


def test_a_mail_that_can_not_be_made_holds_up_nobody_elses(
    applied: CohortHarness, caplog: pytest.LogCaptureFixture
) -> None:
    grace = applied.confirmed(MENTOR)
    ada = applied.person(ADA)
    # No page lets such a reason through; what an older one let through must not stop the post.
    decide(applied.services, applied.cohort.id, ada.id, accept=False, reason="No\x00thing", by=AMARA)
    decide(applied.services, applied.cohort.id, grace.id, accept=True, reason="", by=AMARA)

    applied.send()

    mine, hers = (outbox.to_person(applied.services.table, applied.cohort.id, who.id) for who in (ada, grace))
    assert {one.state for one in mine if one.kind == MessageKind.DECLINED} == {MessageState.DROPPED}
    assert {one.state for one in hers if one.kind == MessageKind.WELCOME} == {MessageState.SENT}
    assert "message not made" in caplog.messages
    assert "thing" not in caplog.text


def test_what_is_no_application_can_not_be_decided(harness: CohortHarness) -> None:
    outcome = decide(harness.services, harness.cohort.id, "nobody", accept=True, reason="", by=AMARA)
    assert outcome is Decided.NO_SUCH_APPLICATION


# The waiting list


def test_whoever_applies_after_the_closing_waits_and_may_still_be_given_a_place(
    harness: CohortHarness,
) -> None:
    harness.clock.morning_of(harness.cohort.closes_on + timedelta(days=1), harness.cohort.zone)
    late = harness.confirmed(MENTEE)

    assert late.state is EnrolmentState.WAITING
    assert MessageKind.WAITING in kinds_to(harness, ADA)
    assert [waiting.person.id for waiting in harness.reader().waiting] == [late.id]
    assert (
        decide(harness.services, harness.cohort.id, late.id, accept=True, reason="", by=AMARA) is Decided.NOW
    )
    assert harness.person(ADA).state is EnrolmentState.CONFIRMED


def test_who_applied_in_time_and_confirms_after_the_closing_has_a_place(harness: CohortHarness) -> None:
    harness.clock.morning_of(harness.cohort.closes_on, harness.cohort.zone)
    harness.apply(MENTEE)
    harness.send()
    link = harness.link(ADA, Purpose.CONFIRM)
    harness.clock.pass_by(days=1)

    confirm(harness.services, link)
    assert harness.person(ADA).state is EnrolmentState.CONFIRMED


def test_who_waited_in_an_earlier_cohort_is_served_first_in_the_next(harness: CohortHarness) -> None:
    """One mentor with one place, two mentees who fit alike: the lot would draw the other one."""
    left = {**MENTEE, "email": "zoe@mentees.example", "name": "Zoe Waited"}
    one_place = {**MENTOR, "capacity": 1}
    harness.confirmed(MENTEE)
    harness.confirmed(one_place)
    first = pairs_of(harness)
    assert first == {(ADA, GRACE)}
    earlier = harness.cohort
    harness.clock.morning_of(earlier.closes_on + timedelta(days=1), earlier.zone)
    assert harness.confirmed(left).state is EnrolmentState.WAITING

    next_one = earlier.opens_on + timedelta(days=365)
    harness.cohort = open_cohort(harness.services, next_one)
    harness.clock.morning_of(next_one, harness.cohort.zone)
    harness.confirmed(MENTEE)
    harness.confirmed(left)
    harness.confirmed(one_place)

    assert [harness.person(address).waited for address in (ADA, "zoe@mentees.example")] == [False, True]
    assert pairs_of(harness) == {("zoe@mentees.example", GRACE)}
    [run] = runs.in_cohort(harness.services.table, harness.cohort.id)
    assert run.summary["unmatched_mentees"] == 1


# The training


def read_the_training(harness: CohortHarness, *people: Enrolment) -> None:
    for person in people:
        link = Link(
            id="l",
            purpose=Purpose.TRAINING,
            cohort_id=harness.cohort.id,
            person_id=person.id,
            expires_at=harness.clock.now,
        )
        assert acknowledge(harness.services, link)


def test_nobody_is_matched_before_having_read_the_training_where_it_comes_first(
    harness: CohortHarness,
) -> None:
    harness.rule(training_first=True)
    ada, grace = (harness.confirmed(person) for person in (MENTEE, MENTOR))
    zoe = harness.confirmed({**MENTEE, "email": "zoe@mentees.example", "name": "Zoe Example"})

    nobody = read_run(harness.services, harness.cohort.id, harness.matched("nobody has"), language="en")
    read_the_training(harness, ada, grace)
    all_but_one = read_run(harness.services, harness.cohort.id, harness.matched("all but one"), language="en")
    read_the_training(harness, zoe)
    everybody = read_run(harness.services, harness.cohort.id, harness.matched("everybody"), language="en")

    assert nobody is not None
    assert nobody.notes == (
        "2 mentees are not in this run: they have not read the training yet.",
        "One mentor is not in this run: they have not read the training yet.",
    )
    assert all_but_one is not None
    assert [pair.mentee_id for pair in all_but_one.pairs] == [ada.id]
    assert all_but_one.notes == ("One mentee is not in this run: they have not read the training yet.",)
    assert everybody is not None
    assert len(everybody.pairs) == 2
    assert not any("training" in note for note in everybody.notes)


# Who may enrol, and as what


def test_who_enrols_as_both_is_never_paired_with_themselves(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed({**MENTOR, "email": ADA, "name": "Ada Example"})
    assert pairs_of(harness) == set()


def test_addresses_of_other_domains_are_not_taken(harness: CohortHarness) -> None:
    harness.rule(domains=("mentees.example",))
    assert harness.apply(MENTEE) is Enrolled.CREATED
    assert harness.apply(MENTOR) is Enrolled.ADDRESS_ELSEWHERE
    assert [person.role for person in harness.people()] == [Role.MENTEE]


@pytest.mark.parametrize(
    ("email", "domains", "taken"),
    [
        ("a@uni.example", (), True),
        ("a@uni.example", ("uni.example",), True),
        ("a@CS.Uni.Example", ("@uni.example",), True),
        ("a@myuni.example", ("uni.example",), False),
        ("uni.example@elsewhere.example", ("uni.example",), False),
        ("a@uni.example.elsewhere.example", ("uni.example",), False),
    ],
)
def test_a_domain_takes_its_own_addresses_and_those_of_its_sub_domains(
    email: str, domains: tuple[str, ...], *, taken: bool
) -> None:
    assert address_is_at(email, domains) is taken


def test_the_code_of_conduct_is_kept_with_its_version_and_the_time(harness: CohortHarness) -> None:
    ada = harness.confirmed(MENTEE)
    conduct = harness.services.programme.enrolling.code_of_conduct
    assert (ada.code_of_conduct, ada.accepted_at) == (conduct, harness.clock.now)


def test_mails_are_in_the_language_of_the_address_under_which_somebody_enrolled(
    harness: CohortHarness,
) -> None:
    services = harness.services
    harness.services = replace(services, programme=replace(services.programme, languages=("en", "ar")))
    ours = SiteAddresses(
        origin=services.origin, languages=harness.services.programme.languages, link_key=services.link_keys[0]
    )

    pages = {language: ours.of_link(Purpose.CONFIRM, "l", language) for language in ("ar", "en", "xx")}

    assert pages["ar"].startswith("https://kith.example/ar/my/confirm/")
    assert pages["en"].startswith("https://kith.example/my/confirm/")
    assert pages["xx"] == pages["en"]
