"""Random numbers and log densities of the engine, compiled with Numba.

Every sampler takes a ``state``: a uint64 array of shape (4,), owned by the caller and advanced in
place. Fill it with ``seed_stream`` (filters: one stream per block of particles) or ``seed_key``
(scenarios: common random numbers). All functions may be called from other compiled code, also
across disk-cached modules; callers should be compiled with ``OPTIONS`` and hold ``source_digest()``
in the name of their cache.
"""

from rivalry.engine.random._binomial import binomial, binomial_exit
from rivalry.engine.random._counts import (
    log_binomial,
    log_hurdle_negative_binomial,
    log_hurdle_poisson,
    log_negative_binomial,
    log_poisson,
    log_zero_inflated_negative_binomial,
    log_zero_inflated_poisson,
    nb_const,
    nb_var,
    poisson_const,
    poisson_var,
)
from rivalry.engine.random._densities import log_lognormal, log_ndtr, log_normal, log_range
from rivalry.engine.random._gamma import beta, gamma
from rivalry.engine.random._heavy import (
    contaminated_negative_binomial,
    log_contaminated_negative_binomial,
)
from rivalry.engine.random._jit import OPTIONS, jit, jit_inline, source_digest
from rivalry.engine.random._normal import exponential, lognormal, normal
from rivalry.engine.random._poisson import negative_binomial, poisson
from rivalry.engine.random._special import exit_probability
from rivalry.engine.random._xoshiro import (
    State,
    next_u64,
    seed_key,
    seed_stream,
    uniform,
)

__all__ = [
    "OPTIONS",
    "State",
    "beta",
    "binomial",
    "binomial_exit",
    "contaminated_negative_binomial",
    "exit_probability",
    "exponential",
    "gamma",
    "jit",
    "jit_inline",
    "log_binomial",
    "log_contaminated_negative_binomial",
    "log_hurdle_negative_binomial",
    "log_hurdle_poisson",
    "log_lognormal",
    "log_ndtr",
    "log_negative_binomial",
    "log_normal",
    "log_poisson",
    "log_range",
    "log_zero_inflated_negative_binomial",
    "log_zero_inflated_poisson",
    "lognormal",
    "nb_const",
    "nb_var",
    "negative_binomial",
    "next_u64",
    "normal",
    "poisson",
    "poisson_const",
    "poisson_var",
    "seed_key",
    "seed_stream",
    "source_digest",
    "uniform",
]
