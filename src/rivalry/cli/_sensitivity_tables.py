"""Tables of a sensitivity analysis, as files and for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rivalry.whatif import FragileRow, Sensitivity


def write_tables(found: Sensitivity, folder: Path) -> None:
    """Write screening.csv, shares.csv and tornado.csv, with a row for each output and factor."""
    import pandas as pd

    for file, part in (("screening", "screened"), ("shares", "indices"), ("tornado", "bars")):
        rows = [
            {"output": o.name, **asdict(row)} for o in found.outputs for row in getattr(o, part)
        ]
        pd.DataFrame(rows).to_csv(folder / f"{file}.csv", index=False, float_format="%.6g")


def as_data(found: Sensitivity) -> list[dict[str, Any]]:
    """Return what the tables hold, for JSON."""
    from rivalry.cli._sensitivity_page import sentences

    return [{**asdict(o), "words": sentences(o)} for o in found.outputs]


def print_shares(found: Sensitivity) -> None:
    """Print the shares of variance of each output, with the ends of the tornado."""
    from rich.text import Text

    from rivalry.cli._sensitivity_chart import share, shown
    from rivalry.whatif import signed

    for o in found.outputs:
        bars = {b.parameter: b for b in o.bars}
        rows = []
        for i in shown(o) if o.sd > 0 else ():
            bar = bars.get(i.factor)
            ends = "" if bar is None else f"{signed(bar.low_change)} / {signed(bar.high_change)}"
            spread = f"{share(i.total_low)} to {share(i.total_high)}"
            rows.append((i.label, share(i.total), spread, share(i.first), ends))
        columns = ("factor", "share in all", "90%", "alone", "at its 5% / 95% quantile")
        _print(f"{o.label} ({o.how}, mean {o.mean:.4g})", columns, [map(Text, r) for r in rows])


def print_fragile(rows: Sequence[FragileRow]) -> None:
    """Print the smallest change for each claim."""
    from rich.text import Text

    from rivalry.cli._fragility_page import change

    shown = []
    for r in rows:
        if r.rank > 1:
            continue
        then = {"verdict": r.becomes, "sign": "the median turns", "": "nothing found"}[r.kind]
        values = "" if r.to_value is None else f"{r.from_value:.3g} -> {r.to_value:.3g}"
        shown.append((r.claim, r.verdict, r.parameter, values, change(r), then))
    columns = ("claim", "verdict", "assumption", "from -> to", "change", "becomes")
    _print("What would overturn each conclusion", columns, [map(Text, s) for s in shown])


def _print(title: str, columns: Sequence[str], rows: Sequence[Iterable[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold")
    for k, column in enumerate(columns):
        number = k > 0 and column not in ("verdict", "assumption", "becomes")
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
