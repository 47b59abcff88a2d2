"""Scores of whole forecasts: a long table, and its means over all months and violent ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from rivalry.forecast._draws import Draws
from rivalry.forecast._panel import Panel
from rivalry.forecast._scores import brier, covered, crps, ignorance, interval_score, pit
from rivalry.foundation import Problem, RivalryError

#: Columns of scores in the table, in order; means of them are what `summarise` gives.
SCORES = (
    "crps",
    "ignorance",
    "interval_score",
    "brier_1",
    "brier_25",
    "crps_above_25",
    "covered_50",
    "covered_90",
)
_KEYS = ("model", "origin", "step", "month_id", "unit")
#: Ends of the 90% interval and the median, by their columns.
QUANTILES = {"low_90": 0.05, "median": 0.5, "high_90": 0.95}


def score(draws: Draws, panel: Panel, *, seed: int = 1) -> pd.DataFrame:
    """Score a forecast against the panel's later months.

    Parameters
    ----------
    draws : Draws
    panel : Panel
        Must reach beyond the origin; what it does not hold is not scored.
    seed : int
        For the randomised PIT.

    Returns
    -------
    DataFrame
        One row a unit and step with a known outcome: ``model``, ``origin`` and ``month_id`` (both
        ViEWS ids), ``step``, ``unit``, ``observed``, ``mean`` of the draws, then the scores:

        - ``crps``, ``ignorance``, ``interval_score`` (90%), ``brier_1``, ``brier_25``;
        - ``crps_above_25``, the threshold-weighted CRPS, which looks only at how the forecast
          tells counts of 25 and more apart (Gneiting & Ranjan 2011): the proper way to weigh
          violent months more, see `summarise`;
        - ``covered_50``, ``covered_90`` (0 or 1) and ``pit``.

        After ``mean`` stand ``low_90``, ``median`` and ``high_90``: the forecast as it was.

    Raises
    ------
    RivalryError
        R1018 when no forecast month has a known outcome, or units or target differ.
    """
    if (draws.unit, draws.target) != (panel.unit, panel.target):
        raise _unscored(
            f"the forecast is of {draws.target} by {draws.unit}, "
            f"the panel of {panel.target} by {panel.unit}"
        )
    observed = panel.actuals(draws.origin, draws.steps, draws.units)
    known = ~np.isnan(observed)
    if not known.any():
        raise _unscored(
            f"no outcome is known for {draws.months[0]} to {draws.months[-1]}: "
            f"the panel ends in {panel.end}"
        )
    x, y = draws.array[known], observed[known]
    at_unit, at_step = np.nonzero(known)
    steps = np.array(draws.steps)[at_step]
    above = np.maximum(x, 25), np.maximum(y, 25)
    quantiles = np.quantile(x, tuple(QUANTILES.values()), axis=1)
    return pd.DataFrame(
        {
            "model": draws.model,
            "origin": draws.origin.views_id,
            "step": steps,
            "month_id": draws.origin.views_id + steps,
            "unit": draws.units[at_unit],
            "observed": y,
            "mean": x.mean(axis=1),
            **dict(zip(QUANTILES, quantiles, strict=True)),
            "crps": crps(x, y),
            "ignorance": ignorance(x, y),
            "interval_score": interval_score(x, y, level=0.9),
            "brier_1": brier(x, y, at_least=1),
            "brier_25": brier(x, y, at_least=25),
            "crps_above_25": crps(*above),
            "covered_50": covered(x, y, level=0.5),
            "covered_90": covered(x, y, level=0.9),
            "pit": pit(x, y, seed=seed),
        }
    )


def summarise(table: pd.DataFrame, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Average scores over all months and over months with violence.

    An average CRPS can reward a confident zero, for most months have no violence; hence the
    second set. But means over months chosen by their outcome are not proper: they reward whoever
    forecasts too much (Lerch et al. 2017, Forecaster's dilemma, Statistical Science 32(1)). Read
    them beside the first set and `crps_above_25`, never instead.

    Parameters
    ----------
    table : DataFrame
        From `score`; several of them one below the other.
    by : sequence of str
        Columns to average within, such as ``("model", "step")``.

    Returns
    -------
    DataFrame
        Two rows a group, ``months`` being "all" or "violent" (an observed count of 1 or more):
        ``n`` and the mean of each score, the coverages among them. A group without a violent
        month has NaN there.
    """
    parts = []
    for name, rows in (("all", table), ("violent", table[table["observed"] >= 1])):
        grouped = rows.groupby(list(by), sort=True)
        means = grouped[list(SCORES)].mean()
        means.insert(0, "n", grouped.size())
        means.insert(0, "months", name)
        parts.append(means)
    everyone = parts[0].index
    parts[1] = parts[1].reindex(everyone)
    parts[1]["months"] = "violent"
    parts[1]["n"] = parts[1]["n"].fillna(0).astype(int)
    return pd.concat(parts).reset_index().sort_values([*by, "months"], ignore_index=True)


def pit_histogram(
    table: pd.DataFrame, *, bins: int = 10, violent: bool = False
) -> npt.NDArray[np.float64]:
    """Return the share of PIT values in each of `bins` equal bins; flat at 1/bins if calibrated.

    Parameters
    ----------
    table : DataFrame
        From `score`, of one model.
    bins : int
    violent : bool
        Only months with an observed count of 1 or more. There a calibrated forecast is not flat,
        but leans to the right.
    """
    values = table.loc[table["observed"] >= 1, "pit"] if violent else table["pit"]
    counts, _ = np.histogram(values, bins=bins, range=(0, 1))
    return np.asarray(counts / max(1, counts.sum()), dtype=np.float64)


def _unscored(message: str) -> RivalryError:
    return RivalryError(
        Problem("R1018", message, "Score against a panel of the same table that goes on longer.")
    )
