"""``rivalry diagnose``: whether a posterior is to be trusted, and what the data said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import Json, Quiet, Seed, Threads
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.inference import Diagnosis, FitFile, LikelihoodNoise

#: Pairs and directions printed; all with --json and in the page.
_FEW = 8


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="diagnose")(diagnose_file)


def diagnose_file(
    posterior: Annotated[
        Path, typer.Argument(metavar="POSTERIOR", help="A posterior.nc that 'rivalry fit' wrote.")
    ],
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            help="The case that was fitted: gives exact normal scores, names, and the noise of "
            "the likelihood.",
        ),
    ] = None,
    particles: Annotated[
        int | None,
        typer.Option(
            "--particles",
            min=2,
            max=1_000_000,
            help="Particles of a filter; none = those of the fit. Needs --case.",
        ),
    ] = None,
    repeats: Annotated[
        int,
        typer.Option(
            "--repeats",
            min=0,
            max=10_000,
            help="Filters at the posterior mean; under 2 = do not measure. Needs --case.",
        ),
    ] = 20,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 if the chains have not settled.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write a page with charts, FILE.html.")
    ] = None,
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say whether chains have settled, what the data moved, and what they leave open."""
    from rivalry.inference import diagnose, open_fit

    fit = open_fit(posterior)
    loaded = _case(case, fit)
    noise = None
    if loaded is not None and repeats > 1:
        noise = _noise(loaded, fit, particles, repeats, seed, threads, quiet=quiet or json)
    found = diagnose(fit, None if loaded is None else loaded.model, noise)
    warnings = found.warnings()
    if out is not None:
        from rivalry.report import write_fit_page

        write_fit_page(fit, out, case=loaded, found=found)
    if json:
        print_json(_as_data(posterior, found, warnings, out))
    else:
        _print(posterior, found)
        print_problems(warnings, as_json=False)
        if out is not None:
            typer.echo(str(out))
        else:
            remark("With --out FILE.html the same as a page with charts.", quiet=quiet)
    if strict and not found.settled:
        raise typer.Exit(1)


def _case(name: str | None, fit: FitFile) -> Case | None:
    """Load the case, and refuse one that has none of the file's parameters (R0835)."""
    from rivalry.cases import load_case

    if name is None:
        return None
    loaded = load_case(name)
    if not set(fit.names) & set(loaded.model.parameter_index):
        raise RivalryError(
            Problem(
                "R0835",
                f"the case has none of the {len(fit.names)} fitted parameters "
                f"({', '.join(fit.names[:3])} ...)",
                f"Name the case that was fitted: {fit.attributes.get('case', 'see its record')}.",
                str(fit.path),
            ),
            exit_code=2,
        )
    return loaded


def _noise(
    case: Case,
    fit: FitFile,
    particles: int | None,
    repeats: int,
    seed: int,
    threads: int | None,
    *,
    quiet: bool,
) -> LikelihoodNoise:
    from rivalry.cli.filter import need_data
    from rivalry.inference import measure_noise, posterior_mean

    need_data(case)
    number = particles or int(fit.attributes.get("particles", 500))
    with progress("Filtering", quiet=quiet) as report:
        return measure_noise(
            case.model, posterior_mean(fit, case.model), number, repeats=repeats, seed=seed,
            threads=threads, progress=report,
        )  # fmt: skip


def _as_data(
    path: Path, found: Diagnosis, warnings: list[Problem], out: Path | None
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "ok": True,
        "file": str(path),
        "page": None if out is None else str(out),
        "settled": found.settled,
        "chains": found.chains,
        "draws": found.draws,
        "scores": "exact" if found.exact else "ranks",
        "parameters": [
            {**asdict(p), "moved": p.moved, "settled": p.settled} for p in found.parameters
        ],
        "acceptance": list(found.acceptance),
        "likelihood": None
        if found.noise is None
        else {**asdict(found.noise), "verdict": found.noise.verdict()},
        "pairs": [asdict(p) for p in found.pairs],
        "directions": [{**asdict(d), "moved": d.moved} for d in found.directions],
        "series": [
            {
                **asdict(s), "cover50": s.cover50, "cover90": s.cover90, "verdict": s.verdict(),
            }
            for s in found.series
        ],
        "notes": list(found.notes),
        "warnings": [w.as_dict() for w in warnings],
    }  # fmt: skip


def _print(path: Path, found: Diagnosis) -> None:
    ordered = sorted(
        found.parameters, key=lambda p: -(p.contraction if p.contraction == p.contraction else -9)
    )
    moved = sum(p.moved for p in found.parameters)
    _table(
        f"{path}: {found.chains} chains of {found.draws:,} draws; the data moved {moved} of "
        f"{len(ordered)} parameters",
        ("parameter", "mean", "90% interval", "R-hat", "bulk ESS", "tail ESS", "contraction",
         "shift", "data"),
        [
            (
                p.name, f"{p.mean:.4g}", f"{p.low:.4g} to {p.high:.4g}", f"{p.rhat:.3f}",
                f"{p.ess_bulk:.0f}", f"{p.ess_tail:.0f}", f"{p.contraction:.2f}",
                f"{p.shift:+.2f}", "moved it" if p.moved else "say little",
            )
            for p in ordered
        ],
    )  # fmt: skip
    how = "the case's priors" if found.exact else "ranks among the file's prior draws"
    typer.echo(
        f"contraction: 1 - posterior / prior variance, shift: posterior mean, in normal scores of "
        f"the prior (from {how})\n"
    )
    if found.acceptance:
        shares = ", ".join(f"{x:.0%}" for x in found.acceptance)
        typer.echo(f"Proposals accepted, chain by chain: {shares}")
    if found.noise is not None:
        n = found.noise
        typer.echo(
            f"Log-likelihood at {n.where}: standard deviation {n.sd:.2f} with "
            f"{n.particles:,} particles; {n.verdict()}. About {n.asked:,} particles give 1.2."
        )
    if found.series:
        typer.echo("")
        _table(
            "The record inside posterior predictive intervals",
            ("series", "data", "in 50%", "in 90%", "calibration (PIT)"),
            [
                (s.name, str(s.n), f"{s.cover50:.0%}", f"{s.cover90:.0%}", s.verdict())
                for s in found.series
            ],
        )
    if found.directions:
        _print_open(found)
    for note in found.notes:
        typer.echo(note)


def _print_open(found: Diagnosis) -> None:
    typer.echo("")
    for p in found.pairs[:_FEW]:
        typer.echo(
            f"Not told apart: {p.names[0]} and {p.names[1]} (correlation {p.correlation:+.2f}); "
            f"contraction {p.first:.2f} and {p.second:.2f} alone, {p.together:.2f} together"
        )
    if len(found.pairs) > _FEW:
        typer.echo(f"and {len(found.pairs) - _FEW} more pairs: see --json")
    if not found.pairs:
        typer.echo("No pair of parameters is strongly tied in the posterior.")
    still = [d for d in found.directions if not d.moved]
    typer.echo(
        f"Of {len(found.directions)} independent directions the data moved "
        f"{len(found.directions) - len(still)}."
    )
    mixed = [d for d in still if len(d.parts) > 1]
    for d in mixed[-3:]:
        parts = " ".join(f"{w:+.2f} {n}" for n, w in d.parts[:4])
        typer.echo(f"Not moved: {parts} (contraction {d.contraction:.2f})")


def _table(title: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold")
    for i, column in enumerate(columns):
        words = i == 0 or column in ("data", "calibration (PIT)")
        table.add_column(column, justify="left" if words else "right", no_wrap=True)
    for row in rows:
        # Text, because an element's brackets would be read as markup
        table.add_row(*map(Text, row))
    Console(width=None if sys.stdout.isatty() else 150).print(table)
