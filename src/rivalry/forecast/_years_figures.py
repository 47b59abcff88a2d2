"""Yearly figures of a case, one number a year: what forecasts of years are scored on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rivalry.forecast._case import COUNTS
from rivalry.foundation import Month, Problem, RivalryError
from rivalry.model import Model
from rivalry.model.ir import Observation

if TYPE_CHECKING:
    from rivalry.cases import Case

Array = npt.NDArray[np.float64]

#: Column of a case's table that, where it is there, holds the figure between the ends of a range.
BEST = "best"


@dataclass(frozen=True)
class YearFigures:
    """One whole number a series and year.

    Attributes
    ----------
    names : tuple of str
        Of the observations, in the case's order.
    years : tuple of int
        Without a gap, from the first to the last year in which some series has a figure.
    values : ndarray (n_names, n_years)
        NaN where there is none.
    middle : ndarray of bool (n_names, n_years)
        Whether the figure is the middle of a range, for want of a best estimate.
    """

    names: tuple[str, ...]
    years: tuple[int, ...]
    values: Array
    middle: npt.NDArray[np.bool_]

    @property
    def origin(self) -> Month:
        """December of the last year."""
        return Month.of(self.years[-1], 12)

    def history(self, place: int, last: int) -> Array:
        """Return the known figures of a series up to a year, oldest first."""
        row = self.values[place, : last - self.years[0] + 1]
        return np.asarray(row[np.isfinite(row)])


def year_series(model: Model) -> tuple[str, ...]:
    """Return the names of the yearly series of whole numbers that have a figure.

    These are observations with ``every: year`` and a distribution of counts, or ranges whose ends
    are whole numbers.

    Parameters
    ----------
    model : Model
    """
    return tuple(o.name for o in model.observations if _counts(o) and np.isfinite(_middle(o)).any())


def best_estimates(case: Case) -> dict[str, dict[int, float]]:
    """Read the column ``best`` of the tables of a case's yearly ranges.

    A table without it, or with one that cannot be read as numbers, has none: the case does not
    name this column and need not keep it in order.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict of str to dict of int to float
        By observation and year.
    """
    from rivalry.data import read_table, series

    found: dict[str, dict[int, float]] = {}
    for name in year_series(case.model):
        spec = case.spec.observations[name]
        if spec.file is None or spec.column is not None:
            continue
        try:
            table = read_table(case.folder / spec.file)
            given = series(table, BEST, spec.date, spec.where, every="year")
        except RivalryError:
            continue
        found[name] = {m.year: v for m, v in given.items()}
    return found


def year_figures(
    model: Model, best: Mapping[str, Mapping[int, float]] | None = None
) -> YearFigures:
    """Lay out a case's yearly figures.

    A count is its own figure. Of a range it is the best estimate where one is given, otherwise the
    middle (low + high) / 2, since a geometric mean would make nought of every range from nought;
    halves are rounded up. A range with an open end and without a best estimate has none.

    Parameters
    ----------
    model : Model
    best : mapping of str to mapping of int to float, optional
        Best estimates by observation and year; see `best_estimates`. They count only in years in
        which the model has the range.

    Returns
    -------
    YearFigures

    Raises
    ------
    RivalryError
        R1060 if the case has no such figure.
    """
    names = year_series(model)
    if not names:
        raise RivalryError(
            Problem(
                "R1060",
                "the case has no yearly series of whole numbers with a figure",
                "Add an observation with 'every: year' and a file.",
            )
        )
    decembers = np.array([i for i, m in enumerate(model.months) if m.month == 12])
    years = np.array([model.months[i].year for i in decembers])
    rows = {o.name: o for o in model.observations}
    values = np.full((len(names), len(years)), np.nan)
    middle = np.zeros(values.shape, dtype=bool)
    for i, name in enumerate(names):
        observed = rows[name]
        values[i] = np.floor(_middle(observed)[decembers] + 0.5)
        if observed.high is None:
            continue
        middle[i] = np.isfinite(values[i])
        given = (best or {}).get(name, {})
        for j, year in enumerate(years.tolist()):
            there = np.isfinite([observed.data[decembers[j]], observed.high[decembers[j]]]).any()
            if there and year in given and given[year] >= 0:
                values[i, j], middle[i, j] = np.floor(given[year] + 0.5), False
    known = np.flatnonzero(np.isfinite(values).any(axis=0))
    span = slice(int(known[0]), int(known[-1]) + 1)
    return YearFigures(names, tuple(years[span].tolist()), values[:, span], middle[:, span])


def _counts(observed: Observation) -> bool:
    if observed.every != "year":
        return False
    if observed.family in COUNTS:
        return True
    if observed.family != "between" or observed.high is None:
        return False
    ends = np.concatenate([observed.data, observed.high])
    ends = ends[np.isfinite(ends)]
    return bool((ends == np.floor(ends)).all())


def _middle(observed: Observation) -> Array:
    if observed.high is None:
        return observed.data
    # equal ends are one figure, and stay it
    return np.asarray((observed.data + observed.high) / 2)
