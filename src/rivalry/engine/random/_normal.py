"""Normal, lognormal and exponential draws.

Marsaglia, G. and Tsang, W. W. (2000), "The ziggurat method for generating random variables",
Journal of Statistical Software 5(8), with 256 layers; layer, sign and abscissa come from
disjoint bits of one 64-bit number, which removes the dependence that Doornik (2005) found.
"""

import math
from typing import Any

import numpy as np

from rivalry.engine.random._jit import bits_to_float, float_to_bits, jit, jit_inline
from rivalry.engine.random._xoshiro import State, next_u64, uniform

_TAIL = 3.6541528853610088
_SCALE = 2.0**52


def _tables() -> tuple[Any, Any, Any]:
    """Return accept limits (on 52-bit integers), abscissa scales and densities of the layers."""
    density = math.exp(-0.5 * _TAIL * _TAIL)
    area = _TAIL * density + math.sqrt(math.pi / 2) * math.erfc(_TAIL / math.sqrt(2))
    edge = np.empty(257)  # edge[i] is the right end of layer i, from the widest
    edge[0] = area / density
    edge[1] = _TAIL
    for i in range(2, 256):
        y = math.exp(-0.5 * edge[i - 1] ** 2) + area / edge[i - 1]
        edge[i] = math.sqrt(-2.0 * math.log(y))
    edge[256] = 0.0
    limit = np.floor(edge[1:] / edge[:-1] * _SCALE).astype(np.uint64)
    return limit, edge[:-1] / _SCALE, np.exp(-0.5 * edge * edge)


_LIMIT, _WIDTH, _DENSITY = _tables()
_LAYER = np.uint64(255)
_S12 = np.uint64(12)
_S55 = np.uint64(55)
_SIGN = np.uint64(1 << 63)


@jit_inline
def _with_sign(x: float, r: np.uint64) -> float:
    # The sign is bit 8 of r: above those of the layer, below those of the abscissa.
    signed: float = bits_to_float(float_to_bits(x) | ((r << _S55) & _SIGN))
    return signed


@jit
def _normal_retry(state: State, r: np.uint64) -> float:
    # The 1% of first numbers r outside of the rectangles: tail, wedges, further attempts.
    while True:
        layer = np.uint64(r & _LAYER)
        m = r >> _S12
        x = float(np.int64(m)) * _WIDTH[layer]
        if m < _LIMIT[layer]:
            return _with_sign(x, r)
        if layer == np.uint64(0):
            while True:
                e = -math.log(uniform(state)) / _TAIL
                if -2.0 * math.log(uniform(state)) > e * e:
                    return _with_sign(_TAIL + e, r)
        low = _DENSITY[layer]
        high = _DENSITY[layer + np.uint64(1)]
        if low + uniform(state) * (high - low) < math.exp(-0.5 * x * x):
            return _with_sign(x, r)
        r = next_u64(state)


@jit_inline
def normal(state: State) -> float:
    """Return a standard normal float64; ``mean + sd * normal(state)`` keeps it under a key."""
    r = next_u64(state)
    layer = r & _LAYER
    m = r >> _S12
    if m < _LIMIT[layer]:
        x = float(np.int64(m)) * _WIDTH[layer]
        return _with_sign(x, r)
    return _normal_retry(state, r)


@jit_inline
def lognormal(state: State, mu: float, sigma: float) -> float:
    """Return ``exp(mu + sigma*Z)``; ``mu`` and ``sigma`` are on the log scale."""
    return math.exp(mu + sigma * normal(state))


@jit_inline
def exponential(state: State) -> float:
    """Return a unit-mean exponential float64, always positive and decreasing in the uniform."""
    return -math.log(uniform(state))
