"""Count what is short among the people so far, with the engine itself, and keep it for the console."""

from collections.abc import Sequence

from functions.i18n.run_reasons import RunRenderer
from functions.matching import (
    SMALLEST,
    CannotMatch,
    Cohort,
    Policy,
    PolicyError,
    forecast_supply,
    parse_policy,
    shown_count,
)
from functions.matching import SupplyForecast as CountedSupply
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.snapshot import take_snapshot
from functions.programme.supply_forecast import Bottleneck, Shortage, SupplyForecast
from functions.questionnaires.criteria import completed
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import cohorts, enrolments, supply_forecasts
from functions.usecases.phrasebooks import phrasebook

# Those with a place, and those whom a coordinator may still give one.
COUNTED = (EnrolmentState.CONFIRMED, EnrolmentState.APPLIED)
# Nobody recruits a mentor for what is hardly worth a point.
WORTH_LOOKING_FOR = 0.05
NOBODY = "Nobody has enrolled on one of the two sides yet, so nothing can be short."


def update_supply_forecast(services: Services, cohort_id: str) -> SupplyForecast | None:
    """Count and keep the forecast of a cohort; None when there is no such cohort. Safe to do twice."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return None
    people = [person for person in enrolments.in_cohort(services.table, cohort_id) if person.state in COUNTED]
    try:
        forecast = _forecast(services, people, _policy(services, cohort.policy))
    except PolicyError as fault:
        forecast = SupplyForecast(counted_at=services.clock(), fault=str(fault))
    except CannotMatch as fault:
        # It is kept for the console, which is in English.
        says = RunRenderer(phrasebook(services, cohort.policy, "en"))
        forecast = SupplyForecast(counted_at=services.clock(), fault=says.problem(fault.why))
    supply_forecasts.keep(services.table, cohort_id, forecast)
    return forecast


def _policy(services: Services, name: str) -> Policy:
    text = completed(
        services.policies[name],
        mentees=questionnaire_for(services, Role.MENTEE),
        mentors=questionnaire_for(services, Role.MENTOR),
    )
    return parse_policy(text, file=f"{name}.toml", language=services.programme.languages[0])


def _forecast(services: Services, people: Sequence[Enrolment], policy: Policy) -> SupplyForecast:
    questionnaires = {role: questionnaire_for(services, role) for role in Role}
    snapshot = take_snapshot(people, questionnaires, policy="")
    mentors = snapshot.side(Role.MENTOR, policy.mentors)
    mentees = snapshot.side(Role.MENTEE, policy.mentees)
    if not mentors or not mentees:
        return SupplyForecast(
            counted_at=services.clock(),
            mentees=len(mentees),
            mentors=len(mentors),
            places=sum(mentor.capacity for mentor in mentors),
            fault=NOBODY,
        )
    found = forecast_supply(Cohort.of(mentors, mentees, policy), words=_words(services))
    return SupplyForecast(
        counted_at=services.clock(),
        mentees=found.mentees,
        mentors=found.mentors,
        places=found.places,
        served_at_most=found.served_at_most,
        elsewhere=found.elsewhere,
        bottlenecks=tuple(
            Bottleneck(
                mentees=group.mentees,
                places=group.places,
                short=group.short,
                everywhere=group.everywhere,
                alike=group.alike,
                because=group.because,
            )
            for group in found.bottlenecks
        ),
        shortages=_shortages(found, policy),
    )


def _shortages(found: CountedSupply, policy: Policy) -> tuple[Shortage, ...]:
    """Return what to look for, what counts and lacks most first."""
    counts = _counts(policy)
    # What every mentor has is not what to look for: then places are short, and any mentor helps.
    everywhere = shown_count(found.places) if found.mentors < SMALLEST else found.places
    told = [
        demand
        for demand in found.demand
        if demand.short and demand.places != everywhere and counts.get(demand.label, 1) >= WORTH_LOOKING_FOR
    ]
    return tuple(
        Shortage(
            label=demand.label,
            entry=demand.entry,
            how=demand.how,
            wanted=demand.wanted,
            places=demand.places,
            short=demand.short,
        )
        for demand in sorted(told, key=lambda demand: -counts.get(demand.label, 1) * demand.short)
    )


def _counts(policy: Policy) -> dict[str, float]:
    """Return how much of a perfect score each criterion is, by label; a rule, not there, counts whole."""
    whole = sum(criterion.weight for criterion in policy.criteria)
    return {criterion.label: criterion.weight / whole for criterion in policy.criteria}


def _words(services: Services) -> dict[str, dict[str, str]]:
    """Return how answers are said: as the questionnaires put them."""
    language = services.programme.languages[0]
    return {
        question: choices
        for role in Role
        for question, choices in questionnaire_for(services, role).words(language).items()
    }
