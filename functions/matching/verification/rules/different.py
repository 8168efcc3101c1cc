"""Different, read again: unequal texts are refused, unless one fits all or the rule speaks of others."""

from functions.matching.people import Person
from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader, Read
from functions.matching.verification.reading import RuleReading


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how two answers are read and refused."""

    def refuses(mine: str, theirs: str) -> bool:
        if not mine or not theirs:
            return rule.missing_refuses
        return mine != theirs and not {mine, theirs} & rule.wildcards

    if rule.only_if is None:
        return RuleReading(mentees.text(rule.mentee), mentors.text(rule.mentor), refuses)
    of_mentee = _concerned(mentees, rule.mentee, rule.only_if.mentee, rule.only_if.answers)
    of_mentor = _concerned(mentors, rule.mentor, rule.only_if.mentor, rule.only_if.answers)

    def refuses_concerned(mine: str | None, theirs: str | None) -> bool:
        return mine is not None and theirs is not None and refuses(mine, theirs)

    return RuleReading(of_mentee, of_mentor, refuses_concerned)


def _concerned(side: AnswerReader, column: str, condition: str, answers: frozenset[str]) -> Read:
    """Read the text of whom the rule speaks; None of anybody else."""
    text, entries, first = side.text(column), side.entry_set(condition), side.text(condition)

    def read(person: Person) -> str | None:
        named = entries(person)
        one_text = not isinstance(person.answers.get(condition), tuple)
        concerned = (one_text and first(person) in answers) or (bool(named) and named <= answers)
        return text(person) if concerned else None

    return read
