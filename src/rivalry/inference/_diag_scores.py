"""Draws as normal scores of their prior, exactly or by their ranks among prior draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rivalry.inference._space import EDGE
from rivalry.model import Model, prior_distribution

Array = NDArray[np.float64]


def normal_scores(model: Model, name: str, values: Array) -> Array | None:
    """Return the normal scores of many values of one parameter; the shape is kept.

    The same map as `PriorSpace.scores`, over an array at once. None where the model has no prior
    for the parameter.
    """
    column = model.parameter_index.get(name)
    if column is None or model.parameters[column].prior is None:
        return None
    parameter = model.parameters[column]
    prior = prior_distribution(parameter)
    low, high = parameter.bounds
    below, above = float(prior.cdf(low)), float(prior.sf(high))
    middle = float(prior.median())
    if middle < low:
        inside, upper = float(prior.sf(low)) - above, np.ones(values.shape, dtype=bool)
    elif middle > high:
        inside, upper = float(prior.cdf(high)) - below, np.zeros(values.shape, dtype=bool)
    else:
        inside, upper = 1.0 - below - above, values > middle
    scores = np.empty(values.shape)
    # each half is computed in the tail that keeps its digits
    with np.errstate(divide="ignore"):
        scores[~upper] = ndtri(np.clip((prior.cdf(values[~upper]) - below) / inside, 0.0, 1.0))
        scores[upper] = -ndtri(np.clip((prior.sf(values[upper]) - above) / inside, 0.0, 1.0))
    return np.clip(scores, -EDGE, EDGE)


def rank_scores(prior: Array, values: Array) -> Array:
    """Return normal scores by the ranks that values would have among prior draws (n,).

    A value beyond all prior draws gets the score of half a rank beyond the last, so a thousand
    prior draws tell apart up to 3.3 prior standard deviations.
    """
    ordered = np.sort(prior)
    n = len(ordered)
    # Halfway between the ranks from the left and from the right: ties stand in their middle.
    rank = 0.5 * (
        np.searchsorted(ordered, values, side="left")
        + np.searchsorted(ordered, values, side="right")
    )
    return np.asarray(ndtri((rank + 0.5) / (n + 1.0)), dtype=np.float64)
