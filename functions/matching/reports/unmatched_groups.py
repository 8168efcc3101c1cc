"""Why somebody is in no group, and what would help, in words.

As without groups (`explain`), but for what a group’s smallest size adds: a place counts only in a group
that runs, and a mentor without a group needs several mentees at once. What is said of that follows
from their own number and the policy alone, and so tells nothing of who avoids whom.
"""

from dataclasses import replace

from functions.matching.outcome import Unmatched
from functions.matching.people import Role
from functions.matching.policy.model import Groups
from functions.matching.reports import explain
from functions.matching.reports.speech import Speech
from functions.matching.scoring.scores import Prepared


def unmatched_in(
    prepared: Prepared, result: explain.Result, speech: Speech, sizes: Groups
) -> tuple[Unmatched, ...]:
    """Return everybody in no group, mentees first, with reasons and what would help."""
    sizes_of = _with_places_in_groups_that_run(prepared, result, sizes)
    capacity = {person.id: person.capacity for person in prepared.mentors}
    told = explain.unmatched_in(sizes_of, result, speech)
    return tuple(
        _mentor(person, speech, sizes.smallest, capacity[person.id])
        if person.role is Role.MENTOR
        else replace(person, reasons=tuple(_of_groups(reason, speech) for reason in person.reasons))
        for person in told
    )


def _with_places_in_groups_that_run(prepared: Prepared, result: explain.Result, sizes: Groups) -> Prepared:
    running = {column for _, column in result.pairs}
    mentors = tuple(
        replace(person, capacity=min(person.capacity, sizes.largest or person.capacity))
        if column in running
        else replace(person, capacity=0)
        for column, person in enumerate(prepared.mentors)
    )
    return replace(prepared, people=replace(prepared.people, mentors=mentors))


def _of_groups(reason: str, speech: Speech) -> str:
    gettext = speech.translations.gettext
    said = {
        gettext("No place was left."): gettext("No group that runs had a place left."),
        gettext("With the others, no place was left."): gettext(
            "With the others, no group that runs had a place left."
        ),
    }
    return said.get(reason, reason)


def _mentor(person: Unmatched, speech: Speech, smallest: int, takes: int) -> Unmatched:
    gettext, ngettext = speech.translations.gettext, speech.translations.ngettext
    taken = {gettext("No mentee was left."), gettext("With the others, no mentee was left.")}
    if takes < smallest:
        reason = speech.say(
            ngettext(
                "A group has {smallest} or more, and this mentor takes one.",
                "A group has {smallest} or more, and this mentor takes {count}.",
                takes,
            ),
            smallest=smallest,
            count=takes,
        )
        change = speech.say(gettext("The mentor takes {smallest} or more."), smallest=smallest)
    else:
        reason = speech.say(
            ngettext(
                "Too few mentees were left for a group of one.",
                "Too few mentees were left for a group of {count}.",
                smallest,
            ),
            count=smallest,
        )
        change = speech.say(
            ngettext(
                "One more mentee whom the rules allow: a group has one or more.",
                "More mentees whom the rules allow: a group has {count} or more.",
                smallest,
            ),
            count=smallest,
        )
    return replace(
        person,
        reasons=(*(told for told in person.reasons if told not in taken), reason),
        smallest_change=change,
    )
