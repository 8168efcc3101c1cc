"""What `./kith match` may be asked, and what can't be asked together."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The options of one call; a file that was not named is None."""

    policy: Path
    mentors: Path | None = None
    mentees: Path | None = None
    people: Path | None = None
    mentor_sheet: str = ""
    mentee_sheet: str = ""
    mentee_questions: Path | None = None
    mentor_questions: Path | None = None
    seed: int = 0
    previous: Path | None = None
    locked: Path | None = None
    forbidden: Path | None = None
    out: Path | None = None
    report: Path | None = None
    compare: Path | None = None
    fairness: tuple[str, ...] = ()
    stability: bool = False
    check: Path | None = None
    dask: str | None = None

    @property
    def inputs(self) -> list[Path]:
        """Every file that is read."""
        named = (
            *(self.mentors, self.mentees, self.people, self.policy, self.compare),
            *(self.previous, self.locked, self.forbidden, self.mentee_questions, self.mentor_questions),
        )
        return [file for file in named if file is not None]

    def contradiction(self) -> str:
        """Return why these options make no sense together; nothing when they do."""
        besides = self.compare or self.fairness or self.stability
        if bool(self.people) == bool(self.mentors or self.mentees) or bool(self.mentors) != bool(
            self.mentees
        ):
            return "Name --mentors and --mentees, or --people for peers."
        if bool(self.mentee_questions) != bool(self.mentor_questions) and not self.people:
            return "Name --mentee-questions and --mentor-questions; with --people the first alone."
        if self.people and besides:
            return "--compare, --fairness and --stability need mentors and mentees."
        if self.check and (self.out or self.report or besides):
            return "--check only checks: leave out what else is to be written or compared."
        if self.people and self.dask:
            return "--dask needs mentors and mentees."
        return ""
