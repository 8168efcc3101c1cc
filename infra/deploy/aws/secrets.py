"""The secrets of an environment, in the parameter store: made once, whoever asks first.

Two there are: the link key, from which every link's token is derived, and the edge key, by which the web
function knows the distribution. Each is one value, or two while they are changed: the first is used, the
second accepted as well (`rotate_secrets.py`). They are parameters, which cost nothing, and not secrets of
Secrets Manager, which cost 0.40 US dollars a month each.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from functions.settings import LINK_KEY_BYTES
from infra.deploy.aws.cloud import Cloud
from infra.deploy.environment import Environment

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

LINK, EDGE, ROTATION, LEAKED = "link-key", "edge-key", "rotation", "leaked-at"
EDGE_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an environment keeps to itself. Of each kind the first is used, all are accepted."""

    link_keys: tuple[bytes, ...]
    edge_keys: tuple[str, ...]

    @property
    def link_key(self) -> bytes:
        """The key that new links' tokens are derived with."""
        return self.link_keys[0]

    @property
    def link_setting(self) -> str:
        """The functions' KITH_LINK_KEY."""
        return ",".join(base64.b64encode(key).decode() for key in self.link_keys)

    @property
    def edge_setting(self) -> str:
        """The web function's KITH_EDGE_KEYS. The distribution sends the first alone."""
        return ",".join(self.edge_keys)

    @classmethod
    def from_settings(cls, link_setting: str, edge_setting: str) -> Self:
        """Return the secrets that these settings say."""
        link_keys = (base64.b64decode(key, validate=True) for key in link_setting.split(","))
        return cls(link_keys=tuple(link_keys), edge_keys=tuple(edge_setting.split(",")))

    def __repr__(self) -> str:
        """Return a text that tells nobody anything: secrets end up in tracebacks otherwise."""
        return "Secrets(…)"


def ensured(cloud: Cloud, environment: Environment) -> Secrets:
    """Return the environment's secrets, made now if there are none; two who ask at once get the same."""
    client = cloud.client("ssm")
    return Secrets.from_settings(
        kept(client, where(environment, LINK), new_link_key),
        kept(client, where(environment, EDGE), new_edge_key),
    )


def where(environment: Environment, kind: str) -> str:
    """Return the name of the parameter that holds this kind of secret."""
    return f"/kith/{environment.name}/{kind}"


def kept(client: "SSMClient", name: str, made: Callable[[], str]) -> str:
    """Return what the parameter holds; what is `made` if it held nothing.

    It is never written over: who comes second is refused, and reads what the first has written.
    """
    found = read(client, name)
    if found is not None:
        return found
    mine = made()
    try:
        client.put_parameter(Name=name, Value=mine, Type="SecureString", Overwrite=False)
    except client.exceptions.ParameterAlreadyExists:
        return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return mine


def read(client: "SSMClient", name: str) -> str | None:
    """Return what the parameter holds, or None where there is none."""
    try:
        return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None


def changed(client: "SSMClient", name: str, value: str) -> None:
    """Write the parameter over."""
    client.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def forgotten(cloud: Cloud, environment: Environment) -> None:
    """Forget the environment's secrets, for good; a second time there is nothing to forget."""
    names = [where(environment, kind) for kind in (LINK, EDGE, ROTATION, LEAKED)]
    cloud.client("ssm").delete_parameters(Names=names)


def new_link_key() -> str:
    """Return a fresh link key as text."""
    return base64.b64encode(secrets.token_bytes(LINK_KEY_BYTES)).decode()


def new_edge_key() -> str:
    """Return a fresh edge key: it travels in a header, so it is one word of letters and digits."""
    return secrets.token_hex(EDGE_KEY_BYTES)
