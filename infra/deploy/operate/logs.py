"""`./kith logs ENVIRONMENT`: what the four functions logged, merged by time, one line an event.

The functions log ids and never a person's data, so what is shown here may be sent to whoever helps.
"""

import heapq
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT, STAGES
from infra.deploy.errors import explain_errors

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
PAUSE_SECONDS = 2.0
# A line may be told this long after it was logged, and lines of another function meanwhile.
LATE_MS = 60_000
SKIPPED = re.compile(r"(START|END) RequestId:|INIT_START |EXTENSION\t")
SAID = re.compile(r"\[(?P<level>[A-Z]+)\]\t(?P<at>\S+)\t(?P<request>\S*)\t(?P<text>.*)", re.DOTALL)
REPORT = re.compile(
    r"REPORT RequestId: (?P<request>\S+)\tDuration: (?P<took>[\d.]+) ms\t.*?Max Memory Used: (?P<used>\d+) MB"
    r"(\s+Init Duration: (?P<began>[\d.]+) ms)?(\s+Status: (?P<status>\w+))?",
    re.DOTALL,
)
AMISS = re.compile(
    r"ERROR|CRITICAL|FATAL|Traceback|Task timed out|Runtime exited|Runtime\.|status (error|timeout)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of one function's log: when (milliseconds since 1970), by whom, what."""

    id: str
    at: int
    stage: str
    message: str


def read(deployment: Deployment, stages: Sequence[str], since: int) -> Iterator[Event]:
    """Yield what these functions logged since then, the oldest first."""
    return heapq.merge(*(_of(deployment, stage, since) for stage in stages), key=lambda event: event.at)


def followed(
    deployment: Deployment,
    stages: Sequence[str],
    since: int,
    pause: Callable[[], None] = lambda: time.sleep(PAUSE_SECONDS),
) -> Iterator[Event]:
    """Yield what these functions logged and go on logging, each event once, without end."""
    told: dict[str, int] = {}
    while True:
        for event in read(deployment, stages, since):
            if event.id not in told:
                told[event.id] = event.at
                yield event
        since = max(since, max(told.values(), default=0) - LATE_MS)
        told = {id_: at for id_, at in told.items() if at >= since}
        pause()


def line_of(event: Event) -> str:
    """Return the event as one line; nothing for the frame that Lambda puts around each request."""
    if SKIPPED.match(event.message):
        return ""
    at = datetime.fromtimestamp(event.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    text = " ⏎ ".join(part.strip() for part in _text_of(event.message).splitlines() if part.strip())
    # What a request holds may reach a log: nothing in it steers the terminal that shows it.
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return f"{at} {event.stage:<8} {shown}"


def _print(events: Iterator[Event], *, only_amiss: bool) -> int:
    count = 0
    for event in events:
        line = line_of(event)
        if line and (not only_amiss or AMISS.search(line)):
            print(line, flush=True)
            count += 1
    return count


def _of(deployment: Deployment, stage: str, since: int) -> Iterator[Event]:
    logs = deployment.cloud.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{deployment.environment.function(stage)}", startTime=since
    )
    alike: Counter[tuple[str, int]] = Counter()
    try:
        for page in pages:
            for event in page["events"]:
                where = event["logStreamName"], event["timestamp"]
                alike[where] += 1
                yield Event(
                    # The emulator gives no ids. Lines of one stream and moment always come in the same order.
                    id=event.get("eventId") or f"{where} {alike[where]}",
                    at=event["timestamp"],
                    stage=stage,
                    message=event["message"],
                )
    except logs.exceptions.ResourceNotFoundException:
        return


def _text_of(message: str) -> str:
    """Return what was said, without the frame of Lambda's formats (text, JSON, the report of a request)."""
    if message.startswith("{"):
        return _of_json(message)
    if report := REPORT.match(message):
        began = f", cold start {report['began']} ms" if report["began"] else ""
        ended = f", status {report['status']}" if report["status"] else ""
        return f"done in {report['took']} ms, {report['used']} MB{began}{ended} ({report['request']})"
    if said := SAID.match(message):
        request = f" ({said['request']})" if said["request"] else ""
        return f"{said['level']} {said['text'].strip()}{request}"
    return message


def _of_json(message: str) -> str:
    try:
        told: Mapping[str, Any] = json.loads(message)
    except ValueError:
        return message
    known = {name: value for name, value in told.items() if name not in ("timestamp", "level", "message")}
    ids = f" {json.dumps(known, default=str)}" if known else ""
    return f"{told.get('level', '')} {told.get('message', '')}{ids}".strip()


def _period(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if found is None:
        raise click.BadParameter(f"{text!r}: write 30m, 12h or 7d.")
    return int(found[1]) * UNITS[found[2]]


@click.command()
@ENVIRONMENT
@click.argument(
    "stage", required=False, type=click.Choice(STAGES), metavar="[STAGE]", help=f"only {', '.join(STAGES)}"
)
@click.option("--since", type=_period, default="1h", metavar="TIME", help="how far back: 30m, 12h, 7d (1h)")
@click.option("--follow", is_flag=True, help="go on until Ctrl-C")
@click.option("--errors", is_flag=True, help="only what went wrong")
@explain_errors("reading the logs")
def command(*, environment: str, stage: str | None, since: timedelta, follow: bool, errors: bool) -> int:
    """Print what the four functions logged, merged by time (UTC), one line an event.

    The logs hold no personal data.
    """
    deployment = deployment_of(environment)
    stages = (stage,) if stage else STAGES
    began = round((datetime.now(UTC) - since).timestamp() * 1000)
    events = followed(deployment, stages, began) if follow else read(deployment, stages, began)
    try:
        count = _print(events, only_amiss=errors)
    except KeyboardInterrupt:
        return 0
    if not count:
        print(f"Nothing {'went wrong' if errors else 'was logged'} in that time.")
    return 0
