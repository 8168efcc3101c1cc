"""The environment, read once and checked whole before the first event.

A missing setting is told with every other missing one, so that nobody repairs a deployment one
setting at a time.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

LINK_KEY_BYTES = 32


class SettingsError(Exception):
    """The environment does not hold what this function needs; the message names all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator sets for a deployment."""

    table: str
    runs_queue: str
    mail_queue: str
    origin: str
    sender: str
    programme: str
    link_key: bytes
    configuration_set: str | None


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raises `SettingsError` naming every missing or unreadable one."""
    required = (
        "KITH_TABLE",
        "KITH_RUNS_QUEUE",
        "KITH_MAIL_QUEUE",
        "KITH_ORIGIN",
        "KITH_SENDER",
        "KITH_PROGRAMME",
        "KITH_LINK_KEY",
    )
    faults = [f"{name} is not set" for name in required if not environment.get(name)]
    key = _link_key(environment.get("KITH_LINK_KEY", ""))
    if environment.get("KITH_LINK_KEY") and key is None:
        faults.append(f"KITH_LINK_KEY must be {LINK_KEY_BYTES} random bytes in base64")
    if faults or key is None:
        raise SettingsError("Kith can't start: " + "; ".join(faults) + ".")
    return Settings(
        table=environment["KITH_TABLE"],
        runs_queue=environment["KITH_RUNS_QUEUE"],
        mail_queue=environment["KITH_MAIL_QUEUE"],
        origin=environment["KITH_ORIGIN"].rstrip("/"),
        sender=environment["KITH_SENDER"],
        programme=environment["KITH_PROGRAMME"],
        link_key=key,
        configuration_set=environment.get("KITH_CONFIGURATION_SET") or None,
    )


def _link_key(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return key if len(key) == LINK_KEY_BYTES else None
