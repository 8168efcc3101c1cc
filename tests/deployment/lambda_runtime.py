"""Lambda's Runtime API, as small as it can be, around Lambda's own runtime client.

The client runs in an interpreter that finds the zip's files and what Lambda's runtime brings, and nothing
else: no site-packages, no project, no variable of ours.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import uuid
import zipfile
from collections.abc import Mapping
from compileall import compile_file
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import IO, Any, Self

import awslambdaric

# What Lambda's Python runtime has of its own: the client, and the AWS SDK with what it needs.
BROUGHT = (
    "awslambdaric",
    "simplejson",
    "snapshot_restore_py.py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "urllib3",
    "dateutil",
    "six.py",
)
PATHS = "import sys; sys.path[:0] = sys.argv[1:3]\n"
START = "from awslambdaric.__main__ import main; main(['bootstrap', sys.argv[3]])\n"
HANDLER = "functions.entry.handler"
PATIENCE_SECONDS = 60
SITE_PACKAGES = Path(awslambdaric.__file__).parents[1]


class InvocationError(Exception):
    """What the function answered instead of a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How one process began: seconds from its start until it asked for work, and until its first answer.

    `cpu` are the processor seconds of the whole process, known once it has ended.
    """

    ready: float
    answered: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a process is looked at: which Python, with which options, what runs before, where stderr goes."""

    python: str = sys.executable
    options: tuple[str, ...] = ()
    before: str = ""
    errors: IO[bytes] | None = None


UNWATCHED = Watched()


def brought(folder: Path) -> Path:
    """Return a folder that holds what Lambda's runtime has of its own, compiled as there."""
    folder.mkdir()
    extension = next(SITE_PACKAGES.glob("runtime_client.*.so"))
    for name in BROUGHT:
        if name.endswith(".py"):
            compile_file(SITE_PACKAGES / name, quiet=1)
    for name in (*BROUGHT, extension.name, "__pycache__"):
        (folder / name).symlink_to(SITE_PACKAGES / name)
    return folder


def unpacked(file: Path, folder: Path) -> Path:
    """Return the folder, below the one given and named like the zip, that holds what is in it."""
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder / file.stem)
    return folder / file.stem


class Function:
    """One function, running from its unpacked zip; `invoke` it inside the `with` block."""

    def __init__(
        self, task: Path, brought: Path, environment: Mapping[str, str], watched: Watched = UNWATCHED
    ) -> None:
        """Take the folders of the zip and of what Lambda brings, and the function's variables."""
        code = PATHS + watched.before + START
        self._command = [watched.python, "-I", "-S", *watched.options, "-c", code]
        self._command += [str(task), str(brought), HANDLER]
        self._task, self._environment, self._errors = task, environment, watched.errors
        self._exchange = _Exchange()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _door(self._exchange))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._began = self._first = self._cpu = 0.0

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Return what the function returns; raises `InvocationError` with what it answered instead."""
        answer, _ = self.timed(event)
        return answer

    def timed(self, event: Mapping[str, Any]) -> tuple[Any, float]:
        """Return what the function returns, and the seconds from handing the event over to the answer."""
        self._exchange.events.put((uuid.uuid4().hex, json.dumps(event).encode()))
        answered = self._exchange.answers.get(timeout=PATIENCE_SECONDS)
        self._first = self._first or answered.at
        if not answered.good:
            raise InvocationError(answered.body)
        return answered.body, answered.at - answered.handed_at

    @property
    def start(self) -> Start:
        """How it began; to be read after the `with` block, in which at least one event was answered."""
        return Start(
            ready=self._exchange.asked_at - self._began, answered=self._first - self._began, cpu=self._cpu
        )

    def __enter__(self) -> Self:
        """Start the process; it may still be getting ready when this returns."""
        self._thread.start()
        self._began = perf_counter()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._task,
            env={
                **self._environment,
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_address[1]}",
                "AWS_LAMBDA_FUNCTION_NAME": self._task.name,
                "AWS_LAMBDA_FUNCTION_VERSION": "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "AWS_LAMBDA_LOG_GROUP_NAME": "none",
                "AWS_LAMBDA_LOG_STREAM_NAME": "none",
                "LAMBDA_TASK_ROOT": str(self._task),
            },
            stdout=subprocess.DEVNULL,
            stderr=self._errors or subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill the process: Lambda gives a function no time to say goodbye, either."""
        if self._process is not None:
            self._process.kill()
            _, _, used = os.wait4(self._process.pid, 0)
            self._process.returncode = 0  # already waited for; Popen must not look for it again
            self._cpu = used.ru_utime + used.ru_stime
        self._exchange.events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    good: bool
    body: Any
    handed_at: float
    at: float


class _Exchange:
    """What goes between the test and the runtime client, and when."""

    def __init__(self) -> None:
        self.events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self.answers: queue.Queue[_Answered] = queue.Queue()
        self.asked_at = self.handed_at = 0.0


def _door(exchange: _Exchange) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            exchange.asked_at = exchange.asked_at or perf_counter()
            waiting = exchange.events.get()
            if waiting is None:
                return
            request_id, body = waiting
            self.send_response(HTTPStatus.OK)
            self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
            self.send_header("Lambda-Runtime-Deadline-Ms", "99999999999999")
            self.send_header(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:0:function:f"
            )
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            exchange.handed_at = perf_counter()
            self.wfile.write(body)

        def do_POST(self) -> None:
            at = perf_counter()
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            good = self.path.endswith("/response")
            exchange.answers.put(
                _Answered(good=good, body=json.loads(body or b"null"), handed_at=exchange.handed_at, at=at)
            )
            self.send_response(HTTPStatus.ACCEPTED)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Door
