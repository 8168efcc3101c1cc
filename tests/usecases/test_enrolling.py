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
from tests.town import MENTEE, MENTOR, Town, text_of


def test_an_application_is_kept_and_a_mail_asks_to_confirm_it(town: Town) -> None:
    assert town.apply(MENTEE) is Enrolled.CREATED
    town.send()

    [mail] = town.letters.to("ada@mentees.example")
    ada = town.person("ada@mentees.example")
    assert (ada.state, ada.role, ada.name) == (EnrolmentState.UNCONFIRMED, Role.MENTEE, "Ada Example")
    assert ada.answers["topics_wanted"] == ("study-skills", "research")
    assert "/my/confirm/" in text_of(mail)
    assert "Ada" not in mail["Subject"]


def test_sending_the_same_application_twice_enrols_once_and_writes_one_mail(town: Town) -> None:
    assert [town.apply(MENTEE), town.apply(MENTEE)] == [Enrolled.CREATED, Enrolled.ALREADY_BY_THIS_REQUEST]
    town.send()
    assert len(town.people()) == len(town.letters.mails) == 1


def test_of_two_applications_from_one_address_the_first_counts(town: Town) -> None:
    town.apply(MENTEE, key="first")
    second = town.apply({**MENTEE, "name": "Somebody Else", "email": "ADA@mentees.example"}, key="second")
    town.send()
    assert second is Enrolled.ALREADY_BY_ANOTHER
    assert [person.name for person in town.people()] == ["Ada Example"]
    assert len(town.letters.mails) == 1


def test_whoever_sends_again_on_another_day_gets_another_confirmation_but_one_a_day(town: Town) -> None:
    town.apply(MENTEE)
    town.clock.pass_by(days=1)
    for attempt in range(3):
        town.apply(MENTEE, key=f"again {attempt}")
    town.send()
    assert len(town.letters.to("ada@mentees.example")) == 2


def test_one_person_may_enrol_as_mentor_and_as_mentee(town: Town) -> None:
    assert town.apply(MENTEE) is town.apply({**MENTOR, "email": MENTEE["email"]}) is Enrolled.CREATED
    assert {person.role for person in town.people()} == set(Role)


@pytest.mark.parametrize("days", [-2, 28])
def test_before_the_first_and_after_the_last_day_nothing_is_taken(town: Town, days: int) -> None:
    town.rule(waiting_list=False)
    town.clock.pass_by(days=days)
    assert town.apply(MENTEE) is Enrolled.CLOSED
    assert town.people() == []


def test_the_link_confirms_once_and_the_welcome_follows_once(town: Town) -> None:
    town.apply(MENTEE)
    town.send()
    link = town.link("ada@mentees.example", Purpose.CONFIRM)

    assert [confirm(town.office, link), confirm(town.office, link)] == [Confirmed.NOW, Confirmed.BEFORE]
    town.send()

    assert town.person("ada@mentees.example").state is EnrolmentState.CONFIRMED
    assert len(town.letters.to("ada@mentees.example")) == 2


def test_an_enrolment_has_one_confirmation_one_welcome_and_two_audit_entries(town: Town) -> None:
    ada = town.confirmed(MENTEE)
    kinds = sorted(message.kind for message in outbox.in_cohort(town.office.table, town.cohort.id))
    actions = [
        entry.event.action
        for entry in audit.trail(town.office.table, town.cohort.id)
        if isinstance(entry, audit_chain.Entry) and entry.event.subject_id == ada.id
    ]
    assert kinds == ["confirm", "welcome"]
    assert actions == ["enrol", "confirm"]


def test_a_link_opens_only_what_it_is_for_and_only_in_its_time(town: Town) -> None:
    town.apply(MENTEE)
    town.send()
    token = town.letters.token("ada@mentees.example", "confirm")

    assert open_link(town.office, token, Purpose.SURVEY) is None
    assert open_link(town.office, token[:-1] + "x", Purpose.CONFIRM) is None
    town.clock.pass_by(days=60)
    assert open_link(town.office, token, Purpose.CONFIRM) is None


def test_whoever_stops_the_mail_gets_none_however_often_it_was_queued(town: Town) -> None:
    town.confirmed(MENTEE)
    town.send()
    before = len(town.letters.mails)
    town.confirmed(MENTOR)
    stop(town.office, town.link("ada@mentees.example", Purpose.STOP))
    stop(town.office, town.link("ada@mentees.example", Purpose.STOP))
    town.introduced()

    assert len(town.letters.to("ada@mentees.example")) == before
    assert len(town.letters.to("grace@mentors.example")) > 0


def test_an_unreachable_queue_loses_nothing(town: Town) -> None:
    class Unreachable:
        def put(self, body: str) -> None:
            from functions.services import QueueError  # noqa: PLC0415

            raise QueueError(body)

    town.office = replace(town.office, mail_queue=Unreachable())
    assert town.apply(MENTEE) is Enrolled.CREATED
    town.send()
    assert len(town.letters.mails) == 1
