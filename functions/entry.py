"""The one door of every Lambda: HTTP, queue and schedule events, each to its room.

Zappa's own handler runs whatever Python an event asks for (`command`, `raw_command`), so it is never
the door: this is, and it hands on nothing but HTTP.
"""

import gc
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

# What is loaded now stays: to look for garbage in it again and again would take a tenth of the start.
gc.disable()

from functions.bootstrap import ready_at_start, services_from_environment  # noqa: E402
from functions.services import Services  # noqa: E402
from functions.time_limit import limit_of  # noqa: E402

log = logging.getLogger("kith")
log.setLevel(logging.INFO)


class RefusedError(Exception):
    """An event that no door of Kith takes."""


def handler(event: Mapping[str, Any], context: Any) -> Any:
    """Answer one Lambda event; raises `RefusedError` for one that is not HTTP, queue or schedule."""
    if _is_http(event):
        return _answer_http(event, context)
    return handle(event, _services(context), owner=getattr(context, "aws_request_id", "unknown"))


def handle(event: Mapping[str, Any], services: Services, *, owner: str) -> Any:
    """Answer one queue or schedule event with these services; `owner` names the worker."""
    # The jobs are loaded by the events that need them: a page never waits for the mail's templates.
    if "Records" in event:
        from functions.jobs.queued import answer_queue  # noqa: PLC0415

        return answer_queue(event["Records"], services)
    if "schedule" in event:
        from functions.jobs.scheduled import answer_schedule  # noqa: PLC0415

        return answer_schedule(event["schedule"], services, owner)
    # An event's keys are ours or the attacker's, never a person's data; its values may be.
    log.error("event refused", extra={"keys": sorted(map(str, event))[:10]})
    raise RefusedError("Kith takes HTTP requests, its queues' messages and its schedules' ticks alone.")


def _services(context: Any) -> Services:
    """Return the services of this process with the time limit of this event."""
    services = services_from_environment()
    time_left = getattr(context, "get_remaining_time_in_millis", None)
    if time_left is None:
        return services
    remaining = timedelta(milliseconds=time_left())
    return replace(services, time_limit=limit_of(services.clock, remaining))


def _is_http(event: Mapping[str, Any]) -> bool:
    context = event.get("requestContext")
    return event.get("version") == "2.0" and isinstance(context, Mapping) and "http" in context


def _answer_http(event: Mapping[str, Any], context: Any) -> Any:
    from functions.lambda_http import answer  # noqa: PLC0415

    return answer(event, context)


def _load_pages() -> None:
    from functions import lambda_http  # noqa: F401, PLC0415


# Lambda gives a function that starts more of a processor than one that answers.
if ready_at_start():
    _load_pages()
gc.freeze()
gc.enable()
