"""Intervals of score differences between two models on the same months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rivalry.foundation import Problem, RivalryError, nearest

#: What a bootstrap can draw: whole units, whole calendar months, both at once, or single rows.
CLUSTERS = ("unit", "month", "both", "row")
_KEYS = ["origin", "step", "month_id", "unit"]


@dataclass(frozen=True)
class Difference:
    """A mean score difference, `model` minus `against`, with its bootstrap interval.

    Attributes
    ----------
    model, against, score, cluster : str
    mean, low, high : float
        Below 0, `model` is better.
    ratio, ratio_low, ratio_high : float
        Mean score of `model` over that of `against`; 0.94 is 6% better. NaN against a mean of 0.
    better : float
        Share of resamples in which `model` is better.
    level : float
        Of the intervals.
    n, clusters : int
        Rows compared, and clusters drawn (the smaller number for both).
    """

    model: str
    against: str
    score: str
    cluster: str
    mean: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    better: float
    level: float
    n: int
    clusters: int


def paired_difference(
    table: pd.DataFrame,
    model: str,
    against: str,
    *,
    score: str = "crps",
    cluster: str = "unit",
    violent: bool = False,
    level: float = 0.9,
    resamples: int = 2000,
    seed: int = 1,
) -> Difference:
    """Bootstrap the mean difference of a score between two models, forecast by forecast.

    Both models are scored on the same origins, steps and units; only rows that both have count.
    Rows of one unit, or of one month, go up and down together, so single rows must not be drawn
    as if they were independent: "unit" draws whole units, all their months with them (are these
    results the luck of a few countries?), "month" whole calendar months (of a few bad months?),
    "both" at the same time, the most cautious (Owen 2007, The pigeonhole bootstrap, Annals of
    Applied Statistics 1(2)). "row" is for comparison. With fewer than some 20 clusters intervals
    come out too short; `Difference.clusters` says how many there are.

    Parameters
    ----------
    table : DataFrame
        From `score`, of both models.
    model, against : str
    score : str
        A column of `table`.
    cluster : {"unit", "month", "both", "row"}
    violent : bool
        Only months with an observed count of 1 or more.
    level : float
        Of the percentile interval.
    resamples : int
    seed : int

    Raises
    ------
    RivalryError
        R1019 when a model is not in the table, has a forecast twice, or the two share none.
    """
    if cluster not in CLUSTERS:
        raise ValueError(f"cluster is {cluster!r}, not one of {CLUSTERS}")
    rows = table[table["observed"] >= 1] if violent else table
    a, b = (_of(rows, name, score) for name in (model, against))
    both = pd.concat([a, b], axis=1, join="inner", keys=["a", "b"]).dropna()
    if both.empty:
        raise _incomparable(f"{model} and {against} share no scored forecast")
    keys = both.index.to_frame(index=False)
    value = both.to_numpy(dtype=np.float64)  # (n, 2)
    rng = np.random.default_rng(seed)
    if cluster == "row":
        codes = np.arange(len(value))
    else:
        codes = pd.factorize(keys["unit" if cluster != "month" else "month_id"])[0]
    sums, count = _sums(codes, value)
    if cluster == "both":
        drawn, clusters = _two_way(codes, pd.factorize(keys["month_id"])[0], value, rng, resamples)
    else:
        drawn, clusters = _one_way(sums, count, rng, resamples), len(sums)
    means = value.mean(axis=0)
    tails = [(1 - level) / 2, (1 + level) / 2]
    gap = drawn[:, 0] - drawn[:, 1]
    low, high = np.quantile(gap, tails)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = drawn[:, 0] / drawn[:, 1]
    ratios = ratios[np.isfinite(ratios)]
    ratio_low, ratio_high = np.quantile(ratios, tails) if len(ratios) else (np.nan, np.nan)
    return Difference(
        model=model,
        against=against,
        score=score,
        cluster=cluster,
        mean=float(means[0] - means[1]),
        low=float(low),
        high=float(high),
        ratio=float(means[0] / means[1]) if means[1] else float("nan"),
        ratio_low=float(ratio_low),
        ratio_high=float(ratio_high),
        better=float((gap < 0).mean()),
        level=level,
        n=len(value),
        clusters=clusters,
    )


def _of(table: pd.DataFrame, model: str, score: str) -> pd.Series:
    rows = table[table["model"] == model]
    if rows.empty:
        names = sorted(map(str, table["model"].unique()))
        close = nearest(model, names)
        hint = f"did you mean {close!r}?" if close else f"there are {', '.join(names) or 'none'}"
        raise _incomparable(f"no scores of a model {model!r} here: {hint}")
    found = rows.set_index(_KEYS)[score]
    if found.index.has_duplicates:
        raise _incomparable(f"{model} has two scores for the same origin, step and unit")
    return found


def _sums(
    codes: npt.NDArray[np.intp], value: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return sums by cluster, shape (c, 2), and how many rows each has."""
    c = int(codes.max()) + 1
    sums: npt.NDArray[np.float64] = np.stack(
        [np.bincount(codes, value[:, j], minlength=c) for j in (0, 1)], axis=1
    )
    return sums, np.bincount(codes, minlength=c).astype(np.float64)


def _one_way(
    sums: npt.NDArray[np.float64],
    count: npt.NDArray[np.float64],
    rng: np.random.Generator,
    resamples: int,
) -> npt.NDArray[np.float64]:
    c = len(sums)
    out = np.empty((resamples, 2))
    for r in range(resamples):
        weight = np.bincount(rng.integers(0, c, size=c), minlength=c)
        out[r] = weight @ sums / (weight @ count)
    return out


def _two_way(
    units: npt.NDArray[np.intp],
    months: npt.NDArray[np.intp],
    value: npt.NDArray[np.float64],
    rng: np.random.Generator,
    resamples: int,
) -> tuple[npt.NDArray[np.float64], int]:
    """Draw units and months apart; a row counts as often as its unit times its month."""
    u, m = int(units.max()) + 1, int(months.max()) + 1
    cell = units * m + months
    grids = [np.bincount(cell, w, minlength=u * m).reshape(u, m) for w in (*value.T, None)]
    out = np.empty((resamples, 2))
    r = 0
    while r < resamples:
        wu = np.bincount(rng.integers(0, u, size=u), minlength=u)
        wm = np.bincount(rng.integers(0, m, size=m), minlength=m)
        n = wu @ grids[2] @ wm
        if n == 0:  # a thin panel: these units have none of these months
            continue
        out[r] = [wu @ grids[j] @ wm / n for j in (0, 1)]
        r += 1
    return out, min(u, m)


def _incomparable(message: str) -> RivalryError:
    return RivalryError(
        Problem("R1019", message, "Score both models on the same origins, steps and units.")
    )
