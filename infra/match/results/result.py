"""What a match made, with all that is needed to say it to people."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.reasons import Reader, ReasonRenderer
from functions.matching import Outcome, Pair, Policy, Role
from infra.match.display_names import Names
from infra.match.reading import Reading
from infra.match.results.report_section import ReportSection


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One match: its outcome and policy, the words to say it in, people's names, and what was read."""

    outcome: Outcome
    policy: Policy
    words: Phrasebook
    names: Names
    reading: Reading
    sections: Sequence[ReportSection]

    def name_of(self, id_: str) -> str:
        """Return what the person with an id is called, whichever side they are on."""
        return self.names[Role.MENTEE].get(id_) or self.names[Role.MENTOR].get(id_, id_)

    def names_of(self, pair: Pair) -> tuple[str, str]:
        """Return the names of the mentee and of the mentor."""
        mentee, mentor = self.names[Role.MENTEE], self.names[Role.MENTOR]
        return mentee.get(pair.mentee, pair.mentee), mentor.get(pair.mentor, pair.mentor)

    def ids_of(self, pair: Pair) -> tuple[str, ...]:
        """Return both ids where they are not the names already."""
        return (pair.mentee, pair.mentor) if self.id_columns else ()

    @property
    def name_columns(self) -> tuple[str, str]:
        """Return what the columns of names are called: as those of ids where everybody's id is their name."""
        return ("mentee name", "mentor name") if self.id_columns else ("mentee", "mentor")

    @property
    def id_columns(self) -> tuple[str, ...]:
        """Return what the columns of ids are called; none where everybody's id is their name."""
        named = any(id_ != name for names in self.names.values() for id_, name in names.items())
        return ("mentee", "mentor") if named else ()

    def renderer(self, pair: Pair) -> ReasonRenderer:
        """Return what says a pair's reasons to the coordinator."""
        mentee, mentor = self.names_of(pair)
        return ReasonRenderer(self.words, Reader.COORDINATOR, {Role.MENTEE: mentee, Role.MENTOR: mentor})

    def strongest(self, pair: Pair) -> tuple[str, ...]:
        """Return the sentences of the reasons that speak most for a pair."""
        return self.renderer(pair).strongest(pair.reasons)
