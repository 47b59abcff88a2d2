"""Tables of loop scores: in the terminal, as CSV, and as plain data."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rivalry.whatif import LoopStrength, LoopYear

MARKS = {"reinforcing": "R", "balancing": "B"}


def series_table(found: Sequence[LoopStrength]) -> str:
    """Return every band, month by month, as CSV."""
    from rivalry.whatif import loop_bands

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["variable", "month", "loop", "label", "kind", "polarity", "q05", "q25", "median", "q75",
         "q95"]
    )  # fmt: skip
    for strength in found:
        months = [str(m)[:7] for m in strength.scores["month"].values]
        for band in loop_bands(strength):
            for t, month in enumerate(months):
                writer.writerow(
                    [strength.variable, month, band.id, band.label, band.kind, band.polarity]
                    + [_cell(v) for v in band.quantiles[:, t]]
                )
    return text.getvalue()


def year_table(found: Sequence[LoopStrength], compared: Mapping[str, Sequence[LoopYear]]) -> str:
    """Return the comparison of the years as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["variable", "year", "loop", "label", "kind", "polarity", "first", "first_named",
         "first_wider", "median", "q05", "q95", "draws"]
    )  # fmt: skip
    for strength in found:
        for year in compared[strength.variable]:
            for row in year.rows:
                loop = row.loop
                writer.writerow(
                    [strength.variable, year.year, loop.id, loop.label, loop.kind, loop.polarity]
                    + [_cell(v) for v in (row.first, row.first_named, row.first_wider)]
                    + [_cell(v) for v in (row.median, row.low, row.high)]
                    + [year.draws]
                )
            for name, band in year.outside.items():
                kind = "untraced" if name == "untraced" else "outside"
                writer.writerow(
                    [strength.variable, year.year, name, _outside_label(name), kind, "", "", "", ""]
                    + [_cell(v) for v in band]
                    + [year.draws]
                )
    return text.getvalue()


def as_data(strength: LoopStrength, years: Sequence[LoopYear]) -> dict[str, Any]:
    """Return the comparison as plain data."""
    from rivalry.whatif import loop_sentences

    return {
        "variable": strength.variable,
        "label": strength.label,
        "not_through_it": list(strength.absent),
        "years": [
            {
                "year": year.year,
                "draws": year.draws,
                "says": loop_sentences(strength, year),
                "loops": [row.as_dict() for row in year.rows],
                "another_first": year.other_first,
                "another_first_wider": year.other_first_wider,
                "outside": {
                    name: {"median": band[0], "low": band[1], "high": band[2]}
                    for name, band in year.outside.items()
                },
            }
            for year in years
        ],
    }


def print_table(strength: LoopStrength, years: Sequence[LoopYear]) -> None:
    """Print the comparison of the years, and what it says."""
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.whatif import loop_sentences

    table = Table(
        title=f"{strength.label}: share of its change by loop",
        caption="R reinforcing, B balancing. Median share of the year's monthly changes, with the "
        "interval of 90% of draws; 'top' in how many draws it was the largest single loop.",
    )
    table.add_column("loop")
    table.add_column("")
    for year in years:
        table.add_column(str(year.year), justify="right")
    for j, loop in enumerate(strength.loops):
        cells = [share_text(y.rows[j].median, y.rows[j].low, y.rows[j].high) for y in years]
        if loop.kind != "pool":
            cells = [
                cell + (f"\ntop in {y.rows[j].first:.0%}" if y.rows[j].first >= 0.005 else "")
                for cell, y in zip(cells, years, strict=True)
            ]
        name = f"{loop.id} {loop.label}" if loop.kind == "named" else loop.label
        table.add_row(Text(name), MARKS[loop.polarity], *map(Text, cells))
    for name in years[0].outside:
        cells = [share_text(*y.outside[name]) for y in years]
        table.add_row(Text(_outside_label(name), style="italic"), "", *map(Text, cells))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for year in years:
        print(" ".join(loop_sentences(strength, year)))


def share_text(median: float, low: float, high: float) -> str:
    """Write a share with its interval, such as ``12% (7-20)``; a dash where there is none."""
    if np.isnan(median):
        return "-"
    if high < 0.0005:
        return "0%" if high == 0 else "under 0.1%"
    figures = 0 if high >= 0.095 else 1
    return f"{100 * median:.{figures}f}% ({100 * low:.{figures}f}-{100 * high:.{figures}f})"


def _outside_label(name: str) -> str:
    from rivalry.whatif import LOOP_SOURCES, LOOP_UNTRACED

    if name == "untraced":
        return LOOP_UNTRACED
    return f"outside the loops: {LOOP_SOURCES[name]}"


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"
