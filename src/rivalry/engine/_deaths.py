"""Why a filter died: the month, and the series that no particle could have given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rivalry.engine._filter import BootstrapFilter
from rivalry.model import Model
from rivalry.model.ir import Observation, describe


@dataclass(frozen=True)
class Death:
    """Where a filter died.

    `month` counts from 0. `series` are the observations whose datum of that month alone no
    particle could have given; empty if each alone was possible, but not all together.
    """

    month: int
    series: tuple[str, ...]

    def message(self, model: Model) -> str:
        """Say which data of which month were impossible."""
        month = model.months[self.month]
        if not self.series:
            return (
                f"no particle could have given all data of {month} together "
                f"({', '.join(_shown(o, self.month) for o in _present(model, self.month))})"
            )
        named = [o for o in model.observations if o.name in self.series]
        return f"in {month} no particle could have given " + " and ".join(
            _shown(o, self.month) for o in named
        )

    def remedy(self, model: Model) -> str:
        """Say what to change."""
        named = [o for o in model.observations if o.name in self.series] or _present(
            model, self.month
        )
        laws = "; ".join(
            f"{o.name} is {o.family}({', '.join(describe(a) for a in o.args)})" for o in named[:3]
        )
        return (
            f"Compare with what the model does there ('rivalry simulate'): {laws}. Mend the datum, "
            "widen the priors, or give the distribution a positive mean or a heavier tail; more "
            "particles help only if some come close."
        )


def find_death(
    model: Model, parameters: NDArray[np.float64], particles: int, seed: int, stream: int = 0
) -> Death | None:
    """Repeat a filter and find the data at which it died; None if it lives.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_parameters,)
    particles, seed, stream : int
        As of the filter that died: the same numbers die at the same place.

    Raises
    ------
    RivalryError
        R0801..R0804 and R0809 if all particles break.
    """
    found = BootstrapFilter(model, particles).run(parameters, seed, stream)
    dead = np.flatnonzero(np.isneginf(found.increments))
    if not len(dead):
        return None
    month = int(dead[0])
    culprits = []
    for observation in _present(model, month):
        # the same run to that month, in which only this series has a datum then
        alone = replace(
            model,
            observations=tuple(
                o if o.name == observation.name else _without(o, month) for o in model.observations
            ),
        )
        again = BootstrapFilter(alone, particles).run(parameters, seed, stream, month + 1)
        if np.isneginf(again.log_likelihood):
            culprits.append(observation.name)
    return Death(month, tuple(culprits))


def _present(model: Model, month: int) -> list[Observation]:
    return [
        o
        for o in model.observations
        if np.isfinite(o.data[month]) or (o.high is not None and np.isfinite(o.high[month]))
    ]


def _without(observation: Observation, month: int) -> Observation:
    data = observation.data.copy()
    data[month] = np.nan
    high = observation.high
    if high is not None:
        high = high.copy()
        high[month] = np.nan
    return replace(observation, data=data, high=high)


def _shown(observation: Observation, month: int) -> str:
    value = f"{observation.data[month]:g}"
    if observation.high is not None:
        value += f" to {observation.high[month]:g}"
    return f"{observation.name} = {value}"
