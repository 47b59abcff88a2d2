"""The record of past forecasts in the report: charts, a table, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rivalry.forecast import Difference, Record, inside, paired_difference
from rivalry.foundation import Month
from rivalry.model.ir import Observation
from rivalry.report._bands import Band, compact, plain_scale
from rivalry.report._charts import Figure, slug
from rivalry.report._charts._series import _SCALES
from rivalry.report._charts._spec import band_spec
from rivalry.report._fan import long_month, of_100
from rivalry.report._numbers import human, plain_unit, plural

#: A year with fewer forecasts is not judged.
_FEW = 6
_FAR = 12
_MODELS = {
    "conflictology": "conflictology (the last 12 months as a sample)",
    "tempo_only": "tempo_only (the same case without its mechanisms)",
}


@dataclass(frozen=True)
class RecordCharts:
    """Charts of one series, one for each of the steps shown."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class RecordRow:
    """Scores of one series; texts, empty where a model was not run."""

    label: str
    n: int
    crps: str
    conflictology: str
    less: str
    tempo_only: str
    less_tempo: str
    inside: str
    near: str
    far: str


@dataclass(frozen=True)
class RecordSection:
    """All that the record shows."""

    lead: tuple[str, ...]
    charts: tuple[RecordCharts, ...]
    near: str
    far: str
    rows: tuple[RecordRow, ...]
    years: tuple[tuple[str, tuple[str, ...], int], ...]
    labels: tuple[str, ...]
    policy: str
    settings: tuple[tuple[str, str], ...]

    @property
    def figures(self) -> list[Figure]:
        """Charts that the page's script draws."""
        return [f for c in self.charts for f in c.figures]


def record_section(
    record: Record, observations: Mapping[str, Observation], source: str | None
) -> RecordSection:
    """Compute the record's part of the section.

    Parameters
    ----------
    record : Record
    observations : mapping
        Of the case, by name: labels, units and order.
    source : str or None
        Where the parameters of the forecast above it come from.
    """
    present = set(record.table["series"])
    names = [n for n in observations if n in present]
    table = record.table[record.table["series"].isin(names)].copy()
    table["inside"] = inside(table)
    table["year"] = table["month"].str[:4]
    labels = {n: observations[n].label for n in names}
    steps = sorted({int(s) for s in table["step"]})
    near, far = steps[0], min(steps, key=lambda s: (abs(s - _FAR), s))
    shown = list(dict.fromkeys((near, far)))
    by_year = {y: rows for y, rows in table.groupby("year", sort=True) if len(rows) >= _FEW}
    years = tuple(
        (str(y), tuple(_share(rows[rows["series"] == n]) for n in names), len(rows))
        for y, rows in by_year.items()
    )
    return RecordSection(
        lead=(
            *_lead(table, record, shown, len(names)),
            *_worst(table, labels),
            *_beside(table, names),
            *_other_source(source),
        ),
        charts=tuple(
            RecordCharts(labels[n], tuple(_figure(table, observations[n], s) for s in shown))
            for n in names
        ),
        near=_ahead(near),
        far=_ahead(far) if far != near else "",
        rows=tuple(_row(table, n, labels[n], near, far) for n in names),
        years=years,
        labels=tuple(labels.values()),
        policy=record.policy,
        settings=_settings(record),
    )


def _lead(table: pd.DataFrame, record: Record, shown: list[int], series: int) -> list[str]:
    first, last = (long_month(m) for m in (record.origins[0], record.origins[-1]))
    together = f" ({series} series together)" if series > 1 else ""
    lines = []
    for i, step in enumerate(shown):
        held = table.loc[table["step"] == step, "inside"]
        if i == 0:
            lines.append(
                f"The case made the same forecast at {plural(len(record.origins), 'past month')}, "
                f"from {first} to {last}, each time from data up to that month alone, though the "
                f"case itself was written later. Of {len(held):,} months forecast {_ahead(step)}"
                f"{together}, {int(held.sum()):,} lay inside the 90% interval: of 100 past months, "
                f"{of_100(float(held.mean()))}."
            )
        else:
            lines.append(
                f"Of {len(held):,} months forecast {_ahead(step)}, {int(held.sum()):,} lay inside: "
                f"of 100, {of_100(float(held.mean()))}."
            )
    return [" ".join(lines)]


def _worst(table: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    """Say in which year forecasts failed most, how, and in which series."""
    counts = table.groupby("year")["inside"].agg(["mean", "size"])
    judged = counts[counts["size"] >= _FEW]
    if len(judged) < 2 or judged["mean"].min() == judged["mean"].max():
        return []
    year = str(judged["mean"].idxmin())
    rows, others = table[table["year"] == year], table[table["year"] != year]
    above = int((rows["observed"] > rows["high_90"]).sum())
    below = int((rows["observed"] < rows["low_90"]).sum())
    text = (
        f"It failed most for {year}: of 100 forecasts for a month of that year, "
        f"{of_100(float(rows['inside'].mean()))} held what came, against "
        f"{of_100(float(others['inside'].mean()))} for the other years. Of its "
        f"{plural(above + below, 'miss', 'misses')}, {above:,} came out above the interval and "
        f"{below:,} below it."
    )
    if len(labels) > 1:
        shares = {n: float(rows.loc[rows["series"] == n, "inside"].mean()) for n in labels}
        known = {n: s for n, s in shares.items() if np.isfinite(s)}
        worst = min(known, key=lambda n: known[n])
        text += f" Worst was {labels[worst]}, with {of_100(known[worst])} of 100 inside."
    return [text]


def _beside(table: pd.DataFrame, names: list[str]) -> list[str]:
    """Compare mean errors with each model that stands beside the case."""
    parts = []
    for model, words in _MODELS.items():
        found = [d for n in names if (d := _difference(table, n, model)) is not None]
        if not found:
            continue
        less = [100 * (1 - d.ratio) for d in found]
        below = [x for x in less if x > 0]
        sure = sum(d.high < 0 for d in found)
        low, high = (f"{f(below or [0.0]):.0f}%" for f in (min, max))
        size = "" if not below else f", by {low if low == high else f'{low} to {high}'}"
        parts.append(
            f"below that of {words} in {len(below)} of {len(found)} series{size} (beyond chance in "
            f"{sure})"
        )
    return [f"The case's mean error (CRPS) is {', and '.join(parts)}."] if parts else []


def _difference(table: pd.DataFrame, name: str, model: str) -> Difference | None:
    """Compare the case with a model on one series, by a bootstrap over months."""
    rows = table[table["series"] == name].dropna(subset=[f"crps_{model}"])
    if rows.empty or not (rows[f"crps_{model}"].mean() > 0):
        return None
    keys = rows[["origin", "step", "month"]].rename(columns={"month": "month_id"})
    keys["unit"] = name
    both = [
        keys.assign(model=m, crps=rows[column])
        for m, column in (("case", "crps"), (model, f"crps_{model}"))
    ]
    return paired_difference(pd.concat(both), "case", model, cluster="month")


def _other_source(source: str | None) -> list[str]:
    if source != "posterior":
        return []
    return [
        "At those origins the parameters were learnt month by month; the forecast above takes them "
        "from the fitted posterior, so the record is of its sibling and not of itself."
    ]


def _figure(table: pd.DataFrame, observed: Observation, step: int) -> Figure:
    rows = table[(table["series"] == observed.name) & (table["step"] == step)]
    rows = rows.sort_values("month")
    when = rows["month"].to_numpy().astype("datetime64[M]")
    grid = np.arange(when.min(), when.max() + 1)
    at = (when - grid[0]).astype(int)
    quantiles = np.full((5, len(grid)), np.nan)
    for place, column in ((0, "low_90"), (2, "median"), (4, "high_90")):
        quantiles[place, at] = rows[column].to_numpy()
    band, came = Band(grid, quantiles), rows["observed"].to_numpy(np.float64)
    scale = plain_scale(band, came)
    held, n = int(rows["inside"].sum()), len(rows)
    missed = rows[~rows["inside"]]
    note = f"{held} of {n} months inside"
    if len(missed):
        by_year = missed.groupby("year").size()
        year, most = str(by_year.idxmax()), int(by_year.max())
        note += f"; of {plural(len(missed), 'miss', 'misses')}, {most} in {year}"
    notes = [note + "."]
    if _SCALES[scale["type"]]:
        notes.append(_SCALES[scale["type"]])
    unit = plain_unit(observed.unit)
    first, last = (long_month(Month.parse(str(rows["month"].iloc[i]))) for i in (0, -1))
    return Figure(
        key=f"past-{slug(observed.name)}-{step}",
        title=f"{observed.label}, {_ahead(step)}",
        unit=unit,
        alt=f"{observed.label}, forecast {_ahead(step)} and what came, {first} to {last}. "
        f"{notes[0]}",
        notes=tuple(notes),
        spec=band_spec(
            grid,
            scale,
            sparse=band.sparse,
            data=True,
            height=190,
            half=False,
            misses=True,
            whole=True,
        ),
        rows={
            "start": str(grid[0]),
            "q": [compact(q) for q in quantiles],
            "obs": [[int(i), *compact(came[j : j + 1], 6)] for j, i in enumerate(at)],
            "nohalf": 1,
        },
    )


def _row(table: pd.DataFrame, name: str, label: str, near: int, far: int) -> RecordRow:
    rows = table[table["series"] == name]
    mean = {c: float(rows[c].mean()) for c in ("crps", "crps_conflictology", "crps_tempo_only")}
    return RecordRow(
        label=label,
        n=len(rows),
        crps=_score(mean["crps"]),
        conflictology=_score(mean["crps_conflictology"]),
        less=_less(mean["crps"], mean["crps_conflictology"]),
        tempo_only=_score(mean["crps_tempo_only"]),
        less_tempo=_less(mean["crps"], mean["crps_tempo_only"]),
        inside=of_100(float(rows["inside"].mean())),
        near=_share(rows[rows["step"] == near]),
        far=_share(rows[rows["step"] == far]),
    )


def _settings(record: Record) -> tuple[tuple[str, str], ...]:
    origins = record.origins
    return (
        ("Origins", f"{len(origins)}: {origins[0]} to {origins[-1]}"),
        ("Months ahead", ", ".join(map(str, record.steps))),
        ("Draws and seed", f"{record.draws:,}, seed {record.seed}"),
        *(() if record.particles is None else (("Particles that learn", f"{record.particles:,}"),)),
        ("Made", f"{record.made} by rivalry {record.rivalry}"),
        ("Command", record.command),
    )


def _ahead(step: int) -> str:
    words = {1: "one month", 2: "two months", 3: "three months", 6: "six months",
             12: "twelve months"}  # fmt: skip
    return words.get(step, f"{step} months") + " ahead"


def _share(rows: pd.DataFrame) -> str:
    return of_100(float(rows["inside"].mean())) if len(rows) else ""


def _score(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return human(value) if value >= 100 else f"{value:.3g}"


def _less(first: float, other: float) -> str:
    """Say how much lower an error is than another."""
    if not (np.isfinite(other) and other > 0):
        return ""
    less = 100 * (1 - first / other)
    if round(less) == 0:
        return "as much"
    return f"{abs(less):.0f}% {'less' if less > 0 else 'more'}"
