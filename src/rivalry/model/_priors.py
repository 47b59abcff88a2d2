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
        out[:, j] = _truncated_quantile(parameter, u)
    return out


def prior_medians(model: Model) -> NDArray[np.float64]:
    """Return the median of every parameter's prior within its bounds; fixed ones as they are.

    Returns
    -------
    ndarray (n_parameters,)
    """
    half = np.array([0.5])
    return np.array(
        [p.value if p.prior is None else _truncated_quantile(p, half)[0] for p in model.parameters],
        dtype=float,
    )


def truncated_mass(parameter: Parameter) -> float:
    """Probability that an unbounded prior puts within the bounds; draws need more than none."""
    first, last, _ = _tail(parameter)
    return abs(last - first)


def _tail(parameter: Parameter) -> tuple[float, float, bool]:
    """Probabilities below the bounds; above them if the bounds lie in the upper tail.

    Near 1 doubles are too coarse for tails: normal(0, 1) above 9 has probability 1e-19.
    """
    distribution = prior_distribution(parameter)
    low, high = parameter.bounds
    upper = bool(low > distribution.median())
    f = distribution.sf if upper else distribution.cdf
    return float(f(low)), float(f(high)), upper


def _truncated_quantile(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    # truncation through the quantile function keeps one uniform a draw
    first, last, upper = _tail(parameter)
    distribution = prior_distribution(parameter)
    quantile = distribution.isf if upper else distribution.ppf
    x: NDArray[np.float64] = quantile(first + u * (last - first))
    return np.clip(x, *parameter.bounds)
