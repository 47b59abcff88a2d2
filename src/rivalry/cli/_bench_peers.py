"""The two-group model in other hands: plain NumPy, and the `particles` package.

Written against the definition of the model, not against the engine, so that an error in the
engine cannot hide in its own benchmark. Arrays are (n_particles,).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]
_SIZE = 5.0
START = (100_000, 3_000, 5_000, 100, 100, 2_000)


def _exits(
    rng: np.random.Generator, people: Any, hazards: tuple[Any, Any, Any]
) -> tuple[Any, Any, Any]:
    total = hazards[0] + hazards[1] + hazards[2]
    leave = rng.binomial(people, -np.expm1(-total))
    first = rng.binomial(leave, hazards[0] / total)
    rest = leave - first
    second = rng.binomial(rest, hazards[1] / (hazards[1] + hazards[2]))
    return first, second, rest - second


def move(rng: np.random.Generator, state: Any) -> tuple[Any, Any]:
    """Advance (6, n) integer stocks by a month; return them and the month's deaths."""
    p, a, b, ja, jb, z = state
    s = a + b + 1.0
    g = rng.gamma(20.0, 0.05, p.shape[0])
    pa, pb, pz = _exits(rng, p, (0.002 * a / s, 0.0025 * b / s, 0.001 * a * b / 1e6 + 1e-9))
    n = np.full(p.shape[0], 1.0)
    ak, ac, ab = _exits(rng, a, (0.02 * g * b / s + 1e-9, 0.004 * n, 0.003 * b / s + 1e-9))
    bk, bc, ba = _exits(rng, b, (0.015 * g * a / s + 1e-9, 0.003 * n, 0.002 * a / s + 1e-9))
    ra = rng.binomial(ja, -math.expm1(-0.01))
    rb = rng.binomial(jb, -math.expm1(-0.02))
    rz = rng.binomial(z, -math.expm1(-0.01))
    new = np.array(
        [
            p - pa - pb - pz + rz,
            a + pa + ra + ba - ak - ac - ab,
            b + pb + rb + ab - bk - bc - ba,
            ja + ac - ra,
            jb + bc - rb,
            z + pz - rz,
        ]
    )
    return new, ak + bk


def log_weight(y: float, deaths: Array) -> Array:
    """Negative binomial log density of a month's count."""
    mean = 0.5 * deaths + 0.001
    constant = gammaln(y + _SIZE) - gammaln(_SIZE) - gammaln(y + 1.0)
    return np.asarray(
        constant - _SIZE * np.log1p(mean / _SIZE) + y * (np.log(mean) - np.log(mean + _SIZE))
    )


def numpy_filter(data: Array, n: int, seed: int) -> float:
    """Bootstrap filter with adaptive systematic resampling in plain NumPy; log-likelihood."""
    rng = np.random.default_rng(seed)
    state = np.repeat(np.array(START)[:, None], n, axis=1)
    log_w = np.zeros(n)
    before, total = math.log(n), 0.0
    for y in data:
        state, deaths = move(rng, state)
        log_w += log_weight(float(y), deaths)
        top = log_w.max()
        w = np.exp(log_w - top)
        after = top + math.log(w.sum())
        total += after - before
        before = after
        if w.sum() ** 2 / np.dot(w, w) < 0.5 * n:
            points = (np.arange(n) + rng.random()) / n * w.sum()
            chosen = np.minimum(np.searchsorted(np.cumsum(w), points), n - 1)
            state = state[:, chosen]
            log_w = np.zeros(n)
            before = math.log(n)
    return total


def particles_filter(data: Array, n: int, seed: int) -> float:
    """Run the same filter by the `particles` package (Chopin & Papaspiliopoulos 2020)."""
    import particles
    from particles.core import FeynmanKac

    rng = np.random.default_rng(seed)

    class TwoGroups(FeynmanKac):  # type: ignore[misc]
        def M0(self, size: int) -> Any:
            start = np.repeat(np.array(START)[None, :], size, axis=0)
            return self.M(0, start)

        def M(self, t: int, xp: Any) -> Any:
            new, deaths = move(rng, xp[:, :6].T)
            return np.column_stack([new.T, deaths])

        def logG(self, t: int, xp: Any, x: Any) -> Any:
            return log_weight(float(data[t]), x[:, 6])

    np.random.seed(seed % 2**32)  # the package draws its resampling from NumPy's global state
    filter_ = particles.SMC(fk=TwoGroups(T=len(data)), N=n, resampling="systematic", ESSrmin=0.5)
    filter_.run()
    return float(filter_.summaries.logLts[-1])
