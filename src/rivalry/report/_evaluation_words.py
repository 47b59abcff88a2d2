"""What an evaluation says, in sentences a reader can repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rivalry.forecast import ScoreTables
from rivalry.report._evaluation_charts import unit_shares

_OF = {"all": "all months", "violent": "months with violence"}
#: Names of scores in tables, with what is good.
SCORE_NAMES = {
    "crps": "CRPS",
    "crps_above_25": "CRPS above 25",
    "ignorance": "ignorance (bits)",
    "interval_score": "interval score, 90%",
    "brier_1": "Brier, 1 or more",
    "brier_25": "Brier, 25 or more",
    "covered_50": "in the 50% interval",
    "covered_90": "in the 90% interval",
}


def verdict(row: Mapping[Any, Any]) -> str:
    """Say whether a difference is one: 'better', 'worse' or 'no clear difference'."""
    if row["high"] < 0:
        return "better"
    return "worse" if row["low"] > 0 else "no clear difference"


def change(ratio: float) -> str:
    """Write a ratio of scores as '5.5% lower' or '2.0% higher'."""
    if not np.isfinite(ratio):
        return "not comparable (the other scores 0)"
    percent = 100 * (ratio - 1)
    if abs(percent) < 0.05:
        return "equal to one part in a thousand"
    return f"{abs(percent):.1f}% {'lower' if percent < 0 else 'higher'}"


def headline(tables: ScoreTables) -> list[str]:
    """Return a sentence for each model that the first is compared with, and what qualifies it."""
    first = tables.models[0]
    out = []
    for other in tables.models[1:]:
        row = tables.difference(other)
        if row is None:
            continue
        text = (
            f"The mean CRPS of the model {first} is {change(row['ratio'])} than that of {other} "
            f"over {row['n']:,} forecasts; {_interval(row)}: {verdict(row)}. Out of 100 resamples "
            f"of units and months, {_of_100(row['better'])} favour {first}."
        ).replace("thousand than that of", "thousand with that of")
        violent = tables.difference(other, months="violent")
        if violent is not None:
            text += (
                f" Over the {violent['n']:,} months with violence it is "
                f"{change(violent['ratio'])} ({_interval(violent)})."
            )
        out.append(text)
    cover = tables.scores[(tables.scores["model"] == first)].set_index("months")["covered_90"]
    text = f"Out of 100 months, {100 * cover['all']:.0f} lay in the 90% interval of {first}"
    if np.isfinite(cover.get("violent", np.nan)):
        text += f", and {100 * cover['violent']:.0f} out of 100 months with violence"
    out.append(text + ".")
    return out


def step_words(tables: ScoreTables) -> list[str]:
    """Say at which steps the first model is better or worse than the reference."""
    first, other = tables.models[0], tables.reference
    d = tables.differences
    out = []
    for months, words in _OF.items():
        rows = d[
            (d["against"] == other)
            & (d["score"] == "crps")
            & (d["months"] == months)
            & (d["step"] != "all")
        ]
        groups: dict[str, list[str]] = {}
        for row in rows.to_dict("records"):
            groups.setdefault(verdict(row), []).append(str(row["step"]))
        if groups:
            parts = [
                f"{name} at {'step' if len(steps) == 1 else 'steps'} {_runs(steps)}"
                for name, steps in groups.items()
            ]
            out.append(f"Over {words}, {first} against {other}: {'; '.join(parts)}.")
    return out


def unit_words(tables: ScoreTables, unit: str) -> str:
    """Say which units make the difference."""
    shares = unit_shares(tables)
    if shares.empty:
        return ""
    first, other = tables.models[0], tables.reference
    better, worse = (shares["share"] < 0).sum(), (shares["share"] > 0).sum()
    text = (
        f"{first} has the lower mean CRPS in {better} of {len(shares)} units ({unit}), {other} in "
        f"{worse}."
    )
    rows = tables.by_unit[(tables.by_unit["months"] == "violent") & (tables.by_unit["n"] > 0)]
    violent = shares[shares["unit"].isin(rows["unit"])]
    if len(violent) < len(shares):
        text += (
            f" Where nothing happened, whoever says a certain zero wins by a little; among the "
            f"{len(violent)} units with violence {first} is better in "
            f"{(violent['share'] < 0).sum()}."
        )
    top = shares.reindex(shares["share"].abs().sort_values(ascending=False).index).head(3)
    size = shares["share"].abs().sum()
    if size > 0 and len(shares) > 3:
        text += (
            f" Three of them, {', '.join(map(str, top['unit']))}, make "
            f"{100 * top['share'].abs().sum() / size:.0f}% of all gains and losses."
        )
    return text


def difference_rows(tables: ScoreTables) -> list[dict[str, str]]:
    """Return the table of differences over all steps, as text."""
    d: pd.DataFrame = tables.differences
    out = []
    for row in d[d["step"] == "all"].to_dict("records"):
        percent = 100 * (row["ratio"] - 1)
        out.append(
            {
                "against": str(row["against"]),
                "score": SCORE_NAMES.get(str(row["score"]), str(row["score"])),
                "months": _OF[str(row["months"])],
                "difference": f"{row['mean']:+.4g}",
                "interval": f"{row['low']:+.4g} to {row['high']:+.4g}",
                "relative": f"{percent:+.1f}%" if np.isfinite(percent) else "",
                "better": _of_100(row["better"]),
                "n": f"{row['n']:,}",
                "clusters": f"{row['clusters']:,}",
                "verdict": verdict(row),
            }
        )  # fmt: skip
    return out


def _interval(row: Mapping[Any, Any]) -> str:
    low, high = row["ratio_low"], row["ratio_high"]
    if not (np.isfinite(low) and np.isfinite(high)):
        return f"90% interval of the difference {row['low']:+.3g} to {row['high']:+.3g}"
    return f"90% interval {100 * (low - 1):+.1f}% to {100 * (high - 1):+.1f}%"


def _of_100(share: float) -> str:
    number = round(100 * share)
    if number == 100 and share < 1:
        return "more than 99"
    if number == 0 and share > 0:
        return "fewer than 1"
    return str(number)


def _runs(steps: list[str]) -> str:
    """Write 1, 2, 3, 6 as '1-3, 6'."""
    numbers = sorted(int(s) for s in steps)
    out: list[list[int]] = []
    for n in numbers:
        if out and n == out[-1][-1] + 1:
            out[-1].append(n)
        else:
            out.append([n])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in out)
