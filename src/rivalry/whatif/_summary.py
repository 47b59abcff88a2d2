"""Contrasts in figures: quantiles, chances of each sign, side effects by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from rivalry.model import Model
from rivalry.whatif._contrast import Contrast, Contrasts
from rivalry.whatif._ensemble import Array
from rivalry.whatif._outputs import DATA, Over, label, over, resolve_names, unit

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Least spread that a change is measured against, as a share of the reference.
_FLOOR = 0.01


@dataclass(frozen=True)
class Spread:
    """Draws of a difference in figures.

    Attributes
    ----------
    mean, q05, q25, median, q75, q95 : float
        The 50% interval runs from q25 to q75, the 90% interval from q05 to q95.
    p_up, p_down, p_zero : float
        Shares of draws above, below and exactly at 0.
    """

    mean: float
    q05: float
    q25: float
    median: float
    q75: float
    q95: float
    p_up: float
    p_down: float
    p_zero: float


@dataclass(frozen=True)
class Effect:
    """What a what-if does to one output over its horizon.

    Attributes
    ----------
    name, label, unit, kind : str
        Label and unit are of what `how` makes: a sum of people a month is of people.
    how : {"sum", "mean", "last"}
        How months were put together.
    reference : float
        Median of the reference.
    spread : Spread
        Of the difference.
    size : float
        Mean difference over the pooled standard deviation of reference and what-if, across
        draws (at least 1% of the reference): how the change compares with what draws differ by.
    """

    name: str
    label: str
    unit: str
    kind: str
    how: Over
    reference: float
    spread: Spread
    size: float


def spread_of(values: Array) -> Spread:
    """Reduce draws (n,); draws without a finite value are left out."""
    kept = values[np.isfinite(values)]
    if not kept.size:
        return Spread(*(float("nan"),) * 9)
    q05, q25, middle, q75, q95 = (float(q) for q in np.quantile(kept, QUANTILES))
    return Spread(
        float(kept.mean()), q05, q25, middle, q75, q95,
        float((kept > 0).mean()), float((kept < 0).mean()), float((kept == 0).mean()),
    )  # fmt: skip


def effect(model: Model, found: Contrast, name: str) -> Effect:
    """Return what a what-if does to an output over its horizon."""
    how = over(model, name)
    change = found.total(name, how)
    before = found.reference_total(name, how)
    pooled = float(np.sqrt((np.var(before) + np.var(before + change)) / 2))
    # what hardly differs between draws would count as moved by any change
    pooled = max(pooled, _FLOOR * float(np.abs(np.median(before))))
    size = float(np.mean(change)) / pooled if pooled > 0 else 0.0
    kind = "observation" if name.startswith(DATA) else model.elements[name].kind
    return Effect(
        name, label(model, name, how), unit(model, name, how), kind, how,
        float(np.median(before)), spread_of(change), size,
    )  # fmt: skip


def effects(model: Model, found: Contrast, names: Sequence[str]) -> list[Effect]:
    """Return the effects on several outputs."""
    return [effect(model, found, n) for n in names]


def side_effects(model: Model, found: Contrast, most: int = 10) -> list[Effect]:
    """Rank what a what-if moves: stocks, levels, flows and monthly data, the largest first.

    Parameters
    ----------
    model : Model
    found : Contrast
    most : int

    Returns
    -------
    list of Effect
        Those that move at all.
    """
    kinds = ("stock", "level", "flow")
    names = [n for n in found.names if n.startswith(DATA) or model.elements[n].kind in kinds]
    rows = [e for e in effects(model, found, names) if np.isfinite(e.size) and e.spread.p_zero < 1]
    return sorted(rows, key=lambda e: -abs(e.size))[:most]


def default_names(model: Model, found: Contrast, headline: Sequence[str]) -> list[str]:
    """Choose what to show of a what-if.

    The case's headline, what its expectations of the what-if's parts are about, and the side
    effects.
    """
    expected = []
    parts = {p.name for p in found.what.parts}
    for expectation in model.expectations.values():
        if expectation.scenario in parts:
            expected.append(expectation.of.split("(", 1)[1].rstrip(") ").replace(" ", ""))
    names = resolve_names(model, [*headline, *expected])
    names += [e.name for e in side_effects(model, found)]
    return [n for n in dict.fromkeys(names) if n in found.names]


def monthly_table(found: Contrast, names: Sequence[str]) -> pd.DataFrame:
    """Lay out differences by month.

    Returns
    -------
    pandas.DataFrame
        scenario, output, month, mean, q05, q25, median, q75, q95, p_up, p_down, p_zero.
    """
    rows = []
    for name in names:
        values = found.monthly(name)
        for i, month in enumerate(found.months):
            rows.append(
                {"scenario": found.what.name, "output": name, "month": str(month)}
                | asdict(spread_of(values[:, i]))
            )
    return pd.DataFrame(rows)


def summary_table(model: Model, found: Contrasts, names: dict[str, list[str]]) -> pd.DataFrame:
    """Lay out effects over the horizon, what-if by what-if.

    Parameters
    ----------
    model : Model
    found : Contrasts
    names : dict of str to list of str
        Outputs by what-if.
    """
    rows = []
    for one in found:
        for e in effects(model, one, names[one.what.name]):
            spread = asdict(e.spread)
            rows.append(
                {
                    "scenario": one.what.name, "output": e.name, "label": e.label, "kind": e.kind,
                    "over": e.how, "unit": e.unit, "from": str(one.first),
                    "months": len(one.months), "reference": e.reference, **spread, "size": e.size,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def chance(share: float) -> str:
    """Say a probability as a count of draws: ``in 93 of 100 draws``."""
    count = round(100 * share)
    if count == 0 and share > 0:
        return "in fewer than 1 of 100 draws"
    if count == 100 and share < 1:
        return "in more than 99 of 100 draws"
    return f"in {count} of 100 draws"


def in_words(e: Effect) -> str:
    """Say in a sentence what happens to an output."""
    s = e.spread
    if s.p_zero == 1:
        return f"{e.label}: exactly as in the reference, draw by draw."
    way, share = ("higher", s.p_up) if s.p_up >= s.p_down else ("lower", s.p_down)
    measure = {"sum": "In sum", "mean": "On average", "last": "At the end"}[e.how]
    text = (
        f"{e.label}: {way} {chance(share)}. {measure} it changes by {signed(s.median)} in the "
        f"median, in 90% of draws by {signed(s.q05)} to {signed(s.q95)}; the reference has "
        f"{_number(e.reference)}."
    )
    return text + (f" Unchanged {chance(s.p_zero)}." if s.p_zero > 0 else "")


def signed(value: float) -> str:
    """Return a difference with its sign, to three digits."""
    return ("+" if value > 0 else "") + _number(value)


def _number(value: float) -> str:
    """Write a figure to three digits; what is tiny to one, and never with an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 0.001 or not np.isfinite(value):
        return f"{value:.3g}"
    return np.format_float_positional(value, precision=1, fractional=False, trim="-")
