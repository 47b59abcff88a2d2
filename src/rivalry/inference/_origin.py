"""Where the monthly record ends, and the states there: what a forecast goes on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine import FilterHistory
from rivalry.engine.codegen import state_names
from rivalry.foundation import Month
from rivalry.inference._diag_file import open_fit
from rivalry.inference._space import PriorSpace
from rivalry.model import Model
from rivalry.model._priors import prior_medians

Array = NDArray[np.float64]


def default_origin(model: Model) -> Month:
    """Return the last month in which a monthly series has a figure, or any series if none is.

    A yearly figure or an estimate of strength may be dated later; it is not waited for.

    Parameters
    ----------
    model : Model
    """
    monthly = [o for o in model.observations if o.every == "month"] or model.observations
    found = [
        int(rows[-1])
        for o in monthly
        if len(rows := np.flatnonzero(np.isfinite(_either(o.data, o.high))))
    ]
    return model.time.start + max(found, default=model.time.n_months - 1)


def state_at(history: FilterHistory, model: Model, origin: Month, key: Sequence[int]) -> Array:
    """Draw one state at the end of a month, given the data up to it and nothing later.

    Parameters
    ----------
    history : FilterHistory
    model : Model
    origin : Month
    key : sequence of int
        Of the random number.

    Returns
    -------
    ndarray (n_states,)
    """
    t = min(model.time.index(origin), len(history.weights) - 1)
    rng = np.random.default_rng(list(key))
    chosen = rng.choice(history.weights.shape[1], p=history.weights[t])
    # a copy: a view would keep the whole history alive, a hundred megabytes a draw
    return np.array(history.states[t, chosen])


def origin_states(
    space: PriorSpace,
    scores: Array,
    origin: Month,
    states: Sequence[Array | None],
    coords: Mapping[str, NDArray[Any]],
) -> xr.Dataset:
    """Lay out the states at an origin as a group of a posterior file.

    Parameters
    ----------
    space : PriorSpace
    scores : ndarray (n, size)
        Normal scores of the fitted parameters.
    origin : Month
    states : sequence of ndarray (n_states,) or None
        One a draw, chain by chain; None where a filter failed.
    coords : mapping
        ``chain`` and ``draw`` of the posterior.
    """
    names = state_names(space.model)
    columns = [space.model.parameter_index[n] for n in space.names]
    fitted = space.swarm(scores)[:, columns]
    rows = np.array([np.full(len(names), np.nan) if s is None else s for s in states])
    shape = (len(coords["chain"]), len(coords["draw"]), -1)
    return xr.Dataset(
        {
            "states": (("chain", "draw", "state"), rows.reshape(shape)),
            "parameters": (("chain", "draw", "parameter"), fitted.reshape(shape)),
        },
        coords={**coords, "state": names, "parameter": list(space.names)},
        attrs={
            "month": str(origin),
            "comment": "One state a kept draw of the posterior, at the end of the month and given "
            "the data up to it: where a forecast begins. As the engine keeps them: noise on a log "
            "scale as its logarithm. Parameters that were not fitted are at their prior medians.",
        },
    )


@dataclass(frozen=True)
class OriginDraws:
    """What a forecast goes on from, read from a posterior file.

    Attributes
    ----------
    origin : Month
    parameters : ndarray (n, n_parameters)
        All of the model's; those that were not fitted at their prior medians.
    states : ndarray (n, n_states)
    """

    origin: Month
    parameters: Array
    states: Array


def load_origin(model: Model, path: Path) -> OriginDraws | None:
    """Read the states at the origin from a posterior file that fits the model.

    Parameters
    ----------
    model : Model
        The one that was fitted; see `check_posterior`.
    path : Path

    Returns
    -------
    OriginDraws or None
        None for a file without them, as older ones are.

    Raises
    ------
    RivalryError
        R0826 for a file that cannot be read.
    """
    found = open_fit(path).groups.get("origin_states")
    if found is None:
        return None
    order = [str(n) for n in found["state"].values]
    names = [str(n) for n in found["parameter"].values]
    if sorted(order) != sorted(state_names(model)):
        return None
    states = found["states"].sel(state=state_names(model)).values.reshape(-1, len(order))
    whole = np.isfinite(states).all(axis=1)
    parameters = np.tile(prior_medians(model), (len(states), 1))
    columns = [model.parameter_index[n] for n in names]
    parameters[:, columns] = found["parameters"].values.reshape(-1, len(names))
    if not whole.any():
        return None
    origin = Month.parse(str(found.attrs["month"]))
    return OriginDraws(origin, parameters[whole], states[whole].astype(np.float64))


def _either(data: Array, high: Array | None) -> Array:
    return data if high is None else np.where(np.isfinite(data), data, high)
