"""The first page: what the run says, in words that can be forwarded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.model.ir import Observation, refs
from rivalry.report._bands import Floats, Inside, band
from rivalry.report._charts import data_end, observation_inside, recorded
from rivalry.report._fan import long_month
from rivalry.report._forecast import lowered, noun_of, sum_sentence
from rivalry.report._input import Options, ReportInput
from rivalry.report._labels import element_label
from rivalry.report._numbers import exact, human, interval, month_name, plain_unit, plural, span

_SPANS = {"month": "month", "year": "year", "irregular": "date"}
_COUNTS = ("poisson", "negative_binomial", "hurdle", "zero_inflated", "binomial")


@dataclass(frozen=True)
class KeyFigure:
    """One number of the first page.

    Parameters
    ----------
    label, unit, when : str
        What, in what, and at which time.
    middle, low, high : str
        Median and ends of the 90% interval; of a series that is forecast, the last figure of the
        record and nothing.
    sentences : tuple of str
        The same in words, with the record and the months after it.
    recorded : bool
        Whether the number is the record's and the months after it are the forecast's.
    """

    label: str
    unit: str
    when: str
    middle: str
    low: str
    high: str
    sentences: tuple[str, ...]
    recorded: bool = False


@dataclass(frozen=True)
class Headline:
    """Words and numbers of the first page."""

    status: str
    warning: str
    lead: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    absent: tuple[str, ...]


def headline(run: ReportInput, options: Options) -> Headline:
    """Compute the first page.

    Raises
    ------
    RivalryError
        R0953 when the case's report names a series that its model does not have.
    """
    names = featured(run, options.headline, "headline") or _default(run)
    observations = {o.name: o for o in run.case.model.observations}
    figures: list[KeyFigure] = []
    absent: list[str] = []
    for name in names:
        if name in observations and f"y:{name}" in run.ensemble:
            one = _forecast(run, observations[name]) or _observation(run, observations[name])
            figures.append(one)
        elif name in run.ensemble:
            figures.append(_element(run, name))
        else:
            absent.append(name)
    return Headline(_status(run), _warning(run), _lead(run), tuple(figures), tuple(absent))


def featured(run: ReportInput, names: Iterable[str], where: str) -> list[str]:
    """Resolve base names to scalar names; observations stay as they are.

    Raises
    ------
    RivalryError
        R0953 for the names that neither observations nor elements have.
    """
    model = run.case.model
    observations = [o.name for o in model.observations]
    result: list[str] = []
    faults: list[Problem] = []
    for name in names:
        scalars = (name,) if name in observations else model.resolve(name)
        if not scalars:
            close = nearest(name, [*observations, *model.elements, *model.groups])
            faults.append(
                Problem(
                    "R0953",
                    f"{name!r} is no observation and no element of the model",
                    f"Did you mean {close!r}?" if close else "Look at the names in the case file.",
                    where=f"report.{where}",
                )
            )
        result += [s for s in scalars if s not in result]
    if faults:
        raise RivalryError(faults)
    return result


def _default(run: ReportInput) -> list[str]:
    observations = run.case.model.observations
    names = [o.name for o in observations if o.every == "month"][:3]
    for obs in observations:
        if obs.family == "between":
            names += sorted(n for n in refs(obs.args[0]) if n in run.ensemble and n not in names)
    return names[:6]


def _status(run: ReportInput) -> str:
    return "Fitted to data" if run.fitted else "Not fitted: prior predictive"


def _warning(run: ReportInput) -> str:
    if run.fitted:
        others = len(run.from_prior)
        return (
            "Draws come from the posterior: parameters were weighed by how well they reproduce the "
            "data."
            + (
                f" {plural(others, 'uncertain parameter')} took no part in the fit and "
                f"{'is' if others == 1 else 'are'} drawn from the priors."
                if others
                else ""
            )
            + " From those parameters each run goes its own way and is not steered by the record. "
            "The record is the one the model was fitted to, so that agreement with it is no test "
            "of a forecast, and the bands hold only as far as the model's assumptions do."
        )
    return (
        "This run draws its parameters from their priors, not from a fit to the data. The bands "
        "show what the assumptions alone imply; no statistical fit has narrowed them. They are a "
        "check of the model's plausibility; do not read them as a forecast."
    )


def _lead(run: ReportInput) -> tuple[str, ...]:
    months = np.asarray(run.ensemble["month"].values, dtype="datetime64[M]")
    draws = run.ensemble.sizes["draw"]
    lines = [
        f"This report sets {draws:,} simulated histories of the model beside the record, "
        f"for {span((months[0], months[-1]))}. Each history draws its own parameters and chances; "
        "where it says 'nine in ten runs', it means the middle 90% of them."
    ]
    checks = [observation_inside(run, o) for o in run.case.model.observations if o.every == "month"]
    total = Inside(sum(c.inside for c in checks), sum(c.total for c in checks))
    if total.total:
        lines.append("Monthly record against the model: " + total.words())
    counts = run.case.coverage.counts().get("claims", {})
    number = sum(counts.values())
    if number:
        text = (
            f"The evidence ledger restates {plural(number, 'causal claim')}; the model carries "
            + ("all of them" if counts["bound"] == number > 1 else f"{counts['bound']}")
        )
        if counts["outside"]:
            text += f" and leaves {counts['outside']} outside with the reason given"
        if counts["missing"]:
            text += f"; {counts['missing']} still to be decided"
        lines.append(text + ".")
    return tuple(lines)


def _quantiles(values: Floats) -> tuple[float, float, float]:
    values = values[np.isfinite(values)]
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(low), float(middle), float(high)


def _forecast(run: ReportInput, obs: Observation) -> KeyFigure | None:
    """Give the record's last figure and the forecast's sum; None for a series without a forecast.

    Runs that the record does not steer would give a second answer to the same question.
    """
    ahead = None if run.forecast is None else run.forecast.found
    if ahead is None or obs.name not in ahead.series.units.tolist():
        return None
    place = ahead.panel.place(obs.name)
    seen = ahead.panel.until(ahead.origin).counts[place]
    if not np.isfinite(seen[-1]):
        return None
    units = ahead.series.units.tolist()
    return KeyFigure(
        obs.label,
        plain_unit(obs.unit),
        long_month(ahead.origin),
        exact(float(seen[-1])),
        "",
        "",
        (
            "The forecast: "
            + lowered(sum_sentence(ahead.series, units.index(obs.name), noun_of(obs))),
        ),
        recorded=True,
    )


def _observation(run: ReportInput, obs: Observation) -> KeyFigure:
    draws = run.ensemble[f"y:{obs.name}"].transpose("draw", "month")
    months = np.asarray(draws["month"].values, dtype="datetime64[M]")
    values = np.asarray(draws.values, dtype=float)
    when, data, high_data = recorded(run, obs.name)
    have = np.flatnonzero(np.isfinite(data) & np.isin(when, months))
    present = np.flatnonzero(np.isfinite(values).any(axis=0))
    if not present.size:
        return _nothing(obs.label, plain_unit(obs.unit))
    count = obs.family.startswith(_COUNTS)
    unit = plain_unit(obs.unit)
    last = when[have[-1]] if have.size else months[present[-1]]
    j = int(np.flatnonzero(months == last)[0])
    if not np.isfinite(values[:, j]).any():
        j = int(present[-1])
    low, middle, high = _quantiles(values[:, j])
    stamp = _period(obs, months[j])
    sentences = []
    if have.size:
        floor = top = float(data[have[-1]])
        if high_data is not None and np.isfinite(high_data[have[-1]]):
            top = float(high_data[have[-1]])
        value = exact(floor) if floor == top else f"{exact(floor)} to {exact(top)}"
        side = "below" if top < low else "above" if floor > high else "inside"
        sentences.append(
            f"{_period(obs, last)} is the last with data; the record says {value}"
            f"{' ' + unit if unit else ''}, {side} the model's 90% interval."
        )
    sentences.append(
        f"Nine in ten runs of the model give {interval(low, high, count=count)} for that "
        f"{_SPANS.get(obs.every, 'period')}, the middle one "
        f"{human(middle, count=count)}."
    )
    if count and obs.every == "month":
        sentences.append(_total(obs, values, months, j, data, when))
    elif obs.every == "irregular" and present[-1] > j:
        k = int(present[-1])
        ends = _quantiles(values[:, k])
        sentences.append(
            f"By {month_name(months[k])} the middle is {human(ends[1], count=count)} and nine in "
            f"ten give {interval(ends[0], ends[2], count=count)}."
        )
    return KeyFigure(
        obs.label,
        unit,
        stamp,
        human(middle, count=count),
        human(low, count=count),
        human(high, count=count),
        tuple(sentences),
    )


def _total(
    obs: Observation,
    values: Floats,
    months: np.ndarray[tuple[int], np.dtype[np.datetime64]],
    last: int,
    data: Floats,
    when: np.ndarray[tuple[int], np.dtype[np.datetime64]],
) -> str:
    """Sum the months after the data within each draw; without any, the last twelve with data."""
    after = np.arange(last + 1, len(months))[:12]
    if after.size:
        low, middle, high = _quantiles(values[:, after].sum(axis=1))
        head = (
            f"Over the {after.size} months after the data" if after.size > 1 else "The month after"
        )
        return (
            f"{head} ({span((months[after[0]], months[after[-1]]))}) the runs "
            f"add up to {human(middle, count=True)} in the middle, and to "
            f"{interval(low, high, count=True)} in nine of ten."
        )
    year = np.arange(max(0, last - 11), last + 1)
    low, middle, high = _quantiles(values[:, year].sum(axis=1))
    seen = data[np.isin(when, months[year])]
    record = (
        f"; the record adds up to {exact(float(seen.sum()))}" if np.isfinite(seen).all() else ""
    )
    return (
        f"Over the last {year.size} months the runs add up to {human(middle, count=True)} in the "
        f"middle and to {interval(low, high, count=True)} in nine of ten{record}."
    )


def _period(obs: Observation, month: np.datetime64) -> str:
    return str(month)[:4] if obs.every == "year" else month_name(month)


def _element(run: ReportInput, name: str) -> KeyFigure:
    model = band(run.ensemble[name])
    known = run.case.model.elements.get(name)
    label = element_label(run.case.model, name)
    unit = plain_unit(known.unit if known else run.ensemble[name].attrs.get("unit"))
    here = np.flatnonzero(model.present)
    if not here.size:
        return _nothing(label, unit)
    end = data_end(run)
    before = here if end is None else here[model.months[here] <= end]
    j = int(before[-1] if before.size else here[-1])
    count = unit == "people"
    low, middle, high = (float(model.quantiles[k, j]) for k in (0, 2, 4))
    sentences = [
        f"At the end of {month_name(model.months[j])} the middle run has "
        f"{human(middle, count=count)}{' ' + unit if unit else ''}; nine in ten have "
        f"{interval(low, high, count=count)}."
    ]
    k = int(here[-1])
    if k > j:
        sentences.append(
            f"By {month_name(model.months[k])}, the last month simulated, the middle is "
            f"{human(model.median[k], count=count)} and nine in ten lie at "
            f"{interval(model.low[k], model.high[k], count=count)}."
        )
    return KeyFigure(
        label,
        unit,
        month_name(model.months[j]),
        human(middle, count=count),
        human(low, count=count),
        human(high, count=count),
        tuple(sentences),
    )


def _nothing(label: str, unit: str) -> KeyFigure:
    return KeyFigure(label, unit, "", "no value", "", "", ("The model gives no value for it.",))
