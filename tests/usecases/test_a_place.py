"""How an application becomes a place: at once, by a coordinator, or by waiting; and what a place asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.programme.links import Link, Purpose
from functions.programme.messages import MessageKind, MessageState
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
from functions.usecases.enrolment.waiting_list import waiting_list
from functions.usecases.runs.read_run import read_run
from tests.town import MENTEE, MENTOR, Town

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])
AMARA = "coordinator:amara"


def kinds_to(town: Town, address: str) -> set[MessageKind]:
    person = town.person(address)
    return {message.kind for message in outbox.to_person(town.office.table, town.cohort.id, person.id)}


def pairs_of(town: Town) -> set[tuple[str, str]]:
    """Match everybody, and return who was proposed, by addresses."""
    view = read_run(town.office, town.cohort.id, town.matched())
    assert view is not None
    return {
        (pair.mentee.email, pair.mentor.email)
        for pair in view.pairs
        if pair.mentee and pair.mentor is not None
    }


# A coordinator decides


@pytest.fixture
def applied(town: Town) -> Town:
    town.rule(decided_by=Decision.COORDINATOR)
    town.confirmed(MENTEE)
    return town


def test_where_a_coordinator_decides_an_application_waits_for_them_and_is_not_matched(applied: Town) -> None:
    ada = applied.person(ADA)
    assert (ada.state, kinds_to(applied, ADA)) == (
        EnrolmentState.APPLIED,
        {MessageKind.CONFIRM, MessageKind.RECEIVED},
    )
    assert pairs_of(applied) == set()


def test_a_yes_gives_a_place_once_and_is_told(applied: Town) -> None:
    ada = applied.person(ADA)

    outcomes = [
        decide(applied.office, applied.cohort.id, ada.id, accept=accept, reason="", by=AMARA)
        for accept in (True, True)
    ]

    assert outcomes == [Decided.NOW, Decided.BEFORE]
    decided = applied.person(ADA)
    assert (decided.state, decided.decided_by) == (EnrolmentState.CONFIRMED, AMARA)
    assert MessageKind.WELCOME in kinds_to(applied, ADA)
    no = decide(applied.office, applied.cohort.id, ada.id, accept=False, reason="Full", by=AMARA)
    assert no is Decided.OTHERWISE


def test_a_no_has_a_reason_which_the_person_reads(applied: Town) -> None:
    ada = applied.person(ADA)
    without = decide(applied.office, applied.cohort.id, ada.id, accept=False, reason=" ", by=AMARA)
    assert without is Decided.REASON_MISSING

    reason = "This cohort is for second-year students."
    assert (
        decide(applied.office, applied.cohort.id, ada.id, accept=False, reason=reason, by=AMARA)
        is Decided.NOW
    )
    applied.send()

    assert applied.person(ADA).decision_reason == reason
    assert reason in " ".join(str(applied.letters.to(ADA)[-1].get_body(("plain",))).split())
    told = [
        line.event
        for line in audit.trail(applied.office.table, applied.cohort.id)
        if isinstance(line, audit_chain.Entry) and line.event.action == "decline"
    ]
    assert [(event.actor, event.subject_id) for event in told] == [(AMARA, ada.id)]


def test_a_mail_that_can_not_be_made_holds_up_nobody_elses(
    applied: Town, caplog: pytest.LogCaptureFixture
) -> None:
    grace = applied.confirmed(MENTOR)
    ada = applied.person(ADA)
    # No page lets such a reason through; what an older one let through must not stop the post.
    decide(applied.office, applied.cohort.id, ada.id, accept=False, reason="No\x00thing", by=AMARA)
    decide(applied.office, applied.cohort.id, grace.id, accept=True, reason="", by=AMARA)

    applied.send()

    mine, hers = (outbox.to_person(applied.office.table, applied.cohort.id, who.id) for who in (ada, grace))
    assert {one.state for one in mine if one.kind is MessageKind.DECLINED} == {MessageState.DROPPED}
    assert {one.state for one in hers if one.kind is MessageKind.WELCOME} == {MessageState.SENT}
    assert "message not made" in caplog.messages
    assert "thing" not in caplog.text


def test_what_is_no_application_can_not_be_decided(town: Town) -> None:
    outcome = decide(town.office, town.cohort.id, "nobody", accept=True, reason="", by=AMARA)
    assert outcome is Decided.NO_SUCH_APPLICATION


# The waiting list


def test_whoever_applies_after_the_closing_waits_and_may_still_be_given_a_place(town: Town) -> None:
    town.clock.morning_of(town.cohort.closes_on + timedelta(days=1), town.cohort.zone)
    late = town.confirmed(MENTEE)

    assert late.state is EnrolmentState.WAITING
    assert MessageKind.WAITING in kinds_to(town, ADA)
    assert [waiting.enrolment.id for waiting in waiting_list(town.office, town.cohort.id)] == [late.id]
    assert decide(town.office, town.cohort.id, late.id, accept=True, reason="", by=AMARA) is Decided.NOW
    assert town.person(ADA).state is EnrolmentState.CONFIRMED


def test_who_applied_in_time_and_confirms_after_the_closing_has_a_place(town: Town) -> None:
    town.clock.morning_of(town.cohort.closes_on, town.cohort.zone)
    town.apply(MENTEE)
    town.send()
    link = town.link(ADA, Purpose.CONFIRM)
    town.clock.pass_by(days=1)

    confirm(town.office, link)
    assert town.person(ADA).state is EnrolmentState.CONFIRMED


def test_who_waited_in_an_earlier_cohort_is_served_first_in_the_next(town: Town) -> None:
    """One mentor with one place, two mentees who fit alike: the lot would draw the other one."""
    left = {**MENTEE, "email": "zoe@mentees.example", "name": "Zoe Waited"}
    one_place = {**MENTOR, "capacity": 1}
    town.confirmed(MENTEE)
    town.confirmed(one_place)
    first = pairs_of(town)
    assert first == {(ADA, GRACE)}
    earlier = town.cohort
    town.clock.morning_of(earlier.closes_on + timedelta(days=1), earlier.zone)
    assert town.confirmed(left).state is EnrolmentState.WAITING

    next_one = earlier.opens_on + timedelta(days=365)
    town.cohort = open_cohort(town.office, next_one)
    town.clock.morning_of(next_one, town.cohort.zone)
    town.confirmed(MENTEE)
    town.confirmed(left)
    town.confirmed(one_place)

    assert [town.person(address).waited for address in (ADA, "zoe@mentees.example")] == [False, True]
    assert pairs_of(town) == {("zoe@mentees.example", GRACE)}
    [run] = runs.in_cohort(town.office.table, town.cohort.id)
    assert run.summary["unmatched_mentees"] == 1


# The training


def read_the_training(town: Town, *people: Enrolment) -> None:
    for person in people:
        link = Link(
            id="l",
            purpose=Purpose.TRAINING,
            cohort_id=town.cohort.id,
            person_id=person.id,
            expires_at=town.clock.now,
        )
        assert acknowledge(town.office, link)


def test_nobody_is_matched_before_having_read_the_training_where_it_comes_first(town: Town) -> None:
    town.rule(training_first=True)
    ada, grace = (town.confirmed(person) for person in (MENTEE, MENTOR))
    zoe = town.confirmed({**MENTEE, "email": "zoe@mentees.example", "name": "Zoe Example"})

    nobody = runs.get(town.office.table, town.cohort.id, town.matched("nobody has"))
    read_the_training(town, ada, grace)
    all_but_one = read_run(town.office, town.cohort.id, town.matched("all but one"))
    read_the_training(town, zoe)
    everybody = read_run(town.office, town.cohort.id, town.matched("everybody"))

    assert nobody is not None
    assert "they have not read the training yet: 2 mentees and 1 mentor." in str(nobody.failure)
    assert all_but_one is not None
    assert [pair.mentee_id for pair in all_but_one.pairs] == [ada.id]
    assert "they have not read the training yet: 1 mentee and 0 mentors." in all_but_one.notes[0]
    assert everybody is not None
    assert len(everybody.pairs) == 2
    assert not any("training" in note for note in everybody.notes)


# Who may enrol, and as what


def test_who_enrols_as_both_is_never_paired_with_themselves(town: Town) -> None:
    town.confirmed(MENTEE)
    town.confirmed({**MENTOR, "email": ADA, "name": "Ada Example"})
    assert pairs_of(town) == set()


def test_addresses_of_other_domains_are_not_taken(town: Town) -> None:
    town.rule(domains=("mentees.example",))
    assert town.apply(MENTEE) is Enrolled.CREATED
    assert town.apply(MENTOR) is Enrolled.ADDRESS_ELSEWHERE
    assert [person.role for person in town.people()] == [Role.MENTEE]


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


def test_the_code_of_conduct_is_kept_with_its_version_and_the_time(town: Town) -> None:
    ada = town.confirmed(MENTEE)
    conduct = town.office.programme.enrolling.code_of_conduct
    assert (ada.code_of_conduct, ada.accepted_at) == (conduct, town.clock.now)


def test_mails_are_in_the_language_of_the_address_under_which_somebody_enrolled(town: Town) -> None:
    office = town.office
    town.office = replace(office, programme=replace(office.programme, languages=("en", "ar")))
    assert town.office.address_of(Purpose.CONFIRM, "l", "ar").startswith(
        "https://kith.example/ar/my/confirm/"
    )
    assert town.office.address_of(Purpose.CONFIRM, "l", "en").startswith("https://kith.example/my/confirm/")
    assert town.office.address_of(Purpose.CONFIRM, "l", "xx").startswith("https://kith.example/my/confirm/")
