"""One match: people and a policy in, an outcome that has been verified out.

    people ─→ score ─→ solve ─→ explain ─→ verify ─→ outcome

Nothing here knows the time: `begin` is called when a stage begins, so that a caller who has a clock can
measure, and `progress` with how far the whole is (0 … 100). Either may raise to stop the work.
"""

from collections.abc import Callable, Sequence

from functions.matching.outcome import Outcome
from functions.matching.pairings.best import pair_best
from functions.matching.pairings.run import Couple, Progress, Run, Stage, Surveyor
from functions.matching.people import Person
from functions.matching.policy.model import Pairing, Policy
from functions.matching.verification.pairs import faults_in_figures


class Unsound(Exception):  # noqa: N818 - it says what the result is
    """The independent verifier found faults: the result must not be used. `faults` says which."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"the result is not sound: {'; '.join(faults[:5])}")
        self.faults = tuple(faults)


def match(  # noqa: PLR0913 - the contract's own list; each has a name at the call
    mentors: Sequence[Person],
    mentees: Sequence[Person],
    policy: Policy,
    *,
    seed: int = 0,
    locked: Sequence[Couple] = (),
    forbidden: Sequence[Couple] = (),
    previous: Sequence[Couple] | None = None,
    progress: Callable[[int], None] = lambda _percent: None,
    begin: Callable[[Stage], None] = lambda _stage: None,
    surveyor: Surveyor | None = None,
) -> Outcome:
    """Return the best pairings under the policy, with reasons, certificate and everybody left out.

    A policy that asks for stability gets the stable pairings instead, without a certificate: pairings of
    before are not kept for their own sake, and a priority only decides between equal scores.

    The order of people changes nothing. Nobody gets more partners than their own capacity, nor than a
    number in the policy. Couples are (mentee's id, mentor's id). Of `previous`, couples whose people
    are gone are ignored. A policy for peers pairs both lists as one pool.

    Raises CannotMatch when a side is empty, there are too many people, an answer can't be read, locks
    contradict each other or the rules, or the rules leave nobody eligible; Unsound when the verifier
    finds a fault. `surveyor` looks at every pair of two large sides in the place of this process, such as
    on many machines, and changes nothing.
    """
    run = Run(
        mentors=mentors,
        mentees=mentees,
        policy=policy,
        seed=seed,
        locked=locked,
        forbidden=forbidden,
        previous=previous,
        progress=Progress(progress),
        begin=begin,
        surveyor=surveyor,
    )
    outcome, faults = _pair(run)
    faults += faults_in_figures(outcome, mentors, mentees)
    if faults:
        raise Unsound(faults)
    run.progress.reach(100)
    return outcome


def _pair(run: Run) -> tuple[Outcome, list[str]]:
    """Pair people as the policy asks; return the outcome and the faults that its verifier found.

    What most matches do not need is imported when it is asked for.
    """
    if run.policy.objective.stable:
        from functions.matching.pairings.stable import pair_stably  # noqa: PLC0415

        return pair_stably(run)
    if run.policy.pairing is Pairing.PEERS:
        from functions.matching.pairings.peers import pair_peers  # noqa: PLC0415

        return pair_peers(run)
    if run.policy.pairing is Pairing.GROUPS:
        from functions.matching.pairings.groups import form_groups  # noqa: PLC0415

        return form_groups(run)
    return pair_best(run)
