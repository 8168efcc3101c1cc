"""Who waits for a partner, and since when: the waiting list, and what it is worth in the next cohort."""

from collections.abc import Sequence
from datetime import datetime

from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState


def waiting_since(enrolment: Enrolment, theirs: Sequence[Pairing], *, published: bool) -> datetime | None:
    """Return since when a person waits, or None; `theirs` are their pairings.

    Whoever came late waits since they applied, and so does whoever has a place and got nobody when the
    run was published; whoever was left by every partner they had waits since the last one left.
    """
    if enrolment.state is EnrolmentState.WAITING:
        return enrolment.enrolled_at
    if enrolment.state is not EnrolmentState.CONFIRMED or not published:
        return None
    if not all(pairing.ended for pairing in theirs):
        return None
    ends = [pairing.ended_at for pairing in theirs if pairing.ended_at]
    return max(ends, default=enrolment.enrolled_at)
