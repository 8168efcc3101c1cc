"""A pairing from its introduction to its end, and as each of its two people sees it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.programme.pairing import PairingState
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.storage.enrolment import enrolments
from functions.storage.pairings import pairings
from functions.storage.pairings.pairings import PairingWithPeople, Partner
from functions.storage.table import Refusal, Table, Written
from tests.storage.fixtures import ADA, NOW, PAIRING, write

LATER = NOW + timedelta(days=30)
MENTEE = replace(ADA, state=EnrolmentState.CONFIRMED)
GRACE = replace(MENTEE, id="grace", role=Role.MENTOR, name="Grace", email="grace@example.org")
ENDED = replace(PAIRING, state=PairingState.ENDED, ended_at=LATER, ended_on=LATER.date())


@pytest.fixture
def paired(table: Table) -> Table:
    """A table with Ada and Grace, who are paired."""
    changes = [*enrolments.creation(MENTEE), *enrolments.creation(GRACE), *pairings.creation(PAIRING)]
    assert write(table, *changes, idempotency_key="paired") is Written.NOW
    return table


def test_a_pairing_that_was_never_made_is_none(table: Table) -> None:
    assert pairings.get(table, "spring", "never") is None


def test_a_pairing_ends_once_and_keeps_when(paired: Table) -> None:
    ending = pairings.ending(PAIRING, LATER, LATER.date())
    assert write(paired, ending, idempotency_key="e1") is Written.NOW

    again = pairings.ending(PAIRING, LATER + timedelta(days=1), date(2027, 1, 1))

    assert isinstance(write(paired, again, idempotency_key="e2"), Refusal)
    assert pairings.get(paired, "spring", "pairing-1") == ENDED


def test_a_pairing_that_was_never_made_does_not_end(table: Table) -> None:
    ending = pairings.ending(PAIRING, LATER, LATER.date())

    assert isinstance(write(table, ending, idempotency_key="e"), Refusal)
    assert isinstance(write(table, pairings.without_reasons(PAIRING), idempotency_key="r"), Refusal)
    assert pairings.get(table, "spring", "pairing-1") is None


def test_why_two_were_paired_can_be_taken_away_again_and_again(paired: Table) -> None:
    for key in ("r1", "r2"):
        assert write(paired, pairings.without_reasons(PAIRING), idempotency_key=key) is Written.NOW

    assert pairings.get(paired, "spring", "pairing-1") == replace(PAIRING, reasons=())


def test_each_of_the_two_sees_themselves_and_the_other(paired: Table) -> None:
    seen = pairings.with_people(paired, "spring", "pairing-1", "ada")

    assert seen == PairingWithPeople(PAIRING, MENTEE, GRACE)
    assert pairings.with_people(paired, "spring", "pairing-1", "grace") == PairingWithPeople(
        PAIRING, GRACE, MENTEE
    )


def test_what_or_who_is_not_there_is_not_seen(paired: Table) -> None:
    alone = replace(PAIRING, id="pairing-2", mentor_id="nobody")
    write(paired, *pairings.creation(alone), idempotency_key="alone")

    assert pairings.with_people(paired, "spring", "never", "ada") is None
    assert pairings.with_people(paired, "spring", "pairing-1", "nobody") is None
    assert pairings.with_people(paired, "spring", "pairing-2", "ada") is None


def withdrawn(person: Enrolment) -> Enrolment:
    return replace(person, state=EnrolmentState.WITHDRAWN)


@pytest.mark.parametrize(
    ("seen", "over"),
    [
        (PairingWithPeople(PAIRING, MENTEE, GRACE), False),
        (PairingWithPeople(ENDED, MENTEE, GRACE), True),
        (PairingWithPeople(PAIRING, withdrawn(MENTEE), GRACE), True),
        (PairingWithPeople(PAIRING, MENTEE, withdrawn(GRACE)), True),
        (PairingWithPeople(PAIRING, withdrawn(MENTEE), withdrawn(GRACE)), True),
    ],
)
def test_a_pairing_is_over_when_it_has_ended_or_one_of_the_two_has_left(
    seen: PairingWithPeople, *, over: bool
) -> None:
    assert seen.over is over


def test_each_of_the_two_has_the_other_as_a_partner_and_as_one_who_was_when_it_ended(paired: Table) -> None:
    other = replace(PAIRING, id="pairing-2", mentee_id="bob")
    write(paired, *pairings.creation(other), idempotency_key="other")

    write(paired, pairings.ending(PAIRING, LATER, LATER.date()), idempotency_key="e")

    assert pairings.partners_of(paired, "spring", "grace") == [
        Partner("pairing-1", "ada", ended=True),
        Partner("pairing-2", "bob", ended=False),
    ]
    assert pairings.partners_of(paired, "spring", "ada") == [Partner("pairing-1", "grace", ended=True)]
    assert pairings.partners_of(paired, "spring", "bob") == [Partner("pairing-2", "grace", ended=False)]
    assert pairings.partners_of(paired, "spring", "eve") == []


def test_a_pairing_of_a_group_comes_back_as_it_was(table: Table) -> None:
    of_a_group = replace(PAIRING, in_group=True, policy="groups")
    write(table, *pairings.creation(of_a_group), idempotency_key="group")

    assert pairings.get(table, "spring", "pairing-1") == of_a_group


def test_more_pairings_than_one_request_gives_are_all_found(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairings, "MAX_BATCH_GET", 2)
    made = [replace(PAIRING, id=f"pairing-{number}", mentee_id=f"mentee-{number}") for number in range(5)]
    for pairing in made:
        write(table, *pairings.creation(pairing), idempotency_key=pairing.id)

    assert pairings.of(table, "spring", "grace") == made
