"""The corpus and the engine: the one module of the corpus that knows the engine's names."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from functions.matching.engine import match
from functions.matching.outcome import Certificate, Outcome, PoolPrices, PoolProof, Prices
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from tests.matching.corpus.inputs import Input, Row

Made = dict[str, Any]


def run(given: Input) -> Made:
    """Return what the engine makes of the input: ids and numbers alone, ready for JSON."""
    policy = parse_policy(given.policy, file=f"{given.name}.toml")
    try:
        outcome = match(
            _people(given.mentors),
            _people(given.mentees),
            policy,
            seed=given.seed,
            locked=given.locked,
            forbidden=given.forbidden,
            previous=given.previous,
        )
    except CannotMatch:
        return {"refused": True}
    return _numbers(outcome)


def _people(rows: Sequence[Row]) -> list[Person]:
    return [
        Person(
            id=row.id,
            capacity=row.capacity,
            priority=row.priority,
            answers={
                name: tuple(value) if isinstance(value, list) else value
                for name, value in row.answers.items()
            },
        )
        for row in rows
    ]


def _numbers(outcome: Outcome) -> Made:
    return {
        "pairs": [
            [
                pair.mentee,
                pair.mentor,
                pair.score,
                *(reason.points for reason in sorted(pair.reasons, key=lambda reason: reason.criterion)),
            ]
            for pair in outcome.pairs
        ],
        "served": outcome.served,
        "worst": outcome.worst,
        "total": outcome.total,
        "load": sorted(Counter(pair.mentor for pair in outcome.pairs).values(), reverse=True),
        "unmatched": sorted([str(person.role), person.id] for person in outcome.unmatched),
        "wishes": sorted(
            [wish.mentee, wish.mentor, wish.unserved, wish.floor, wish.total] for wish in outcome.wishes
        ),
        "certificate": None if outcome.certificate is None else _certificate(outcome.certificate),
    }


def _certificate(certificate: Certificate | PoolProof) -> Made:
    prices = [
        None if prices is None else _prices(prices)
        for prices in (certificate.served, certificate.above_floor, certificate.whole)
    ]
    text = json.dumps(prices, separators=(",", ":"))
    return {
        "value": list(certificate.value),
        "floor": certificate.floor,
        "prices": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def _prices(prices: Prices | PoolPrices) -> list[Any]:
    if isinstance(prices, Prices):
        return [prices.first, prices.further, prices.mentor]
    return [prices.people, prices.sets]
