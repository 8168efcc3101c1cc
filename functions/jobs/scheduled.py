"""What each schedule does. Nothing depends on a tick: what is due follows from the records."""

import logging
from collections.abc import Callable, Mapping

from functions.exception_fields import exception_fields
from functions.programme.run import RunState
from functions.queues import enqueue
from functions.services import Services
from functions.storage.runs import runs
from functions.time_limit import OutOfTimeError
from functions.usecases.enrolment.request_supply_forecast import request_supply_forecasts
from functions.usecases.messages.send_messages import send_messages
from functions.usecases.pairings.ask_checkins import ask_checkins
from functions.usecases.pairings.end_pairings import end_pairings_of_leavers
from functions.usecases.people.erase_people import erase_what_is_over
from functions.usecases.surveys.ask_survey import ask_survey

log = logging.getLogger("kith")


class ScheduleError(Exception):
    """What a schedule does has failed; the message has none of the words that it failed on."""


def answer_schedule(name: str, services: Services, owner: str) -> None:
    """Do what the schedule of that name does; raises `ScheduleError`, also for an unknown name."""
    try:
        SCHEDULES[name](services, owner)
    except OutOfTimeError:
        _continue(name, services)
    except Exception as fault:  # noqa: BLE001 - whatever it is, Lambda must not repeat it
        # Lambda logs a fault that reaches it and keeps it with the tick, and its text may be a person's.
        log.error(  # noqa: TRY400
            "scheduled work failed", extra=exception_fields(fault)
        )
        raise ScheduleError(type(fault).__name__) from None


def _continue(name: str, services: Services) -> None:
    """Have another function go on; what can't be queued, the next tick goes on with."""
    log.info("work goes on in another function", extra={"do": name})
    enqueue(services.mail_queue, "send" if name == "sweep" else name)


def _ask(services: Services, owner: str) -> None:
    """Ask what is due today: check-ins of active cohorts, surveys, what is short where people enrol."""
    del owner
    end_pairings_of_leavers(services)
    request_supply_forecasts(services)
    ask_checkins(services)
    ask_survey(services)


def _sweep(services: Services, owner: str) -> None:
    """Take up what was left undone: runs whose message or worker was lost, messages still due."""
    for run in runs.waiting(services.table, services.clock()):
        do = "introduce" if run.state is RunState.PUBLISHED else "match"
        enqueue(services.run_queue, do, cohort_id=run.cohort_id, run_id=run.id)
    send_messages(services, owner=owner)


def _forget(services: Services, owner: str) -> None:
    """Erase what the programme keeps no longer, and finish what was left undone of earlier erasures."""
    del owner
    erase_what_is_over(services)


SCHEDULES: Mapping[str, Callable[[Services, str], None]] = {"ask": _ask, "sweep": _sweep, "forget": _forget}
