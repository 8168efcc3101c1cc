"""Whoever a run found nobody for reads why, in their language, and nothing that is private."""

import re
from collections.abc import Mapping

from functions.programme.links import Link, Purpose
from functions.programme.people import Answer, Role
from functions.storage.runs import documents, runs
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Application, Enrolled, enrol
from functions.usecases.enrolment.withdraw import withdraw
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import publish_run
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])
FRENCH: Mapping[str, Answer] = {
    **MENTEE,
    "email": "zoe@mentees.example",
    "name": "Zoe Example",
    "languages": ("fr",),
}
HEADING = "Why it was so this time"


def last_mail(harness: CohortHarness, address: str) -> str:
    return " ".join(text_of(harness.sent_mail.to(address)[-1]).split())


def published(harness: CohortHarness) -> str:
    """Match and publish; nobody is introduced or written to yet."""
    harness.send()
    harness.clock.pass_by(minutes=1)
    run_id = harness.matched()
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    publish_run(harness.services, harness.cohort.id, run_id, version=run.version, actor="coordinator:c")
    return run_id


def introduced(harness: CohortHarness, run_id: str) -> None:
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    harness.send()


def test_each_reads_what_stood_in_the_way_of_them_alone(harness: CohortHarness) -> None:
    for person in (MENTEE, FRENCH, {**MENTOR, "capacity": 1}):
        harness.confirmed(person)
    harness.confirmed({**MENTEE, "email": "second@mentees.example", "name": "Second Example"})

    introduced(harness, published(harness))

    no_language = last_mail(harness, "zoe@mentees.example")
    assert HEADING in no_language
    assert "With the only mentor: no language in common." in no_language
    left_over = [
        mail
        for mail in (last_mail(harness, ADA), last_mail(harness, "second@mentees.example"))
        if HEADING in mail
    ]
    [no_place] = left_over
    assert "No place was left." in no_place
    assert "language" not in no_place.split(HEADING)[1].split("Plans change")[0]


def test_a_mentor_without_a_mentee_reads_it_from_their_side(harness: CohortHarness) -> None:
    harness.confirmed(FRENCH)
    harness.confirmed(MENTOR)
    harness.confirmed({**MENTOR, "email": "lin@mentors.example", "name": "Lin Example", "languages": ("fr",)})

    introduced(harness, published(harness))

    mail = last_mail(harness, GRACE)
    assert "this time there was no mentee for you" in mail
    assert "With the only mentee: no language in common." in mail


def test_in_arabic_the_reasons_are_arabic_too(harness: CohortHarness) -> None:
    application = Application(cohort_id=harness.cohort.id, role=Role.MENTEE, answers=FRENCH, language="ar")
    assert enrol(harness.services, application, request_key="key") is Enrolled.CREATED
    zoe = harness.person("zoe@mentees.example")
    link = Link(
        id="link",
        purpose=Purpose.CONFIRM,
        cohort_id=harness.cohort.id,
        person_id=zoe.id,
        expires_at=harness.clock.now,
    )
    confirm(harness.services, link)
    for person in (MENTEE, MENTOR):
        harness.confirmed(person)

    introduced(harness, published(harness))

    [after_heading] = last_mail(harness, zoe.email).split("سبب ذلك هذه المرة")[1:]
    reasons = after_heading.split("http")[0]
    assert "لا لغة مشتركة" in reasons
    assert not re.search("[A-Za-z]{3}", reasons)


def test_nothing_that_follows_from_a_private_rule_is_told(harness: CohortHarness) -> None:
    zoe = {**MENTEE, "email": "zoe@mentees.example", "name": "Zoe Example", "avoid": "Grace Example"}
    for person in (MENTEE, MENTOR, zoe):
        harness.confirmed(person)

    introduced(harness, published(harness))

    mail = last_mail(harness, "zoe@mentees.example")
    assert "there was no mentor for you" in mail
    assert "Grace" not in mail
    assert "not possible" not in mail


def test_whose_partner_left_before_the_introduction_reads_that_there_was_one(harness: CohortHarness) -> None:
    ada = harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    run_id = published(harness)
    link = Link(
        id="link",
        purpose=Purpose.WITHDRAW,
        cohort_id=harness.cohort.id,
        person_id=ada.id,
        expires_at=harness.clock.now,
    )
    withdraw(harness.services, link)

    introduced(harness, run_id)

    assert "We had found a mentee for you, who has left since." in last_mail(harness, GRACE)
    assert "Ada" not in last_mail(harness, GRACE)


def test_where_the_proposal_is_gone_the_mail_leaves_without_reasons(harness: CohortHarness) -> None:
    for person in (MENTEE, FRENCH, MENTOR):
        harness.confirmed(person)
    run_id = published(harness)
    introduce_pairs(harness.services, harness.cohort.id, run_id)
    run = runs.get(harness.services.table, harness.cohort.id, run_id)
    assert run is not None
    documents.erase(harness.services.table, harness.cohort.id, str(run.proposals_sha256))

    harness.send()

    mail = last_mail(harness, "zoe@mentees.example")
    assert "there was no mentor for you" in mail
    assert HEADING not in mail
