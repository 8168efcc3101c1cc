"""One switchboard for faults: it counts a client's calls and does to the n-th what the plan says.

A call is one request on the wire, so what the SDK tries again counts again. Faults before the write
never reach the service; those after it do, and lose the answer. A kill is a BaseException, which no
honest code catches.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.models import botocore_stubber
from urllib3 import HTTPResponse


class Fault(StrEnum):
    """What happens to one call."""

    THROTTLE = "throttle"
    ERROR_BEFORE = "500-before"
    LOST_BEFORE = "connection-lost-before"
    TIMEOUT_AFTER = "timeout-after"
    ERROR_AFTER = "500-after"
    CONFLICT = "transaction-conflict"
    KILL_BEFORE = "kill-before"
    KILL_AFTER = "kill-after"


PASSING = (Fault.THROTTLE, Fault.ERROR_BEFORE, Fault.LOST_BEFORE)
ANSWER_LOST = (Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER)


class KilledError(BaseException):
    """The process ended here."""


Plan = Mapping[int, Fault | Callable[[], None]]


@dataclass
class Switchboard:
    """Between one client and the service, while `connected`.

    The plan names calls from 1. A function in it is called before that call is let through: it is what
    somebody else does in that very moment.
    """

    client: BaseClient
    plan: Plan = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @contextmanager
    def connected(self) -> Iterator["Switchboard"]:
        """Stand between the client and the service; the SDK waits no time between its attempts."""
        # Its types know nothing of handlers that answer.
        events: Any = self.client.meta.events
        in_moto = "127.0.0.1" not in self.client.meta.endpoint_url
        if in_moto:
            # Every handler runs: with moto's own in place a made-up 500 would not stop the write.
            events.unregister("before-send", botocore_stubber)
        events.register("before-send", self._answer)
        try:
            with patch("botocore.retries.standard.ExponentialBackoff.delay_amount", return_value=0):
                yield self
        finally:
            events.unregister("before-send", self._answer)
            if in_moto:
                events.register("before-send", botocore_stubber)

    def _answer(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = event_name.rsplit(".", maxsplit=1)[-1]
        self.calls.append(operation)
        what = self.plan.get(len(self.calls))
        if isinstance(what, Fault):
            return self._struck(what, event_name, request)
        if what is not None:
            what()
        return self._through(event_name, request)

    def _struck(self, fault: Fault, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        if fault in (Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.KILL_AFTER):
            self._through(event_name, request)
        if fault in (Fault.KILL_BEFORE, Fault.KILL_AFTER):
            raise KilledError
        if fault is Fault.LOST_BEFORE:
            raise ConnectionClosedError(endpoint_url=request.url)
        if fault is Fault.TIMEOUT_AFTER:
            raise ReadTimeoutError(endpoint_url=request.url)
        if fault is Fault.THROTTLE:
            return _refusal(request, 400, "ThrottlingException")
        if fault is Fault.CONFLICT:
            return _conflict(event_name, request)
        return _refusal(request, 500, "InternalServerError")

    def _through(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        answer = botocore_stubber(event_name, request)
        if answer is None:
            answer = self.client._endpoint.http_session.send(request)  # type: ignore[attr-defined]  # noqa: SLF001
        # What is not read by anybody must be read here, or the connection is not free for the next call.
        assert isinstance(answer.content, bytes)
        return answer


def _conflict(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
    if not event_name.endswith("TransactWriteItems"):
        return _refusal(request, 400, "TransactionConflictException")
    actions = json.loads(cast("bytes", request.body))["TransactItems"]
    reasons = [
        {"Code": "TransactionConflict", "Message": "ongoing"},
        *[{"Code": "None"}] * (len(actions) - 1),
    ]
    return _refusal(request, 400, "TransactionCanceledException", CancellationReasons=reasons)


def _refusal(request: AWSPreparedRequest, status: int, code: str, **more: object) -> AWSResponse:
    said = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
    body = HTTPResponse(io.BytesIO(json.dumps(said).encode()), preload_content=False)
    headers = HTTPHeaders()
    headers["Content-Type"] = "application/x-amz-json-1.0"
    return AWSResponse(request.url, status, headers, body)
