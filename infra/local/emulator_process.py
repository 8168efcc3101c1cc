"""The emulator's own process: ministack on one loopback socket, its state kept on disk, its mail kept whole.

It is started by `emulator.py` alone, which hands it a listening socket and a pipe. When the pipe ends,
because the parent stopped or was killed, this process saves and exits: nobody has to remember to stop it.

Ministack saves its state only when it is asked to stop, and forgets mail altogether. So the state is
written about every second when something changed, and every mail is kept as it was sent.
"""

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core import persistence

from infra.local.permissions import Tally, mailing

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

SAVE_EVERY_SECONDS = 1.0
# A save holds up every request while it copies; so at most this share of the time goes into saving.
SAVING_SHARE = 0.2

SEND_PATH = "/v2/email/outbound-emails"
OUTBOX_PATH = "/_kith/outbox"
RECIPIENTS = ("ToAddresses", "CcAddresses", "BccAddresses")
SAVE_PATH = "/_kith/save"
CALLS_PATH = "/_kith/calls"
# The services that Kith uses; ministack's CloudFormation loads a hundred others, which have nothing to keep.
KEPT = ("cloudformation", "dynamodb", "s3", "scheduler", "ses", "ses_v2", "sqs")
# Loading this one takes three seconds, and only the first start and a changed template ask it anything.
LOADED_ON_DEMAND = "cloudformation"
# Calls that leave nothing behind; receiving only hides a message for a while, which a restart may forget.
READS = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List", "Receive")


class Outbox:
    """Every mail that was accepted, in order, as it was sent; `file`, if given, holds one to a line."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.mails: list[dict[str, Any]] = []
        self.bytes_kept = 0

    def add(self, mail: dict[str, Any]) -> None:
        """Keep one more mail."""
        self.mails.append(mail)
        if self._file is not None:
            with self._file.open("ab") as out:
                self.bytes_kept += out.write(json.dumps(mail).encode() + b"\n")

    def restore(self, bytes_kept: int) -> None:
        """Go back to the mails of that moment: to the state saved with them, later ones were never sent."""
        self.mails, self.bytes_kept = [], bytes_kept
        if self._file is not None and self._file.exists():
            os.truncate(self._file, bytes_kept)
            self.mails = [json.loads(line) for line in self._file.read_bytes().splitlines()]


class Saves:
    """The state on disk: a folder for each save, and a link to the newest that is swapped in one step.

    So tables, queues and mail are always found as they were at one instant, whenever the power went.
    """

    def __init__(self, folder: Path) -> None:
        self._link = folder / "saved"

    def load(self, outbox: Outbox) -> None:
        """Tell ministack where its state is, and bring the outbox back to the same instant."""
        ministack._state_map.pop(LOADED_ON_DEMAND, None)  # noqa: SLF001
        persistence.STATE_DIR = str(self._link)
        for unfinished in self._link.parent.glob("saved-*"):
            if unfinished != self._link.resolve():
                shutil.rmtree(unfinished)
        counted = self._link / "mails.txt"
        outbox.restore(int(counted.read_text("ascii")) if counted.exists() else 0)

    def write(self, states: Mapping[str, object], bytes_of_mail: int) -> None:
        """Write a whole save and make it the newest."""
        before = self._link.resolve()
        folder = self._link.with_name(f"saved-{time.time_ns()}")
        folder.mkdir()
        for name, state in states.items():
            version = persistence._state_format_version(name)  # noqa: SLF001 - pinned, and read by its own loader
            content = {"__ministack_format__": version, "payload": state}
            text = json.dumps(content, default=persistence._json_default)  # noqa: SLF001
            (folder / f"{name}.json").write_text(text, "utf-8")
        (folder / "mails.txt").write_text(str(bytes_of_mail), "ascii")
        unloaded = self._link / f"{LOADED_ON_DEMAND}.json"
        if LOADED_ON_DEMAND not in states and unloaded.exists():
            shutil.copyfile(unloaded, folder / unloaded.name)
        link = self._link.with_name("saved.new")
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name)
        link.replace(self._link)
        if before != self._link:
            shutil.rmtree(before, ignore_errors=True)


class Emulated:
    """Ministack's ASGI application, watched: what changed, and what was mailed."""

    def __init__(self, outbox: Outbox, tally: Tally, *, events_queue: str) -> None:
        self._outbox = outbox
        self._tally = tally
        self._events_queue = events_queue
        self.changes = 0
        self._asked = False
        self.save: Callable[[], Awaitable[None]] = _nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or ministack's own start and stop."""
        if scope["type"] != "http":
            await ministack.app(scope, receive, send)
        elif scope["path"] == OUTBOX_PATH:
            await _answer_json(send, self._outbox.mails[_after(scope) :])
        elif scope["path"] == CALLS_PATH:
            await _answer_json(send, self._tally.outcome())
        elif scope["path"] == SAVE_PATH:
            await self.save()
            await _answer_json(send, {})
        elif scope["path"] == SEND_PATH and scope["method"] == "POST":
            await self._mail(scope, receive, send)
        else:
            if scope["path"] == "/_ministack/reset":
                self._outbox.restore(0)
                self._tally.forget()
            self._load_on_demand(scope)
            await ministack.app(scope, receive, send)
            self.changes += _changes_something(scope)

    def _load_on_demand(self, scope: Scope) -> None:
        signed = dict(scope["headers"]).get(b"authorization", b"")
        if not self._asked and f"/{LOADED_ON_DEMAND}/".encode() in signed:
            self._asked = True
            if state := persistence.load_state(LOADED_ON_DEMAND):
                ministack._get_module(LOADED_ON_DEMAND).load_persisted_state(state)  # noqa: SLF001

    async def _mail(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body_of(receive)
        request = json.loads(body)
        configuration_set = request.get("ConfigurationSetName")
        with mailing(_sender(request), configuration_set):
            answer = await _ask(scope, body)
        if answer.status == HTTPStatus.OK:
            mail = _kept(request, json.loads(answer.body)["MessageId"])
            self._outbox.add(mail)
            await self._announce(scope, mail, configuration_set)
        self.changes += 1
        await _send_on(send, answer)

    async def _announce(self, scope: Scope, mail: dict[str, Any], configuration_set: str | None) -> None:
        """Say that the mail was sent where its configuration set has it said, or else on the named queue."""
        event = json.dumps(_send_event(mail))
        if configuration_set:
            _publish(event, configuration_set)
        elif self._events_queue:
            await _put(scope, self._events_queue, event)


def _publish(event: str, configuration_set: str) -> None:
    """Publish to the topics of the configuration set, as ministack would if it knew of events."""
    known = ministack._get_module("ses_v2")._config_sets.get(configuration_set) or {}  # noqa: SLF001 - pinned
    for destination in (known.get("EventDestinations") or {}).values():
        if destination["Enabled"] and "SEND" in destination["MatchingEventTypes"]:
            topic = destination["SnsDestination"]["TopicArn"]
            ministack._get_module("sns").publish_internal(topic, event)  # noqa: SLF001


async def _put(scope: Scope, queue: str, message: str) -> None:
    """Put one message on a queue, as the account's root."""
    body = json.dumps({"QueueUrl": queue, "MessageBody": message}).encode()
    headers = {
        "host": dict(scope["headers"])[b"host"].decode("latin-1"),
        "x-amz-target": "AmazonSQS.SendMessage",
        "content-type": "application/x-amz-json-1.0",
    }
    signed = AWSRequest("POST", f"http://{headers['host']}/", headers=headers, data=body)
    SigV4Auth(Credentials("test", "test"), "sqs", os.environ["MINISTACK_REGION"]).add_auth(signed)
    sent = [(name.lower().encode(), value.encode()) for name, value in signed.headers.items()]
    await _ask({**scope, "path": "/", "raw_path": b"/", "query_string": b"", "headers": sent}, body)


async def _nothing() -> None:
    """Save nothing: what lives in memory only has nowhere to go."""


def _after(scope: Scope) -> int:
    """Return how many mails the caller has already, from `?after=N`."""
    name, _, value = scope["query_string"].decode("ascii", "replace").partition("=")
    return int(value) if name == "after" and value.isdecimal() else 0


def _changes_something(scope: Scope) -> bool:
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    if target:
        return not target.rpartition(".")[2].startswith(READS)
    return bool(scope["method"] != "GET")


def _kept(request: dict[str, Any], message_id: str) -> dict[str, Any]:
    raw = request.get("Content", {}).get("Raw", {}).get("Data", "")
    named = [address for line in RECIPIENTS for address in request.get("Destination", {}).get(line, [])]
    return {
        "message_id": message_id,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "to": named or _recipients_in(raw),
        "tags": {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])},
        "raw": raw,
    }


def _recipients_in(raw: str) -> list[str]:
    """Return whom the headers name: SES reads them where the request names no destination."""
    lines = [value for name in ("To", "Cc", "Bcc") for value in _header(raw, name)]
    return [address for _, address in getaddresses(lines)]


def _sender(request: Mapping[str, Any]) -> str:
    """Return the address that the mail comes from: SES reads it in the mail where the request names none."""
    raw = request.get("Content", {}).get("Raw", {}).get("Data", "")
    named = [request["FromEmailAddress"]] if "FromEmailAddress" in request else _header(raw, "From")
    return next((address for _, address in getaddresses(named)), "")


def _header(raw: str, name: str) -> list[str]:
    return [str(value) for value in BytesHeaderParser().parsebytes(base64.b64decode(raw)).get_all(name, [])]


def _send_event(mail: dict[str, Any]) -> dict[str, Any]:
    """Return the event that SES publishes for an accepted mail, as its documentation describes it."""
    return {
        "eventType": "Send",
        "mail": {
            "timestamp": mail["at"],
            "messageId": mail["message_id"],
            "destination": mail["to"],
            "tags": {name: [value] for name, value in mail["tags"].items()},
        },
        "send": {},
    }


async def _body_of(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


@dataclass(slots=True)
class Answer:
    """A whole answer."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


async def _ask(scope: Scope, body: bytes) -> Answer:
    """Put one whole request to ministack and return its answer."""
    answer = Answer()

    async def receive() -> Event:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Event) -> None:
        answer.status = event.get("status", answer.status)
        answer.headers += event.get("headers", [])
        answer.body += event.get("body", b"")

    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    await ministack.app({**scope, "headers": headers}, receive, send)
    return answer


async def _send_on(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _answer_json(send: Send, content: object) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await _send_on(send, Answer(status=HTTPStatus.OK, headers=headers, body=body))


class Saving:
    """Saves about every second when something changed, and once more at the end."""

    def __init__(self, saves: Saves, emulated: Emulated, outbox: Outbox) -> None:
        self._saves, self._emulated, self._outbox = saves, emulated, outbox
        self._saved = 0
        self._writing = asyncio.Lock()

    async def until(self, stopping: asyncio.Event) -> None:
        """Keep saving; return between two saves."""
        pause = SAVE_EVERY_SECONDS
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            began = time.monotonic()
            await self.save()
            pause = max(SAVE_EVERY_SECONDS, (time.monotonic() - began) / SAVING_SHARE)

    async def save(self) -> None:
        """Save, if anything changed since; when this returns, everything until now is on disk."""
        async with self._writing:
            if self._emulated.changes == self._saved:
                return
            self._saved = self._emulated.changes
            # Copied here, between two requests, so that no half of a transaction is ever saved.
            sources = dict(ministack._build_persistence_save_dict())  # noqa: SLF001
            if asked := sys.modules.get(f"ministack.services.{LOADED_ON_DEMAND}"):
                sources[LOADED_ON_DEMAND] = asked.get_state
            states = {name: state() for name, state in sources.items() if name in KEPT}
            present = {name: state for name, state in states.items() if state is not None}
            await asyncio.to_thread(self._saves.write, present, self._outbox.bytes_kept)


def _wait_for_the_end(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """Stop when the parent closes its end of the pipe, which its death does too."""
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(stopping.set)


async def _serve(descriptor: int) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    threading.Thread(target=_wait_for_the_end, args=(loop, stopping), daemon=True).start()

    folder = Path(persistence.STATE_DIR) if persistence.PERSIST_STATE else None
    outbox = Outbox(folder / "outbox.jsonl" if folder else None)
    tally = Tally()
    tally.begin()
    emulated = Emulated(outbox, tally, events_queue=os.environ.get("KITH_EVENTS_QUEUE", ""))
    saving = None
    if folder:
        saves = Saves(folder)
        saves.load(outbox)
        saving = Saving(saves, emulated, outbox)
        emulated.save = saving.save
        autosave = asyncio.create_task(saving.until(stopping))

    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.loglevel = "WARNING"
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1

    async def stopped() -> None:
        await stopping.wait()
        ministack.PERSIST_STATE = False  # its own save would write over a finished one, file by file

    await serve(emulated, config, shutdown_trigger=stopped)  # type: ignore[arg-type]
    if saving:
        await autosave
        await saving.save()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
