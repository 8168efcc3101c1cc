"""Read a run: where it stands, what it proposes and why, and who is left over and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.reasons import Reader, ReasonRenderer, speaks_for, weightiest
from functions.i18n.run_reasons import LeftOver, RunRenderer
from functions.matching import WHOLE, Pair, Points, Wish
from functions.matching import Role as MatchRole
from functions.programme.people import Enrolment, Role
from functions.programme.proposal import Proposal
from functions.programme.run import Run
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.runs import documents, runs
from functions.usecases.phrasebooks import phrasebook


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """What one criterion gave a pair, and what was found, said to a coordinator."""

    criterion: str
    label: str
    finding: str
    points: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPair:
    """One pair that a run proposes. A person who is gone by now is None.

    The reasons come weightiest first. `best` is the sentence that speaks most for it, empty where none does.
    """

    mentor_id: str
    mentee_id: str
    mentor: Enrolment | None
    mentee: Enrolment | None
    score: int
    best: str
    reasons: tuple[ReasonView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetWish:
    """A wish for a person that the run could not meet, and why: for coordinators alone."""

    mentee_id: str
    mentor_id: str
    mentee: Enrolment | None
    mentor: Enrolment | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with what it made; the tuples are empty until it is proposed. The weakest pair is first.

    `perfect` is the score that no pair can pass, None where the policy's points have no such end. `notes`
    say what is to be known of the proposal as a whole, `failure` why there is none. Of everybody
    `left_over` by side, `people` has whoever is still there by id; `further_places` say which mentor's
    further place would help whom, the most helpful first.
    """

    run: Run
    perfect: int | None = None
    pairs: tuple[ProposedPair, ...] = ()
    left_over: tuple[LeftOver, ...] = ()
    further_places: tuple[str, ...] = ()
    people: Mapping[str, Enrolment]
    notes: tuple[str, ...] = ()
    unmet_wishes: tuple[UnmetWish, ...] = ()
    failure: str | None = None

    @property
    def unmatched(self) -> int:
        """How many people have no partner in it."""
        return sum(len(side.people) for side in self.left_over)


def read_run(
    services: Services, cohort_id: str, run_id: str, *, language: str, by_name: bool = True
) -> RunView | None:
    """Return the run, in that language, or None when the cohort has none of that id.

    Sentences call people by their names, or else by their ids alone.
    """
    run = runs.get(services.table, cohort_id, run_id)
    if run is None:
        return None
    book = phrasebook(services, run.policy, language)
    if run.proposals_sha256 is None:
        return RunView(
            run=run, people={}, failure=_failure(run, RunRenderer(book)), notes=_kept_out(run, book)
        )
    try:
        proposal = documents.load_proposal(services.table, cohort_id, run.proposals_sha256)
    except documents.ErasedError:
        return RunView(run=run, people={}, notes=(RunRenderer(book).erased(),))
    people = {enrolment.id: enrolment for enrolment in enrolments.in_cohort(services.table, cohort_id)}
    names = {each.id: each.name for each in people.values()} if by_name else {}
    return _Reading(run=run, book=book, people=people, names=names).view(proposal)


def _failure(run: Run, says: RunRenderer) -> str | None:
    return run.failure if run.cannot_match is None else says.problem(run.cannot_match)


def _kept_out(run: Run, book: Phrasebook) -> tuple[str, ...]:
    untrained = (run.summary.get(f"untrained_{role}s", 0) for role in (Role.MENTEE, Role.MENTOR))
    return RunRenderer(book).kept_out(*untrained)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A proposal as it is read: in one language, with the names that may be told."""

    run: Run
    book: Phrasebook
    people: Mapping[str, Enrolment]
    names: Mapping[str, str]

    def view(self, proposal: Proposal) -> RunView:
        pairs = list(map(self._pair, proposal.pairs))
        says = RunRenderer(self.book, self._name)
        return RunView(
            run=self.run,
            perfect=self._perfect(),
            pairs=tuple(sorted(pairs, key=lambda pair: (pair.score, pair.mentee_id, pair.mentor_id))),
            left_over=says.left_over(proposal.unmatched, proposal.further_places),
            further_places=tuple(map(says.further_place, proposal.further_places)),
            people=self.people,
            notes=(
                *_kept_out(self.run, self.book),
                *map(says.note, proposal.notes),
            ),
            unmet_wishes=tuple(self._wish(wish, says) for wish in proposal.wishes),
        )

    def _name(self, person_id: str) -> str:
        return self.names.get(person_id, person_id)

    def _perfect(self) -> int | None:
        policy = self.book.policy
        return WHOLE if policy and policy.points is Points.SHARES else None

    def _pair(self, pair: Pair) -> ProposedPair:
        names = {MatchRole.MENTOR: self._name(pair.mentor), MatchRole.MENTEE: self._name(pair.mentee)}
        says = ReasonRenderer(self.book, Reader.COORDINATOR, names)
        reasons = [
            ReasonView(
                criterion=reason.criterion,
                label=self.book.label(reason.criterion),
                finding=reason.finding,
                points=reason.points,
                text=says.sentence(reason),
            )
            for reason in weightiest(pair.reasons)
        ]
        return ProposedPair(
            mentor_id=pair.mentor,
            mentee_id=pair.mentee,
            mentor=self.people.get(pair.mentor),
            mentee=self.people.get(pair.mentee),
            score=pair.score,
            best=next((says.sentence(each) for each in weightiest(pair.reasons) if speaks_for(each)), ""),
            reasons=tuple(reasons),
        )

    def _wish(self, wish: Wish, says: RunRenderer) -> UnmetWish:
        return UnmetWish(
            mentee_id=wish.mentee,
            mentor_id=wish.mentor,
            mentee=self.people.get(wish.mentee),
            mentor=self.people.get(wish.mentor),
            text=says.why_not(wish.against),
        )
