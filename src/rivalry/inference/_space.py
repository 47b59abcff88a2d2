"""Coordinates in which every prior is a standard normal.

A parameter x with prior distribution F (within its bounds) has the coordinate
u = Phi^-1(F(x)). The prior of u is N(0, 1) whatever the family, so proposals need no Jacobian, a
step of 1 is one prior standard deviation for every parameter, and proposals that leave the prior
invariant (preconditioned Crank-Nicolson; Cotter et al. 2013) are one line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.model import Model, prior_distribution, prior_medians

Array = NDArray[np.float64]
#: Beyond eight standard deviations of the prior the quantile functions lose their digits.
EDGE = 8.0


class PriorSpace:
    """Maps between parameters and their normal scores.

    Parameters
    ----------
    model : Model
    names : sequence of str, optional
        Parameters that move, scalar or base names; default: all that have a prior. The others
        stay at their prior medians.

    Raises
    ------
    RivalryError
        R0820 for a name that is not an uncertain parameter, or if nothing can move.
    """

    def __init__(self, model: Model, names: Sequence[str] | None = None) -> None:
        self.model = model
        uncertain = [p.name for p in model.parameters if p.prior is not None]
        chosen = uncertain if names is None else _choose(model, names, uncertain)
        if not chosen:
            raise RivalryError(
                Problem(
                    "R0820",
                    "no parameter of the case has a prior: there is nothing to fit",
                    "Give parameters priors instead of values.",
                )
            )
        self.names = tuple(chosen)
        self._columns = np.array([model.parameter_index[n] for n in chosen])
        self._base = prior_medians(model)
        self._maps = []
        for name in chosen:
            parameter = model.parameters[model.parameter_index[name]]
            distribution = prior_distribution(parameter)
            low, high = parameter.bounds
            self._maps.append(
                (
                    distribution,
                    float(distribution.cdf(low)),
                    float(distribution.sf(high)),
                    low,
                    high,
                )
            )

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return len(self.names)

    def parameters(self, u: Array) -> Array:
        """Full parameter vector of the model at normal scores `u` (size,)."""
        full = self._base.copy()
        full[self._columns] = self.values(u)
        return full

    def model_point(self) -> Array:
        """Full parameter vector at the prior medians."""
        return self._base.copy()

    def values(self, u: Array) -> Array:
        """Values of the moving parameters at normal scores `u` (size,)."""
        x = np.empty(self.size)
        for i, (distribution, below, above, low, high) in enumerate(self._maps):
            score = min(max(float(u[i]), -EDGE), EDGE)
            inside = 1.0 - below - above
            # the nearer tail keeps its digits
            if score <= 0.0:
                value = distribution.ppf(below + inside * ndtr(score))
            else:
                value = distribution.isf(above + inside * ndtr(-score))
            x[i] = min(max(float(value), low), high)
        return x

    def scores(self, x: Array) -> Array:
        """Return the normal scores of values `x` (size,) of the moving parameters."""
        u = np.empty(self.size)
        for i, (distribution, below, above, _, _) in enumerate(self._maps):
            inside = 1.0 - below - above
            lower = (float(distribution.cdf(x[i])) - below) / inside
            upper = (float(distribution.sf(x[i])) - above) / inside
            u[i] = ndtri(lower) if lower <= 0.5 else -ndtri(upper)
        return np.clip(u, -EDGE, EDGE)

    @staticmethod
    def log_prior(u: Array) -> float:
        """Log density of the normal scores under the prior, without its constant."""
        return float(-0.5 * np.dot(u, u))


def _choose(model: Model, names: Sequence[str], uncertain: list[str]) -> list[str]:
    chosen: dict[str, None] = {}
    problems = []
    for name in names:
        found = [n for n in model.resolve(name) if n in uncertain]
        if name in uncertain:
            found = [name]
        if not found:
            near = nearest(name, uncertain)
            problems.append(
                Problem(
                    "R0820",
                    f"{name!r} is not a parameter with a prior",
                    (f"Did you mean {near!r}? " if near else "")
                    + "Only uncertain parameters can be fitted.",
                )
            )
        chosen |= dict.fromkeys(found)
    if problems:
        raise RivalryError(problems, exit_code=2)
    return list(chosen)
