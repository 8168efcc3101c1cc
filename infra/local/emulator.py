"""An AWS of one's own, in a child process that listens on one loopback socket and dies with its parent.

The socket is opened here and handed down: there is no port to guess, no moment in which another program could
take it, and the first request waits in its queue until the emulator is ready to answer.
"""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from infra import ROOT

REGION = "eu-central-1"
START_SECONDS = 30
STOP_SECONDS = 15

# What a client needs besides the endpoint; the emulator takes any key, and a real one must never reach it.
CREDENTIALS = {
    "region_name": REGION,
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}


class EmulatorError(Exception):
    """The emulator did not start; the message says why and where its log is."""


class Emulator:
    """A running emulator; leave the `with` block, or die, and it stops.

    With a `state_dir` everything in it survives a restart and a `kill -9` (the last second apart); without
    one it lives in memory. `events_queue` names the queue that gets a Send event for each accepted mail that
    has no configuration set to say where it goes. When `authorised`, functions act in their roles and are
    refused what these don't allow; our own credentials are the account's root, who may do everything.
    """

    def __init__(
        self,
        state_dir: Path | None = None,
        *,
        events_queue: str = "",
        authorised: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.state_dir = state_dir
        self._environment = dict(environment or {})
        self._environment["KITH_EVENTS_QUEUE"] = events_queue
        self._environment["AUTH"] = str(authorised).lower()
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""

    def start(self) -> Self:
        """Start, and return when it answers. Raises `EmulatorError` when it doesn't."""
        if self.state_dir is not None:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            self._log = (self.state_dir / "emulator.log").open("wb")
        with _listening(self._previous_port()) as listener:
            port = listener.getsockname()[1]
            self.endpoint = f"http://127.0.0.1:{port}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.emulator_process", str(listener.fileno())],
                cwd=ROOT,
                env=self._variables(port),
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=self._log or subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal reaches a whole process group; the emulator stops after its users.
                start_new_session=True,
            )
        self._remember_port(port)
        self._wait_until_it_answers()
        return self

    def stop(self) -> None:
        """Let it save and stop; harmless when it has stopped already."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()

    @property
    def pid(self) -> int:
        """The id of the emulator's process."""
        if self._process is None:
            raise EmulatorError("The emulator is not running.")
        return self._process.pid

    @property
    def client_settings(self) -> dict[str, Any]:
        """Keyword arguments for `boto3.client` and `boto3.Session.client`."""
        return {"endpoint_url": self.endpoint, **CREDENTIALS}

    def reset(self) -> None:
        """Forget everything: tables, queues, mail."""
        self._request("/_ministack/reset", method="POST")

    def save(self) -> None:
        """Have everything until now on disk when this returns."""
        self._request("/_kith/save", method="POST")

    @property
    def alive(self) -> bool:
        """Whether the emulator's process still runs."""
        return self._process is not None and self._process.poll() is None

    def mails(self, after: int = 0) -> list[dict[str, Any]]:
        """Return every accepted mail but the first `after`: message_id, at, to, tags, raw (base64)."""
        kept: list[dict[str, Any]] = json.loads(self._request(f"/_kith/outbox?after={after}"))
        return kept

    def calls(self) -> dict[str, set[str]]:
        """Return the IAM actions that each role asked for and was allowed; none unless `authorised`."""
        return self._calls("allowed")

    def refusals(self) -> dict[str, set[str]]:
        """Return the IAM actions that each role was refused; none unless `authorised`."""
        return self._calls("refused")

    def _calls(self, outcome: str) -> dict[str, set[str]]:
        told = json.loads(self._request("/_kith/calls"))[outcome]
        return {role: set(actions) for role, actions in told.items()}

    def _request(self, path: str, *, method: str = "GET") -> bytes:
        request = urllib.request.Request(self.endpoint + path, method=method)  # noqa: S310 - our own loopback
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content

    def _wait_until_it_answers(self) -> None:
        try:
            self._request("/_ministack/health")
        except OSError as error:
            self.stop()
            where = f" Its log: {self.state_dir / 'emulator.log'}" if self.state_dir else ""
            raise EmulatorError(f"The local AWS did not start: {error}.{where}") from error

    def _variables(self, port: int) -> dict[str, str]:
        """Return the child's environment: loopback only, no listener but one, nothing of the caller's AWS."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "LOCALSTACK_", "SMTP_"))
        }
        kept = {}
        if self.state_dir is not None:
            kept = {
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self.state_dir),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self.state_dir / "s3"),
            }
        return {
            **inherited,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            **kept,
            **self._environment,
        }

    def _previous_port(self) -> int:
        try:
            return int((self._port_file or Path(os.devnull)).read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def _remember_port(self, port: int) -> None:
        if self._port_file is not None:
            self._port_file.write_text(f"{port}\n", "ascii")

    @property
    def _port_file(self) -> Path | None:
        # Stored queue addresses hold the port, so a restart takes the same one when it is free.
        return self.state_dir / "port" if self.state_dir else None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _listening(port: int) -> socket.socket:
    """Return a listening loopback socket on that port if it is free, else on any."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener
