"""The account and region that an environment is in: its clients, and how its address is reached.

With AWS_ENDPOINT_URL set everything leads to that one endpoint, an emulator, and the very same commands run.
"""

import http.client
import os
import ssl
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from infra.deploy.environment import Environment

ENDPOINT = "AWS_ENDPOINT_URL"
# An emulator takes any key, and a real one need not reach it.
FOR_AN_EMULATOR = "test"
ANSWER_SECONDS = 60

_MAKING = threading.Lock()


class Cloud:
    """One region of one account, or of an emulator at `endpoint_url`."""

    def __init__(
        self, region: str, endpoint_url: str | None = None, session: boto3.session.Session | None = None
    ) -> None:
        """Take the region; credentials are found where the AWS command line finds them, `session` apart."""
        self.region = region
        self.endpoint_url = endpoint_url
        made_up = FOR_AN_EMULATOR if endpoint_url and "AWS_ACCESS_KEY_ID" not in os.environ else None
        self._session = session or boto3.session.Session(made_up, made_up, region_name=region)
        self._made: dict[tuple[str, str], Any] = {}

    @property
    def emulated(self) -> bool:
        """Whether this is an emulator and no real account."""
        return self.endpoint_url is not None

    def client(self, service: str, region: str | None = None, config: Config | None = None) -> Any:
        """Return a client of that service; one made without a config is shared. Threads may use it."""
        key = (service, region or self.region)
        with _MAKING:
            if config is None and key in self._made:
                return self._made[key]
            # The service is one of a dozen names; boto3's types want each spelt out.
            made: Any = self._session.client(  # type: ignore[call-overload]
                service,
                region_name=region or self.region,
                endpoint_url=self.endpoint_url,
                config=Config(retries={"mode": "standard", "max_attempts": 5}).merge(config or Config()),
            )
            if config is None:
                self._made[key] = made
            return made

    def variables(self) -> dict[str, str]:
        """Return what a child process needs in its environment to reach the same place as the same caller."""
        credentials = self._session.get_credentials()
        found = {"AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        if self.endpoint_url:
            found[ENDPOINT] = self.endpoint_url
        if credentials is not None:
            frozen = credentials.get_frozen_credentials()
            found["AWS_ACCESS_KEY_ID"] = frozen.access_key or ""
            found["AWS_SECRET_ACCESS_KEY"] = frozen.secret_key or ""
            if frozen.token:
                found["AWS_SESSION_TOKEN"] = frozen.token
        return found

    @cached_property
    def account(self) -> str:
        """The twelve digits of the account."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def origin_of(self, distribution_domain: str) -> str:
        """Return the address at which a distribution answers, without a final slash."""
        if self.endpoint_url is None:
            return f"https://{distribution_domain}"
        label = distribution_domain.partition(".")[0]
        return f"http://{label}.cloudfront.localhost:{urlsplit(self.endpoint_url).port}"

    def get(self, url: str) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers (names in small letters) and body; no redirection is followed."""
        asked = urlsplit(url)
        connection: http.client.HTTPConnection
        if self.endpoint_url:
            # Not every resolver knows the names below localhost: the emulator itself is asked for them.
            connection = http.client.HTTPConnection(
                urlsplit(self.endpoint_url).netloc, timeout=ANSWER_SECONDS
            )
        else:
            connection = http.client.HTTPSConnection(
                asked.netloc, timeout=ANSWER_SECONDS, context=ssl.create_default_context()
            )
        try:
            path = asked.path + (f"?{asked.query}" if asked.query else "")
            connection.request("GET", path or "/", headers={"Host": asked.netloc})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def cloud_for(environment: Environment) -> Cloud:
    """Return where the environment is: in AWS, or at AWS_ENDPOINT_URL where that is set."""
    return Cloud(environment.region, os.environ.get(ENDPOINT) or None)
