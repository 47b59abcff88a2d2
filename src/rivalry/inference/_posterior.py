"""What a fit leaves: draws for ArviZ, and a table that says what the data moved."""

from __future__ import annotations

import importlib
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivalry.inference._chain import ChainSettings, ChainState
from rivalry.inference._space import PriorSpace
from rivalry.model import draw_parameters

#: Below this the data have not moved a parameter: its posterior is as wide as its prior.
MOVED = 0.2


@dataclass(frozen=True)
class ParameterSummary:
    """One parameter after a fit.

    `contraction` is 1 - posterior variance / prior variance in normal scores (Betancourt 2018),
    0 where the data say nothing; `shift` the posterior mean in prior standard deviations.
    """

    name: str
    mean: float
    low: float
    high: float
    contraction: float
    shift: float
    rhat: float
    ess_bulk: float
    ess_tail: float

    @property
    def moved(self) -> bool:
        """Whether the data narrowed or shifted it noticeably."""
        return self.contraction >= MOVED or abs(self.shift) >= 1.0


def posterior_data(
    space: PriorSpace,
    settings: ChainSettings,
    states: Sequence[ChainState],
    attributes: Mapping[str, str | int | float],
) -> Any:
    """Build the ArviZ InferenceData: posterior, prior and sample statistics.

    Parameters
    ----------
    attributes : mapping
        Provenance, kept as attributes of the posterior group.

    Returns
    -------
    arviz.InferenceData
        Without the warm-up. Parameters keep their names.
    """
    import arviz as az

    kept = [s.draws[settings.warmup :] for s in states]
    values = np.array([[space.values(u) for u in draws] for draws in kept])
    posterior = {n: values[:, :, i] for i, n in enumerate(space.names)}
    scores = np.array(kept)
    prior = draw_parameters(space.model, 4000, settings.seed)
    columns = [space.model.parameter_index[n] for n in space.names]
    logs = np.array([s.logs[settings.warmup :] for s in states])
    stats = {
        "log_likelihood": logs,
        "lp": logs - 0.5 * (scores**2).sum(axis=2),
        "accepted": np.array([s.accepted[settings.warmup :] for s in states]),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ArviZ announces its next version at every call
        data = az.from_dict(
            posterior=posterior,
            sample_stats=stats,
            prior={n: prior[None, :, c] for n, c in zip(space.names, columns, strict=True)},
        )
    data.posterior.attrs.update(dict(attributes))
    return data


def write_posterior(data: Any, path: Path) -> None:
    """Write NetCDF by way of a temporary file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / "posterior.nc"
        data.to_netcdf(str(draft), engine="h5netcdf")
        draft.replace(path)


def summarize(
    space: PriorSpace, settings: ChainSettings, states: Sequence[ChainState]
) -> list[ParameterSummary]:
    """Describe every fitted parameter.

    R-hat and effective sample sizes are those of Vehtari et al. (2021), rank-normalised and
    split, taken from ArviZ in normal scores.

    Returns
    -------
    list of ParameterSummary
    """
    az: Any = importlib.import_module("arviz")  # its functions carry no types
    scores = np.array([s.draws[settings.warmup :] for s in states])
    found = []
    for i, name in enumerate(space.names):
        u: NDArray[np.float64] = scores[:, :, i]
        low, high = (space.value(i, float(q)) for q in np.quantile(u, [0.05, 0.95]))
        if len(states) == 1:
            # a lone chain is held against itself: its two halves stand for two chains
            half = u.shape[1] // 2
            u = np.concatenate([u[:, :half], u[:, half : 2 * half]])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            rhat = float(az.rhat(u))
            bulk = float(az.ess(u, method="bulk"))
            tail = float(az.ess(u, method="tail"))
        found.append(
            ParameterSummary(
                name=name,
                mean=float(np.mean([space.value(i, float(x)) for x in u.ravel()])),
                low=low,
                high=high,
                contraction=float(1.0 - u.var()),
                shift=float(u.mean()),
                rhat=rhat,
                ess_bulk=bulk,
                ess_tail=tail,
            )
        )
    return found
