"""Gamma and beta draws.

Marsaglia, G. and Tsang, W. W. (2000), "A simple method for generating gamma variables", ACM
Transactions on Mathematical Software 26(3).
"""

import math

from rivalry.engine.random._jit import jit, jit_inline
from rivalry.engine.random._normal import normal
from rivalry.engine.random._xoshiro import State, uniform


@jit
def _gamma_retry(state: State, d: float, c: float, x: float, u: float) -> float:
    # The normal x failed the squeeze with the uniform u: exact test, and further attempts.
    while True:
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(u) < 0.5 * x * x + d * (1.0 - v + math.log(v)):
                return d * v
        x = normal(state)
        u = uniform(state)


@jit_inline
def _gamma_large(state: State, shape: float) -> float:
    # Shapes of at least one. The draw increases with the normal, but for rejections (< 5%).
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    x = normal(state)
    u = uniform(state)
    v = 1.0 + c * x
    w = x * x
    if v > 0.0 and u <= 1.0 - 0.0331 * (w * w):
        return d * (v * v * v)
    return _gamma_retry(state, d, c, x, u)


@jit
def _log_gamma_draw(state: State, shape: float) -> float:
    # Logarithm of a gamma draw: shapes far below one would underflow.
    g = math.log(_gamma_large(state, shape + 1.0))
    return g + math.log(uniform(state)) / shape


@jit
def gamma(state: State, shape: float) -> float:
    """Return a gamma draw of unit scale: mean and variance are ``shape``.

    Process noise of mean 1 and variance ``v`` is ``gamma(state, 1/v) * v``.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    shape : float64
        Shape. Draws below 1e-308, usual for shapes under 0.01, come out as 0.

    Returns
    -------
    float64
        0 for shape 0, infinite for an infinite one, NaN for a negative or NaN one.
    """
    if shape >= 1.0:
        if shape == math.inf:
            return math.inf
        return _gamma_large(state, shape)
    if shape > 0.0:
        g = _gamma_large(state, shape + 1.0)
        return g * math.exp(math.log(uniform(state)) / shape)
    return 0.0 if shape == 0.0 else math.nan


@jit
def beta(state: State, a: float, b: float) -> float:
    """Return a beta draw, as a ratio of gamma draws (of their logarithms for shapes under 1).

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    a, b : float64
        Shapes; the mean is ``a/(a + b)``.

    Returns
    -------
    float64
        In [0, 1]; NaN if a shape is not positive.
    """
    if not (a > 0.0 and b > 0.0):
        return math.nan
    if a >= 1.0 and b >= 1.0:
        x = gamma(state, a)
        return 1.0 / (1.0 + gamma(state, b) / x)
    if a == math.inf or b == math.inf:
        return 1.0 if a > b else 0.0
    x = _log_gamma_draw(state, a)
    return 1.0 / (1.0 + math.exp(_log_gamma_draw(state, b) - x))
