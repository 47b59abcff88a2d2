"""``rivalry compare``: which structure of a case the data prefer, and how weakly."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._parameters import choose_posterior
from rivalry.cli._say import print_json, progress, remark

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.inference import Posterior
    from rivalry.whatif import Comparison

NOTE = (
    "A marginal likelihood weighs a structure together with its priors: wider priors cost. Those "
    "of a bundled case were set with the record in view."
)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="compare")(compare_variants)


def compare_variants(
    case: CaseArgument,
    variants: Annotated[
        str | None,
        typer.Option("--variants", help="Variants to compare, with commas; none = all."),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, max=50, help="Passes over the data for each.")
    ] = 3,
    particles: Annotated[
        int, typer.Option("--particles", min=100, max=1_000_000, help="Particles of a pass.")
    ] = 20_000,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the months' terms as CSV.")
    ] = None,
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare a case with its variants by what each makes of the data."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_file
    from rivalry.inference import OnlineSettings
    from rivalry.whatif import compare

    loaded = load_case(case)
    fit = choose_posterior(loaded, case, None, False)
    names = None if variants is None else [v.strip() for v in variants.split(",") if v.strip()]
    settings = OnlineSettings(particles=particles, keep=1)
    started = dt.datetime.now(dt.UTC)
    with progress("Learning", quiet=quiet or json) as report:
        found = compare(
            loaded.model, names, settings=settings, seeds=range(seed, seed + seeds),
            threads=threads, progress=report,
        )  # fmt: skip
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    if out is not None:
        with new_file(out) as draft:
            draft.write_text(_months(found), encoding="utf-8")
    rows = _rows(found, loaded, fit)
    if json:
        print_json(
            {
                "ok": True,
                "case": loaded.name,
                "seeds": list(range(seed, seed + seeds)),
                "particles": particles,
                "seconds": seconds,
                "structures": rows,
                "note": NOTE,
                "file": None if out is None else str(out),
            }
        )
        return
    _print(rows, loaded.name, seeds, particles, seconds)
    remark(NOTE, quiet=quiet)
    if out is not None:
        typer.echo(str(out))


def _rows(found: Comparison, case: Case, fit: Posterior | None) -> list[dict[str, Any]]:
    from rivalry.whatif import BASE, posterior_factor, words

    rows: list[dict[str, Any]] = []
    for one in found.structures:
        row: dict[str, Any] = {
            "variant": one.name,
            "label": one.label,
            "log_evidence": one.log_evidence,
            "error": _finite(one.error),
        }
        if one.name != BASE:
            factor, error = found.against_base(one.name)
            row |= {"log_factor": factor, "log_factor_error": _finite(error)}
            row["says"] = words(factor, error)
            exact = (
                None
                if fit is None
                else posterior_factor(case.model, case.spec.variants[one.name], fit)
            )
            if exact is not None:
                row |= {
                    "log_factor_from_posterior": _finite(exact[0]),
                    "log_factor_from_posterior_error": _finite(exact[1]),
                    "says": words(*exact) + " (from the posterior)",
                }
        rows.append(row)
    return rows


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _months(found: Comparison) -> str:
    names = [s.name for s in found.structures]
    lines = ["month," + ",".join(names)]
    for t, month in enumerate(found.months):
        means = [f"{s.increments[:, t].mean():.6g}" for s in found.structures]
        lines.append(f"{month}," + ",".join(means))
    return "\n".join(lines) + "\n"


def _print(
    rows: list[dict[str, Any]], name: str, seeds: int, particles: int, seconds: float
) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"{name}: {seeds} passes of {particles:,} particles each, {seconds:.0f} s",
        caption="log evidence: logarithm of the marginal likelihood; factor: its difference from "
        "the case itself, with standard errors",
        title_justify="left",
    )
    for column in ("structure", "log evidence", "factor", "from the posterior", "in words"):
        table.add_column(column, justify="left" if column in ("structure", "in words") else "right")
    for row in rows:
        table.add_row(
            Text(row["label"]),
            _pair(row["log_evidence"], row["error"]),
            _pair(row.get("log_factor"), row.get("log_factor_error")),
            _pair(row.get("log_factor_from_posterior"), row.get("log_factor_from_posterior_error")),
            Text(row.get("says", "")),
        )
    Console(width=None if sys.stdout.isatty() else 130).print(table)


def _pair(value: float | None, error: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if error is None else f"{value:.2f} ± {error:.2f}"
