"""What a run is made from, as plain data: rows of answers and a policy's TOML text, nothing of the engine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

Answer = str | int | list[str] | None
Couple = tuple[str, str]  # a mentee's id, a mentor's id; of peers, in either order


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person as a file has them."""

    id: str
    capacity: int
    priority: int = 0
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Everything that one run gets. Peers stand in either list, as one pool."""

    name: str
    policy: str
    mentors: tuple[Row, ...]
    mentees: tuple[Row, ...]
    seed: int = 0
    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    previous: tuple[Couple, ...] | None = None
    shipped_policy: bool = False

    def digest(self) -> str:
        """Return the digest of the input, without a policy that Kith ships: its words may change."""
        content = asdict(self)
        if content.pop("shipped_policy"):
            content.pop("policy")
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
