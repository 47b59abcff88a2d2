"""Coordinates in which every prior is a standard normal.

A parameter x with prior distribution F (within its bounds) has the coordinate
u = Phi^-1(F(x)). The prior of u is N(0, 1) whatever the family, so proposals need no Jacobian, a
step of 1 is one prior standard deviation for every parameter, and proposals that leave the prior
invariant (preconditioned Crank-Nicolson; Cotter et al. 2013) are one line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.inference._quantiles import quantiles
from rivalry.model import Model, prior_distribution, prior_medians
from rivalry.model.ir import Parameter

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
    held : mapping of str to float, optional
        Scalar parameters that stay at these values, as in a profile; they never move.

    Raises
    ------
    RivalryError
        R0820 for a name that is not an uncertain parameter, or if nothing can move.
    """

    def __init__(
        self,
        model: Model,
        names: Sequence[str] | None = None,
        held: Mapping[str, float] | None = None,
    ) -> None:
        self.model = model
        held = dict(held or {})
        self._held = held
        uncertain = [p.name for p in model.parameters if p.prior is not None and p.name not in held]
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
        for name, value in held.items():
            self._base[model.parameter_index[name]] = value
        self._maps = [_Map(model.parameters[model.parameter_index[n]]) for n in chosen]

    def __reduce__(self) -> tuple[Any, ...]:
        # quantile functions need not travel to a worker: they follow from the model
        return PriorSpace, (self.model, self.names, self._held)

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
        return np.array([m.value(float(x)) for m, x in zip(self._maps, u, strict=True)])

    def swarm(self, u: Array) -> Array:
        """Full parameter vectors (n, n_parameters) of many normal scores (n, size)."""
        full = np.tile(self._base, (len(u), 1))
        for i, (column, one) in enumerate(zip(self._columns, self._maps, strict=True)):
            full[:, column] = one.values(u[:, i])
        return full

    def value(self, i: int, u: float) -> float:
        """Value of moving parameter `i` at normal score `u`."""
        return self._maps[i].value(u)

    def scores(self, x: Array) -> Array:
        """Return the normal scores of values `x` (size,) of the moving parameters."""
        return np.array([m.score(float(v)) for m, v in zip(self._maps, x, strict=True)])

    @staticmethod
    def log_prior(u: Array) -> float:
        """Log density of the normal scores under the prior, without its constant."""
        return float(-0.5 * np.dot(u, u))


class _Map:
    """One parameter and its normal score, computed in whichever tail keeps its digits."""

    def __init__(self, parameter: Parameter) -> None:
        self._prior = prior_distribution(parameter)
        self._ppf, self._isf = quantiles(parameter)
        self._low, self._high = parameter.bounds
        self._below = float(self._prior.cdf(self._low))
        self._above = float(self._prior.sf(self._high))
        middle = float(self._prior.median())
        #: all of the prior within its bounds lies on one side of its median
        self._upper, self._lower = middle < self._low, middle > self._high
        if self._upper:
            self._inside = float(self._prior.sf(self._low)) - self._above
        elif self._lower:
            self._inside = float(self._prior.cdf(self._high)) - self._below
        else:
            self._inside = 1.0 - self._below - self._above

    def value(self, score: float) -> float:
        score = min(max(score, -EDGE), EDGE)
        if self._lower or (score <= 0.0 and not self._upper):
            x = self._ppf(self._below + self._inside * ndtr(score))
        else:
            x = self._isf(self._above + self._inside * ndtr(-score))
        return min(max(float(x), self._low), self._high)

    def values(self, scores: Array) -> Array:
        scores = np.clip(scores, -EDGE, EDGE)
        below = (scores <= 0.0) & (not self._upper) | self._lower
        x = np.empty_like(scores)
        for part, quantile, edge, sign in (
            (below, self._ppf, self._below, 1.0),
            (~below, self._isf, self._above, -1.0),
        ):
            if part.any():
                x[part] = quantile(edge + self._inside * ndtr(sign * scores[part]))
        return np.clip(x, self._low, self._high)

    def score(self, x: float) -> float:
        from_below = (float(self._prior.cdf(x)) - self._below) / self._inside
        if self._lower or (from_below <= 0.5 and not self._upper):
            u = ndtri(min(max(from_below, 0.0), 1.0))
        else:
            from_above = (float(self._prior.sf(x)) - self._above) / self._inside
            u = -ndtri(min(max(from_above, 0.0), 1.0))
        return float(min(max(u, -EDGE), EDGE))


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
