"""What a fit leaves: draws for ArviZ, and a table that says what the data moved."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import rivalry
from rivalry.engine import RESULTS_VERSION
from rivalry.inference._chain import ChainSettings, ChainState
from rivalry.inference._digests import case_digest, data_digest
from rivalry.inference._predictive import Checks, spread_out
from rivalry.inference._space import PriorSpace
from rivalry.model import draw_parameters

#: Version of the layout of a posterior file.
FORMAT = 1
#: Draws of the posterior that a file keeps, over all chains, and of the prior.
MAX_DRAWS = 4000
PRIOR_DRAWS = 1000
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
    checks: Checks | None = None,
    *,
    summaries: Sequence[ParameterSummary] | None = None,
    max_draws: int = MAX_DRAWS,
) -> dict[str, xr.Dataset]:
    """Lay out a fit as the groups of an ArviZ file.

    Parameters
    ----------
    attributes : mapping
        Provenance, kept as attributes of the posterior group beside the hashes. `options`, the
        words that repeat the fit after ``rivalry fit CASE``, are told to who has a stale file.
    checks : Checks, optional
        What `run_checks` found; without it the file has no likelihoods by month, no posterior
        predictive and no smoothed states.
    summaries : sequence of ParameterSummary, optional
        As from `summarize`, which is called if they are not given.
    max_draws : int
        Draws that are kept over all chains, evenly spaced in each.

    Returns
    -------
    dict of str to xarray.Dataset
        ``posterior``, ``prior``, ``sample_stats``, ``diagnostics`` of the whole chains, and the
        groups of `checks`. Without the warm-up. Parameters keep their names.
    """
    rate = float(np.mean([s.accepted[settings.warmup :].mean() for s in states]))
    chains, n = len(states), settings.iterations
    at = spread_out(n, max(1, max_draws // chains))
    columns = [space.model.parameter_index[name] for name in space.names]
    scores = np.array([s.draws[settings.warmup :][at] for s in states])
    full = space.swarm(scores.reshape(-1, space.size))[:, columns]
    values = full.reshape(chains, len(at), space.size).astype(np.float32)
    logs = np.array([s.logs[settings.warmup :][at] for s in states])
    coords = {"chain": np.arange(chains), "draw": at}
    made = {
        "created_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "inference_library": "rivalry",
        "inference_library_version": rivalry.__version__,
    }
    posterior = xr.Dataset(
        {name: (("chain", "draw"), values[:, :, i]) for i, name in enumerate(space.names)},
        coords=coords,
        attrs={
            **made,
            "rivalry_posterior": FORMAT,
            "case_digest": case_digest(space.model),
            "data_digest": data_digest(space.model),
            "results_version": RESULTS_VERSION,
            "draws_sha256": draws_digest(values),
            "chains": chains,
            "iterations": n,
            "seed": settings.seed,
            "particles": settings.particles,
            "warmup": settings.warmup,
            **{k: v for k, v in attributes.items() if v is not None},
        },
    )
    prior = draw_parameters(space.model, PRIOR_DRAWS, settings.seed)[None].astype(np.float32)
    groups = {
        "posterior": posterior,
        "prior": xr.Dataset(
            {
                name: (("chain", "draw"), prior[:, :, c])
                for name, c in zip(space.names, columns, strict=True)
            },
            coords={"chain": [0], "draw": np.arange(PRIOR_DRAWS)},
            attrs=made,
        ),
        "sample_stats": xr.Dataset(
            {
                "log_likelihood": (("chain", "draw"), logs.astype(np.float32)),
                "lp": (
                    ("chain", "draw"),
                    (logs - 0.5 * (scores**2).sum(axis=2)).astype(np.float32),
                    {"comment": "in normal scores of the prior, without its constant"},
                ),
                "accepted": (
                    ("chain", "draw"),
                    np.array([s.accepted[settings.warmup :][at] for s in states]),
                ),
            },
            coords=coords,
            attrs={**made, "acceptance": rate},
        ),
        "diagnostics": _diagnostics(summaries or summarize(space, settings, states)),
    }
    if checks is not None:
        groups |= checks.groups
    return groups


def draws_digest(values: NDArray[np.float32]) -> str:
    """Hash draws (chain, draw, size), so that a file damaged on its way is not taken for whole."""
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f4").tobytes()).hexdigest()


def _diagnostics(summaries: Sequence[ParameterSummary]) -> xr.Dataset:
    """Keep what was computed from the whole chains, which the thinned draws no longer give."""
    numbers = [f.name for f in fields(ParameterSummary) if f.name != "name"]
    return xr.Dataset(
        {k: ("parameter", np.array([getattr(s, k) for s in summaries])) for k in numbers},
        coords={"parameter": [s.name for s in summaries]},
        attrs={
            "comment": "Computed from all draws after the warm-up, not only those kept. R-hat and "
            "effective sample sizes as in Vehtari et al. (2021); contraction and shift in normal "
            "scores of the prior."
        },
    )


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
    columns = [space.model.parameter_index[name] for name in space.names]
    means = space.swarm(scores.reshape(-1, space.size))[:, columns].mean(axis=0)
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
                mean=float(means[i]),
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
