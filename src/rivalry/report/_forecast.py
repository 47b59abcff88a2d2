"""The section on the months ahead: fans, words that can be repeated, and deaths by dyad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rivalry.forecast import Draws, NextForecast, conflictology
from rivalry.model.ir import Model, Observation
from rivalry.report._bands import Floats
from rivalry.report._charts import Figure, slug
from rivalry.report._fan import fan_figure, long_month, of_100
from rivalry.report._forecast_input import ForecastInput
from rivalry.report._forecast_record import RecordSection, record_section
from rivalry.report._numbers import exact, human, interval, plain_unit

#: Units that are no noun for what a count holds: a number of deaths is counted in people.
_NO_NOUN = ("", "people", "person", "persons")
_MANY = 25


@dataclass(frozen=True)
class SeriesForecast:
    """One monthly series: its fan, and sentences."""

    name: str
    figure: Figure
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class DyadRow:
    """What a dyad's months ahead add up to, in one of its measures."""

    dyad: str
    measure: str
    middle: str
    low: str
    high: str
    some: str


@dataclass(frozen=True)
class ForecastSection:
    """All that the section shows; `series` is empty where nothing could be forecast."""

    failed: str
    remarks: tuple[str, ...]
    span: str
    origin: str
    draws: int
    series: tuple[SeriesForecast, ...]
    dyads: tuple[DyadRow, ...]
    quiet: tuple[str, ...]
    deaths: bool
    record: RecordSection | None
    no_record: str
    renew: str

    @property
    def figures(self) -> list[Figure]:
        """Charts that the page's script draws."""
        found = [s.figure for s in self.series]
        return found if self.record is None else [*found, *self.record.figures]


def forecast_section(given: ForecastInput, model: Model) -> ForecastSection:
    """Compute the section.

    Parameters
    ----------
    given : ForecastInput
    model : Model
        Of the case: labels, units and the order of its series.
    """
    found = given.found
    observations = {o.name: o for o in model.observations}
    record = None
    if given.record is not None:
        source = None if found is None else found.source
        record = record_section(given.record, observations, source)
    series: list[SeriesForecast] = []
    span = origin = ""
    draws = 0
    rows: tuple[list[DyadRow], list[str]] = ([], [])
    if found is not None:
        ahead = found.series
        draws, origin, span = ahead.n_draws, long_month(ahead.origin), _span(ahead)
        reference = conflictology(
            found.panel, ahead.origin, ahead.steps, n_draws=draws, seed=ahead.seed or 1
        )
        units = ahead.units.tolist()
        # the case's own order
        places = sorted(range(len(units)), key=lambda i: list(observations).index(units[i]))
        for place in places:
            observed = observations[units[place]]
            series.append(_series(found, reference, place, observed))
        if found.alone.dyads is not None:
            rows = _dyads(found.alone.dyads, {d.name: d.label for d in model.dyads})
    return ForecastSection(
        failed=given.failed,
        remarks=given.remarks,
        span=span,
        origin=origin,
        draws=draws,
        series=tuple(series),
        dyads=tuple(rows[0]),
        quiet=tuple(rows[1]),
        deaths=all(r.measure == "deaths" for r in rows[0]),
        record=record,
        no_record=given.no_record,
        renew=given.renew,
    )


def key_sentence(found: NextForecast, model: Model, wanted: Sequence[str]) -> str:
    """Say the forecast of one series in a sentence for the first page.

    Parameters
    ----------
    found : NextForecast
    model : Model
    wanted : sequence of str
        Names that the first page shows, the most wanted first.
    """
    units = found.series.units.tolist()
    observations = [o for o in model.observations if o.name in units]
    chosen = next((o for n in wanted for o in observations if o.name == n), observations[0])
    words = sum_sentence(found.series, units.index(chosen.name), noun_of(chosen))
    return f"{chosen.label}: {lowered(words)}"


def _series(
    found: NextForecast, reference: Draws, place: int, observed: Observation
) -> SeriesForecast:
    draws, noun = found.series, noun_of(observed)
    figure = fan_figure(
        draws, place, found.panel, reference,
        key="ahead-" + slug(observed.name), title=observed.label,
        unit=", ".join(t for t in (plain_unit(observed.unit), "monthly") if t),
        what=f"{observed.label}: forecast from {long_month(draws.origin)}",
        height=190, small=False,
    )  # fmt: skip
    sentences = (
        sum_sentence(draws, place, noun),
        _months(draws, place, noun),
        *_change(found, place),
    )
    return SeriesForecast(observed.name, figure, sentences)


def lowered(words: str) -> str:
    """Let a sentence go on after a colon."""
    return words[0].lower() + words[1:]


def sum_sentence(draws: Draws, place: int, noun: str) -> str:
    """Say what the months add up to: draws are whole paths, so their sums are too."""
    total = draws.array[place].sum(axis=0, dtype=np.int64)
    low, middle, high = (float(q) for q in np.quantile(total, (0.05, 0.5, 0.95)))
    n, ends, half = len(draws.steps), interval(low, high, count=True), human(middle, count=True)
    # "120 to 560" becomes "between 120 and 560", a single number stays
    span = "between " + ends.replace(" to ", " and ") if " to " in ends else ends
    if n == 1:
        return (
            f"Out of 100 such months, {_span(draws)} would have {span}{noun} in 90, and {half} or "
            "more in half of them."
        )
    return (
        f"Out of 100 such {'years' if n == 12 else 'futures'}, the {n} months to "
        f"{long_month(draws.months[-1])} would add up to {span}{noun} in 90, and to {half} or more "
        "in half of them."
    )


def _months(draws: Draws, place: int, noun: str) -> str:
    some, many = (float(draws.probability(k)[place].mean()) for k in (1, _MANY))
    return (
        f"Out of 100 such months, {of_100(many)} would have {_MANY} or more{noun}, and "
        f"{of_100(some)} at least one."
    )


def _change(found: NextForecast, place: int) -> list[str]:
    """Set the months ahead beside the last one and the last twelve."""
    draws = found.series
    seen = found.panel.until(draws.origin)
    row = seen.counts[seen.place(draws.units.tolist()[place])]
    lines: list[str] = []
    if draws.steps[0] == 1 and np.isfinite(row[-1]):
        last, ahead = float(row[-1]), draws.array[place, 0]
        head = f"{long_month(draws.origin)}, the last month of record, had "
        month, (more, fewer) = long_month(draws.months[0]), _sides(ahead, last)
        lines.append(
            f"{head}none. Out of 100 futures {more} have at least one in {month}."
            if last == 0
            else f"{head}{exact(last)}. Out of 100 futures {more} have more than that in {month} "
            f"and {fewer} fewer."
        )
    n = len(draws.steps)
    before: Floats = row[-n:]
    whole = draws.steps == tuple(range(1, n + 1))
    if n > 1 and whole and len(before) == n and np.isfinite(before).all():
        past, total = float(before.sum()), draws.array[place].sum(axis=0, dtype=np.int64)
        more, fewer = _sides(total, past)
        lines.append(
            f"The last {n} months of record have none at all; the {n} months ahead have at least "
            f"one in {more} of 100 futures."
            if past == 0
            else f"The last {n} months of record add up to {exact(past)}; the {n} months ahead "
            f"come to more in {more} of 100 futures and to fewer in {fewer}"
            f"{_percent(float(np.median(total)), past)}."
        )
    return lines


def _sides(values: npt.NDArray[np.int_] | npt.NDArray[np.int32], past: float) -> tuple[str, str]:
    """Say how many of 100 futures lie above a number of the past, and how many below."""
    return of_100(float((values > past).mean())), of_100(float((values < past).mean()))


def _percent(middle: float, past: float) -> str:
    change = 100 * (middle / past - 1)
    if round(change) == 0:
        return "; the middle one has as many"
    side = "more" if change > 0 else "fewer"
    return f"; the middle one has {abs(change):,.0f}% {side}"


def _dyads(draws: Draws, labels: dict[str, str]) -> tuple[list[DyadRow], list[str]]:
    """Sum each dyad's months within each draw; name apart those that nobody dies of."""
    rows: list[tuple[float, DyadRow]] = []
    quiet: list[str] = []
    for place, unit in enumerate(draws.units.tolist()):
        name, measure = str(unit).rsplit(":", 1)
        label = labels.get(name) or name.replace("_", " ")
        total = draws.array[place].sum(axis=0, dtype=np.int64)
        if not total.any():
            quiet.append(label if measure == "deaths" else f"{label} ({measure})")
            continue
        low, middle, high = (float(q) for q in np.quantile(total, (0.05, 0.5, 0.95)))
        row = DyadRow(
            label, measure, human(middle, count=True), human(low, count=True),
            human(high, count=True), of_100(float((total >= _MANY).mean())),
        )  # fmt: skip
        rows.append((middle, row))
    return [r for _, r in sorted(rows, key=lambda pair: -pair[0])], quiet


def noun_of(observed: Observation) -> str:
    """Say what a series counts, with a space before it; nothing where its label says enough."""
    unit = plain_unit(observed.unit).removesuffix(" a month")
    return "" if unit in _NO_NOUN else " " + unit


def _span(draws: Draws) -> str:
    first, last = long_month(draws.months[0]), long_month(draws.months[-1])
    return first if first == last else f"{first} to {last}"
