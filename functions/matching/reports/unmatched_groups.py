"""Why somebody is in no group, and what would help.

As without groups (`unmatched`), but for what a group’s smallest size adds: a place counts only in a group
that runs, and a mentor without a group needs several mentees at once. What is found of that follows
from their own number and the policy alone, and so tells nothing of who avoids whom.
"""

from dataclasses import replace

from functions.matching.outcome import Unmatched
from functions.matching.people import Role
from functions.matching.policy.model import Groups
from functions.matching.reasons import Cause, Change, Remedy, WhyUnmatched
from functions.matching.reports import unmatched
from functions.matching.scoring.scores import Prepared


def unmatched_in(prepared: Prepared, result: unmatched.Result, sizes: Groups) -> tuple[Unmatched, ...]:
    """Return everybody in no group, mentees first, with reasons and what would help."""
    sizes_of = _with_places_in_groups_that_run(prepared, result, sizes)
    capacity = {person.id: person.capacity for person in prepared.mentors}
    return tuple(
        _mentor(person, sizes.smallest, capacity[person.id])
        if person.role is Role.MENTOR
        else replace(person, why=tuple(map(_of_groups, person.why)))
        for person in unmatched.unmatched_in(sizes_of, result)
    )


def _with_places_in_groups_that_run(prepared: Prepared, result: unmatched.Result, sizes: Groups) -> Prepared:
    running = {column for _, column in result.pairs}
    mentors = tuple(
        replace(person, capacity=min(person.capacity, sizes.largest or person.capacity))
        if column in running
        else replace(person, capacity=0)
        for column, person in enumerate(prepared.mentors)
    )
    return replace(prepared, people=replace(prepared.people, mentors=mentors))


def _of_groups(why: WhyUnmatched) -> WhyUnmatched:
    return replace(why, cause=Cause.GROUP_PLACES_TAKEN) if why.cause is Cause.PLACES_TAKEN else why


def _mentor(person: Unmatched, smallest: int, takes: int) -> Unmatched:
    few = takes < smallest
    cause = Cause.TAKES_TOO_FEW if few else Cause.TOO_FEW_LEFT
    why = WhyUnmatched(cause=cause, count=takes if few else 0, smallest=smallest)
    return replace(
        person,
        why=(*(each for each in person.why if each.cause is not Cause.MENTEES_TAKEN), why),
        change=Change(remedy=Remedy.TAKES_MORE if few else Remedy.MENTEES, smallest=smallest),
    )
