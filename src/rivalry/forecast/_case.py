"""Forecasts from a case: draws of its monthly series, and of what it keeps of each dyad."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from rivalry.engine import Start, default_outputs, simulate
from rivalry.forecast._draws import MAX_COUNT, Draws, check_steps
from rivalry.forecast._known import at_origin
from rivalry.forecast._panel import Panel
from rivalry.foundation import Month, Problem, RivalryError
from rivalry.model import Model
from rivalry.model.ir import Expr, evaluate, refs

Array = npt.NDArray[np.float64]

#: Families of whole numbers.
COUNTS = (
    "poisson",
    "negative_binomial",
    "contaminated_negative_binomial",
    "zero_inflated_poisson",
    "zero_inflated_negative_binomial",
    "hurdle_poisson",
    "hurdle_negative_binomial",
    "binomial",
)
#: Columns of a case's panel.
UNIT, TARGET = "series", "count"


@dataclass(frozen=True)
class CaseForecast:
    """Draws from a case at an origin; draw k of each part belongs to the same future.

    Attributes
    ----------
    series : Draws
        Monthly counts as they would be reported; units are names of observations.
    dyads : Draws or None
        People counted between the sides of each dyad, before any error of reporting; units are
        ``dyad:measure``. None if no dyad counts people by flows alone.
    ensemble : xarray.Dataset
        (draw, month) of stocks, levels and other recorded names over the months ahead.
    """

    series: Draws
    dyads: Draws | None
    ensemble: xr.Dataset


def count_series(model: Model) -> tuple[str, ...]:
    """Names of the monthly series of counts, which a case can be scored on."""
    return tuple(o.name for o in model.observations if o.every == "month" and o.family in COUNTS)


def case_panel(model: Model, source: str = "") -> Panel:
    """Return the case's monthly counts as a panel, for baselines and scores.

    Parameters
    ----------
    model : Model
    source : str
        What to name as its source.

    Raises
    ------
    RivalryError
        R1060 if the case has no monthly series of counts, R1280 if it has yearly ones in their
        place.
    """
    from rivalry.forecast._years_figures import year_series

    names = sorted(count_series(model))
    rows = {o.name: o.data for o in model.observations}
    if not names and year_series(model):
        raise RivalryError(
            Problem(
                "R1280",
                "the figures of the case are yearly, and this forecasts and scores months",
                "rivalry run CASE forecasts its years, and scores the same at past Decembers.",
            )
        )
    if not names:
        raise RivalryError(
            Problem(
                "R1060",
                "the case has no monthly series of counts",
                "Add an observation with 'every: month' and a distribution of counts.",
            )
        )
    counts = np.array([rows[n] for n in names])
    months = np.array([m.views_id for m in model.months])
    known = np.flatnonzero(np.isfinite(counts).any(axis=0))
    if len(known) == 0:
        raise RivalryError(
            Problem("R1060", "the monthly series of the case hold no figure", "Give them data.")
        )
    span = slice(int(known[0]), int(known[-1]) + 1)
    return Panel(np.array(names), months[span], counts[:, span], UNIT, TARGET, source=source)


def forecast_case(
    model: Model,
    parameters: Array,
    states: Array,
    origin: Month,
    steps: Sequence[int],
    *,
    n_draws: int = 1000,
    seed: int = 1,
    name: str = "case",
    outputs: Sequence[str] | None = None,
    threads: int | None = None,
) -> CaseForecast:
    """Simulate a case on from an origin.

    What comes from outside stands still: inputs and statuses keep their value of the origin, no
    dated shock happens after it, and lasting changes go on; see `at_origin`.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n, n_parameters)
    states : ndarray (n, n_states)
        At the end of the origin, given data up to it; row by row with `parameters`.
    origin : Month
    steps : sequence of int
        Months ahead, rising from 1 or later.
    n_draws : int
        Rows are taken in turn, each equally often up to one.
    seed : int
    name : str
        Of the model in tables.
    outputs : sequence of str, optional
        What the ensemble records; default: stocks, levels, noise and accumulators.
    threads : int, optional
        Results do not depend on it.

    Returns
    -------
    CaseForecast

    Raises
    ------
    RivalryError
        R1060 without a monthly series of counts, R1015 for steps, R1061 for an origin outside the
        model's time, R0801..R0804 if a trajectory breaks.
    """
    asked = check_steps(steps)
    names = case_panel(model).units
    check_origin(model, origin)
    ahead = at_origin(model, origin, asked[-1])
    order = np.random.default_rng([seed, origin.ordinal]).permutation(len(parameters))
    rows = order[np.arange(n_draws) % len(order)]
    flows = {f.name for f in model.flows}
    measures = {
        f"{dyad.name}:{measure}": expr
        for dyad in model.dyads
        for measure, expr in dyad.counts.items()
        if refs(expr) <= flows
    }
    wanted = list(dict.fromkeys([*_recorded(model, outputs), *_flows(measures.values())]))
    # another stream at each origin, lest two origins share their luck
    key = int(np.random.SeedSequence([seed, origin.ordinal]).generate_state(1, np.uint64)[0] >> 1)
    ensemble = simulate(
        ahead, seed=key, outputs=wanted, parameters=parameters[rows],
        start=Start(origin, states[rows]), threads=threads,
    )  # fmt: skip
    at = np.array(asked) - 1
    draws = np.array([ensemble[f"y:{n}"].values[:, at].T for n in names.tolist()])
    series = Draws(_whole(draws), origin, asked, names, UNIT, TARGET, name, seed)
    dyads = None
    if measures:
        values = {n: ensemble[n].values for n in _flows(measures.values())}
        found = [evaluate(expr, values)[:, at].T for expr in measures.values()]
        labels = np.array(list(measures))
        dyads = Draws(_whole(np.array(found)), origin, asked, labels, "dyad", TARGET, name, seed)
    kept = [n for n in _recorded(model, outputs) if n in ensemble]
    return CaseForecast(series, dyads, ensemble[kept])


def check_origin(model: Model, origin: Month) -> None:
    """Refuse an origin outside the model's time (R1061)."""
    if not 0 <= model.time.index(origin) < model.time.n_months:
        raise RivalryError(
            Problem(
                "R1061",
                f"the origin {origin} lies outside the case's time, {model.time.start} to "
                f"{model.time.end}",
                "Name a month inside it.",
            ),
            exit_code=2,
        )


def _recorded(model: Model, outputs: Sequence[str] | None) -> list[str]:
    return default_outputs(model) if outputs is None else list(outputs)


def _flows(measures: Iterable[Expr]) -> list[str]:
    found: dict[str, None] = {}
    for expr in measures:
        found |= dict.fromkeys(sorted(refs(expr)))
    return list(found)


def _whole(draws: Array) -> npt.NDArray[np.int32]:
    return np.minimum(np.rint(draws), MAX_COUNT).astype(np.int32)
