"""The whole of Kith on one machine: emulator, gateway, workers and ticks around one set of services.

    browser ──▶ gateway ─┬─▶ frozen site
                         ├─▶ Flask application ──▶ services ──▶ emulator (table, queues, mail)
                         └─▶ outbox pages ◀──────────────────────┤
                workers ──▶ functions.entry ──▶ services ◀── queues ┘

What production has in Lambda runs here in threads, through the same door (`functions.entry`); what is AWS
there is the emulator here. Decision 0003 says what that proves, and what the deployment tests prove instead.
"""

import base64
import secrets
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from functions.app import create_app
from functions.bootstrap import build_services
from functions.programme.programme import Programme
from functions.questionnaires import definitions
from functions.queues import Queue
from functions.services import Services
from functions.settings import LINK_KEY_BYTES, FunctionSettings
from infra.local import gateway, provisioning
from infra.local.emulator import Emulator
from infra.local.outbox import Mail, OutboxPages, mail_from
from infra.local.workers import Worker, Workers
from infra.programme import selection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from botocore.config import Config

Clock = Callable[[], datetime]


class WakingQueue:
    """A queue that also tells the workers of this process that there is something on it."""

    def __init__(self, queue: Queue, wake: Callable[[], None]) -> None:
        self._queue, self._wake = queue, wake

    def put(self, body: str) -> None:
        """Leave one piece of work; raises `QueueError`."""
        self._queue.put(body)
        self._wake()


class Unwatched:
    """Watches nothing; `./kith cost --measure` brings one that counts what AWS would bill."""

    def client(self, service: str, made: Any) -> Any:
        """Return the client that the functions use for a service."""
        del service
        return made

    def wrap_application(self, live: "WSGIApplication") -> "WSGIApplication":
        """Return the application that answers requests."""
        return live

    def event(self, whose: str) -> AbstractContextManager[object]:
        """Return what stands around one event of a function or of a schedule."""
        del whose
        return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalChoices:
    """What differs between a stack to use, to play and to test.

    `state_dir` keeps everything between starts; without it nothing is kept. `port` 0 takes any. `background`
    lets queues and schedules work by themselves; without it they do when `drain` and `tick` say so.
    `sweeps` lets `drain` begin with a sweep.
    """

    state_dir: Path | None = None
    port: int = 0
    site: Path | None = None
    programme: str | None = None
    clock: Clock = lambda: datetime.now(UTC)
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex
    background: bool = True
    sweeps: bool = True
    watch: Unwatched = field(default_factory=Unwatched)


class LocalStack:
    """A running local stack; leave the `with` block, or die, and all of it stops."""

    services: Services
    origin: str

    def __init__(self, state_dir: Path | None = None, **choices: object) -> None:
        self._choices = replace(LocalChoices(state_dir=state_dir), **choices)  # type: ignore[arg-type]
        self._parts = ExitStack()
        self._workers: Workers | None = None

    def start(self, tell: Callable[[str], None] = lambda _: None) -> Self:
        """Start everything; `tell` hears of each step. What was started is stopped again when one fails."""
        try:
            with ExitStack() as parts:
                self._start(parts, tell)
                self._parts = parts.pop_all()
        except BaseException:
            self._workers = None
            raise
        return self

    def _start(self, parts: ExitStack, tell: Callable[[str], None]) -> None:
        choices = self._choices
        programme = definitions.programme(choices.programme or selection.usual())
        listener = gateway.listen(choices.port)
        parts.callback(listener.close)
        port = listener.getsockname()[1]
        self.origin = f"http://localhost:{port}"
        tell("Starting the local AWS")
        self.emulator = parts.enter_context(
            Emulator(
                choices.state_dir / "aws" if choices.state_dir else None,
                events_queue=provisioning.FEEDBACK_QUEUE,
            )
        )
        tell("Making the table and the queues")
        resources = provisioning.provision(self.emulator)
        self.services = self._services(resources, programme)
        self._workers = self._staff(resources)
        tell("Opening the doors")
        application = gateway.Gateway(
            site=choices.site,
            live=choices.watch.wrap_application(create_app(self.services)),
            outbox=OutboxPages(self.emulator.mails),
            hosts=[f"{host}:{port}" for host in ("localhost", "127.0.0.1")],
        )
        server = gateway.Server(application, listener)
        server.start()
        parts.callback(server.stop)
        parts.callback(self._workers.stop)
        if choices.background:
            self._workers.start()

    def work(self) -> None:
        """Let queues and schedules work by themselves from now on, if they don't yet."""
        self._at_work.start()

    def stop(self) -> None:
        """Stop everything, last started first; harmless when it has stopped already."""
        self._parts.close()

    def drain(self) -> int:
        """Run the queues and all mail that is due dry; return how many queue messages that were."""
        return self._at_work.drain(sweeps=self._choices.sweeps)

    def tick(self) -> None:
        """Do what the schedules do on the clock's day, and all that follows from it."""
        self._at_work.tick("forget")
        self._at_work.tick("ask")
        self.drain()

    def tick_one(self, schedule: str) -> None:
        """Do what the schedule of that name does, and nothing that follows from it."""
        self._at_work.tick(schedule)

    def outbox(self, after: int = 0) -> list[EmailMessage]:
        """Return every mail sent, oldest first, but the first `after`."""
        return [mail.message for mail in self.mails(after)]

    def mails(self, after: int = 0) -> list[Mail]:
        """Return every mail sent with its envelope, oldest first, but the first `after`."""
        return [mail_from(kept) for kept in self.emulator.mails(after)]

    @property
    def _at_work(self) -> Workers:
        if self._workers is None:
            raise RuntimeError("The local stack is not running.")
        return self._workers

    def _services(self, resources: provisioning.Resources, programme: Programme) -> Services:
        """Return the services as in Lambda, but for its clients, its clock and whom its queues wake."""
        settings = FunctionSettings(
            table=resources.table,
            runs_queue=resources.runs_queue,
            mail_queue=resources.mail_queue,
            origin=self.origin,
            sender=f"hello@{provisioning.SENDER_DOMAIN}",
            programme=programme.id,
            link_keys=(_link_key(self._choices.state_dir),),
            edge_keys=(),
            configuration_set=None,
        )
        services = build_services(settings, self._client)
        return replace(
            services,
            run_queue=WakingQueue(services.run_queue, self._wake),
            mail_queue=WakingQueue(services.mail_queue, self._wake),
            clock=self._choices.clock,
            new_id=self._choices.new_id,
        )

    def _client(self, service: str, config: "Config | None" = None) -> Any:
        return self._choices.watch.client(service, provisioning.client(self.emulator, service, config))

    def _staff(self, resources: provisioning.Resources) -> Workers:
        urls: Mapping[str, str] = {
            "runs": resources.runs_queue,
            "mail": resources.mail_queue,
            "feedback": resources.feedback_queue,
        }
        workers = [
            Worker(
                name, provisioning.client(self.emulator, "sqs"), url, self.services, self._choices.watch.event
            )
            for name, url in urls.items()
        ]
        return Workers(workers, self.services, self._choices.watch.event)

    def _wake(self) -> None:
        if self._workers is not None:
            self._workers.wake()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _link_key(state_dir: Path | None) -> bytes:
    """Return the key of this stack's links, kept so that the links in yesterday's mails still open."""
    if state_dir is None:
        return secrets.token_bytes(LINK_KEY_BYTES)
    file = state_dir / "link-key"
    if not file.exists():
        draft = file.with_name("link-key.new")
        draft.touch(mode=0o600)
        draft.write_bytes(base64.b64encode(secrets.token_bytes(LINK_KEY_BYTES)))
        draft.replace(file)
    return base64.b64decode(file.read_bytes(), validate=True)
