"""The environment, read once and checked whole before the first event.

A missing setting is told with every other missing one, so that nobody repairs a deployment one
setting at a time.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from functions.questionnaires.plain_text import is_plain_address

LINK_KEY_BYTES = 32
# While a key is changed there are two of it: the first is used, the second accepted as well.
MOST_KEYS = 2
FEWEST_EDGE_CHARACTERS = 32


class SettingsError(Exception):
    """The environment does not hold what this function needs; the message names all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSettings:
    """What an operator sets for a deployment."""

    table: str
    runs_queue: str
    mail_queue: str
    origin: str
    sender: str
    programme: str
    link_keys: tuple[bytes, ...]
    configuration_set: str | None
    edge_keys: tuple[str, ...]


def answers_pages(environment: Mapping[str, str]) -> bool:
    """Whether this function answers HTTP, and is to load what that needs before the first event."""
    return bool(environment.get("KITH_ANSWERS_PAGES"))


def settings_from(environment: Mapping[str, str]) -> FunctionSettings:
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
    link_keys = _link_keys(environment.get("KITH_LINK_KEY", ""))
    if environment.get("KITH_LINK_KEY") and not link_keys:
        faults.append(f"KITH_LINK_KEY must be {LINK_KEY_BYTES} random bytes in base64 (one or two)")
    # One machine has no distribution, and no such setting. Where there is one it must be sound: set to
    # nothing, it would let everybody past the distribution.
    edge_keys = _edge_keys(environment.get("KITH_EDGE_KEYS"))
    if edge_keys is None:
        faults.append(f"KITH_EDGE_KEYS must be {FEWEST_EDGE_CHARACTERS} letters and digits, once or twice")
    sender = environment.get("KITH_SENDER")
    if sender and not is_plain_address(sender):
        faults.append("KITH_SENDER must be one address with nothing around it, like name@example.org")
    if faults or edge_keys is None:
        raise SettingsError("Kith can't start: " + "; ".join(faults) + ".")
    return FunctionSettings(
        table=environment["KITH_TABLE"],
        runs_queue=environment["KITH_RUNS_QUEUE"],
        mail_queue=environment["KITH_MAIL_QUEUE"],
        origin=environment["KITH_ORIGIN"].rstrip("/"),
        sender=environment["KITH_SENDER"],
        programme=environment["KITH_PROGRAMME"],
        link_keys=link_keys,
        configuration_set=environment.get("KITH_CONFIGURATION_SET") or None,
        edge_keys=edge_keys,
    )


def _link_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys, the one in use first; none where the text is not that."""
    try:
        keys = tuple(base64.b64decode(key, validate=True) for key in text.split(","))
    except binascii.Error:
        return ()
    sound = len(keys) <= MOST_KEYS and all(len(key) == LINK_KEY_BYTES for key in keys)
    return keys if sound else ()


def _edge_keys(text: str | None) -> tuple[str, ...] | None:
    """Return the keys, none where nothing is set; None where what is set is unsound."""
    if text is None:
        return ()
    keys = tuple(text.split(","))
    sound = len(keys) <= MOST_KEYS and all(
        len(key) >= FEWEST_EDGE_CHARACTERS and key.isascii() and key.isalnum() for key in keys
    )
    return keys if sound else None
