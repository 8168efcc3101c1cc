"""What an assignment is solved from beside the scores: its two sides, its terms and its objective."""

from dataclasses import dataclass

Couple = tuple[int, int]  # mentee's row, mentor's column


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The people of one side, in the order of the scores' rows or columns.

    `capacity` counts each person's places; a person of greater `priority` is served first. An empty
    `priority` stands for 0 for everybody.
    """

    ids: tuple[str, ...]
    capacity: tuple[int, ...]
    priority: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is settled before: pairs that must stand, pairs that must not, and what there was before.

    `previous` is None where there was nothing before, so that no change can be counted.
    """

    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    previous: tuple[Couple, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Which levels of the objective count; each only decides what those before it leave open.

    `stable` asks for something else instead: that no two people would both rather have each other. Then no
    level counts.
    """

    served: bool = True
    floor: bool = True
    total: bool = True
    load: bool = True
    least_change: bool = True
    stable: bool = False
