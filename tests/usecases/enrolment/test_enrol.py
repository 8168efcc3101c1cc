from dataclasses import replace

import pytest

from functions.programme.links import Purpose
from functions.programme.people import EnrolmentState, Role
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox
from functions.usecases.access.open_link import open_link
from functions.usecases.enrolment.confirm_enrolment import Confirmed, confirm
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.messages.stop_messages import stop
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of


def test_an_application_is_kept_and_a_mail_asks_to_confirm_it(harness: CohortHarness) -> None:
    assert harness.apply(MENTEE) is Enrolled.CREATED
    harness.send()

    [mail] = harness.sent_mail.to("ada@mentees.example")
    ada = harness.person("ada@mentees.example")
    assert (ada.state, ada.role, ada.name) == (EnrolmentState.UNCONFIRMED, Role.MENTEE, "Ada Example")
    assert ada.answers["topics_wanted"] == ("study-skills", "research")
    assert "/my/confirm/" in text_of(mail)
    assert "Ada" not in mail["Subject"]


def test_sending_the_same_application_twice_enrols_once_and_writes_one_mail(harness: CohortHarness) -> None:
    assert [harness.apply(MENTEE), harness.apply(MENTEE)] == [
        Enrolled.CREATED,
        Enrolled.ALREADY_BY_THIS_REQUEST,
    ]
    harness.send()
    assert len(harness.people()) == len(harness.sent_mail.mails) == 1


def test_of_two_applications_from_one_address_the_first_counts(harness: CohortHarness) -> None:
    harness.apply(MENTEE, key="first")
    second = harness.apply({**MENTEE, "name": "Somebody Else", "email": "ADA@mentees.example"}, key="second")
    harness.send()
    assert second is Enrolled.ALREADY_BY_ANOTHER
    assert [person.name for person in harness.people()] == ["Ada Example"]
    assert len(harness.sent_mail.mails) == 1


def test_whoever_sends_again_on_another_day_gets_another_confirmation_but_one_a_day(
    harness: CohortHarness,
) -> None:
    harness.apply(MENTEE)
    harness.clock.pass_by(days=1)
    for attempt in range(3):
        harness.apply(MENTEE, key=f"again {attempt}")
    harness.send()
    assert len(harness.sent_mail.to("ada@mentees.example")) == 2


def test_one_person_may_enrol_as_mentor_and_as_mentee(harness: CohortHarness) -> None:
    assert harness.apply(MENTEE) is harness.apply({**MENTOR, "email": MENTEE["email"]}) is Enrolled.CREATED
    assert {person.role for person in harness.people()} == set(Role)


@pytest.mark.parametrize("days", [-2, 28])
def test_before_the_first_and_after_the_last_day_nothing_is_taken(harness: CohortHarness, days: int) -> None:
    harness.rule(waiting_list=False)
    harness.clock.pass_by(days=days)
    assert harness.apply(MENTEE) is Enrolled.CLOSED
    assert harness.people() == []


def test_the_link_confirms_once_and_the_welcome_follows_once(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    harness.send()
    link = harness.link("ada@mentees.example", Purpose.CONFIRM)

    assert [confirm(harness.services, link), confirm(harness.services, link)] == [
        Confirmed.NOW,
        Confirmed.BEFORE,
    ]
    harness.send()

    assert harness.person("ada@mentees.example").state is EnrolmentState.CONFIRMED
    assert len(harness.sent_mail.to("ada@mentees.example")) == 2


def test_an_enrolment_has_one_confirmation_one_welcome_and_two_audit_entries(harness: CohortHarness) -> None:
    ada = harness.confirmed(MENTEE)
    kinds = sorted(message.kind for message in outbox.in_cohort(harness.services.table, harness.cohort.id))
    actions = [
        entry.event.action
        for entry in audit.trail(harness.services.table, harness.cohort.id)
        if isinstance(entry, audit_chain.Entry) and entry.event.subject_id == ada.id
    ]
    assert kinds == ["confirm", "welcome"]
    assert actions == ["enrol", "confirm"]


def test_a_link_opens_only_what_it_is_for_and_only_in_its_time(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    harness.send()
    token = harness.sent_mail.token("ada@mentees.example", "confirm")

    assert open_link(harness.services, token, Purpose.SURVEY) is None
    assert open_link(harness.services, token[:-1] + "x", Purpose.CONFIRM) is None
    harness.clock.pass_by(days=60)
    assert open_link(harness.services, token, Purpose.CONFIRM) is None


def test_whoever_stops_the_mail_gets_none_however_often_it_was_queued(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.send()
    before = len(harness.sent_mail.mails)
    harness.confirmed(MENTOR)
    stop(harness.services, harness.link("ada@mentees.example", Purpose.STOP))
    stop(harness.services, harness.link("ada@mentees.example", Purpose.STOP))
    harness.introduced()

    assert len(harness.sent_mail.to("ada@mentees.example")) == before
    assert len(harness.sent_mail.to("grace@mentors.example")) > 0


def test_an_unreachable_queue_loses_nothing(harness: CohortHarness) -> None:
    class Unreachable:
        def put(self, body: str) -> None:
            from functions.queues import QueueError  # noqa: PLC0415

            raise QueueError(body)

    harness.services = replace(harness.services, mail_queue=Unreachable())
    assert harness.apply(MENTEE) is Enrolled.CREATED
    harness.send()
    assert len(harness.sent_mail.mails) == 1
