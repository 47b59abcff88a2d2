"""The parameters that an effect rests on, and how much the data narrowed each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from rivalry.model import Model, prior_distribution
from rivalry.whatif._ensemble import Array

#: Rank correlation from which an effect is said to rest on a parameter, and how many are named.
LEAST, MOST = 0.2, 4
#: Beyond eight standard deviations of the prior a probability has no digits left.
_EDGE = 8.0


@dataclass(frozen=True)
class Rest:
    """A parameter that an effect rests on.

    Attributes
    ----------
    name : str
    correlation : float
        Rank correlation with the effect, over draws from the prior.
    contraction : float or None
        1 - its posterior variance in normal scores of the prior; 0 says that the data said
        nothing. None if it was not fitted.
    """

    name: str
    correlation: float
    contraction: float | None


def contractions(model: Model, parameters: Array, fitted: Sequence[str]) -> dict[str, float]:
    """Return the contraction of every fitted parameter over its posterior draws.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_draws, n_parameters)
        From the posterior.
    fitted : sequence of str
        Names of those that were fitted.
    """
    found = {}
    for name in fitted:
        column = model.parameter_index[name]
        p = model.parameters[column]
        prior = prior_distribution(p)
        low, high = (float(prior.cdf(b)) for b in p.bounds)
        u = (prior.cdf(parameters[:, column]) - low) / (high - low)
        scores = np.clip(ndtri(u), -_EDGE, _EDGE)
        found[name] = 1.0 - float(np.var(scores))
    return found


def rests_on(
    model: Model, parameters: Array, values: Array, contraction: dict[str, float]
) -> list[Rest]:
    """Find the parameters that an effect goes with, over draws from the prior.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_draws, n_parameters)
    values : ndarray (n_draws,)
    contraction : dict of str to float

    Returns
    -------
    list of Rest
        At most four, with a rank correlation of at least 0.2, the strongest first.
    """
    kept = np.isfinite(values)
    if kept.sum() < 20 or np.ptp(values[kept]) == 0:
        return []
    columns = [j for j, p in enumerate(model.parameters) if p.prior is not None]
    correlations = _ranks(values[kept][:, None])[:, 0] @ _ranks(parameters[kept][:, columns])
    rows = [
        Rest(name, float(rho), contraction.get(name))
        for name, rho in zip((model.parameters[j].name for j in columns), correlations, strict=True)
        if abs(rho) >= LEAST
    ]
    return sorted(rows, key=lambda r: -abs(r.correlation))[:MOST]


def _ranks(values: Array) -> Array:
    """Rank each column, centred and of length 1; zeros where nothing differs."""
    ranks = rankdata(values, axis=0)
    ranks = ranks - ranks.mean(axis=0)
    size = np.linalg.norm(ranks, axis=0)
    return np.asarray(np.divide(ranks, size, out=np.zeros_like(ranks), where=size > 0))
