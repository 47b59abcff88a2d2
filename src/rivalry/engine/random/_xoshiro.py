"""The generator: xoshiro256++ on a caller-owned state, seeded by hashing keys.

Blackman, D. and Vigna, S. (2021), "Scrambled linear pseudorandom number generators",
ACM Transactions on Mathematical Software 47(4). Seeding hashes the key with the finaliser of
splitmix64: Steele, G., Lea, D. and Flood, C. (2014), "Fast splittable pseudorandom number
generators", OOPSLA, with the multipliers known as variant 13.
"""

import numpy as np
from numpy.typing import NDArray

from rivalry.engine.random._jit import bits_to_float, jit, jit_inline

State = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
# Odd multipliers without structure, one for each part of a key.
_KEY_A = np.uint64(0xD1342543DE82EF95)
_KEY_B = np.uint64(0xAF251AF3B0F025B5)
_KEY_C = np.uint64(0xDA942042E4DD58B5)
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_S17 = np.uint64(17)
_S12 = np.uint64(12)
_S19 = np.uint64(19)
_S23 = np.uint64(23)
_S41 = np.uint64(41)
_S45 = np.uint64(45)
_ONE_BITS = np.uint64(0x3FF0000000000000)
_BELOW_ONE = 1.0 - 2.0**-53


@jit_inline
def _mix(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@jit_inline
def _fill(state: State, z: np.uint64) -> None:
    # Four consecutive outputs of splitmix64: never all zero, since its steps differ.
    z = z + _GOLDEN
    state[0] = _mix(z)
    z = z + _GOLDEN
    state[1] = _mix(z)
    z = z + _GOLDEN
    state[2] = _mix(z)
    z = z + _GOLDEN
    state[3] = _mix(z)


@jit
def seed_stream(state: State, seed: int, a: int, b: int) -> None:
    """Start the stream of the key ``(seed, a, b)``: one stream per filter and block of particles.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        Overwritten.
    seed, a, b : int64 or uint64
        The key. Keys that differ in one bit give unrelated streams.
    """
    z = _mix(np.uint64(seed) + _GOLDEN)
    z = _mix((z ^ np.uint64(a)) * _KEY_A + _GOLDEN)
    z = _mix((z ^ np.uint64(b)) * _KEY_B + _GOLDEN)
    _fill(state, z)


@jit_inline
def seed_key(state: State, seed: int, draw: int, element: int, tick: int) -> None:
    """Start the stream of the key ``(seed, draw, element, tick)``: common random numbers.

    Each element of a model (a flow, a noise, an observation) restarts its stream at each tick,
    so a change in one element cannot shift the numbers of another one. The part that depends on
    ``seed`` and ``draw`` alone is invariant over elements and ticks, and the compiler hoists it.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        Overwritten.
    seed, draw, element, tick : int64 or uint64
        The key.
    """
    z = _mix(_mix(np.uint64(seed) + _KEY_C) + np.uint64(draw) * _GOLDEN)
    _fill(state, _mix(z + np.uint64(element) * _KEY_A + np.uint64(tick) * _KEY_B))


@jit_inline
def next_u64(state: State) -> np.uint64:
    """Return 64 random bits and advance ``state`` (uint64 array of shape (4,))."""
    s0 = state[0]
    s1 = state[1]
    s2 = state[2]
    s3 = state[3]
    x = s0 + s3
    result: np.uint64 = ((x << _S23) | (x >> _S41)) + s0
    t = s1 << _S17
    s2 ^= s0
    s3 ^= s1
    state[1] = s1 ^ s2
    state[0] = s0 ^ s3
    state[2] = s2 ^ t
    state[3] = (s3 << _S45) | (s3 >> _S19)
    return result


@jit_inline
def uniform(state: State) -> float:
    """Return a uniform float64 on the open interval (0, 1).

    The values are the odd multiples of 2**-53, so neither end occurs and ``1 - u`` is exact.
    """
    above_one: float = bits_to_float((next_u64(state) >> _S12) | _ONE_BITS)
    return above_one - _BELOW_ONE
