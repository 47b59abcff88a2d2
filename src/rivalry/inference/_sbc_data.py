"""Data sets simulated in the pattern of a case's own: the same months, frequencies and ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import simulate
from rivalry.model import Model
from rivalry.model.ir import Observation

Array = NDArray[np.float64]


def simulate_data(model: Model, parameters: Array, seed: int) -> Model:
    """Replace a model's data by data simulated from it.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_parameters,)
    seed : int
        Key of the random numbers.

    Returns
    -------
    Model
        With the same observations in the same months. A month that has no datum in the case has
        none here. Where the case has a range, the simulated figure is reported as a range of the
        same ratio; where it has a bound, as above or below that bound.

    Raises
    ------
    RivalryError
        R0801..R0804, R0809 if the trajectory breaks.
    """
    drawn = simulate(model, parameters=parameters[None, :], seed=seed, outputs=[], threads=1)
    rng = np.random.default_rng([seed, 1])
    return with_data(
        model,
        {o.name: _as_reported(o, drawn[f"y:{o.name}"].values[0], rng) for o in model.observations},
    )


def with_data(model: Model, data: dict[str, tuple[Array, Array | None]]) -> Model:
    """Put other data in the place of a model's own.

    Parameters
    ----------
    data : dict
        For every observation the figures (n_months,) and, for ranges, their high ends.
    """
    return replace(
        model,
        observations=tuple(
            replace(o, data=data[o.name][0], high=data[o.name][1]) for o in model.observations
        ),
    )


def _as_reported(
    observation: Observation, drawn: Array, rng: np.random.Generator
) -> tuple[Array, Array | None]:
    """Keep the months, and the coarseness, in which the case has this series."""
    if observation.high is None:
        return np.where(np.isnan(observation.data), np.nan, drawn), None
    low, high = np.full_like(drawn, np.nan), np.full_like(drawn, np.nan)
    # one lot a month whether used or not, so that a datum more does not change the others
    shift = rng.random(len(drawn))
    for t, figure in enumerate(drawn):
        ends = (float(observation.data[t]), float(observation.high[t]))
        # the months before a whole period of the model are drawn as missing
        if not np.isnan(ends).all() and not np.isnan(figure):
            low[t], high[t] = _coarsen(float(figure), *ends, float(shift[t]))
    return low, high


def _coarsen(figure: float, low: float, high: float, shift: float) -> tuple[float, float]:
    """Report a figure as coarsely as the case reports it in that month.

    The ranges must be chosen without regard to the figure, or the weight that `between` gives
    them would not be their probability. So they are cells of a fixed grid on the log scale, as
    wide as the case's range, placed by lot.
    """
    above = not np.isnan(low) and low > 0.0
    if not above and np.isnan(high):
        return low, high  # says nothing, and goes on saying nothing
    if not above:
        return (low, high) if figure <= high else (high, np.nan)
    if np.isnan(high) or np.isinf(high):
        return (low, high) if figure >= low else (np.nan, low)
    width = np.log(high / low)
    if width <= 0.0 or figure == 0.0:  # nobody left is reported as that
        return figure, figure
    cell = np.floor(np.log(figure) / width - shift) + shift
    return float(np.exp(cell * width)), float(np.exp((cell + 1.0) * width))
