"""What a run says beside its pairs: who is left over and why, what would help, and what can't be matched.

All of it is for the coordinator. What everybody left over shares is said once for all of them; each gets
only what is particular.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from functions.i18n.phrasebook import Inside, Phrasebook
from functions.i18n.unmatched_reasons import UnmatchedRenderer
from functions.matching import (
    Against,
    Change,
    FurtherPlace,
    Impossibility,
    Note,
    Noted,
    Points,
    Problem,
    Remedy,
    Role,
    Unmatched,
    WhyNot,
)

_IN_A_TENTH = 1_000  # millionths of a hundred points


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """One side's people without a partner. `shared` and `would_help` hold for all of them."""

    role: Role
    shared: tuple[str, ...]
    would_help: str
    people: tuple["LeftOverPerson", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOverPerson:
    """What is particular to one of them; `would_help` is empty where it is what would help all."""

    id: str
    reasons: tuple[str, ...]
    would_help: str


class RunRenderer:
    """Says what a run found in one language; `name_of` returns what the coordinator calls a person."""

    def __init__(self, book: Phrasebook, name_of: Callable[[str], str] = str) -> None:
        self._book = book
        self._name_of = name_of
        self._peers = book.peers
        self._unmatched = UnmatchedRenderer(book)

    def _say(self, message: str, **places: object) -> str:
        return self._book.fill(message, **places)

    def left_over(
        self, unmatched: Sequence[Unmatched], further_places: Sequence[FurtherPlace] = ()
    ) -> tuple[LeftOver, ...]:
        """Return everybody without a partner, by side, with what all of them share said once."""
        return tuple(
            self._of_side(role, [person for person in unmatched if person.role is role], further_places)
            for role in (Role.MENTEE, Role.MENTOR)
            if any(person.role is role for person in unmatched)
        )

    def _of_side(
        self, role: Role, people: Sequence[Unmatched], further_places: Sequence[FurtherPlace]
    ) -> LeftOver:
        reasons = {person.id: self.reasons(person) for person in people}
        helps = {person.id: self._help(person, further_places) for person in people}
        shared: tuple[str, ...] = ()
        would_help = ""
        if len(people) > 1:
            shared = tuple(
                each for each in reasons[people[0].id] if all(each in reasons[person.id] for person in people)
            )
            would_help = helps[people[0].id] if len(set(helps.values())) == 1 else ""
        return LeftOver(
            role=role,
            shared=shared,
            would_help=would_help,
            people=tuple(
                LeftOverPerson(
                    id=person.id,
                    reasons=tuple(each for each in reasons[person.id] if each not in shared),
                    would_help="" if would_help else helps[person.id],
                )
                for person in people
            ),
        )

    def _help(self, person: Unmatched, further_places: Sequence[FurtherPlace]) -> str:
        for place in further_places:
            if person.id in place.serves and person.role is Role.MENTEE:
                return self.further_place(place)
        return self.change(person.change, person.role) if person.change else ""

    def reasons(self, person: Unmatched) -> tuple[str, ...]:
        """Return why somebody is left over. Nothing of it follows from a private rule."""
        return self._unmatched.reasons(person)

    def change(self, change: Change, role: Role) -> str:
        """Return the smallest single change that would give somebody a partner."""
        if change.remedy is Remedy.MENTEES:
            message = self._book.ngettext(
                "One more mentee whom the rules allow: a group has one or more.",
                "More mentees whom the rules allow: a group has {count} or more.",
                change.smallest,
            )
            return self._say(message, count=change.smallest)
        rule = self._book.rule(change.rule) if change.rule else ""
        return self._say(self._change(change, role), rule=rule, smallest=change.smallest)

    def _change(self, change: Change, role: Role) -> str:
        gettext = self._book.gettext
        if change.remedy is Remedy.TAKES_MORE:
            return gettext("The mentor takes {smallest} or more.")
        if change.remedy is Remedy.EXCEPTION:
            return self._exception(role)
        if change.rule:
            return {
                Remedy.PLACE: gettext(
                    "One more place with a mentor whom the rules allow; "
                    "or one exception from the rule “{rule}”, with a mentor who has room."
                ),
                Remedy.MENTEE: gettext(
                    "One more mentee whom the rules allow; "
                    "or one exception from the rule “{rule}”, with a mentee who is free."
                ),
                Remedy.PEER: gettext(
                    "One more person whom the rules allow; "
                    "or one exception from the rule “{rule}”, with somebody who is free."
                ),
            }[change.remedy]
        if change.no_exception_helps:
            return {
                Remedy.MENTOR: gettext(
                    "One more mentor whom the rules allow. "
                    "With those there are, no single exception is enough."
                ),
                Remedy.MENTEE: gettext(
                    "One more mentee whom the rules allow. "
                    "With those there are, no single exception is enough."
                ),
                Remedy.PEER: gettext(
                    "One more person whom the rules allow. "
                    "With those there are, no single exception is enough."
                ),
            }[change.remedy]
        return {
            Remedy.PLACE: gettext("One more place with a mentor whom the rules allow."),
            Remedy.MENTOR: gettext("One more mentor whom the rules allow."),
            Remedy.MENTEE: gettext("One more mentee whom the rules allow."),
            Remedy.PEER: gettext("One more person whom the rules allow."),
        }[change.remedy]

    def _exception(self, role: Role) -> str:
        gettext = self._book.gettext
        if self._peers:
            return gettext("One exception from the rule “{rule}”, with somebody who is free.")
        if role is Role.MENTEE:
            return gettext("One exception from the rule “{rule}”, with a mentor who has room.")
        return gettext("One exception from the rule “{rule}”, with a mentee who is free.")

    def further_place(self, place: FurtherPlace) -> str:
        """Return whom one more place of a mentor would give one, and who would lose theirs."""
        gettext = self._book.gettext
        if not place.leaves:
            message = gettext(
                "With one more place for {mentor}, {names} would have a mentor, and nobody would lose one."
            )
        else:
            message = gettext(
                "With one more place for {mentor}, {names} would have a mentor, but {others} would have none."
            )
        return self._say(
            message,
            mentor=self._name_of(place.mentor),
            names=self._names(place.serves),
            others=self._names(place.leaves),
        )

    def _names(self, ids: Iterable[str]) -> Inside:
        return self._book.listed([Inside(self._book.isolated(self._name_of(each))) for each in ids])

    def why_not(self, against: Iterable[WhyNot]) -> str:
        """Return what stands against a pairing that somebody wished for, or what it would have cost."""
        return " ".join(map(self._against, against))

    def _against(self, why: WhyNot) -> str:
        ngettext = self._book.ngettext
        if why.against is Against.RULE:
            message = self._book.gettext("The rule “{rule}” refuses it: {because}.")
            return self._say(message, rule=self._book.rule(why.rule), because=self._book.reason_of(why.rule))
        if why.against is Against.UNSERVED:
            message = ngettext(
                "It would have left one more mentee without a mentor.",
                "It would have left {count} more mentees without a mentor.",
                why.count,
            )
        elif why.against is Against.TOTAL and why.count:
            message = ngettext(
                "All pairings together would have lost {points} (a perfect one has {most}), "
                "and one other mentee would have had another mentor.",
                "All pairings together would have lost {points} (a perfect one has {most}), "
                "and {count} other mentees would have had other mentors.",
                why.count,
            )
        else:
            message = self._against_by_kind()[why.against]
        points, most = self._points(why)
        return self._say(message, count=f"{why.count:,}", points=points, most=most)

    def _against_by_kind(self) -> Mapping[Against, str]:
        gettext = self._book.gettext
        return {
            Against.SAME_PERSON: gettext("They are the same person."),
            Against.FORBIDDEN: gettext("You have forbidden this pairing."),
            Against.LOCKS: gettext("It is not possible beside the locked pairings."),
            Against.STABILITY: gettext(
                "One of the two has every place taken by people who fit as well or better, or who are locked."
            ),
            Against.NOT_WORKED_OUT: gettext(
                "The rules allow it, but other pairings were made. What it would have cost is worked out "
                "for the first {count} wishes alone."
            ),
            Against.PRIORITY: gettext(
                "It would have taken the mentor from a mentee who is to be served before others."
            ),
            Against.FLOOR: gettext(
                "The weakest of the other pairings would have lost {points} (a perfect one has {most})."
            ),
            Against.NOTHING: gettext(
                "It would have cost nothing: other pairings were as good for everybody together."
            ),
            Against.TOO_WEAK: gettext(
                "All pairings together would have gained {points} (a perfect one has {most}), "
                "but this one is weaker than any may be."
            ),
            Against.TOTAL: gettext(
                "All pairings together would have lost {points} (a perfect one has {most})."
            ),
        }

    def _points(self, why: WhyNot) -> tuple[str, str]:
        """Return points of a hundred, rounded up to a tenth, or as they are where the policy has its own."""
        if self._book.policy is not None and self._book.policy.points is Points.AS_THEY_ARE:
            return f"{why.points:,}", f"{why.most:,}"
        tenths = -(-why.points // _IN_A_TENTH)
        return f"{tenths // 10:,}.{tenths % 10}", "100"

    def kept_out(self, mentees: int, mentors: int) -> tuple[str, ...]:
        """Return how many people a run kept out because they have not read the training."""
        ngettext = self._book.ngettext
        counted = (
            (
                mentees,
                ngettext(
                    "One mentee is not in this run: they have not read the training yet.",
                    "{count} mentees are not in this run: they have not read the training yet.",
                    mentees,
                ),
            ),
            (
                mentors,
                ngettext(
                    "One mentor is not in this run: they have not read the training yet.",
                    "{count} mentors are not in this run: they have not read the training yet.",
                    mentors,
                ),
            ),
        )
        return tuple(self._say(message, count=count) for count, message in counted if count)

    def erased(self) -> str:
        """Return that what a run proposed is gone."""
        return self._book.gettext(
            "What this run proposed was erased: its time was over. Its digests and its figures stand."
        )

    def note(self, note: Note) -> str:
        """Return one thing that is to be known of a result as a whole."""
        numbers = note.numbers or {}
        if note.noted is Noted.STABLE:
            return self._stable(numbers)
        if note.noted in (Noted.GROUPS_PROVEN, Noted.GROUPS_PRIORITY_OPEN, Noted.GROUPS_WITHIN):
            return self._groups(note, numbers)
        if note.noted is Noted.FURTHER_PLACES:
            return self._further_places_tried(numbers)
        gettext = self._book.gettext
        message = {
            Noted.PROVEN_ON_SAMPLE: gettext(
                "The best of everybody’s {candidates} best candidates and more. That no other pair would "
                "make it better was checked for {checked} of {mentees} mentees with all {mentors} mentors."
            ),
            Noted.PRIORITY_ONLY_PREFERRED: gettext(
                "Who is to be served before others was only preferred where scores are equal."
            ),
        }[note.noted]
        return self._say(message, **_with_commas(numbers))

    def _stable(self, numbers: Mapping[str, int]) -> str:
        gettext, ngettext, fewer = self._book.gettext, self._book.ngettext, numbers["fewer"]
        if not fewer:
            message = gettext(
                "Stable, as the policy asks: no mentee and mentor would both rather have each other; "
                "as many people are served as could be."
            )
        elif numbers["at_least"]:
            message = ngettext(
                "Stable, as the policy asks: no mentee and mentor would both rather have each other; "
                "at least one person fewer is served than could be.",
                "Stable, as the policy asks: no mentee and mentor would both rather have each other; "
                "at least {fewer} fewer people are served than could be.",
                fewer,
            )
        else:
            message = ngettext(
                "Stable, as the policy asks: no mentee and mentor would both rather have each other; "
                "one person fewer is served than could be.",
                "Stable, as the policy asks: no mentee and mentor would both rather have each other; "
                "{fewer} fewer people are served than could be.",
                fewer,
            )
        return self._say(message, **_with_commas(numbers))

    def _further_places_tried(self, numbers: Mapping[str, int]) -> str:
        gettext = self._book.gettext
        if not numbers["tried"]:
            return gettext("Whom one more place of a mentor would help was not tried: it takes too long.")
        message = gettext(
            "One more place was tried for {tried} of the {mentors} mentors whom it may help: "
            "those who are possible for most people without a mentor."
        )
        return self._book.fill(message, **_with_commas(numbers))

    def _groups(self, note: Note, numbers: Mapping[str, int]) -> str:
        gettext = self._book.gettext
        runs = self._book.ngettext(
            "One group runs, for {served} people.",
            "{groups} groups run, for {served} people.",
            numbers["groups"],
        )
        if note.noted is Noted.GROUPS_PROVEN:
            proof = gettext("No other groups are better: that is proven.")
        elif note.noted is Noted.GROUPS_PRIORITY_OPEN:
            proof = gettext("It is not known whether more people of a higher priority could be in a group.")
        else:
            proof = self._open_level(note.level)
        bound = numbers.get("bound", 0)
        share = f"{100 * numbers['reached'] / bound:.2f}%" if bound else ""
        places = {**_with_commas(numbers), "share": share}
        return " ".join((self._say(runs, **places), self._say(proof, **places)))

    def _open_level(self, level: str) -> str:
        gettext = self._book.gettext
        return {
            "served": gettext(
                "Whether more people could be in a group is not known: at most {bound}, and {reached} are."
            ),
            "floor": gettext(
                "Whether the lowest score could be higher is not known: at most {bound}, and it is {reached}."
            ),
            "total": gettext(
                "Whether the total could be higher is not known: at most {bound}, and it has {share} of it."
            ),
            "load": gettext("Only whether groups could be more even is not known."),
            "least change": gettext("Only whether fewer pairs could change is not known."),
        }[level]

    def problem(self, why: Impossibility) -> str:
        """Return why people can't be matched as given, and what to do."""
        if why.problem is Problem.NOBODY_ELIGIBLE:
            return self._nobody_eligible(why)
        places = {
            **_with_commas(why.numbers or {}),
            "column": why.column,
            "answer": why.answer,
            "known": self._listed(why.known),
            **self._people(why),
        }
        return self._say(self._message(why), **places)

    def _people(self, why: Impossibility) -> dict[str, object]:
        named = [self._name_of(each) for each in why.people]
        first, second, third = (*named, "", "", "")[:3]
        return {"name": first, "other": second, "third": third, "names": self._names(why.people)}

    def _listed(self, texts: Iterable[str]) -> Inside:
        return Inside(", ".join(map(self._book.isolated, texts)))

    def _message(self, why: Impossibility) -> str:
        kinds = (self._of_sizes, self._of_answers, self._of_locks, self._of_locks_in_groups)
        return next(message for messages in kinds if (message := messages(why).get(why.problem)) is not None)

    def _of_sizes(self, why: Impossibility) -> Mapping[Problem, str]:
        gettext = self._book.gettext
        mentors = why.role is Role.MENTOR
        return {
            Problem.EMPTY_SIDE: gettext("There is no mentor. A run needs at least one on each side.")
            if mentors
            else gettext("There is no mentee. A run needs at least one on each side."),
            Problem.SIDE_TOO_LARGE: gettext(
                "{count} mentors are too many for one run (at most {most} on a side). "
                "Match them in smaller cohorts, such as by faculty."
            )
            if mentors
            else gettext(
                "{count} mentees are too many for one run (at most {most} on a side). "
                "Match them in smaller cohorts, such as by faculty."
            ),
            Problem.NOBODY: gettext("There is nobody to match."),
            Problem.POOL_OF_ONE: gettext("There is one person in the pool. A pair needs two."),
            Problem.POOL_TOO_LARGE: gettext(
                "{count} people are too many for one run of this kind (at most {most}). "
                "Match them in smaller cohorts, such as by faculty."
            ),
            Problem.NO_GROUPS_IN_POLICY: gettext(
                "The policy says nothing of the groups that it makes. Add [groups]."
            ),
            Problem.TOO_FEW_FOR_A_GROUP: gettext(
                "The smallest group is {smallest} and there are {count} mentees. "
                "Make the smallest group smaller, or wait for more people."
            ),
            Problem.NO_GROUP_CAN_RUN: gettext(
                "No mentor has room for {smallest} mentees whom the rules allow them to meet, so no group "
                "can run. Make the smallest group smaller, raise the mentors’ numbers, or change a rule."
            ),
        }

    def _of_answers(self, _why: Impossibility) -> Mapping[Problem, str]:
        gettext = self._book.gettext
        return {
            Problem.SAME_ID: gettext(
                "Two people have the same id, {name}. Give each one place, with one id."
            ),
            Problem.NO_CAPACITY: gettext(
                "{name} has a capacity of {capacity}. Give them at least 1, or leave them out of this run."
            ),
            Problem.NO_NUMBER: gettext(
                "{name} has “{answer}” in “{column}”, which is not a number. Write a plain number, such as 3."
            ),
            Problem.UNKNOWN_ANSWER: gettext(
                "{name} has “{answer}” in “{column}”, which the policy doesn’t know. "
                "Correct the answer, or add it to the policy; it knows: {known}."
            ),
            Problem.NO_TIME_ZONE: gettext(
                "{name} has “{answer}” in “{column}”, which is no time zone. "
                "Write a zone such as Europe/London, or an offset such as +01:00."
            ),
            Problem.NO_HALF_HOUR: gettext(
                "{name} has “{answer}” in “{column}”, which is no half-hour of a week. "
                "Write such as mon-14:00, or a day with one of: {known}."
            ),
        }

    def _of_locks(self, _why: Impossibility) -> Mapping[Problem, str]:
        gettext = self._book.gettext
        return {
            Problem.NOT_IN_RUN: gettext(
                "A pairing of before, a locked or a forbidden one names {name}, who is not in this run. "
                "Drop it, or add the person."
            ),
            Problem.LOCKED_TWICE: gettext(
                "The pairing of {name} with {other} is locked twice. Lock it once."
            ),
            Problem.LOCKED_AND_FORBIDDEN: gettext(
                "The pairing of {name} with {other} is both locked and forbidden. Drop one of the two."
            ),
            Problem.LOCKED_AGAINST_RULE: gettext(
                "The pairing of {name} with {other} is locked, but a rule refuses it. "
                "Unlock it, or change the rule."
            ),
            Problem.LOCKED_BEYOND_CAPACITY: gettext(
                "{name} has {locked} locked pairings and a capacity of {capacity}. "
                "Unlock some, or raise the capacity."
            ),
            Problem.LOCKED_WITH_TWO_PEERS: gettext(
                "{name} is locked with both {other} and {third}, and everybody has one peer. "
                "Unlock one of the two."
            ),
        }

    def _of_locks_in_groups(self, _why: Impossibility) -> Mapping[Problem, str]:
        gettext = self._book.gettext
        return {
            Problem.LOCKED_GROUP_TOO_SMALL: gettext(
                "Mentees are locked with {name}, whose group can’t reach the smallest size ({smallest}). "
                "Unlock them, raise the mentor’s number, or make the smallest group smaller."
            ),
            Problem.LOCKED_GROUPS_TOO_SMALL: gettext(
                "The groups with locked mentees ({names}) can’t all reach the smallest size ({smallest}) at "
                "once. Unlock some, or make the smallest group smaller."
            ),
        }

    def _nobody_eligible(self, why: Impossibility) -> str:
        gettext = self._book.gettext
        total = (why.numbers or {}).get("total", 0)
        message = self._book.ngettext(
            "“{rule}” refuses the only pairing.", "“{rule}” refuses {count} of {total} pairings.", total
        )
        refusals = [
            self._say(message, rule=self._book.rule(rule), count=f"{count:,}", total=f"{total:,}")
            for rule, count in why.refusals
        ] or [gettext("No rule that may be named refuses one.")]
        advice = gettext("Loosen the rule that refuses most, or check that the columns hold what it expects.")
        return " ".join([gettext("The rules leave no pairing at all."), *refusals, advice])


def _with_commas(numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: f"{number:,}" for name, number in numbers.items()}
