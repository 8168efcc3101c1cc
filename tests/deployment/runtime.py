"""Lambda's Runtime API, as small as a test needs it, around Lambda's own runtime client.

The client runs in an interpreter that finds the zip's files and what Lambda's runtime brings, and nothing
else: no site-packages, no project, no variable of ours.
"""

import json
import queue
import subprocess
import sys
import threading
import uuid
import zipfile
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

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
START = (
    "import sys; sys.path[:0] = sys.argv[1:3]; handler = sys.argv[3];"
    "from awslambdaric.__main__ import main; main(['bootstrap', handler])"
)
PATIENCE_SECONDS = 60
SITE_PACKAGES = Path(awslambdaric.__file__).parents[1]


class InvocationError(Exception):
    """What the function answered instead of a result."""


def brought(folder: Path) -> Path:
    """Return a folder that holds what Lambda's runtime has of its own."""
    folder.mkdir()
    extension = next(SITE_PACKAGES.glob("runtime_client.*.so"))
    for name in (*BROUGHT, extension.name):
        (folder / name).symlink_to(SITE_PACKAGES / name)
    return folder


class Function:
    """One function, running from its zip; `invoke` it inside the `with` block."""

    def __init__(self, file: Path, folder: Path, brought: Path, environment: dict[str, str]) -> None:
        self._task = folder / file.stem
        with zipfile.ZipFile(file) as packed:
            packed.extractall(self._task)
        self._brought, self._environment = brought, environment
        self._events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._answers: queue.Queue[tuple[bool, Any]] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def invoke(self, event: dict[str, Any]) -> Any:
        """Return what the function returns; raises `InvocationError` with what it answered instead."""
        self._events.put((uuid.uuid4().hex, json.dumps(event).encode()))
        good, answer = self._answers.get(timeout=PATIENCE_SECONDS)
        if not good:
            raise InvocationError(answer)
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                START,
                str(self._task),
                str(self._brought),
                "functions.entry.handler",
            ],
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
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _door(self) -> type[BaseHTTPRequestHandler]:
        events, answers = self._events, self._answers

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                waiting = events.get()
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
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answers.put((self.path.endswith("/response"), json.loads(body or b"null")))
                self.send_response(HTTPStatus.ACCEPTED)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Door
