"""The people of a cohort, for coordinators: who is in which state, decisions, and what is short.

What a list shows is the name, the role and the state, and no more: addresses and answers stand on one
person's page.
"""

from datetime import datetime
from http import HTTPStatus

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from functions.cohort_reader import CohortReader, cohort_reader
from functions.programme.people import UNDECIDED, Role, state_since
from functions.programme.roll import RollEntry
from functions.questionnaires.plain_text import TextError, text_of
from functions.usecases.enrolment.decide_application import Decided, decide
from functions.usecases.enrolment.request_supply_forecast import (
    STAGES_TO_COUNT_IN,
    latest_supply_forecast,
    request_supply_forecast,
)
from functions.usecases.people.list_people import PeopleFilter, list_people, one_person
from functions.web.console.paging import LONGEST_SEARCH, ON_A_PAGE, number
from functions.web.console.people_columns import COLUMNS, STATES, PersonRow, sort_rows
from functions.web.guards import Guard, Guarded, not_found
from functions.web.questions import words_of
from functions.web.rendering import current_services, page

routes = Guarded(
    "people", guard=Guard.COORDINATOR, url_prefix="/console/cohorts/<string(maxlength=64):cohort_id>"
)
# What a list is called, and what is said where nobody is in it.
TITLES = {
    PeopleFilter.EVERYBODY: ("Everybody", "Nobody has applied yet."),
    PeopleFilter.APPLIED: ("To decide", "No application awaits a decision."),
    PeopleFilter.PLACE: ("With a place", "Nobody has a place yet."),
    PeopleFilter.UNTRAINED: (
        "Training not done",
        "Everybody with a place has said that they read the training.",
    ),
    PeopleFilter.WAITING: ("Waiting list", "Nobody waits for a place."),
    PeopleFilter.UNCONFIRMED: ("Address not confirmed", "Everybody who applied has confirmed their address."),
    PeopleFilter.DECLINED: ("Declined", "Nobody was declined."),
    PeopleFilter.WITHDRAWN: ("Withdrawn", "Nobody has withdrawn."),
    PeopleFilter.ERASED: ("Erased", "Nobody was erased."),
}
LONGEST_REASON = 1000
REASON_MISSING = "Write the reason: the person reads it in the mail that tells them."
REASON_LONG = f"Write at most {LONGEST_REASON:,} characters."
DECIDED_OTHERWISE = (
    "Somebody has decided this already, or the person has left meanwhile. Nothing was changed."
)
OVER = "This cohort is over, so there is no place to give. Decline kindly: the next cohort is open to them."
# Why a decision was not taken, beside those whose page says it at the field.
REFUSED = {Decided.OTHERWISE: DECIDED_OTHERWISE, Decided.OVER: OVER}


@routes.get("/people")
def everybody(cohort_id: str) -> ResponseReturnValue:
    """List the people of the cohort, or those of one state, of one role, or whom a search finds."""
    group = request.args.get("group", "")
    return _list(cohort_id, PeopleFilter(group) if group in list(PeopleFilter) else PeopleFilter.EVERYBODY)


@routes.post("/people/accept")
def accept_several(cohort_id: str) -> ResponseReturnValue:
    """Give a place to everybody who was ticked, but for those who were decided meanwhile."""
    if cohort_reader(current_services(), cohort_id) is None:
        return not_found()
    chosen = list(dict.fromkeys(request.form.getlist("person")))[:ON_A_PAGE]
    if not chosen:
        return _list(cohort_id, PeopleFilter.APPLIED, HTTPStatus.UNPROCESSABLE_ENTITY)
    outcomes = [
        decide(current_services(), cohort_id, enrolment_id, accept=True, reason="", by=_actor())
        for enrolment_id in chosen
    ]
    accepted = sum(outcome in (Decided.NOW, Decided.BEFORE) for outcome in outcomes)
    where = f"/console/cohorts/{cohort_id}/people?group=applied&accepted={accepted}"
    return redirect(f"{where}&left={len(chosen) - accepted}", HTTPStatus.SEE_OTHER)


@routes.get("/people/<string(maxlength=64):enrolment_id>")
def person(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    """Show one person: how they stand, and what they answered."""
    return _person(cohort_id, enrolment_id)


@routes.post("/people/<string(maxlength=64):enrolment_id>/decision")
def decision(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    """Give the person a place, or decline with a reason that they read."""
    accept = request.form.get("decision") == "accept"
    try:
        reason = _reason()
    except TextError as error:
        return _person(cohort_id, enrolment_id, HTTPStatus.UNPROCESSABLE_ENTITY, fault=str(error))
    outcome = decide(current_services(), cohort_id, enrolment_id, accept=accept, reason=reason, by=_actor())
    if outcome is Decided.NO_SUCH_APPLICATION:
        return not_found()
    if outcome is Decided.REASON_MISSING:
        return _person(cohort_id, enrolment_id, HTTPStatus.UNPROCESSABLE_ENTITY, fault=REASON_MISSING)
    if outcome in REFUSED:
        return _person(cohort_id, enrolment_id, HTTPStatus.CONFLICT, refused=REFUSED[outcome])
    return redirect(f"/console/cohorts/{cohort_id}/people/{enrolment_id}", HTTPStatus.SEE_OTHER)


@routes.get("/forecast")
def supply_forecast(cohort_id: str) -> ResponseReturnValue:
    """Show what is short among the people so far, and when that was counted."""
    services = current_services()
    seen = cohort_reader(services, cohort_id)
    if seen is None:
        return not_found()
    return page(
        "console/supply_forecast.html",
        seen=seen,
        counting=latest_supply_forecast(services, cohort_id),
        may_count=seen.stage in STAGES_TO_COUNT_IN,
    )


@routes.post("/forecast")
def count_again(cohort_id: str) -> ResponseReturnValue:
    """Have it counted again. Pressed twice in a minute, it is counted once."""
    if cohort_reader(current_services(), cohort_id) is None:
        return not_found()
    request_supply_forecast(current_services(), cohort_id)
    return redirect(f"/console/cohorts/{cohort_id}/forecast", HTTPStatus.SEE_OTHER)


def _reason() -> str:
    """Return the reason as a mail can carry it; raises TextError for what is no text, or too much."""
    reason = text_of(request.form.get("reason", ""))
    if len(reason) > LONGEST_REASON:
        raise TextError(REASON_LONG)
    return reason


def _list(cohort_id: str, group: PeopleFilter, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    reader = cohort_reader(current_services(), cohort_id)
    if reader is None:
        return not_found()
    role = request.args.get("role", "")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    start = number(request.args.get("from", ""))
    found = list_people(reader, group, role=Role(role) if role in list(Role) else None, search=search)
    sort = request.args.get("sort", "")
    sort = sort if sort.removeprefix("-") in {column.name for column in COLUMNS} else ""
    rows = sort_rows([_row(reader, person, found.since[person.id]) for person in found.people], sort)
    title, nobody = TITLES[group]
    return page(
        "console/people.html",
        status,
        seen=reader,
        title=title,
        nobody=nobody,
        group=group,
        role=role if role in list(Role) else "",
        search=search,
        lists=[
            (one, TITLES[one][0], count) for one, count in found.counts.items() if _shown(one, group, count)
        ],
        sort=sort,
        columns=COLUMNS,
        rows=rows[start : start + ON_A_PAGE],
        total=len(found.people),
        start=start,
        on_a_page=ON_A_PAGE,
        none_chosen=status is not HTTPStatus.OK,
        accepted=number(request.args.get("accepted", "")),
        left=number(request.args.get("left", "")),
    )


def _row(reader: CohortReader, person: RollEntry, since: datetime) -> PersonRow:
    address = f"/console/cohorts/{reader.cohort.id}/people/{person.id}"
    return PersonRow(person=person, since=since, zone=reader.cohort.zone, address=address)


def _person(
    cohort_id: str,
    enrolment_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    fault: str = "",
    refused: str = "",
) -> ResponseReturnValue:
    reader = cohort_reader(current_services(), cohort_id)
    one = one_person(reader, enrolment_id) if reader else None
    if one is None:
        return not_found()
    return page(
        "console/person.html",
        status,
        seen=reader,
        person=one.person,
        answers=[(given, words_of(given.question, given.answer)) for given in one.answers],
        since=state_since(one.person),
        state=STATES[one.person.state],
        undecided=one.person.state in UNDECIDED,
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
        fault=fault,
        refused=refused,
    )


def _shown(one: PeopleFilter, group: PeopleFilter, count: int) -> bool:
    """Return whether a list is offered: those with somebody in them, the one looked at, and everybody."""
    return count > 0 or one in (group, PeopleFilter.EVERYBODY)


def _actor() -> str:
    return f"coordinator:{g.coordinator.id}"
