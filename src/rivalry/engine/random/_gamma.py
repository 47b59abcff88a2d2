"""Gamma and beta draws.

Marsaglia, G. and Tsang, W. W. (2000), "A simple method for generating gamma variables", ACM
Transactions on Mathematical Software 26(3).
"""

import math

from rivalry.engine.random._jit import jit
from rivalry.engine.random._normal import normal
from rivalry.engine.random._xoshiro import uniform


@jit
def _gamma_large(state, shape):  # type: ignore[no-untyped-def]
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(state)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        u = uniform(state)
        w = x * x
        if u < 1.0 - 0.0331 * w * w:
            return d * v
        if math.log(u) < 0.5 * w + d * (1.0 - v + math.log(v)):
            return d * v


@jit
def gamma(state, shape):  # type: ignore[no-untyped-def]
    if shape >= 1.0:
        if shape == math.inf:
            return math.inf
        return _gamma_large(state, shape)
    if shape > 0.0:
        g = _gamma_large(state, shape + 1.0)
        return g * math.exp(math.log(uniform(state)) / shape)
    return 0.0 if shape == 0.0 else math.nan
