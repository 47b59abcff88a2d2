"""What each uncertain parameter varies over: its prior, or the posterior's margin if fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rivalry.foundation import Problem, RivalryError
from rivalry.inference import PriorSpace
from rivalry.model import Model
from rivalry.whatif._ensemble import Array

#: Probabilities nearer to 0 and 1 than this are no use with priors without ends.
_EDGE = 1e-6


class Ranges:
    """Maps probabilities to parameter vectors, parameter by parameter.

    Parameters
    ----------
    model : Model
    posterior : ndarray (n_draws, n_parameters), optional
    fitted : sequence of str
        Parameters that vary over the margin of these draws; all others over their priors.

    Raises
    ------
    RivalryError
        R1162 if no parameter has a prior.

    Notes
    -----
    Margins leave out what the data say of parameters together, so that parameters are independent,
    as variance-based indices need.
    """

    def __init__(
        self, model: Model, posterior: Array | None = None, fitted: Sequence[str] = ()
    ) -> None:
        if not any(p.prior is not None for p in model.parameters):
            raise RivalryError(
                Problem(
                    "R1162",
                    "no parameter of the case has a prior: nothing can vary",
                    "Give parameters priors instead of values.",
                )
            )
        self._space = PriorSpace(model)
        self.names = self._space.names
        self.fitted = frozenset(fitted) & set(self.names) if posterior is not None else frozenset()
        self.columns = np.array([model.parameter_index[n] for n in self.names])
        self._sorted: dict[int, NDArray[np.float64]] = {}
        if posterior is not None:
            for i, name in enumerate(self.names):
                if name in self.fitted:
                    self._sorted[i] = np.sort(posterior[:, self.columns[i]])

    @property
    def size(self) -> int:
        """Number of parameters that vary."""
        return len(self.names)

    def vectors(self, u: Array) -> Array:
        """Full parameter vectors (n, n_parameters) at probabilities `u` (n, size)."""
        inside = np.clip(u, _EDGE, 1 - _EDGE)
        rows = self._space.swarm(ndtri(inside))
        for i, draws in self._sorted.items():
            rows[:, self.columns[i]] = np.quantile(draws, inside[:, i])
        return rows

    def value(self, i: int, probability: float) -> float:
        """Quantile of parameter number `i`."""
        if i in self._sorted:
            return float(np.quantile(self._sorted[i], probability))
        return self._space.value(i, float(ndtri(probability)))
