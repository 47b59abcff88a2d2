"""Prior distributions: draws, densities and quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivalry.model.ir import Model, Parameter


def prior_distribution(parameter: Parameter) -> Any:
    """Return the SciPy distribution of a parameter's prior, without its bounds.

    Raises
    ------
    ValueError
        If the parameter is fixed.
    """
    if parameter.prior is None:
        raise ValueError(f"{parameter.name} is fixed")
    family, a = parameter.prior
    match family:
        case "normal":
            return stats.norm(a[0], a[1])
        case "lognormal":
            return stats.lognorm(a[1], scale=np.exp(a[0]))
        case "uniform":
            return stats.uniform(a[0], a[1] - a[0])
        case "beta":
            return stats.beta(a[0], a[1])
        case "gamma":
            return stats.gamma(a[0], scale=a[1])
        case "half_normal":
            return stats.halfnorm(scale=a[0])
        case "exponential":
            return stats.expon(scale=a[0])
    raise ValueError(f"no distribution {family!r}")


def draw_parameters(model: Model, n_draws: int, seed: int) -> NDArray[np.float64]:
    """Draw parameter vectors from the priors.

    Every parameter has a stream of its own, keyed by its name, so that adding a parameter does
    not change the draws of the others, and a longer run begins with the draws of a shorter one.

    Returns
    -------
    ndarray (n_draws, n_parameters)
        Fixed parameters are constant columns.
    """
    out = np.empty((n_draws, len(model.parameters)))
    for j, parameter in enumerate(model.parameters):
        if parameter.prior is None:
            out[:, j] = parameter.value
            continue
        stream = np.random.default_rng([seed, *parameter.name.encode()])
        u = stream.random(n_draws)
        distribution = prior_distribution(parameter)
        low, high = parameter.bounds
        # truncation through the quantile function keeps one uniform a draw
        f_low = 0.0 if np.isneginf(low) else float(distribution.cdf(low))
        f_high = 1.0 if np.isposinf(high) else float(distribution.cdf(high))
        out[:, j] = distribution.ppf(f_low + u * (f_high - f_low))
    return out
