"""What each schedule does. Nothing depends on a tick: what is due follows from the records."""

from collections.abc import Callable, Mapping

from functions.office import Office
from functions.programme.run import RunState
from functions.storage import runs
from functions.usecases.ask_checkins import ask_checkins
from functions.usecases.ask_forecast import ask_forecasts
from functions.usecases.ask_survey import ask_survey
from functions.usecases.end_pairings import end_pairings_of_leavers
from functions.usecases.erase_people import erase_what_is_over
from functions.usecases.send_messages import send_messages


def answer_schedule(name: str, office: Office, owner: str) -> None:
    """Do what the schedule of that name does; raises KeyError for one that no template knows."""
    SCHEDULES[name](office, owner)


def _ask(office: Office, owner: str) -> None:
    """Ask what is due today: check-ins of active cohorts, surveys, what is short where people enrol."""
    del owner
    end_pairings_of_leavers(office)
    ask_forecasts(office)
    ask_checkins(office)
    ask_survey(office)


def _sweep(office: Office, owner: str) -> None:
    """Take up whatever was left lying: runs whose message or worker was lost, messages still due."""
    for run in runs.waiting(office.table, office.clock()):
        do = "introduce" if run.state is RunState.PUBLISHED else "match"
        office.ask_for(office.run_queue, do, cohort_id=run.cohort_id, run_id=run.id)
    send_messages(office, owner=owner)


def _forget(office: Office, owner: str) -> None:
    """Erase what the programme keeps no longer, and finish what was left undone of earlier erasures."""
    del owner
    erase_what_is_over(office)


SCHEDULES: Mapping[str, Callable[[Office, str], None]] = {"ask": _ask, "sweep": _sweep, "forget": _forget}
