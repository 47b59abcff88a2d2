"""A calibration as tables and as plain data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from rivalry.foundation import Problem

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.inference import (
        CalibrationSettings,
        CalibrationSummary,
        Coverage,
        DataSetRanks,
        PriorSpace,
        QuantityCheck,
    )

_BLOCKS = " ▁▂▃▄▅▆▇█"


def as_data(
    case: Case,
    space: PriorSpace,
    settings: CalibrationSettings,
    summary: CalibrationSummary,
    found: Sequence[DataSetRanks],
    warnings: Sequence[Problem],
    seconds: float,
) -> dict[str, Any]:
    """Return everything for JSON; ``data sets`` has one entry for each."""
    model = space.model
    priors = {p.name: p.prior for p in model.parameters if p.name in space.names}
    return {
        "ok": True,
        "case": case.name,
        "structure": model.structure_hash,
        **asdict(settings),
        "seconds": seconds,
        "priors": {
            name: f"{prior[0]}({', '.join(f'{x:g}' for x in prior[1])})"
            for name, prior in priors.items()
            if prior is not None
        },
        "fitted": summary.fitted,
        "failed": [
            {"index": r.index, "code": r.failed, "message": r.message} for r in summary.failed
        ],
        "thin": list(summary.thin),
        "median_ess": summary.median_ess,
        "false_alarm": summary.false_alarm,
        "level": summary.level,
        "quantities": {q.name: _quantity(q) for q in summary.quantities},
        "uniform": not summary.suspect,
        "warnings": [w.as_dict() for w in warnings],
        "data sets": [asdict(r) for r in found],
    }


def _quantity(check: QuantityCheck) -> dict[str, Any]:
    return {
        "histogram": check.histogram,
        "below": check.below,
        "band": {
            "low": check.band.low.tolist(),
            "high": check.band.high.tolist(),
            "level": check.band.level,
        },
        "p_ecdf": check.p_ecdf,
        "p_chi_square": check.p_chi_square,
        "uniform": check.uniform,
        "leans": check.shape,
        "coverage": [
            {**asdict(c), "share": c.share, "as_stated": c.as_stated} for c in check.coverage
        ],
        "contraction": check.contraction,
        "recovery": check.recovery,
    }


def print_tables(
    name: str, settings: CalibrationSettings, summary: CalibrationSummary, seconds: float
) -> None:
    """Print the test of the ranks, the coverage, and what both mean."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 100)
    typer.echo(
        f"{name}: {summary.fitted} of {summary.datasets} data sets fitted, each by "
        f"{settings.chains} chain(s) of {settings.iterations:,} draws after {settings.warmup:,} "
        f"with {settings.particles:,} particles, in {seconds:.0f} s; effective draws "
        f"{summary.median_ess:.0f} in the middle fit"
    )
    console.print(_rank_table(summary))
    console.print(_coverage_table(summary))
    typer.echo(verdict(summary))


def verdict(summary: CalibrationSummary) -> str:
    """Say in a sentence what the test of the ranks found, with its false-alarm rate."""
    rule = (
        f"(ECDF band of each quantity at level {summary.level:.3g}; a correct fit leaves any of "
        f"them with probability {summary.false_alarm:.0%} at most)"
    )
    if not summary.suspect:
        return f"Ranks are uniform as far as {summary.fitted} data sets can tell {rule}."
    named = ", ".join(q.name for q in summary.suspect)
    return f"Ranks are not uniform: {named} {rule}."


def _rank_table(summary: CalibrationSummary) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"Rank of the true value among {summary.n_draws} posterior draws",
        title_justify="left",
        title_style="bold",
    )
    for column in ("quantity", "ranks, low to high", "p (ECDF)", "p (chi-square)", "uniform"):
        table.add_column(column, justify="right" if column.startswith("p ") else "left")
    for q in summary.quantities:
        chi = "" if q.p_chi_square != q.p_chi_square else f"{q.p_chi_square:.3f}"
        judged = "yes" if q.uniform else "no" + (f": {q.shape}" if q.coverage else "")
        # Text, because an element's brackets would be read as markup
        table.add_row(Text(q.name), bars(q.histogram), f"{q.p_ecdf:.3f}", chi, judged)
    return table


def _coverage_table(summary: CalibrationSummary) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title="Share of data sets whose central interval holds the truth (95% binomial interval)",
        title_justify="left",
        title_style="bold",
        caption="!: the nominal share lies outside, as for one in twenty shares of a correct fit; "
        "contraction: 1 - posterior / prior variance in normal scores, mean over data "
        "sets; recovery: correlation of truth and posterior mean",
        caption_justify="left",
    )
    parameters = [q for q in summary.quantities if q.coverage]
    table.add_column("parameter")
    for c in parameters[0].coverage:
        table.add_column(f"{c.nominal:.0%}", justify="right")
    table.add_column("contraction", justify="right")
    table.add_column("recovery", justify="right")
    for q in parameters:
        table.add_row(
            Text(q.name),
            *(_share(c) for c in q.coverage),
            f"{q.contraction:.2f}",
            "" if q.recovery is None else f"{q.recovery:.2f}",
        )
    return table


def _share(c: Coverage) -> str:
    mark = "" if c.as_stated else " !"
    return f"{c.share:.0%} ({100 * c.low:.0f} to {100 * c.high:.0f}){mark}"


def bars(counts: Sequence[int]) -> str:
    """Draw a histogram in a line of text; the expected height is half of a full block."""
    expected = sum(counts) / len(counts)
    return "".join(_BLOCKS[min(8, round(4 * c / expected))] for c in counts)
