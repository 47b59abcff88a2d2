"""A panel: counts by unit and month, and never more of them than a forecast may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from rivalry.foundation import Month, Problem, RivalryError, nearest

Units = npt.NDArray[np.generic]
Counts = npt.NDArray[np.float64]
Neighbours = tuple[npt.NDArray[np.int64], ...]

#: A neighbour that has no row in the panel, such as a grid cell at sea: taken as without violence.
OUTSIDE = -1


def as_month(value: Month | str | int) -> Month:
    """Return a month given as one, as ``YYYY-MM`` or as a ViEWS ``month_id``.

    Raises
    ------
    RivalryError
        R1011 for anything else.
    """
    if isinstance(value, Month):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return Month.from_views(int(value))
    try:
        return Month.parse(str(value))
    except ValueError:
        raise RivalryError(
            Problem(
                "R1011",
                f"{value!r} is not a month",
                "Write YYYY-MM, or a ViEWS month_id (1 = January 1980).",
            )
        ) from None


@dataclass(frozen=True)
class Panel:
    """Counts by unit and month.

    Attributes
    ----------
    units : ndarray, shape (n,)
        Ids of the units, sorted: integers where all are, text otherwise.
    months : ndarray of int64, shape (t,)
        ViEWS ``month_id`` (1 = January 1980), without gaps.
    counts : ndarray of float64, shape (n, t)
        Whole numbers from 0 up; NaN where a month is missing: before a unit appears, after it
        ends, or where the table says that the month is not known.
    unit, target : str
        Names of the column of units (``country_id``) and of the counted one (``ged_sb``).
    neighbours : tuple of ndarray of int64, optional
        For each unit the places of its neighbours in `units`; `OUTSIDE` stands for a neighbour
        that the panel does not hold.
    source : str
        The file, as the user named it.

    Notes
    -----
    The arrays are copies and cannot be written to. `until` copies again, so that nothing after
    the origin can be reached from what it returns, not even through a view's base.
    """

    units: Units
    months: npt.NDArray[np.int64]
    counts: Counts
    unit: str
    target: str
    neighbours: Neighbours | None = None
    source: str = ""
    _places: dict[object, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        units = np.array(self.units)
        months = np.array(self.months, dtype=np.int64)
        counts = np.array(self.counts, dtype=np.float64)
        if counts.shape != (len(units), len(months)):
            raise ValueError(
                f"counts have shape {counts.shape}, not {(len(units), len(months))} (units, months)"
            )
        if len(months) and (np.diff(months) != 1).any():
            raise ValueError("months must follow one another")
        for array in (units, months, counts):
            array.setflags(write=False)
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "months", months)
        object.__setattr__(self, "counts", counts)
        places = {u: i for i, u in enumerate(units.tolist())}
        if len(places) != len(units):
            raise ValueError("two units have the same id")
        object.__setattr__(self, "_places", places)

    def __len__(self) -> int:
        return len(self.units)

    @property
    def start(self) -> Month:
        """The first month."""
        return Month.from_views(int(self.months[0]))

    @property
    def end(self) -> Month:
        """The last month: the latest origin."""
        return Month.from_views(int(self.months[-1]))

    @property
    def observed(self) -> npt.NDArray[np.bool_]:
        """Where a count is known, shape (n, t)."""
        return ~np.isnan(self.counts)

    def history(self, place: int) -> Counts:
        """Return the known counts of the unit at `place`, oldest first, missing months left out."""
        row: Counts = self.counts[place]
        return row[~np.isnan(row)]

    def place(self, unit: object) -> int:
        """Return where a unit stands in `units` (R1012 when there is none of that id)."""
        if unit in self._places:
            return self._places[unit]
        close = nearest(str(unit), [str(u) for u in self._places])
        raise RivalryError(
            Problem(
                "R1012",
                f"the panel has no {self.unit} {unit!r}",
                (f"Did you mean {close!r}? " if close else "") + f"It holds {len(self)} units.",
                file=self.source or None,
            )
        )

    def until(self, origin: Month | str | int) -> Panel:
        """Return what a forecast made at `origin` may see: this panel with nothing after it.

        Units without a single known month up to the origin are left out: they have not appeared,
        and even their existence would be knowledge from later. So are they as neighbours.

        Parameters
        ----------
        origin : Month, str or int
            The last month of data; ``YYYY-MM`` or a ViEWS ``month_id``.

        Raises
        ------
        RivalryError
            R1013 when the origin lies outside the panel, R1014 when no unit has a known month.
        """
        origin = as_month(origin)
        if not self.start <= origin <= self.end:
            raise RivalryError(
                Problem(
                    "R1013",
                    f"the origin {origin} lies outside the panel, {self.start} to {self.end}",
                    "Choose a month for which there are data.",
                    file=self.source or None,
                )
            )
        last = origin - self.start + 1
        known = self.observed[:, :last].any(axis=1)
        if not known.any():
            raise RivalryError(
                Problem(
                    "R1014",
                    f"no unit has a count up to {origin}",
                    "Choose a later origin.",
                    file=self.source or None,
                )
            )
        cut = replace(self, months=self.months[:last], counts=self.counts[:, :last])
        return cut if known.all() else cut._take(np.flatnonzero(known))

    def select(self, units: Iterable[object]) -> Panel:
        """Return a panel of some units, in the panel's order (R1012 for an unknown one)."""
        return self._take(np.array(sorted({self.place(u) for u in units}), dtype=np.int64))

    def actuals(
        self, origin: Month | str | int, steps: Sequence[int], units: Units | None = None
    ) -> Counts:
        """Return the counts that came true, for scoring only.

        Parameters
        ----------
        origin : Month, str or int
        steps : sequence of int, length s
            Months ahead of the origin, from 1.
        units : ndarray, shape (n,), optional
            In this order; all units of the panel by default.

        Returns
        -------
        ndarray of float64, shape (n, s)
            NaN where the panel holds no count: beyond its end, or for a unit that is not in it.
        """
        first = as_month(origin) - self.start
        columns = first + np.asarray(steps, dtype=np.int64)
        wanted = self.units if units is None else units
        rows = np.array([self._places.get(u, -1) for u in wanted.tolist()], dtype=np.int64)
        found = np.full((len(rows), len(columns)), np.nan)
        inside = (columns >= 0) & (columns < len(self.months))
        have = rows >= 0
        found[np.ix_(have, inside)] = self.counts[np.ix_(rows[have], columns[inside])]
        return found

    def with_neighbours(self, neighbours: Mapping[object, Iterable[object]]) -> Panel:
        """Return the panel with its units' neighbours.

        Parameters
        ----------
        neighbours : mapping
            From a unit to its neighbours. Neighbours that are not in the panel are kept as
            `OUTSIDE`; units that are not in the panel are passed over.
        """
        rows = tuple(
            np.array([self._places.get(v, OUTSIDE) for v in neighbours.get(u, ())], dtype=np.int64)
            for u in self.units.tolist()
        )
        return replace(self, neighbours=rows)

    def _take(self, rows: npt.NDArray[np.int64]) -> Panel:
        kept: Neighbours | None = None
        if self.neighbours is not None:
            moved = np.full(len(self) + 1, OUTSIDE, dtype=np.int64)  # its last place is OUTSIDE's
            moved[rows] = np.arange(len(rows))
            kept = tuple(moved[self.neighbours[i]] for i in rows)
        return replace(self, units=self.units[rows], counts=self.counts[rows], neighbours=kept)
