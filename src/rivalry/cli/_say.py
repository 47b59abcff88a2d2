"""Printing: problems, progress, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rivalry.foundation import Problem

#: Called with the amount done and the total.
Report = Callable[[int, int], None]


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output; see `json_text`."""
    print(json_text(value))


def json_text(value: Any) -> str:
    """Return a value as JSON; not-a-number becomes null, which other readers understand."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if hasattr(value, "item"):  # a NumPy scalar
        return _plain(value.item())
    return str(value)


def print_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Print problems on standard error, or as JSON on standard output."""
    items = list(problems)
    if as_json:
        print_json({"ok": False, "problems": [p.as_dict() for p in items]})
        return
    for problem in items:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    errors = [p for p in items if p.severity == "error"]
    if errors:
        codes = list(dict.fromkeys(p.code for p in errors))
        more = "" if len(codes) == 1 else f" (also {', '.join(codes[1:4])})"
        print(f"    rivalry explain {codes[0]}{more} says more", file=sys.stderr)


def remark(text: str, *, quiet: bool = False) -> None:
    """Print a line for people on standard error."""
    if not quiet:
        print(text, file=sys.stderr)


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Report | None]:
    """Show a bar with the time left on standard error; nothing when quiet or not a terminal.

    Yields
    ------
    callable or None
        To be called with (done, total).
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        # the first run of a model compiles it, which reports nothing
        task = bar.add_task("Preparing", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, description=title, completed=done, total=total)

        yield report


#: Rows of the table of last months; a large model has hundreds of series.
_ROWS = 24


def print_ends(ends: Mapping[str, Mapping[str, Any]]) -> None:
    """Print a table of each series at its last month with values; `ends` as from `summary`."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not ends:
        return
    table = Table(title="Last month with values", title_justify="left", title_style="bold")
    for column in ("series", "month", "median", "90% of draws", "unit"):
        number = column in ("median", "90% of draws")
        table.add_column(column, justify="right" if number else "left", no_wrap=column == "series")
    for name, row in list(ends.items())[:_ROWS]:
        band = f"{_number(row['q05'])} to {_number(row['q95'])}"
        cells = (name, row["month"], _number(row["median"]), band, str(row["unit"] or ""))
        # Text, because an element's brackets would be read as markup
        table.add_row(*map(Text, cells))
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    if len(ends) > _ROWS:
        print(f"and {len(ends) - _ROWS} more: choose with --outputs, or see all with --json")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
