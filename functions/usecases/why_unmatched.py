"""Why a run found nobody for a person, said to them in their language and from their side."""

from functions.i18n.unmatched_reasons import UnmatchedRenderer
from functions.matching import Role
from functions.programme.people import Enrolment
from functions.services import Services
from functions.storage.runs import documents, runs
from functions.usecases.phrasebooks import phrasebook, spoken


def why_unmatched(services: Services, run_id: str, person: Enrolment) -> tuple[str, ...]:
    """Return the reasons; none where they were not in the run, or where none may be told."""
    run = runs.get(services.table, person.cohort_id, run_id) if run_id else None
    if run is None or run.proposals_sha256 is None:
        return ()
    try:
        theirs = documents.load_proposal_of(services.table, person.cohort_id, run.proposals_sha256, person.id)
    except documents.DocumentError:
        return ()
    book = phrasebook(services, run.policy, spoken(services, person.language), own=person.role)
    says = UnmatchedRenderer(book, to_themselves=True)
    if theirs.pairs:
        return (says.partner_left(Role(person.role)),)
    return tuple(reason for unmatched in theirs.unmatched for reason in says.reasons(unmatched))
