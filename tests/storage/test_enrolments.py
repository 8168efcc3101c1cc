"""I4: an enrolment has exactly one message, one audit entry and one claim on its address."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.storage import audit
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.table import Change, Refusal, Table, Written
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.storage.fixtures import ADA, DUE_MESSAGE, NOW, everything_in, stored, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def enrolled(table: Table) -> Table:
    write(table, *enrolments.creation(ADA), outbox.creation(DUE_MESSAGE), idempotency_key="request-1")
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

    outcome = write(enrolled, *enrolments.creation(again), idempotency_key="request-2")

    assert stored(outcome)["enrolment_id"] == "ada"
    assert enrolments.get(enrolled, "spring", "ada-2") is None


def test_one_address_may_hold_both_roles(enrolled: Table) -> None:
    mentor = replace(ADA, id="ada-2", role=Role.MENTOR)

    assert write(enrolled, *enrolments.creation(mentor), idempotency_key="request-2") is Written.NOW


def test_two_applications_in_the_same_moment_leave_one_of_everything(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    def enrol(number: int) -> Written | Refusal:
        enrolment = replace(ADA, id=f"ada-{number}")
        message = replace(DUE_MESSAGE, id=f"letter-{number}", recipient_id=enrolment.id)
        changes = [*enrolments.creation(enrolment), outbox.creation(message)]
        return write(table, *changes, idempotency_key=f"request-{number}", subject_id=enrolment.id)

    # The second application is written between the first one's read and its write.
    others: list[Written | Refusal] = []
    with Switchboard(dynamodb, {2: lambda: others.append(enrol(2))}).connected():
        mine = enrol(1)

    assert others == [Written.NOW]
    assert isinstance(mine, Refusal)
    assert len(list(enrolments.in_cohort(table, "spring"))) == 1
    assert len(list(outbox.in_cohort(table, "spring"))) == 1
    assert [line.number for line in audit.trail(table, "spring")] == [1, 1]
    assert len(everything_in(dynamodb, NAME)) == 8


def test_an_enrolment_is_confirmed_once(enrolled: Table) -> None:
    later = NOW + timedelta(hours=1)

    assert write(enrolled, enrolments.confirmation(ADA, later), idempotency_key="c1") is Written.NOW
    assert write(enrolled, enrolments.confirmation(ADA, later), idempotency_key="c1") is Written.BEFORE
    assert isinstance(write(enrolled, enrolments.confirmation(ADA, later), idempotency_key="c2"), Refusal)

    confirmed = replace(ADA, state=EnrolmentState.CONFIRMED, confirmed_at=later)
    assert enrolments.get(enrolled, "spring", "ada") == confirmed


def test_who_has_withdrawn_cannot_confirm_and_nobody_withdraws_twice(enrolled: Table) -> None:
    assert write(enrolled, enrolments.withdrawal(ADA, NOW), idempotency_key="w") is Written.NOW

    assert isinstance(write(enrolled, enrolments.confirmation(ADA, NOW), idempotency_key="c"), Refusal)
    assert isinstance(write(enrolled, enrolments.withdrawal(ADA, NOW), idempotency_key="w2"), Refusal)
    withdrawn = enrolments.get(enrolled, "spring", "ada")
    assert withdrawn is not None
    assert withdrawn.state is EnrolmentState.WITHDRAWN


def test_nobody_is_confirmed_who_never_enrolled(table: Table) -> None:
    outcome = write(table, enrolments.confirmation(ADA, NOW), idempotency_key="c")

    assert isinstance(outcome, Refusal)
    assert outcome.stored is None


# What may happen to an enrolment in which state

FREE = {EnrolmentState.UNCONFIRMED, EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.CONFIRMED}
NOT_ERASED = set(EnrolmentState) - {EnrolmentState.ERASED}
LATER = NOW + timedelta(hours=1)

STEPS: dict[str, tuple[Callable[[Enrolment], Sequence[Change]], set[EnrolmentState]]] = {
    "confirmed": (lambda ada: [enrolments.confirmation(ada, LATER)], {EnrolmentState.UNCONFIRMED}),
    "decided on": (
        lambda ada: [enrolments.decision(ada, EnrolmentState.DECLINED, by="c", reason="full", at=LATER)],
        {EnrolmentState.APPLIED, EnrolmentState.WAITING},
    ),
    "trained": (lambda ada: [enrolments.training(ada, LATER)], {EnrolmentState.CONFIRMED}),
    "changed": (lambda ada: [enrolments.change(ada, ada)], FREE),
    "withdrawn": (lambda ada: [enrolments.withdrawal(ada, LATER)], FREE),
    "sure of a place": (lambda ada: [enrolments.has_a_place(ada)], {EnrolmentState.CONFIRMED}),
    "written about": (lambda ada: [enrolments.is_not_erased(ada.cohort_id, ada.id)], NOT_ERASED),
    "erased": (lambda ada: enrolments.tombstone(ada, LATER), NOT_ERASED),
    "forgotten": (lambda ada: [enrolments.forgetting(ada, LATER)], {EnrolmentState.ERASED}),
    "without answers": (lambda ada: [enrolments.without_answers(ada)], NOT_ERASED),
}


@pytest.mark.parametrize(("step", "allowed"), STEPS.values(), ids=STEPS)
def test_each_step_is_taken_from_its_states_and_refused_in_all_others(
    table: Table, step: Callable[[Enrolment], Sequence[Change]], allowed: set[EnrolmentState]
) -> None:
    taken = set()
    for state in EnrolmentState:
        ada = replace(ADA, id=f"ada-{state}", email=f"ada-{state}@example.org", state=state)
        write(table, *enrolments.creation(ada), idempotency_key="enrolled")
        if write(table, *step(ada), idempotency_key="step") is Written.NOW:
            taken.add(state)

    assert taken == allowed


@pytest.mark.parametrize(("step", "allowed"), STEPS.values(), ids=STEPS)
def test_no_step_makes_a_person_of_nobody(
    dynamodb: "DynamoDBClient",
    table: Table,
    step: Callable[[Enrolment], Sequence[Change]],
    allowed: set[EnrolmentState],
) -> None:
    assert allowed
    assert isinstance(write(table, *step(ADA), idempotency_key="step"), Refusal)

    assert everything_in(dynamodb, NAME) == []


def in_state(table: Table, state: EnrolmentState) -> Enrolment:
    """Return Ada, enrolled and in that state."""
    ada = replace(ADA, state=state)
    write(table, *enrolments.creation(ada), idempotency_key="enrolled")
    return ada


def test_everything_that_is_kept_of_a_person_comes_back(table: Table) -> None:
    everything = replace(
        ADA,
        state=EnrolmentState.CONFIRMED,
        confirmed_at=NOW + timedelta(minutes=1),
        language="ar",
        waited=True,
        code_of_conduct="2027-01",
        accepted_at=NOW + timedelta(minutes=2),
        trained_at=NOW + timedelta(minutes=3),
        decided_at=NOW + timedelta(minutes=4),
        decided_by="coordinator-1",
        decision_reason="There is a place.",
        withdrawn_at=NOW + timedelta(minutes=5),
        erased_at=NOW + timedelta(minutes=6),
        forgotten_at=NOW + timedelta(minutes=7),
        version=3,
    )
    write(table, *enrolments.creation(everything), idempotency_key="enrolled")

    assert enrolments.get(table, "spring", "ada") == everything


def test_an_address_that_is_confirmed_may_have_to_wait_for_a_decision(table: Table) -> None:
    ada = in_state(table, EnrolmentState.UNCONFIRMED)

    write(table, enrolments.confirmation(ada, LATER, EnrolmentState.APPLIED), idempotency_key="c")

    applied = replace(ada, state=EnrolmentState.APPLIED, confirmed_at=LATER)
    assert enrolments.get(table, "spring", "ada") == applied


def test_a_decision_is_kept_with_who_made_it_when_and_why(table: Table) -> None:
    ada = in_state(table, EnrolmentState.APPLIED)
    change = enrolments.decision(ada, EnrolmentState.DECLINED, by="coordinator-1", reason="Full.", at=LATER)

    write(table, change, idempotency_key="d")

    assert enrolments.get(table, "spring", "ada") == replace(
        ada,
        state=EnrolmentState.DECLINED,
        decided_by="coordinator-1",
        decision_reason="Full.",
        decided_at=LATER,
    )


def test_that_the_training_was_read_is_noted_once(table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)
    write(table, enrolments.training(ada, LATER), idempotency_key="t1")

    for as_read in (ada, replace(ada, trained_at=LATER)):
        again = enrolments.training(as_read, LATER + timedelta(days=1))
        assert isinstance(write(table, again, idempotency_key="t2"), Refusal)

    assert enrolments.get(table, "spring", "ada") == replace(ada, trained_at=LATER)


def test_new_answers_take_the_place_of_those_that_the_person_saw(table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)
    answers = {
        "name": "Ada King",
        "capacity": 3,
        "answers": {"goals": ("writing",)},
        "questionnaire_version": "v2",
        "code_of_conduct": "2027-02",
        "accepted_at": LATER,
    }
    fixed = {"role": Role.MENTOR, "state": EnrolmentState.APPLIED, "email": "eve@example.org", "waited": True}
    new = replace(ada, **answers, **fixed)  # type: ignore[arg-type]

    assert write(table, enrolments.change(new, ada), idempotency_key="c") is Written.NOW

    # Nothing but the answers is the person's own to change.
    kept = replace(ada, **answers, version=2)  # type: ignore[arg-type]
    assert enrolments.get(table, "spring", "ada") == kept


def test_answers_that_were_changed_meanwhile_are_not_overwritten(table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)
    write(table, enrolments.change(replace(ada, name="First"), ada), idempotency_key="c1")

    assert isinstance(
        write(table, enrolments.change(replace(ada, name="Second"), ada), idempotency_key="c2"), Refusal
    )

    assert enrolments.get(table, "spring", "ada") == replace(ada, name="First", version=2)


def test_of_an_erased_person_it_is_left_that_there_was_one(dynamodb: "DynamoDBClient", table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)

    write(table, *enrolments.tombstone(ada, LATER), idempotency_key="e")

    assert enrolments.get(table, "spring", "ada") == Enrolment(
        id="ada",
        cohort_id="spring",
        role=Role.MENTEE,
        state=EnrolmentState.ERASED,
        name="",
        email="",
        capacity=0,
        answers={},
        questionnaire_version="v1",
        enrolled_at=NOW,
        erased_at=LATER,
    )
    assert "Lövelace" not in str(everything_in(dynamodb, NAME))
    assert "statistics" not in str(everything_in(dynamodb, NAME))


def test_the_address_of_an_erased_person_may_enrol_again(table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)
    write(table, *enrolments.tombstone(ada, LATER), idempotency_key="e")
    again = replace(ADA, id="ada-2")

    assert enrolments.by_address(table, "spring", Role.MENTEE, ADA.email) is None
    assert write(table, *enrolments.creation(again), idempotency_key="again") is Written.NOW
    assert enrolments.by_address(table, "spring", Role.MENTEE, ADA.email) == again


def test_a_person_is_noted_as_forgotten_once(table: Table) -> None:
    ada = in_state(table, EnrolmentState.CONFIRMED)
    write(table, *enrolments.tombstone(ada, NOW), idempotency_key="e")
    write(table, enrolments.forgetting(ada, LATER), idempotency_key="f1")

    again = write(table, enrolments.forgetting(ada, LATER + timedelta(days=1)), idempotency_key="f2")

    left = enrolments.get(table, "spring", "ada")
    assert isinstance(again, Refusal)
    assert left is not None
    assert left.forgotten_at == LATER


def test_answers_go_before_names_and_what_a_coordinator_wrote_goes_with_them(table: Table) -> None:
    ada = replace(ADA, state=EnrolmentState.DECLINED, decision_reason="Too few mentors.")
    write(table, *enrolments.creation(ada), idempotency_key="enrolled")

    write(table, enrolments.without_answers(ada), idempotency_key="r")

    assert enrolments.get(table, "spring", "ada") == replace(ada, answers={}, decision_reason="")


def test_a_withdrawal_is_kept_with_its_time(table: Table) -> None:
    ada = in_state(table, EnrolmentState.WAITING)

    write(table, enrolments.withdrawal(ada, LATER), idempotency_key="w")

    withdrawn = replace(ada, state=EnrolmentState.WITHDRAWN, withdrawn_at=LATER)
    assert enrolments.get(table, "spring", "ada") == withdrawn
