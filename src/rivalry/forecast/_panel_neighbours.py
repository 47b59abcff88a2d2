"""Neighbours of PRIO-GRID cells."""

from __future__ import annotations

from collections.abc import Iterable

#: Cells in a row of the grid: half a degree of longitude each (Tollefsen et al. 2012).
_ROW = 720
_AROUND = (-_ROW - 1, -_ROW, -_ROW + 1, -1, 1, _ROW - 1, _ROW, _ROW + 1)


def priogrid_neighbours(cells: Iterable[int]) -> dict[object, list[object]]:
    """Return the eight cells around each PRIO-GRID cell, by their ``priogrid_gid``.

    As in the ViEWS benchmark: by adding to the id, so that a cell at the date line takes for its
    neighbour one a row higher at the other end of the map, and cells at sea count as well.

    Parameters
    ----------
    cells : iterable of int

    References
    ----------
    Tollefsen, Strand & Buhaug (2012), PRIO-GRID: a unified spatial data structure, Journal of
    Peace Research 49(2).
    """
    return {int(cell): [int(cell) + d for d in _AROUND] for cell in cells}
