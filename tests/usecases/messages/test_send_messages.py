"""Sending: a mail goes to the stored address alone, and what could go elsewhere is refused and seen."""

from dataclasses import replace

import pytest

from functions.programme.messages import MessageState
from functions.programme.roll import MessageCounts
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox, suppressions
from functions.storage.table import Event
from functions.usecases.enrolment.enrol import Enrolled
from functions.usecases.messages.send_messages import Sweep, send_messages
from functions.usecases.people.cohort_overview import overview
from tests.harness import MENTEE, MENTOR, CohortHarness
from tests.mailboxes import ENCODED, PROGRAMME_DOMAIN, SENDABLE, THIEF, recipients_of


def refusals(harness: CohortHarness) -> list[Event]:
    entries = [
        line
        for line in audit.trail(harness.services.table, harness.cohort.id)
        if isinstance(line, audit_chain.Entry)
    ]
    return [entry.event for entry in entries if entry.event.action == "refuse-mail"]


def test_nothing_leaves_to_stored_addresses_that_the_door_would_have_refused(harness: CohortHarness) -> None:
    for name, address in SENDABLE.items():
        harness.apply({**MENTEE, "email": address}, key=name)
    hostile = harness.people()
    harness.apply(MENTOR)

    swept = send_messages(harness.services, owner="postman")

    assert swept == Sweep(sent=1, later=0, dropped=0, unknown=0, refused=len(SENDABLE))
    assert [str(mail["To"]) for mail in harness.sent_mail.mails] == [MENTOR["email"]]
    assert {event.subject_id for event in refusals(harness)} == {person.id for person in hostile}
    for person in hostile:
        (message,) = outbox.to_person(harness.services.table, harness.cohort.id, person.id)
        assert message.state is MessageState.REFUSED


def test_the_rule_about_domains_is_passed_by_no_address_that_is_read_as_another(
    harness: CohortHarness,
) -> None:
    harness.rule(domains=(PROGRAMME_DOMAIN,))
    enrolled = {harness.apply({**MENTEE, "email": address}, key=name) for name, address in SENDABLE.items()}
    harness.send()

    # The rule reads the address as it stands, and the mail program would have read another.
    assert enrolled == {Enrolled.CREATED, Enrolled.ADDRESS_ELSEWHERE}
    assert harness.sent_mail.mails == []


def test_whoever_stopped_our_mails_gets_none_by_an_address_that_is_read_as_theirs(
    harness: CohortHarness,
) -> None:
    event = Event(
        cohort_id=harness.cohort.id,
        at=harness.clock(),
        actor="mail-service",
        action="suppress",
        subject_id="m",
    )
    suppression = suppressions.addition(THIEF, "complained", harness.clock())
    harness.services.table.commit([suppression], event=event, idempotency_key="stopped")
    for name, address in ENCODED.items():
        assert harness.apply({**MENTEE, "email": address}, key=name) is Enrolled.CREATED

    harness.send()

    assert harness.sent_mail.mails == []


def test_a_refused_message_is_never_tried_again(harness: CohortHarness) -> None:
    harness.apply({**MENTEE, "email": next(iter(ENCODED.values()))})
    harness.send()
    harness.clock.pass_by(days=2)

    swept = send_messages(harness.services, owner="another")

    assert not any(swept)
    assert len(refusals(harness)) == 1


def test_a_programme_that_has_answers_go_to_two_people_by_one_address_sends_nothing(
    harness: CohortHarness,
) -> None:
    contact = replace(harness.services.programme.contact, email=f"services@kith.example, {THIEF}")
    harness.services = replace(
        harness.services, programme=replace(harness.services.programme, contact=contact)
    )
    harness.apply(MENTEE)

    swept = send_messages(harness.services, owner="postman")

    assert (swept.sent, swept.refused) == (0, 1)
    assert harness.sent_mail.mails == []


@pytest.mark.parametrize(("kind", "about"), [("newsletter", ""), ("key", "a purpose of tomorrow")])
def test_a_mail_that_only_a_newer_release_can_make_is_left_for_it_and_the_others_leave(
    harness: CohortHarness, caplog: pytest.LogCaptureFixture, kind: str, about: str
) -> None:
    harness.apply(MENTEE)
    table, ada = harness.services.table, harness.person(str(MENTEE["email"]))
    (known,) = outbox.to_person(table, harness.cohort.id, ada.id)
    newer = replace(known, id=f"newer-{kind}", kind=kind, about=about)
    table.write_unaudited(outbox.creation(newer), idempotency_key="a newer release")

    swept = send_messages(harness.services, owner="postman")

    assert swept == Sweep(sent=1, later=1, dropped=0, unknown=0, refused=0)
    assert outbox.get(table, harness.cohort.id, ada.id, known.id) != known
    assert outbox.get(table, harness.cohort.id, ada.id, newer.id) == newer
    [record] = [each for each in caplog.records if each.getMessage() == "message of an unknown kind left"]
    assert vars(record)["message_id"] == newer.id
    assert not any(str(MENTEE[name]) in str(vars(record)) for name in ("name", "email"))


def test_the_log_of_a_refusal_names_the_message_and_nobody(
    harness: CohortHarness, caplog: pytest.LogCaptureFixture
) -> None:
    address = ENCODED["a comma and a second address"]
    harness.apply({**MENTEE, "email": address})
    (message,) = outbox.to_person(harness.services.table, harness.cohort.id, harness.person(address).id)
    caplog.clear()

    harness.send()

    (record,) = (record for record in caplog.records if record.getMessage() == "message refused")
    assert vars(record)["message_id"] == message.id
    assert all("evil" not in str(vars(record)) and "@" not in str(vars(record)) for record in caplog.records)


def test_the_overview_names_whom_no_mail_can_safely_reach(harness: CohortHarness) -> None:
    address = ENCODED["a comma and a second address"]
    harness.apply({**MENTEE, "email": address})
    harness.apply(MENTOR)
    harness.send()

    seen = overview(harness.reader())

    assert seen.messages == MessageCounts(refused=1, sent=1)
    assert [person.email for person in seen.misaddressed] == [address]


def test_every_mail_names_its_one_destination_beside_its_bytes(harness: CohortHarness) -> None:
    asked = []
    harness.services.email_sender._client.meta.events.register(  # noqa: SLF001 - what was asked of the service
        "provide-client-params.sesv2.SendEmail", lambda params, **_: asked.append(params["Destination"])
    )
    harness.confirmed(MENTEE)
    harness.send()

    assert len(asked) == len(harness.sent_mail.mails) > 0
    assert all(recipients_of(raw) == {(MENTEE["email"],)} for raw in harness.sent_mail.raw)
    assert all(destination == {"ToAddresses": [MENTEE["email"]]} for destination in asked)
