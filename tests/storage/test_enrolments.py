"""I4: an enrolment has exactly one message, one audit entry and one claim on its address."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.people import EnrolmentState, Role
from functions.storage import audit
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.table import Refusal, Table, Written
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.storage.ground import ADA, LETTER, NOW, everything_in, stored, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def enrolled(table: Table) -> Table:
    write(table, *enrolments.creation(ADA), outbox.creation(LETTER), writer="request-1")
    return table


def test_an_enrolment_comes_back_as_it_was(enrolled: Table) -> None:
    assert enrolments.get(enrolled, "spring", "ada") == ADA
    assert list(enrolments.in_cohort(enrolled, "spring")) == [ADA]
    assert enrolments.get(enrolled, "autumn", "ada") is None


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@EXAMPLE.ORG"])
def test_an_enrolment_is_found_by_its_address_however_it_is_written(enrolled: Table, email: str) -> None:
    assert enrolments.by_address(enrolled, "spring", Role.MENTEE, email) == ADA
    assert enrolments.by_address(enrolled, "spring", Role.MENTOR, email) is None
    assert enrolments.by_address(enrolled, "autumn", Role.MENTEE, email) is None


def test_one_address_enrols_once_in_a_role(enrolled: Table) -> None:
    again = replace(ADA, id="ada-2", email="ada@EXAMPLE.org")

    outcome = write(enrolled, *enrolments.creation(again), writer="request-2")

    assert stored(outcome)["enrolment_id"] == "ada"
    assert enrolments.get(enrolled, "spring", "ada-2") is None


def test_one_address_may_hold_both_roles(enrolled: Table) -> None:
    mentor = replace(ADA, id="ada-2", role=Role.MENTOR)

    assert write(enrolled, *enrolments.creation(mentor), writer="request-2") is Written.NOW


def test_two_applications_in_the_same_moment_leave_one_of_everything(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    def enrol(number: int) -> Written | Refusal:
        enrolment = replace(ADA, id=f"ada-{number}")
        message = replace(LETTER, id=f"letter-{number}", recipient_id=enrolment.id)
        changes = [*enrolments.creation(enrolment), outbox.creation(message)]
        return write(table, *changes, writer=f"request-{number}", subject_id=enrolment.id)

    # The second application is written between the first one's read and its write.
    others: list[Written | Refusal] = []
    with Switchboard(dynamodb, {2: lambda: others.append(enrol(2))}).connected():
        mine = enrol(1)

    assert others == [Written.NOW]
    assert isinstance(mine, Refusal)
    assert len(list(enrolments.in_cohort(table, "spring"))) == 1
    assert len(list(outbox.in_cohort(table, "spring"))) == 1
    assert [line.number for line in audit.trail(table, "spring")] == [1, 1]
    assert len(everything_in(dynamodb, NAME)) == 5


def test_an_enrolment_is_confirmed_once(enrolled: Table) -> None:
    later = NOW + timedelta(hours=1)

    assert write(enrolled, enrolments.confirmation(ADA, later), writer="c1") is Written.NOW
    assert write(enrolled, enrolments.confirmation(ADA, later), writer="c1") is Written.BEFORE
    assert isinstance(write(enrolled, enrolments.confirmation(ADA, later), writer="c2"), Refusal)

    confirmed = replace(ADA, state=EnrolmentState.CONFIRMED, confirmed_at=later)
    assert enrolments.get(enrolled, "spring", "ada") == confirmed


def test_who_has_withdrawn_cannot_confirm_and_nobody_withdraws_twice(enrolled: Table) -> None:
    assert write(enrolled, enrolments.withdrawal(ADA, NOW), writer="w") is Written.NOW

    assert isinstance(write(enrolled, enrolments.confirmation(ADA, NOW), writer="c"), Refusal)
    assert isinstance(write(enrolled, enrolments.withdrawal(ADA, NOW), writer="w2"), Refusal)
    withdrawn = enrolments.get(enrolled, "spring", "ada")
    assert withdrawn is not None
    assert withdrawn.state is EnrolmentState.WITHDRAWN


def test_nobody_is_confirmed_who_never_enrolled(table: Table) -> None:
    outcome = write(table, enrolments.confirmation(ADA, NOW), writer="c")

    assert isinstance(outcome, Refusal)
    assert outcome.stored is None
