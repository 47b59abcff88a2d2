"""Tables of event data for people, programs and files."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.cli._say import print_json, remark

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.data import ImportReport, Release

#: Rows of a table on the screen; all are in --json and --out.
ROWS = 20


def show(
    frame: pd.DataFrame,
    *,
    title: str,
    columns: Sequence[str],
    out: Path | None,
    json: bool,
    quiet: bool,
    rows: int = ROWS,
    screen: pd.DataFrame | None = None,
) -> None:
    """Print a table, or write it; and say what it is made from.

    `screen` is shown in its place on the screen, if it is given.
    """
    written = _written(frame, out)
    if json:
        print_json(as_data(frame, written))
        return
    if out is None:
        shown = frame if screen is None else screen
        _print(shown, title, columns, rows)
    for line in sources(frame):
        remark(line, quiet=quiet)
    for path in written:
        print(path)


def as_data(frame: pd.DataFrame, written: Sequence[Path]) -> dict[str, Any]:
    """Return a table as plain data: its rows, or the files that hold them."""
    import pandas as pd

    about = {str(k): v for k, v in frame.attrs.items()}
    data: dict[str, Any] = {"ok": True, **about, "columns": list(frame.columns)}
    if written:
        return {**data, "n_rows": len(frame), "files": [str(p) for p in written]}
    plain = frame.astype(object).where(pd.notna(frame), None)
    return {**data, "n_rows": len(frame), "rows": plain.to_dict("records")}


def sources(frame: pd.DataFrame) -> list[str]:
    """Say what a table is made from, a line a release."""
    lines = []
    for made in frame.attrs.get("made_from", []):
        files = made["files"]
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        lines.append(
            f"from {made['dataset']} {made['version']}, {made['first_month']} to "
            f"{made['last_month']}; {printable(files[0]['file'])}{more}, "
            f"sha256 {files[0]['sha256'][:12]}, imported {made['imported']}"
        )
    if frame.attrs.get("rule"):
        lines.append(f"months: {frame.attrs['rule']}")
    return lines


def print_import(report: ImportReport) -> None:
    """Say what an import did."""
    for done in report.imported:
        release = done.release
        said = "" if release.covers_said else " (read from the file)"
        print(
            f"{printable(release.name)}: {release.rows:,} rows, covers {release.first} to "
            f"{release.last}{said}"
        )
        if done.replaced is not None:
            print(
                f"  in the place of {done.replaced.rows:,} rows imported {done.replaced.imported}"
            )
        if done.statuses:
            n = sum(done.statuses.values())
            words = ", ".join(f"{printable(k)} {v}" for k, v in list(done.statuses.items())[:3])
            print(f"  {n:,} events are not yet clear to UCDP ({words})")
        print(f"  licence: {release.licence}")
        if release.citation:
            print(f"  cite: {release.citation}")
    print(report.store)


def releases_frame(found: Sequence[Release]) -> pd.DataFrame:
    """Return releases as a table, a row each."""
    import pandas as pd

    frame = pd.DataFrame(
        [
            {
                "dataset": r.dataset,
                "version": r.version,
                "kind": r.kind,
                "rows": r.rows,
                "first_month": str(r.first),
                "last_month": str(r.last),
                "imported": r.imported,
                "file": ", ".join(f.file for f in r.files),
                "sha256": ", ".join(f.sha256 for f in r.files),
                "licence": r.licence,
                "citation": r.citation,
            }
            for r in found
        ]
    )
    frame.attrs["made_from"] = [r.as_dict() for r in found]
    return frame


def panel_summary(frame: pd.DataFrame, every: str) -> tuple[pd.DataFrame, list[str]]:
    """Return what of a panel fits the screen: one unit's periods, or one row a unit."""
    if frame["unit_id"].nunique() == 1:
        columns = [every, "events", "best", "low", "high"]
        return frame[frame["events"].fillna(0) > 0] if "events" in frame else frame, [
            c for c in columns if c in frame
        ]
    sums = [c for c in ("events", "best", "low", "high") if c in frame]
    active = frame[frame["best"].notna()]
    table = active.groupby("unit_id", sort=False).agg(
        unit_name=("unit_name", "first"), **{c: (c, "sum") for c in sums}
    )
    return (
        table.reset_index().sort_values("best", ascending=False, kind="stable"),
        ["unit_id", "unit_name", *sums],
    )


def printable(text: Any) -> str:
    """Return text without control characters, which could steer the terminal."""
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf") else c for c in str(text))


def _written(frame: pd.DataFrame, out: Path | None) -> list[Path]:
    from rivalry.data import write_table

    return [] if out is None else write_table(frame, out)


def _print(frame: pd.DataFrame, title: str, columns: Sequence[str], rows: int) -> None:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    print(printable(title))
    table = Table()
    # the rest of a table that is too wide is in --json and --out
    for name in columns:
        number = pd.api.types.is_numeric_dtype(frame[name]) and not name.endswith("_id")
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in frame[list(columns)].head(rows).itertuples(index=False):
        # Text, because a name's brackets would be read as markup
        table.add_row(*(Text(_cell(v, n)) for v, n in zip(row, columns, strict=True)))
    Console(width=None if sys.stdout.isatty() else 110).print(table)
    if len(frame) > rows:
        print(f"and {len(frame) - rows:,} more rows: --rows N, --json or --out FILE.csv")


def _cell(value: Any, column: str) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    if column == "year" or column == "id" or column.endswith("_id"):
        return printable(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else printable(value)
