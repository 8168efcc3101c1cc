"""What a coordinator reads of a result, for tests that hold the engine's facts against the words."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.reasons import Reader, ReasonRenderer
from functions.i18n.run_reasons import RunRenderer
from functions.matching.outcome import Outcome, Pair, Unmatched
from functions.matching.people import Role
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch, Note, WhyNot


class Told(NamedTuple):
    """What is said of somebody without a partner."""

    reasons: tuple[str, ...]
    smallest_change: str


def renderer(policy: Policy | None, language: str = "en") -> RunRenderer:
    """Return what says what a run under the policy found."""
    return RunRenderer(Phrasebook.of(policy, language))


def told(person: Unmatched, policy: Policy, language: str = "en") -> Told:
    """Return what is said of somebody without a partner."""
    says = renderer(policy, language)
    change = says.change(person.change, person.role) if person.change else ""
    return Told(says.reasons(person), change)


def left_over(outcome: Outcome, policy: Policy, language: str = "en") -> dict[str, Told]:
    """Return what is said of everybody without a partner, by id."""
    return {person.id: told(person, policy, language) for person in outcome.unmatched}


def notes(found: Iterable[Note]) -> list[str]:
    """Return what is said of a result as a whole."""
    return [renderer(None).note(note) for note in found]


def why_not(against: Iterable[WhyNot], policy: Policy, language: str = "en") -> str:
    """Return what is said of a wish that was not met."""
    return renderer(policy, language).why_not(against)


def reasons(pair: Pair, policy: Policy, language: str = "en") -> dict[str, str]:
    """Return what a coordinator reads of a pair, by criterion."""
    names = {Role.MENTEE: pair.mentee, Role.MENTOR: pair.mentor}
    says = ReasonRenderer(Phrasebook.of(policy, language), Reader.COORDINATOR, names)
    return {reason.criterion: says.sentence(reason) for reason in pair.reasons}


@contextmanager
def refused(said: str, policy: Policy | None = None) -> Iterator[None]:
    """Expect that people can't be matched, and what the coordinator reads of it."""
    with pytest.raises(CannotMatch) as caught:
        yield
    text = renderer(policy).problem(caught.value.why)
    assert re.search(said, text), text
