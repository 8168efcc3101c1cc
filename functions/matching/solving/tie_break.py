"""Tie-breaks: what decides when nothing else does, from people's ids and the seed alone.

The same on any machine and in any order of people: SHA-256 of seed, side and id, then SplitMix64's
finaliser over both people of a pair.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]


def tie_break_keys(ids: Sequence[str], side: str, seed: int) -> Bits:
    """Return 64 bits for each person: the start of SHA-256 over seed, side and id."""
    digests = (hashlib.sha256(f"{seed}\0{side}\0{name}".encode()).digest() for name in ids)
    return np.array([int.from_bytes(digest[:8], "big") for digest in digests], dtype=np.uint64)


def tie_break_numbers(mentees: Bits, mentors: Bits, bits: int) -> npt.NDArray[np.int64]:
    """Return the numbers of pairs, from 1 to 2^bits, by the keys of their people (arrays that broadcast).

    The lower number wins.
    """
    return (_mixed(mentees + _mixed(mentors)) >> np.uint64(64 - bits)).astype(np.int64) + 1


def tie_break_bits(nodes: int) -> int:
    """Return how many bits a number has: at most 40, and what the flow solver can carry for `nodes`."""
    return max(8, min(40, 58 - 2 * nodes.bit_length()))


def _mixed(bits: Bits) -> Bits:
    """Return the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which spreads every bit over all."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
