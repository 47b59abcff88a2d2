"""The two-group model in the hands of `pypomp`, the Python port of R's pomp on JAX.

Written to run as fast as pypomp can on a processor: `rproc` is vectorised over particles as its
documentation advises for processors, binomials and the gamma come from its own fast samplers (by
approximate inversion; `jax.random.binomial` is several times slower), arithmetic is in its
default single precision, and several filters run one on each JAX device. It resamples every month,
which is its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivalry.cli._bench_peers import START

_STOCKS = ("P", "A", "B", "Ja", "Jb", "Z")
_NAMES = (*_STOCKS, "D")


def pypomp_runner(data: NDArray[np.float64], n: int, cores: int) -> Callable[[int], list[float]]:
    """Return a function from a seed to the log-likelihoods of `cores` filters run at once."""
    import jax
    import pandas as pd
    import pypomp

    model = pypomp.Pomp(
        ys=pd.DataFrame({"y": data}, index=np.arange(1.0, len(data) + 1.0)),
        # all figures of the model are constants, as in the other peers
        theta=pypomp.PompParameters([{"unused": 1.0}] * cores),
        statenames=list(_NAMES),
        t0=0.0,
        rinit=_start,
        rproc=pypomp.vectorized(_month),
        dmeas=_log_weight,
        nstep=1,
    )

    def run(seed: int) -> list[float]:
        model.pfilter(n, key=jax.random.key(seed))
        return [float(x) for x in model.results_history[-1].logLiks.values.ravel()]

    return run


def _start(theta_: Any, key: Any, covars: Any, t0: Any) -> Any:
    import jax.numpy as jnp

    return {name: jnp.array(float(v)) for name, v in zip(_NAMES, (*START, 0), strict=True)}


def _exits(key: Any, people: Any, first: Any, second: Any, third: Any) -> Any:
    import jax
    import jax.numpy as jnp
    from pypomp.random import fast_binomial

    keys = jax.random.split(key, 3)
    total = first + second + third
    leave = fast_binomial(keys[0], people, -jnp.expm1(-total))
    one = fast_binomial(keys[1], leave, first / total)
    two = fast_binomial(keys[2], leave - one, second / (second + third))
    return one, two, leave - one - two


def _month(X_: Any, theta_: Any, key: Any, covars: Any, t: Any, dt: Any) -> Any:
    import jax
    import jax.numpy as jnp
    from pypomp.random import fast_binomial, fast_gamma

    p, a, b, ja, jb, z = (X_[name] for name in _STOCKS)
    ones = jnp.ones(p.shape[0])
    keys = jax.random.split(key, 7)
    s = a + b + 1.0
    g = fast_gamma(keys[0], 20.0 * ones) * 0.05
    pa, pb, pz = _exits(keys[1], p, 0.002 * a / s, 0.0025 * b / s, 0.001 * a * b / 1e6 + 1e-9)
    ak, ac, ab = _exits(keys[2], a, 0.02 * g * b / s + 1e-9, 0.004 * ones, 0.003 * b / s + 1e-9)
    bk, bc, ba = _exits(keys[3], b, 0.015 * g * a / s + 1e-9, 0.003 * ones, 0.002 * a / s + 1e-9)
    ra = fast_binomial(keys[4], ja, -jnp.expm1(-0.01 * ones))
    rb = fast_binomial(keys[5], jb, -jnp.expm1(-0.02 * ones))
    rz = fast_binomial(keys[6], z, -jnp.expm1(-0.01 * ones))
    return {
        "P": p - pa - pb - pz + rz,
        "A": a + pa + ra + ba - ak - ac - ab,
        "B": b + pb + rb + ab - bk - bc - ba,
        "Ja": ja + ac - ra,
        "Jb": jb + bc - rb,
        "Z": z + pz - rz,
        "D": ak + bk,
    }


def _log_weight(Y_: Any, X_: Any, theta_: Any, covars: Any, t: Any) -> Any:
    import jax.numpy as jnp
    from jax.scipy.special import gammaln

    y, mean, size = Y_["y"], 0.5 * X_["D"] + 0.001, 5.0
    constant = gammaln(y + size) - gammaln(size) - gammaln(y + 1.0)
    return constant - size * jnp.log1p(mean / size) + y * (jnp.log(mean) - jnp.log(mean + size))
