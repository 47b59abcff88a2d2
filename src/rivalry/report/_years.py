"""The section on the years ahead: charts, words that can be repeated, and past forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rivalry.forecast import LAST_YEAR, LAST_YEARS, YEARS_POLICY, YearsForecast, summarise_years
from rivalry.model.ir import Model, Observation
from rivalry.report._fan import of_100
from rivalry.report._forecast import noun_of
from rivalry.report._numbers import exact, human, interval, plain_unit, plural
from rivalry.report._years_chart import YearsChart, years_chart
from rivalry.report._years_input import YearsInput

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_MANY = 25
#: From so many past years on they are no longer called few.
_SOME = 15


@dataclass(frozen=True)
class YearRow:
    """One year of one series, in words."""

    year: int
    middle: str
    half: str
    most: str
    many: str
    sample: str
    last: str


@dataclass(frozen=True)
class YearSeries:
    """One yearly series: its chart, a table and sentences."""

    key: str
    label: str
    unit: str
    alt: str
    chart: YearsChart
    rows: tuple[YearRow, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class PastRow:
    """Scores of one series."""

    label: str
    forecasts: int
    years: int
    crps: str
    sample: str
    last: str
    inside_90: str
    inside_50: str
    sample_inside: str


@dataclass(frozen=True)
class PastForecast:
    """One past forecast, and what came."""

    label: str
    origin: int
    year: int
    middle: str
    most: str
    came: str
    held: bool


@dataclass(frozen=True)
class YearsSection:
    """All that the section shows; `series` is empty where nothing could be forecast."""

    failed: str
    remarks: tuple[str, ...]
    span: str
    origin: str
    draws: int
    series: tuple[YearSeries, ...]
    middles: bool
    lead: tuple[str, ...]
    rows: tuple[PastRow, ...]
    past: tuple[PastForecast, ...]
    policy: str


def years_section(given: YearsInput, model: Model) -> YearsSection:
    """Compute the section.

    Parameters
    ----------
    given : YearsInput
    model : Model
        Of the case: labels, units and ranges of its series.
    """
    found = given.found
    if found is None:
        return YearsSection(given.failed, given.remarks, "", "", 0, (), False, (), (), (), "")
    observations = {o.name: o for o in model.observations}
    series = tuple(
        _series(found, i, observations[n], model) for i, n in enumerate(found.figures.names)
    )
    labels = {n: observations[n].label for n in found.figures.names}
    first, last = found.years[0], found.years[-1]
    return YearsSection(
        failed=given.failed,
        remarks=given.remarks,
        span=str(first) if first == last else f"{first} to {last}",
        origin=str(found.origin.year),
        draws=found.draws.n_draws,
        series=series,
        middles=any(p.middle for s in series for p in s.chart.points),
        lead=_lead(found.record),
        rows=_rows(found.record, labels),
        past=_past(found.record, labels),
        policy=YEARS_POLICY,
    )


def years_sentence(found: YearsForecast, model: Model, wanted: Sequence[str]) -> str:
    """Say the forecast of one series in a sentence for the first page.

    Parameters
    ----------
    found : YearsForecast
    model : Model
    wanted : sequence of str
        Names that the first page shows, the most wanted first.
    """
    names = found.figures.names
    chosen = next((n for n in wanted if n in names), names[0])
    observed = next(o for o in model.observations if o.name == chosen)
    words = _first_year(found, names.index(chosen), observed)
    return f"{observed.label}: {words[0].lower()}{words[1:]}"


def _series(found: YearsForecast, place: int, observed: Observation, model: Model) -> YearSeries:
    case, sample, last = (
        np.quantile(d.array[place], _QUANTILES, axis=1)
        for d in (found.draws, found.beside[LAST_YEARS], found.beside[LAST_YEAR])
    )
    many = found.draws.probability(_MANY)[place]
    rows = tuple(
        YearRow(
            year,
            human(float(case[2, j]), count=True),
            _ends(case[1, j], case[3, j]),
            _ends(case[0, j], case[4, j]),
            of_100(float(many[j])),
            f"{human(float(sample[2, j]), count=True)} ({_ends(sample[0, j], sample[4, j])})",
            f"{human(float(last[2, j]), count=True)} ({_ends(last[0, j], last[4, j])})",
        )
        for j, year in enumerate(found.years)
    )
    past = _recorded(found, place, observed, model)
    end = found.years[0]
    known = f"; {past[-1][0]} had {exact(past[-1][1])}" if past else ""
    return YearSeries(
        key="years-" + observed.name.replace("_", "-"),
        label=observed.label,
        unit=", ".join(t for t in (plain_unit(observed.unit), "by year") if t),
        alt=f"{observed.label}: recorded years and the forecast from {found.origin.year}. "
        f"For {end} middle {rows[0].middle}, 90% of futures {rows[0].most}{known}.",
        chart=years_chart(past, found.years, case, sample),
        rows=rows,
        sentences=(
            _first_year(found, place, observed),
            f"Out of 100 such years, {rows[0].many} would have {_MANY} or more{noun_of(observed)}.",
            *_change(found, place, past),
        ),
    )


def _recorded(
    found: YearsForecast, place: int, observed: Observation, model: Model
) -> list[tuple[int, float, float, float, bool]]:
    """Return a series' known years: figure, ends of its range, and whether it is their middle."""
    figures, rows = found.figures, []
    for j, year in enumerate(figures.years):
        value = float(figures.values[place, j])
        if not np.isfinite(value):
            continue
        at = next(i for i, m in enumerate(model.months) if (m.year, m.month) == (year, 12))
        low = high = value
        if observed.high is not None:
            ends = (float(observed.data[at]), float(observed.high[at]))
            low, high = (e if np.isfinite(e) else value for e in ends)
        rows.append((year, value, low, high, bool(figures.middle[place, j])))
    return rows


def _first_year(found: YearsForecast, place: int, observed: Observation) -> str:
    low, middle, high = (
        float(q) for q in np.quantile(found.draws.array[place, 0], (0.05, 0.5, 0.95))
    )
    ends = interval(low, high, count=True)
    span = "between " + ends.replace(" to ", " and ") if " to " in ends else ends
    return (
        f"Out of 100 such years, {found.years[0]} would have {span}{noun_of(observed)} in 90, and "
        f"{human(middle, count=True)} or more in half of them."
    )


def _change(
    found: YearsForecast, place: int, past: Sequence[tuple[int, float, float, float, bool]]
) -> list[str]:
    if not past or past[-1][0] != found.origin.year:
        return []
    year, value, _, _, middle = past[-1]
    ahead = found.draws.array[place, 0]
    more, fewer = of_100(float((ahead > value).mean())), of_100(float((ahead < value).mean()))
    return [
        f"{year}, the last year of record, had {exact(value)}"
        f"{' (the middle of its range)' if middle else ''}. Out of 100 futures {more} have more "
        f"than that in {found.years[0]} and {fewer} fewer."
    ]


def _lead(record: pd.DataFrame) -> tuple[str, ...]:
    if record.empty:
        return (
            "There are too few years with figures for even one past forecast: how good this one "
            "is cannot be said.",
        )
    origins, years = (sorted({int(v) for v in record[c]}) for c in ("origin", "year"))
    series = record["series"].nunique()
    held = record[record["step"] == 1]["inside_90"]
    together = f" ({plural(series, 'series', 'series')} together)" if series > 1 else ""
    closer = {
        m: sum(s["crps"] < s[f"crps_{m}"] for s in summarise_years(record).values())
        for m in (LAST_YEARS, LAST_YEAR)
    }
    of_series = plural(series, "series", "series")
    few = "So few years say little" if len(years) < _SOME else "Even so many years say little"
    return (
        f"The case made the same forecast at the end of {plural(len(origins), 'past year')}, "
        f"{_span(origins)}, each time from the figures up to then. Of "
        f"{plural(len(held), 'figure')} forecast one year ahead{together}, {int(held.sum())} lay "
        f"inside the 90% interval. Its mean error (CRPS) is below that of the last five years "
        f"taken as a sample in {closer[LAST_YEARS]} of {of_series}, and below that of last year's "
        f"figure in {closer[LAST_YEAR]}.",
        f"This rests on {plural(len(years), 'past year')} ({_span(years)}). {few}: one turn of "
        "events is in many of these rows, series of one war rise and fall together, and forecasts "
        "from neighbouring years share most of what they know. They can show that a forecast is "
        "bad, and hardly that it is good.",
    )


def _rows(record: pd.DataFrame, labels: dict[str, str]) -> tuple[PastRow, ...]:
    rows = []
    for name, scores in summarise_years(record).items():
        part = record[record["series"] == name]
        n = len(part)
        rows.append(
            PastRow(
                label=labels[name],
                forecasts=n,
                years=int(scores["past_years"]),
                crps=_score(scores["crps"]),
                sample=_score(scores[f"crps_{LAST_YEARS}"]),
                last=_score(scores[f"crps_{LAST_YEAR}"]),
                inside_90=f"{int(part['inside_90'].sum())} of {n}",
                inside_50=f"{int(part['inside_50'].sum())} of {n}",
                sample_inside=f"{int(part[f'inside_90_{LAST_YEARS}'].sum())} of {n}",
            )
        )
    return tuple(rows)


def _past(record: pd.DataFrame, labels: dict[str, str]) -> tuple[PastForecast, ...]:
    """List the forecasts of one year ahead."""
    if record.empty:
        return ()
    rows = record[record["step"] == 1].to_dict("records")
    order = list(labels)
    rows.sort(key=lambda r: (order.index(r["series"]), r["origin"]))
    return tuple(
        PastForecast(
            labels[r["series"]],
            int(r["origin"]),
            int(r["year"]),
            human(r["median"], count=True),
            _ends(r["low_90"], r["high_90"]),
            exact(r["observed"]) + (" (middle of a range)" if r["middle_of_range"] else ""),
            bool(r["inside_90"]),
        )
        for r in rows
    )


def _ends(low: float, high: float) -> str:
    return interval(float(low), float(high), count=True)


def _score(value: float) -> str:
    return human(value) if value >= 100 else f"{value:.3g}"


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
