"""A mail goes to the address that was checked: the bytes say so, however they are read, or nothing leaves."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from functions.messages.addressing import Addressed, MisaddressedError, checked_bytes, refuse_misaddressed
from functions.messages.kinds import MessageKind
from functions.messages.render import render_email
from functions.messages.ses import Delivery, SesSender
from functions.questionnaires.plain_text import TextError, address_of
from tests.mailboxes import HOSTILE, MAILBOXES, THIEF, mailboxes, recipients_of
from tests.messages.emails import MENTEE, PROGRAMME, SENDER, email_context
from tests.messages.test_ses import client_with

REPLY_TO = PROGRAMME.contact.email
HONEST = Addressed(to=MENTEE.email, sender=SENDER, reply_to=REPLY_TO)
by_name = pytest.mark.parametrize("address", HOSTILE.values(), ids=HOSTILE)


class Service:
    """A mail service that takes everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.client = client_with(SesSender.client_settings())
        events: Any = self.client.meta.events
        events.register("before-call.sesv2.SendEmail", self._answer)
        events.register("provide-client-params.sesv2.SendEmail", self._keep)

    def _keep(self, params: dict[str, Any], **_: object) -> None:
        self.asked.append(params)

    def _answer(self, **_: object) -> tuple[Any, dict[str, str]]:
        class Answer:
            status_code = 200

        return Answer(), {"MessageId": "ses-1"}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.client.close()


def written_to(address: str) -> EmailMessage:
    """Return a mail as it would be made for whoever is stored with this address."""
    return render_email(
        email_context(MessageKind.KEY, "erase", to=replace(MENTEE, email=address)), sender=SENDER
    )


@cache
def _written_once() -> EmailMessage:
    return written_to(MENTEE.email)


def with_recipient(address: str) -> EmailMessage:
    """Return a mail with the address in its header, though the standard library's parser fails on it."""
    made = copy(_written_once())
    headers = [(name, value) for name, value in made.items() if name != "To"]
    try:
        named = made.policy.header_store_parse("To", address)
    except (ValueError, IndexError, AttributeError):
        named = ("To", address)
    made._headers = [named, *headers]  # type: ignore[attr-defined]  # noqa: SLF001 - past its own checks
    return made


def mail(**headers: str) -> bytes:
    """Return the bytes of a small mail with these headers beside ours, or instead of them."""
    ours = {"From": f"Kith <{SENDER}>", "To": MENTEE.email, "Reply-To": REPLY_TO}
    named = ours | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in named.items()).encode() + b"\r\nHello"


def test_a_mail_of_ours_names_its_recipient_and_nobody_else() -> None:
    refuse_misaddressed(written_to(MENTEE.email).as_bytes(), HONEST)
    refuse_misaddressed(mail(), HONEST)


def test_a_programme_whose_name_is_no_ascii_and_holds_a_comma_still_writes() -> None:
    named = replace(PROGRAMME, name="Gründen, Fördern <und> Wachsen")

    raw = render_email(
        replace(email_context(MessageKind.CHECKIN, number=1), programme=named), sender=SENDER
    ).as_bytes()

    refuse_misaddressed(raw, HONEST)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("To", THIEF),
        ("To", f"{MENTEE.email}, {THIEF}"),
        ("To", f"Zoe <{MENTEE.email}>"),
        ("To", f"=?utf-8?q?thief=40evil.example=2C_?= <{MENTEE.email}>"),
        ("To", f"=?utf-8?b?dGhpZWZAZXZpbC5leGFtcGxl?= {MENTEE.email}"),
        ("To", f"{MENTEE.email} (thief@evil.example)"),
        ("To", f"people: {MENTEE.email};"),
        ("To", f"{MENTEE.email}\r\n , {THIEF}"),
        ("To", f"{MENTEE.email}\nBcc: {THIEF}"),
        ("To", f"{MENTEE.email}\rBcc: {THIEF}"),
        ("To", f"{MENTEE.email}\0"),
        ("To", MENTEE.email.upper()),
        ("to", THIEF),
        ("Cc", THIEF),
        ("Bcc", THIEF),
        ("BCC", MENTEE.email),
        ("Resent-To", THIEF),
        ("Resent-Cc", THIEF),
        ("Resent-Bcc", THIEF),
        ("Apparently-To", THIEF),
        ("From", f"Kith <{THIEF}>"),
        ("From", f"Kith <{SENDER}>, {THIEF}"),
        ("From", "Kith <=?utf-8?q?thief=40evil=2Eexample?=@university.example>"),
        ("Sender", THIEF),
        ("Return-Path", f"<{THIEF}>"),
        ("Disposition-Notification-To", THIEF),
        ("Reply-To", f"{REPLY_TO}, {THIEF}"),
        ("Reply-To", f"=?utf-8?q?thief=40evil.example=2C_?= {REPLY_TO}"),
        ("List-Unsubscribe", f"<mailto:{THIEF}>"),
        ("List-Unsubscribe", f"<https://mentoring.example/stop>, <mailto:{THIEF}>"),
        ("List-Unsubscribe", "=?utf-8?q?=3Chttps=3A//mentoring.example/stop=3E?="),
    ],
)
def test_a_mail_whose_headers_name_anybody_else_is_refused(header: str, value: str) -> None:
    with pytest.raises(MisaddressedError):
        refuse_misaddressed(mail(**{header.replace("-", "_"): value}), HONEST)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"To: zoe", b"X-To: zoe"),
        lambda raw: raw.replace(b"\r\n\r\n", b"\r\n"),
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: raw.replace(b"Kith", b"Kith\xff"),
    ],
    ids=["no recipient", "no end of the headers", "other ends of lines", "what is no ASCII"],
)
def test_a_mail_that_two_readers_might_read_differently_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    assert spoil(mail()) != mail()
    with pytest.raises(MisaddressedError):
        refuse_misaddressed(spoil(mail()), HONEST)


@by_name
def test_no_mail_is_taken_for_an_address_that_is_not_plain_whatever_its_bytes_say(address: str) -> None:
    for addressed in (
        replace(HONEST, to=address),
        replace(HONEST, sender=address),
        replace(HONEST, reply_to=address),
    ):
        with pytest.raises(MisaddressedError, match="no plain address"):
            checked_bytes(written_to(MENTEE.email), addressed)


@by_name
def test_a_mail_to_a_hostile_address_is_never_handed_over(service: Service, address: str) -> None:
    before = len(service.asked)
    made = with_recipient(address)

    outcome = SesSender(service.client, None).send(made, "message-1", replace(HONEST, to=address))

    assert outcome == (Delivery.MISADDRESSED, None)
    assert len(service.asked) == before


def test_a_refused_mail_is_logged_by_its_id_and_names_nobody(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    made = written_to(MENTEE.email)
    made["Bcc"] = THIEF

    SesSender(service.client, None).send(made, "message-1", HONEST)

    (record,) = caplog.records
    assert (record.getMessage(), vars(record)["message_id"]) == ("mail misaddressed", "message-1")
    assert "@" not in str(vars(record))


@settings(max_examples=MAILBOXES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mailboxes)
def test_whatever_stands_in_the_table_a_mail_leaves_to_that_address_alone_or_not_at_all(
    service: Service, stored: str
) -> None:
    service.asked.clear()

    SesSender(service.client, None).send(with_recipient(stored), "message-1", replace(HONEST, to=stored))

    for asked in service.asked:
        assert asked["Destination"] == {"ToAddresses": [stored]}
        assert recipients_of(asked["Content"]["Raw"]["Data"]) == {(stored,)}
        assert address_of(stored) == stored
    assert bool(service.asked) is is_taken_as_it_is(stored)


def is_taken_as_it_is(stored: str) -> bool:
    try:
        return address_of(stored) == stored
    except TextError:
        return False


@settings(max_examples=MAILBOXES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mailboxes)
def test_a_mail_whose_header_names_anything_but_the_stored_address_is_refused(
    service: Service, header: str
) -> None:
    service.asked.clear()

    SesSender(service.client, None).send(with_recipient(header), "message-1", HONEST)

    assert bool(service.asked) is (header.strip() == MENTEE.email)


@settings(max_examples=MAILBOXES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mailboxes)
def test_every_address_that_the_door_takes_is_read_as_itself_in_the_mail(typed: str) -> None:
    try:
        address = address_of(typed)
    except TextError:
        return

    assert recipients_of(with_recipient(address).as_bytes()) == {(address,)}
