"""What a change of a name is: how it is written, and who is right to be meant by it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.typed_names.people import Named


class Right(StrEnum):
    """What the answer to a typed name has to be.

    SAME: this person and nobody else, without a question. NEAR: a coordinator decides, and until then the
    person counts as meant. SAME_OR_NEAR: either of the two.
    """

    SAME = "same"
    NEAR = "near"
    SAME_OR_NEAR = "same or near"


Write = Callable[[Named, random.Random], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One kind of change. `write` returns None for a person whose name has nothing to change."""

    name: str
    right: Right
    write: Write
