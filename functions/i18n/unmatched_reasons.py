"""Why somebody has no partner, as sentences: to a coordinator, or to themselves and from their own side.

Nothing of it follows from a private rule. Where a policy gives a rule's reason in its own words, these are
what both read.
"""

from functions.i18n.phrasebook import Phrasebook
from functions.matching import Cause, Role, Unmatched, WhyUnmatched


class UnmatchedRenderer:
    """Says it in one language; `to_themselves` is whether the person without a partner reads it."""

    def __init__(self, book: Phrasebook, *, to_themselves: bool = False) -> None:
        self._book = book
        self._to_themselves = to_themselves

    def reasons(self, person: Unmatched) -> tuple[str, ...]:
        """Return why somebody has no partner, most important first."""
        after_rules = any(why.cause is Cause.RULE for why in person.why)
        return tuple(
            self._refused(why, person.role)
            if why.cause is Cause.RULE
            else self._taken(why, after_rules=after_rules)
            for why in person.why
        )

    def _refused(self, why: WhyUnmatched, role: Role) -> str:
        message = self._by_all(role, why.total) if why.count == why.total else self._by_some(role, why.total)
        because = self._book.reason_of(why.rule, role if self._to_themselves else None)
        return self._book.fill(message, count=f"{why.count:,}", total=f"{why.total:,}", because=because)

    def _by_all(self, role: Role, total: int) -> str:
        ngettext = self._book.ngettext
        if self._book.peers:
            return ngettext(
                "With the only other person: {because}.", "With each of the {total} others: {because}.", total
            )
        if role is Role.MENTEE:
            return ngettext(
                "With the only mentor: {because}.", "With each of the {total} mentors: {because}.", total
            )
        return ngettext(
            "With the only mentee: {because}.", "With each of the {total} mentees: {because}.", total
        )

    def _by_some(self, role: Role, total: int) -> str:
        ngettext = self._book.ngettext
        if self._book.peers:
            return ngettext(
                "With {count} of {total} other: {because}.",
                "With {count} of {total} others: {because}.",
                total,
            )
        if role is Role.MENTEE:
            return ngettext(
                "With {count} of {total} mentor: {because}.",
                "With {count} of {total} mentors: {because}.",
                total,
            )
        return ngettext(
            "With {count} of {total} mentee: {because}.",
            "With {count} of {total} mentees: {because}.",
            total,
        )

    def _taken(self, why: WhyUnmatched, *, after_rules: bool) -> str:
        gettext = self._book.gettext
        with_others = {
            Cause.PLACES_TAKEN: gettext("With the others, no place was left."),
            Cause.MENTEES_TAKEN: gettext("With the others, no mentee was left."),
            Cause.GROUP_PLACES_TAKEN: gettext("With the others, no group that runs had a place left."),
        }
        if after_rules and why.cause in with_others:
            return with_others[why.cause]
        if why.cause in (Cause.TAKES_TOO_FEW, Cause.TOO_FEW_LEFT):
            return self._of_groups(why)
        return {
            Cause.PLACES_TAKEN: gettext("No place was left."),
            Cause.MENTEES_TAKEN: gettext("No mentee was left."),
            Cause.GROUP_PLACES_TAKEN: gettext("No group that runs had a place left."),
            Cause.PEERS_TAKEN: gettext("Everybody else whom the rules allow has found a partner."),
            Cause.ODD_POOL: gettext(
                "The pool has an odd number of people, so somebody has to wait; lots decide between equals."
            ),
        }[why.cause]

    def _of_groups(self, why: WhyUnmatched) -> str:
        ngettext = self._book.ngettext
        if why.cause is Cause.TAKES_TOO_FEW and self._to_themselves:
            message = ngettext(
                "A group has {smallest} or more, and you take one.",
                "A group has {smallest} or more, and you take {count}.",
                why.count,
            )
            return self._book.fill(message, smallest=why.smallest, count=why.count)
        if why.cause is Cause.TAKES_TOO_FEW:
            message = ngettext(
                "A group has {smallest} or more, and this mentor takes one.",
                "A group has {smallest} or more, and this mentor takes {count}.",
                why.count,
            )
            return self._book.fill(message, smallest=why.smallest, count=why.count)
        message = ngettext(
            "Too few mentees were left for a group of one.",
            "Too few mentees were left for a group of {count}.",
            why.smallest,
        )
        return self._book.fill(message, count=why.smallest)

    def partner_left(self, role: Role) -> str:
        """Return that there was a partner, who left before the two were introduced."""
        if role is Role.MENTEE:
            return self._book.gettext("We had found a mentor for you, who has left since.")
        return self._book.gettext("We had found a mentee for you, who has left since.")
