"""What a run proposes, as it is kept: pairs and people left over, with reasons as facts, and figures."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions.matching import (
    FurtherPlace,
    Note,
    Outcome,
    Pair,
    Unmatched,
    Wish,
    from_data,
    to_data,
)
from functions.programme.canonical_json import canonical_json

KIND = "proposal"
_LISTS: Mapping[str, type] = {
    "pairs": Pair,
    "unmatched": Unmatched,
    "wishes": Wish,
    "notes": Note,
    "further_places": FurtherPlace,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers of a proposal: who was there, how many are served, the total and the worst score."""

    mentees: int
    mentors: int
    capacity: int
    served: int
    total: int
    worst: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the engine made of a snapshot. `wishes` and `further_places` are for coordinators alone.

    `matched_sha256` is the engine's digest of what it matched, `certificate_sha256` that of its proof.
    """

    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    figures: Figures
    notes: tuple[Note, ...] = ()
    wishes: tuple[Wish, ...] = ()
    further_places: tuple[FurtherPlace, ...] = ()
    engine_version: str
    matched_sha256: str
    certificate_sha256: str | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> "Proposal":
        """Return what is kept of an outcome."""
        proof = outcome.certificate
        return cls(
            pairs=outcome.pairs,
            unmatched=outcome.unmatched,
            figures=Figures(
                mentees=outcome.mentees,
                mentors=outcome.mentors,
                capacity=outcome.capacity,
                served=outcome.served,
                total=outcome.total,
                worst=outcome.worst,
            ),
            notes=outcome.notes,
            wishes=outcome.wishes,
            further_places=outcome.further_places,
            engine_version=outcome.engine_version,
            matched_sha256=outcome.snapshot_sha256,
            certificate_sha256=hashlib.sha256(canonical_json(to_data(proof))).hexdigest() if proof else None,
        )

    @property
    def paired(self) -> frozenset[str]:
        """The ids of everybody in a pair."""
        return frozenset(person_id for pair in self.pairs for person_id in (pair.mentor, pair.mentee))

    def without(self, ids: Collection[str]) -> "Proposal":
        """Return the proposal without what it says of these people but their ids."""
        gone = frozenset(ids)
        return replace(
            self,
            pairs=tuple(
                replace(pair, reasons=()) if gone & {pair.mentor, pair.mentee} else pair
                for pair in self.pairs
            ),
            unmatched=tuple(
                replace(person, why=(), change=None) if person.id in gone else person
                for person in self.unmatched
            ),
            wishes=tuple(wish for wish in self.wishes if not gone & {wish.mentor, wish.mentee}),
            further_places=tuple(
                place
                for place in self.further_places
                if gone.isdisjoint({place.mentor, *place.serves, *place.leaves})
            ),
        )

    def to_data(self) -> dict[str, Any]:
        """Return the proposal as plain data."""
        return {
            "kind": KIND,
            **{name: [to_data(fact) for fact in getattr(self, name)] for name in _LISTS},
            "figures": to_data(self.figures),
            "engine_version": self.engine_version,
            "matched_sha256": self.matched_sha256,
            "certificate_sha256": self.certificate_sha256,
        }

    @classmethod
    def of_person(cls, data: Mapping[str, Any], person_id: str) -> "Proposal":
        """Return what a proposal says of one person: their pairs, or why they are in none."""
        pairs = [pair for pair in data["pairs"] if person_id in (pair["mentor"], pair["mentee"])]
        unmatched = [person for person in data["unmatched"] if person["id"] == person_id]
        theirs = {name: [] for name in _LISTS} | {"pairs": pairs, "unmatched": unmatched}
        return cls.from_data({**data, **theirs})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Proposal":
        """Return the proposal that the data stand for."""
        lists: dict[str, Any] = {
            name: tuple(from_data(kind, fact) for fact in data[name]) for name, kind in _LISTS.items()
        }
        return cls(
            **lists,
            figures=from_data(Figures, data["figures"]),
            engine_version=data["engine_version"],
            matched_sha256=data["matched_sha256"],
            certificate_sha256=data["certificate_sha256"],
        )
