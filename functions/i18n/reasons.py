"""A pair's reasons as sentences: in the reader's language, from the reader's side.

One of the two reads “you” and the other's name, and only what speaks for the pair: never a rank that the
other gave, who wished for whom, what matters most to the other, or anything of a private criterion. A
coordinator reads of both in the third person, with what was not answered and what it counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from functions.i18n.phrasebook import Inside, Phrasebook
from functions.matching import Facts, Finding, Reason, Role

STRONGEST = 3
_A_FRACTION = 100  # a number whose plural is that of a fraction, in every language that we know
_HALF = 50  # per cent
_OTHER = {Role.MENTEE: Role.MENTOR, Role.MENTOR: Role.MENTEE}


class Reader(StrEnum):
    """Who reads. A peer reads as somebody in the place of the mentee or of the mentor."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"


class ReasonRenderer:
    """Says the reasons of pairs to one reader. `names` are of the two people, as the reader may see them."""

    def __init__(self, book: Phrasebook, reader: Reader, names: Mapping[Role, str]) -> None:
        says: dict[Reader, type[_ToOneOfTwo | _ToCoordinator]] = {Reader.COORDINATOR: _ToCoordinator}
        self._says = says.get(reader, _ToOneOfTwo)(book, reader, names)

    def sentence(self, reason: Reason) -> str:
        """Return what the reader is told of a reason; empty where it is nothing."""
        return self._says.sentence(reason)

    def sentences(self, reasons: Iterable[Reason]) -> tuple[str, ...]:
        """Return what the reader is told, the weightiest first."""
        told = (self.sentence(reason) for reason in weightiest(reasons))
        return tuple(dict.fromkeys(sentence for sentence in told if sentence))

    def strongest(self, reasons: Iterable[Reason], most: int = STRONGEST) -> tuple[str, ...]:
        """Return the sentences of the reasons that speak most for the pair."""
        return self.sentences(reason for reason in reasons if speaks_for(reason))[:most]


def weightiest(reasons: Iterable[Reason]) -> list[Reason]:
    """Return the reasons by their points, most first; equal ones as the policy has them."""
    return sorted(reasons, key=lambda reason: -reason.points)


def speaks_for(reason: Reason) -> bool:
    """Whether a reason speaks for the pair. What nobody answered earns its points without saying anything."""
    return reason.points > 0 and reason.finding not in _SAYS_NOTHING


_SAYS_NOTHING = frozenset(
    {
        Finding.NOT_ANSWERED,
        Finding.COMPARED,
        Finding.NOTHING_IN_COMMON,
        Finding.NEVER_FREE_TOGETHER,
        Finding.NONE_WANTED,
        Finding.NO_CHOICE,
        Finding.NOT_ASKED_FOR,
    }
)


class _ToOneOfTwo:
    """Says it to the mentee or to the mentor."""

    def __init__(self, book: Phrasebook, reader: Reader, names: Mapping[Role, str]) -> None:
        self._book = book
        self._me = Role(reader)
        self._name = names[_OTHER[self._me]]

    def sentence(self, reason: Reason) -> str:
        """Return what may be told of it; empty where nothing may, or nothing is worth it."""
        if reason.private:
            return ""
        return self._of(reason.criterion, reason.finding, reason.facts)

    def _of(self, criterion: str, finding: Finding, facts: Facts) -> str:
        if finding is Finding.BOTH_WAYS:
            ways = (self._of(criterion, way.finding, way.facts) for way in facts.ways)
            return " ".join(filter(None, ways))
        says = _TO_ONE_OF_TWO.get(finding)
        private = facts.common and not facts.answers
        return says(self, criterion, facts) if says and not private else ""

    def _fill(self, message: str, criterion: str, **places: object) -> str:
        return self._book.fill(message, name=self._name, criterion=self._book.label(criterion), **places)

    def _answers(self, criterion: str, facts: Facts) -> Inside:
        return self._book.listed(self._book.answers(criterion, facts.answers))

    def _sorted(self, criterion: str, facts: Facts) -> Inside:
        """Return the answers in an order that does not tell the other's ranking."""
        return self._book.listed(sorted(self._book.answers(criterion, facts.answers), key=str.casefold))

    def both_said(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("You and {name} both said {answer} for “{criterion}”.")
        return self._fill(message, criterion, answer=self._answers(criterion, facts))

    def either_works(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("For “{criterion}”, {answer} suits you both.")
        return self._fill(message, criterion, answer=self._answers(criterion, facts))

    def answers_differ(self, criterion: str, _facts: Facts) -> str:
        message = self._book.gettext("For “{criterion}”, you and {name} bring different answers.")
        return self._fill(message, criterion)

    def in_common(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("You and {name} both named {answers} for “{criterion}”.")
        return self._fill(message, criterion, answers=self._sorted(criterion, facts))

    def free_together(self, criterion: str, facts: Facts) -> str:
        if facts.answers:
            message = self._book.gettext("You are both free on {times}.")
            return self._fill(message, criterion, times=self._answers(criterion, facts))
        if not facts.times:
            return ""
        times = _shared_times(self._book, criterion, facts, self._me)
        if _named_all(facts):
            return self._fill(self._book.gettext("You are both free on {times}."), criterion, times=times)
        message = self._book.ngettext(
            "You are both free for one hour a week, such as on {times}.",
            "You are both free for {hours} hours a week, such as on {times}.",
            _plural_of_hours(facts.half_hours),
        )
        return self._fill(message, criterion, hours=_hours(facts.half_hours), times=times)

    def wanted(self, criterion: str, facts: Facts) -> str:
        if self._me in facts.who:
            message = self._book.gettext("You can help with what {name} is looking for: {answers}.")
            return self._fill(message, criterion, answers=self._sorted(criterion, facts))
        message = self._book.gettext("{name} can help with what you are looking for: {answers}.")
        return self._fill(message, criterion, answers=self._answers(criterion, facts))

    def choices(self, criterion: str, facts: Facts) -> str:
        if self._me in facts.who:
            message = self._book.gettext("You can help {name} with {answers}.")
            return self._fill(message, criterion, answers=self._sorted(criterion, facts))
        return self._own_choices(criterion, facts)

    def _own_choices(self, criterion: str, facts: Facts) -> str:
        gettext, answers = self._book.gettext, self._book.answers(criterion, facts.answers)
        if facts.ranks == (1, 2):
            message = gettext(
                "{name} can help with {answer}, your first choice, and with {second}, your second."
            )
            return self._fill(message, criterion, answer=answers[0], second=answers[1])
        if len(answers) == 1:
            messages = {
                1: gettext("{name} can help with {answer}, your first choice."),
                2: gettext("{name} can help with {answer}, your second choice."),
                3: gettext("{name} can help with {answer}, your third choice."),
            }
            other = gettext("{name} can help with {answer}, one of your choices.")
            return self._fill(messages.get(facts.ranks[0], other), criterion, answer=answers[0])
        if facts.ranks[0] == 1:
            message = gettext("{name} can help with {answer}, your first choice, and also with {others}.")
            others = self._book.listed(answers[1:])
            return self._fill(message, criterion, answer=answers[0], others=others)
        message = gettext("{name} can help with {answers}, which are among your choices.")
        return self._fill(message, criterion, answers=self._book.listed(answers))

    def same_step(self, criterion: str, _facts: Facts) -> str:
        return self._fill(
            self._book.gettext("You and {name} are on the same step of “{criterion}”."), criterion
        )

    def steps_apart(self, criterion: str, facts: Facts) -> str:
        ngettext, steps = self._book.ngettext, facts.number
        if not facts.who:
            message = ngettext(
                "You and {name} are one step apart in “{criterion}”.",
                "You and {name} are {count} steps apart in “{criterion}”.",
                steps,
            )
        elif self._me in facts.who:
            message = ngettext(
                "You are one step ahead of {name}.", "You are {count} steps ahead of {name}.", steps
            )
        else:
            message = ngettext(
                "{name} is one step ahead of you.", "{name} is {count} steps ahead of you.", steps
            )
        return self._fill(message, criterion, count=steps)

    def same_number(self, criterion: str, _facts: Facts) -> str:
        return self._fill(
            self._book.gettext("You and {name} gave the same number for “{criterion}”."), criterion
        )

    def numbers_apart(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("You and {name} are only {number} apart in “{criterion}”.")
        return self._fill(message, criterion, number=_number(facts.number))

    def texts_alike(self, criterion: str, _facts: Facts) -> str:
        message = self._book.gettext("What you and {name} wrote for “{criterion}” is alike.")
        return self._fill(message, criterion)


_TO_ONE_OF_TWO: Mapping[Finding, Callable[[_ToOneOfTwo, str, Facts], str]] = {
    Finding.BOTH_SAID: _ToOneOfTwo.both_said,
    Finding.EITHER_WORKS: _ToOneOfTwo.either_works,
    Finding.ANSWERS_DIFFER: _ToOneOfTwo.answers_differ,
    Finding.IN_COMMON: _ToOneOfTwo.in_common,
    Finding.FREE_TOGETHER: _ToOneOfTwo.free_together,
    Finding.ALL_WANTED: _ToOneOfTwo.wanted,
    Finding.SOME_WANTED: _ToOneOfTwo.wanted,
    Finding.FIRST_CHOICE: _ToOneOfTwo.choices,
    Finding.LATER_CHOICE: _ToOneOfTwo.choices,
    Finding.SAME_STEP: _ToOneOfTwo.same_step,
    Finding.STEPS_APART: _ToOneOfTwo.steps_apart,
    Finding.SAME_NUMBER: _ToOneOfTwo.same_number,
    Finding.NUMBERS_APART: _ToOneOfTwo.numbers_apart,
    Finding.TEXTS_ALIKE: _ToOneOfTwo.texts_alike,
}


class _ToCoordinator:
    """Says it of both, in the third person."""

    def __init__(self, book: Phrasebook, _reader: Reader, names: Mapping[Role, str]) -> None:
        self._book = book
        self._names = names

    def sentence(self, reason: Reason) -> str:
        """Return what was found, and to whom it matters most."""
        found = self._of(reason.criterion, reason.finding, reason.facts)
        return " ".join(filter(None, (found, self._most(reason.most_to))))

    def _of(self, criterion: str, finding: Finding, facts: Facts) -> str:
        if finding is Finding.BOTH_WAYS:
            return " ".join(self._of(criterion, way.finding, way.facts) for way in facts.ways)
        return _TO_COORDINATOR[finding](self, criterion, facts)

    def _most(self, who: Sequence[Role]) -> str:
        gettext = self._book.gettext
        if not who:
            return ""
        if len(who) > 1:
            return gettext("It is what matters most to both.")
        return self._book.fill(gettext("It is what matters most to {name}."), name=self._names[who[0]])

    def _fill(self, message: str, criterion: str, **places: object) -> str:
        return self._book.fill(message, criterion=self._book.label(criterion), **places)

    def _of_both(self, message: str, criterion: str, facts: Facts, **places: object) -> str:
        """Say a message of the one whom the facts name (`name`) and the other of the two (`other`)."""
        name, other = self._names[facts.who[0]], self._names[_OTHER[facts.who[0]]]
        return self._fill(message, criterion, name=name, other=other, **places)

    def _answers(self, criterion: str, facts: Facts) -> Inside:
        return self._book.listed(self._book.answers(criterion, facts.answers))

    def not_answered(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        if len(facts.who) == 1:
            messages = {
                0: gettext("{name} did not answer “{criterion}”, so it earns nothing."),
                _HALF: gettext("{name} did not answer “{criterion}”, so it counts half."),
            }
            other = gettext("{name} did not answer “{criterion}”, so it counts {percent}%.")
            message = messages.get(facts.percent, other)
            return self._fill(message, criterion, name=self._names[facts.who[0]], percent=facts.percent)
        messages = {
            0: gettext("Neither answered “{criterion}”, so it earns nothing."),
            _HALF: gettext("Neither answered “{criterion}”, so it counts half."),
        }
        other = gettext("Neither answered “{criterion}”, so it counts {percent}%.")
        return self._fill(messages.get(facts.percent, other), criterion, percent=facts.percent)

    def compared(self, criterion: str, _facts: Facts) -> str:
        return self._fill(
            self._book.gettext("“{criterion}” was compared; the answers stay private."), criterion
        )

    def both_said(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        if not facts.answers:
            return self._fill(gettext("Both said the same for “{criterion}”."), criterion)
        message = gettext("Both said {answer} for “{criterion}”.")
        return self._fill(message, criterion, answer=self._answers(criterion, facts))

    def either_works(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        if not facts.answers:
            return self._fill(gettext("What they said for “{criterion}” suits both."), criterion)
        message = gettext("For “{criterion}”, {answer} suits both.")
        return self._fill(message, criterion, answer=self._answers(criterion, facts))

    def answers_differ(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("They gave different answers for “{criterion}”."), criterion)

    def in_common(self, criterion: str, facts: Facts) -> str:
        if facts.answers:
            message = self._book.gettext("Both named {answers} for “{criterion}”.")
            return self._fill(message, criterion, answers=self._answers(criterion, facts))
        message = self._book.ngettext(
            "They have one thing in common in “{criterion}”.",
            "They have {count} things in common in “{criterion}”.",
            facts.common,
        )
        return self._fill(message, criterion, count=facts.common)

    def nothing_in_common(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("They have nothing in common in “{criterion}”."), criterion)

    def free_together(self, criterion: str, facts: Facts) -> str:
        if facts.answers:
            message = self._book.gettext("Both are free on {times}.")
            return self._fill(message, criterion, times=self._answers(criterion, facts))
        if facts.common:
            message = self._book.ngettext(
                "Both named one time that is the same.",
                "Both named {count} times that are the same.",
                facts.common,
            )
            return self._fill(message, criterion, count=facts.common)
        if facts.times:
            return self._free_by_the_clock(criterion, facts)
        message = self._book.ngettext(
            "Both are free for one hour a week at the same time.",
            "Both are free for {hours} hours a week at the same time.",
            _plural_of_hours(facts.half_hours),
        )
        return self._fill(message, criterion, hours=_hours(facts.half_hours))

    def _free_by_the_clock(self, criterion: str, facts: Facts) -> str:
        times = _shared_times(self._book, criterion, facts, Role.MENTEE)
        if _named_all(facts):
            return self._fill(self._book.gettext("Both are free on {times}."), criterion, times=times)
        message = self._book.ngettext(
            "Both are free for one hour a week, such as on {times}.",
            "Both are free for {hours} hours a week, such as on {times}.",
            _plural_of_hours(facts.half_hours),
        )
        return self._fill(message, criterion, hours=_hours(facts.half_hours), times=times)

    def never_free_together(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("They named no time at which both are free."), criterion)

    def all_wanted(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        message = (
            gettext("{name} can help with all that {other} is looking for: {answers}.")
            if facts.answers
            else gettext("{name} can help with all that {other} is looking for in “{criterion}”.")
        )
        return self._of_both(message, criterion, facts, answers=self._answers(criterion, facts))

    def some_wanted(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        message = (
            gettext("{name} can help with {count} of {total} that {other} is looking for: {answers}.")
            if facts.answers
            else gettext(
                "{name} can help with {count} of {total} that {other} is looking for in “{criterion}”."
            )
        )
        answers = self._answers(criterion, facts)
        return self._of_both(
            message, criterion, facts, answers=answers, count=facts.common, total=facts.wanted
        )

    def none_wanted(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext(
            "{name} can help with nothing that {other} is looking for in “{criterion}”."
        )
        return self._of_both(message, criterion, facts)

    def choices(self, criterion: str, facts: Facts) -> str:
        gettext, answers = self._book.gettext, self._book.answers(criterion, facts.answers)
        if not answers:
            message = gettext("{name} offers {count} of {total} choices of {other} for “{criterion}”.")
            return self._of_both(message, criterion, facts, count=facts.common, total=facts.wanted)
        if len(answers) == 1:
            messages = {
                1: gettext("{name} can help with {answer}, the first choice of {other}."),
                2: gettext("{name} can help with {answer}, the second choice of {other}."),
                3: gettext("{name} can help with {answer}, the third choice of {other}."),
            }
            other = gettext("{name} can help with {answer}, choice {rank} of {other}.")
            message = messages.get(facts.ranks[0], other)
            return self._of_both(message, criterion, facts, answer=answers[0], rank=facts.ranks[0])
        if facts.ranks[0] == 1:
            message = gettext(
                "{name} can help with {answer}, the first choice of {other}, and also with {others}."
            )
            others = self._book.listed(answers[1:])
            return self._of_both(message, criterion, facts, answer=answers[0], others=others)
        message = gettext("{name} can help with {answers}, later choices of {other}.")
        return self._of_both(message, criterion, facts, answers=self._book.listed(answers))

    def no_choice(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("{name} offers none of the choices of {other} for “{criterion}”.")
        return self._of_both(message, criterion, facts)

    def same_step(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("Both are on the same step of “{criterion}”."), criterion)

    def steps_apart(self, criterion: str, facts: Facts) -> str:
        ngettext, steps = self._book.ngettext, facts.number
        if not facts.who:
            message = ngettext(
                "They are one step apart in “{criterion}”.",
                "They are {count} steps apart in “{criterion}”.",
                steps,
            )
            return self._fill(message, criterion, count=steps)
        message = ngettext(
            "{name} is one step ahead of {other}.", "{name} is {count} steps ahead of {other}.", steps
        )
        return self._of_both(message, criterion, facts, count=steps)

    def same_number(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("Both gave the same number for “{criterion}”."), criterion)

    def numbers_apart(self, criterion: str, facts: Facts) -> str:
        gettext, number = self._book.gettext, _number(facts.number)
        if not facts.who:
            return self._fill(gettext("They are {number} apart in “{criterion}”."), criterion, number=number)
        message = gettext("{name} is {number} above {other} in “{criterion}”.")
        return self._of_both(message, criterion, facts, number=number)

    def texts_alike(self, criterion: str, facts: Facts) -> str:
        message = self._book.gettext("What both wrote for “{criterion}” is {percent}% alike.")
        return self._fill(message, criterion, percent=facts.percent)

    def asked_for(self, criterion: str, facts: Facts) -> str:
        gettext = self._book.gettext
        if len(facts.who) > 1:
            return self._fill(gettext("They asked for each other by name."), criterion)
        return self._of_both(gettext("{name} asked for {other} by name."), criterion, facts)

    def not_asked_for(self, criterion: str, _facts: Facts) -> str:
        return self._fill(self._book.gettext("Neither asked for the other by name."), criterion)


_TO_COORDINATOR: Mapping[Finding, Callable[[_ToCoordinator, str, Facts], str]] = {
    Finding.NOT_ANSWERED: _ToCoordinator.not_answered,
    Finding.COMPARED: _ToCoordinator.compared,
    Finding.BOTH_SAID: _ToCoordinator.both_said,
    Finding.EITHER_WORKS: _ToCoordinator.either_works,
    Finding.ANSWERS_DIFFER: _ToCoordinator.answers_differ,
    Finding.IN_COMMON: _ToCoordinator.in_common,
    Finding.NOTHING_IN_COMMON: _ToCoordinator.nothing_in_common,
    Finding.FREE_TOGETHER: _ToCoordinator.free_together,
    Finding.NEVER_FREE_TOGETHER: _ToCoordinator.never_free_together,
    Finding.ALL_WANTED: _ToCoordinator.all_wanted,
    Finding.SOME_WANTED: _ToCoordinator.some_wanted,
    Finding.NONE_WANTED: _ToCoordinator.none_wanted,
    Finding.FIRST_CHOICE: _ToCoordinator.choices,
    Finding.LATER_CHOICE: _ToCoordinator.choices,
    Finding.NO_CHOICE: _ToCoordinator.no_choice,
    Finding.SAME_STEP: _ToCoordinator.same_step,
    Finding.STEPS_APART: _ToCoordinator.steps_apart,
    Finding.SAME_NUMBER: _ToCoordinator.same_number,
    Finding.NUMBERS_APART: _ToCoordinator.numbers_apart,
    Finding.TEXTS_ALIKE: _ToCoordinator.texts_alike,
    Finding.ASKED_FOR: _ToCoordinator.asked_for,
    Finding.NOT_ASKED_FOR: _ToCoordinator.not_asked_for,
}


def _shared_times(book: Phrasebook, criterion: str, facts: Facts, mine: Role) -> Inside:
    return book.listed([book.shared_time(criterion, facts, time, mine) for time in facts.times])


def _named_all(facts: Facts) -> bool:
    return sum(time.half_hours for time in facts.times) == facts.half_hours


def _hours(half_hours: int) -> str:
    hours, half = divmod(half_hours, 2)
    return f"{hours}.5" if half else str(hours)


def _plural_of_hours(half_hours: int) -> int:
    hours, half = divmod(half_hours, 2)
    return _A_FRACTION if half else hours


def _number(thousandths: int) -> str:
    return f"{thousandths / 1000:g}"
