"""From the long table of scores to the tables people read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from rivalry.forecast._bootstrap import _KEYS, Difference, paired_difference
from rivalry.forecast._scores_table import pit_histogram, summarise
from rivalry.foundation import Month

#: What is compared over all steps: the score, and whether over violent months only.
COMPARED = (
    ("crps", False), ("crps", True), ("crps_above_25", False), ("ignorance", False),
    ("interval_score", False), ("brier_1", False), ("brier_25", False),
)  # fmt: skip
_BINS = 10


@dataclass(frozen=True)
class ScoreTables:
    """What an evaluation says, table by table.

    Attributes
    ----------
    models : tuple of str
        The first is compared with each of the others.
    reference : str
        The model that skill is measured against.
    scores : DataFrame
        Mean scores by model, over all months and violent ones, see `summarise`.
    differences : DataFrame
        Rows of `Difference`, with ``step`` ("all" or a number) and ``months`` ("all", "violent").
    by_step, by_year, by_unit : DataFrame
        Mean scores by model within steps, calendar years of the month forecast, and units, each
        with ``crps_skill`` = 1 - CRPS / CRPS of the reference.
    reliability : DataFrame
        ``model``, ``at_least``, ``bin``, ``n``, ``forecast`` (mean probability), ``observed`` (how
        often it came true).
    pit : DataFrame
        ``model``, ``months``, ``bin``, ``share``.
    """

    models: tuple[str, ...]
    reference: str
    scores: pd.DataFrame
    differences: pd.DataFrame
    by_step: pd.DataFrame
    by_year: pd.DataFrame
    by_unit: pd.DataFrame
    reliability: pd.DataFrame
    pit: pd.DataFrame

    def difference(
        self, against: str, *, score: str = "crps", months: str = "all", step: int | str = "all"
    ) -> dict[Hashable, Any] | None:
        """Return one row of `differences`, None where there is none."""
        d = self.differences
        rows = d[
            (d["against"] == against)
            & (d["score"] == score)
            & (d["months"] == months)
            & (d["step"] == str(step))
        ]
        return None if rows.empty else rows.to_dict("records")[0]


def tabulate(
    table: pd.DataFrame,
    models: Sequence[str] | None = None,
    *,
    reference: str | None = None,
    cluster: str = "both",
    resamples: int = 2000,
) -> ScoreTables:
    """Summarise a long table of scores.

    Parameters
    ----------
    table : DataFrame
        With the columns of `score`, of all models, origins and units.
    models : sequence of str, optional
        Order; the first is compared with the others. As they come in the table by default.
    reference : str, optional
        By default conflictology where it is one of the others, else the first of them.
    cluster : str
        What the bootstrap draws, see `paired_difference`. Its random numbers are fixed, so
        intervals do not depend on the seed of the forecasts.
    resamples : int

    Returns
    -------
    ScoreTables
    """
    names = tuple(models) if models is not None else tuple(dict.fromkeys(table["model"]))
    others = names[1:]
    if reference is None:
        reference = "conflictology" if "conflictology" in others else (others or names)[0]
    dated = table.assign(year=[Month.from_views(int(m)).year for m in table["month_id"]])
    return ScoreTables(
        models=names,
        reference=reference,
        scores=_ordered(summarise(table), names),
        differences=_differences(table, names, cluster, resamples),
        by_step=_skilled(table, "step", reference, names),
        by_year=_skilled(dated, "year", reference, names),
        by_unit=_skilled(table, "unit", reference, names),
        reliability=_reliability(table, names),
        pit=_pit(table, names),
    )


def _ordered(frame: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    rank = {m: i for i, m in enumerate(models)}
    order = frame["model"].map(rank)
    return frame.assign(_order=order).sort_values(["_order"], kind="stable").drop(columns="_order")


def _skilled(table: pd.DataFrame, key: str, reference: str, models: Sequence[str]) -> pd.DataFrame:
    found = summarise(table, by=("model", key))
    base = found[found["model"] == reference].set_index([key, "months"])["crps"]
    against = base.reindex(pd.MultiIndex.from_frame(found[[key, "months"]])).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = 1 - found["crps"].to_numpy() / against
    found["crps_skill"] = np.where(np.isfinite(skill), skill, np.nan)
    return _ordered(found, models).reset_index(drop=True)


def _differences(
    table: pd.DataFrame, models: tuple[str, ...], cluster: str, resamples: int
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    kept = [*_KEYS, "model", "observed", *dict.fromkeys(s for s, _ in COMPARED)]
    whole = table[kept]
    steps = sorted(whole["step"].unique())

    def add(part: pd.DataFrame, step: str, against: str, score: str, violent: bool) -> None:
        seen = part[part["observed"] >= 1] if violent else part
        if seen["model"].nunique() < 2:
            return
        d: Difference = paired_difference(
            seen, models[0], against, score=score, cluster=cluster, resamples=resamples
        )
        about = {"step": step, "months": "violent" if violent else "all"}
        rows.append({**asdict(d), **about})

    for against in models[1:]:
        pair = whole[whole["model"].isin([models[0], against])]
        for score, violent in COMPARED:
            add(pair, "all", against, score, violent)
        if len(steps) > 1:
            for step in steps:
                part = pair[pair["step"] == step]
                for violent in (False, True):
                    add(part, str(step), against, "crps", violent)
    names = [*Difference.__dataclass_fields__, "step", "months"]
    return pd.DataFrame(rows, columns=names)


def _reliability(table: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Set forecast probabilities beside frequencies.

    The long table holds no probabilities, but a Brier score and an outcome give them back.
    """
    rows = []
    for model in models:
        part = table[table["model"] == model]
        for at_least in (1, 25):
            happened = (part["observed"] >= at_least).to_numpy()
            apart = np.sqrt(part[f"brier_{at_least}"].to_numpy())
            said = np.where(happened, 1 - apart, apart)
            bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
            for b in np.unique(bins):
                inside = bins == b
                rows.append(
                    {
                        "model": model,
                        "at_least": at_least,
                        "bin": f"{b / _BINS:.1f} to {(b + 1) / _BINS:.1f}",
                        "n": int(inside.sum()),
                        "forecast": float(said[inside].mean()),
                        "observed": float(happened[inside].mean()),
                    }
                )
    return pd.DataFrame(rows)


def _pit(table: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    rows = []
    for model in models:
        part = table[table["model"] == model]
        for months in ("all", "violent"):
            if months == "violent" and not (part["observed"] >= 1).any():
                continue
            shares = pit_histogram(part, bins=_BINS, violent=months == "violent")
            for b, share in enumerate(shares):
                rows.append(
                    {"model": model, "months": months, "bin": b / _BINS, "share": float(share)}
                )
    return pd.DataFrame(rows, columns=["model", "months", "bin", "share"])
