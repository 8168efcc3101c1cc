"""Enrolments, and the claims that keep one address to one enrolment a role."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from boto3.dynamodb.conditions import Attr, ConditionBase

from functions.programme.people import STANDING, UNDECIDED, Enrolment, EnrolmentState, Role
from functions.storage import counts, keys, roll
from functions.storage.item_values import answers_of, instant, instant_or_none, instant_text, item_of
from functions.storage.keys import Key
from functions.storage.table import Change, Item, ItemReader, Operation, Table, amendment, check, deletion
from functions.storage.table import creation as creation_at

_TIMES = ("confirmed_at", "accepted_at", "trained_at", "decided_at", "withdrawn_at")
_ENDS = ("erased_at", "forgotten_at")


def creation(enrolment: Enrolment) -> list[Change]:
    """Return the enrolment and its claim on the address, in this order.

    The claim is refused when somebody holds the address in this role; what stands there names them
    as `enrolment_id`.
    """
    claim = keys.address(enrolment.cohort_id, enrolment.role, enrolment.email)
    return [
        creation_at(_key(enrolment), item_of(enrolment), also=_projections(None, enrolment)),
        creation_at(claim, {"enrolment_id": enrolment.id}),
    ]


def get(table: ItemReader, cohort_id: str, enrolment_id: str) -> Enrolment | None:
    """Return the enrolment, or None."""
    item = table.read(keys.enrolment(cohort_id, enrolment_id))
    return None if item is None else _enrolment(item)


def by_address(table: Table, cohort_id: str, role: Role, email: str) -> Enrolment | None:
    """Return who is enrolled in the role with this address, or None."""
    claim = table.read(keys.address(cohort_id, role, email))
    return None if claim is None else get(table, cohort_id, claim["enrolment_id"])


def in_cohort(table: Table, cohort_id: str) -> Iterator[Enrolment]:
    """Yield every enrolment of the cohort, in any state, by id."""
    return map(_enrolment, table.query(keys.people(cohort_id), "ENROLMENT#"))


def confirmation(
    enrolment: Enrolment, at: datetime, state: EnrolmentState = EnrolmentState.CONFIRMED
) -> Change:
    """Return the change that confirms an address and moves the enrolment on to `state`.

    Refused unless it waits for that.
    """
    becomes = replace(enrolment, state=state, confirmed_at=at)
    return _step(enrolment, becomes, ("state", "confirmed_at"), _in_state(EnrolmentState.UNCONFIRMED))


def decision(enrolment: Enrolment, state: EnrolmentState, *, by: str, reason: str, at: datetime) -> Change:
    """Return the change that keeps what a coordinator decided; refused when there is nothing to decide."""
    becomes = replace(enrolment, state=state, decided_at=at, decided_by=by, decision_reason=reason)
    changed = ("state", "decided_at", "decided_by", "decision_reason")
    return _step(enrolment, becomes, changed, _in_state(*UNDECIDED))


def training(enrolment: Enrolment, at: datetime) -> Change:
    """Return the change that notes, once, that the person has read the training."""
    once = _in_state(EnrolmentState.CONFIRMED) & Attr("trained_at").not_exists()
    return _step(enrolment, replace(enrolment, trained_at=at), ("trained_at",), once)


def change(enrolment: Enrolment, was: Enrolment) -> Change:
    """Return the change that puts a person's new answers in place of the ones that they saw.

    Refused when they were changed meanwhile, or when the enrolment no longer stands.
    """
    becomes = replace(enrolment, version=was.version + 1)
    changed = ("name", "capacity", "answers", "questionnaire_version", "code_of_conduct", "accepted_at")
    return _step(was, becomes, (*changed, "version"), _in_state(*STANDING))


def has_a_place(enrolment: Enrolment) -> Change:
    """Return the check that lets other changes happen only while the person has a place."""
    return check(_key(enrolment), _in_state(EnrolmentState.CONFIRMED))


def is_not_erased(cohort_id: str, enrolment_id: str) -> Change:
    """Return the check that lets other changes happen only while there is a person to keep them of."""
    there = Attr("state").exists() & Attr("state").ne(str(EnrolmentState.ERASED))
    return check(keys.enrolment(cohort_id, enrolment_id), there)


def tombstone(enrolment: Enrolment, at: datetime) -> list[Change]:
    """Return the changes after which nothing is left of a person but that there was one; made once.

    The address is free again, and the roll names nobody. `forgetting` notes that the rest is gone as well.
    """
    left = Enrolment(
        id=enrolment.id,
        cohort_id=enrolment.cohort_id,
        role=enrolment.role,
        state=EnrolmentState.ERASED,
        name="",
        email="",
        capacity=0,
        answers={},
        questionnaire_version=enrolment.questionnaire_version,
        enrolled_at=enrolment.enrolled_at,
        erased_at=at,
    )
    once = Attr("state").exists() & Attr("state").ne(str(EnrolmentState.ERASED)) & _as_read(enrolment)
    return [
        Change(
            operation=Operation.PUT,
            key=_key(enrolment),
            sets=item_of(left),
            condition=once,
            also=_projections(enrolment, left),
        ),
        deletion(keys.address(enrolment.cohort_id, enrolment.role, enrolment.email)),
    ]


def forgetting(enrolment: Enrolment, at: datetime) -> Change:
    """Return the change that notes that everything about an erased person is gone everywhere else."""
    once = _in_state(EnrolmentState.ERASED) & Attr("forgotten_at").not_exists()
    return amendment(_key(enrolment), {"forgotten_at": instant_text(at)}, condition=once)


def without_answers(enrolment: Enrolment) -> Change:
    """Return the change after which the answers are gone, and the person is not; it may be made again."""
    there = _in_state(*(state for state in EnrolmentState if state is not EnrolmentState.ERASED))
    return amendment(_key(enrolment), {"answers": {}, "decision_reason": ""}, condition=there)


def withdrawal(enrolment: Enrolment, at: datetime) -> Change:
    """Return the change that withdraws an enrolment; refused unless it stands."""
    becomes = replace(enrolment, state=EnrolmentState.WITHDRAWN, withdrawn_at=at)
    return _step(enrolment, becomes, ("state", "withdrawn_at"), _in_state(*STANDING))


def is_as_read(enrolment: Enrolment) -> Change:
    """Return the check that lets other changes happen only while the roll is to show it as it was read."""
    return check(_key(enrolment), _as_read(enrolment))


def _step(was: Enrolment, becomes: Enrolment, changed: tuple[str, ...], condition: ConditionBase) -> Change:
    """Return a change of an enrolment with what it changes on the roll and in the counts.

    It is refused when the enrolment is not as it was read: else those two would show what never was.
    """
    item = item_of(becomes)
    return amendment(
        _key(was),
        {name: item[name] for name in changed if name in item},
        condition=condition & _as_read(was),
        also=_projections(was, becomes),
    )


def _projections(was: Enrolment | None, becomes: Enrolment) -> tuple[Change, ...]:
    return (roll.person(becomes), *counts.person_moved(was, becomes))


def _as_read(was: Enrolment) -> ConditionBase:
    """Return that everything which the roll and the counts repeat is still as it was read."""
    trained = Attr("trained_at")
    return (
        Attr("state").eq(str(was.state))
        & Attr("version").eq(was.version)
        & (trained.exists() if was.trained_at else trained.not_exists())
    )


def _key(enrolment: Enrolment) -> Key:
    return keys.enrolment(enrolment.cohort_id, enrolment.id)


def _in_state(*states: EnrolmentState) -> ConditionBase:
    return Attr("state").is_in([str(state) for state in states])


def _enrolment(item: Item) -> Enrolment:
    return Enrolment(
        id=item["id"],
        cohort_id=item["cohort_id"],
        role=Role(item["role"]),
        state=EnrolmentState(item["state"]),
        name=item["name"],
        email=item["email"],
        capacity=item["capacity"],
        answers=answers_of(item["answers"]),
        questionnaire_version=item["questionnaire_version"],
        enrolled_at=instant(item["enrolled_at"]),
        language=item["language"],
        waited=item["waited"],
        code_of_conduct=item["code_of_conduct"],
        decided_by=item["decided_by"],
        decision_reason=item["decision_reason"],
        version=item["version"],
        **{name: instant_or_none(item.get(name)) for name in (*_TIMES, *_ENDS)},
    )
