"""``rivalry calibrate``: whether a case's fit finds parameters that are known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import json_text, print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.inference import CalibrationSummary
    from rivalry.model import Model


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="calibrate")(calibrate_case)


def calibrate_case(
    case: CaseArgument,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters",
            help="Parameters to draw and fit, with commas; others stay at their prior medians. "
            "None = all that have a prior.",
        ),
    ] = None,
    priors: Annotated[
        Path | None,
        typer.Option(
            "--with-priors",
            help="YAML file {parameter: prior} in the place of the case's priors or values.",
        ),
    ] = None,
    datasets: Annotated[
        int, typer.Option("--datasets", min=1, max=100_000, help="Data sets to simulate and fit.")
    ] = 100,
    iterations: Annotated[
        int,
        typer.Option(
            "--iterations",
            min=4,
            max=10_000_000,
            help="Kept draws of a chain; up to four times as many where it mixes slowly.",
        ),
    ] = 2000,
    warmup: Annotated[
        int | None,
        typer.Option("--warmup", min=1, max=10_000_000, help="Draws before; none = as many."),
    ] = None,
    particles: Annotated[
        int, typer.Option("--particles", min=2, max=1_000_000, help="Particles of a filter.")
    ] = 500,
    chains: Annotated[
        int, typer.Option("--chains", min=1, max=64, help="Chains of each data set.")
    ] = 1,
    ranked: Annotated[
        int,
        typer.Option(
            "--ranked",
            min=3,
            max=10_000,
            help="Nearly independent draws among which each true value is ranked.",
        ),
    ] = 19,
    rounds: Annotated[
        int,
        typer.Option(
            "--rounds", min=0, max=100, help="Rounds of scouts before the chains; 0 = none."
        ),
    ] = 3,
    scouts: Annotated[
        int | None,
        typer.Option(
            "--scouts",
            min=2,
            max=1_000_000,
            help="Filters of a round; none = 15 for each parameter, at least 60.",
        ),
    ] = None,
    walks: Annotated[
        float,
        typer.Option(
            "--walks",
            min=0.0,
            max=1.0,
            help="Share of random-walk steps beside leaps to where scouts point; more of them "
            "help where parameters trade off along a bent ridge.",
        ),
    ] = 0.1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on after the data sets of a stopped calibration.")
    ] = False,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="All results as JSON; beside it the chart (.svg) and the checkpoint."
        ),
    ] = Path("calibration.json"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit data sets simulated from the prior, and say whether their posteriors hold the truth."""
    from rivalry.cases import load_case
    from rivalry.cli._calibrate_chart import draw_chart
    from rivalry.cli._calibrate_view import as_data, print_tables
    from rivalry.cli._output import new_file
    from rivalry.cli.filter import need_data
    from rivalry.cli.simulate import split_names
    from rivalry.inference import CalibrationSettings, PriorSpace, calibrate, summarize_ranks

    loaded = load_case(case)
    need_data(loaded)
    model = loaded.model if priors is None else _with_priors(loaded.model, priors)
    names = None if parameters is None else split_names(parameters)
    space = PriorSpace(model, names)
    settings = CalibrationSettings(
        seed, datasets, particles, warmup or iterations, iterations, chains, ranked, rounds,
        scouts or max(60, 15 * space.size), walks,
    )  # fmt: skip
    checkpoint = out.with_name(out.name + ".checkpoint")
    started = dt.datetime.now(dt.UTC)
    with progress("Calibrating", quiet=quiet or json) as report:
        found = calibrate(
            space, settings, checkpoint=checkpoint, resume=resume, threads=threads, report=report
        )
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    summary = summarize_ranks(found, ranked)
    if not summary.fitted:
        raise RivalryError(
            [_failures(summary, severity="error")],
        )
    warnings = _warnings(summary)
    chart = out.with_suffix(".svg")
    data = as_data(loaded, space, settings, summary, found, warnings, seconds)
    with new_file(out) as draft:
        draft.write_text(json_text(data) + "\n", encoding="utf-8")
    with new_file(chart) as draft:
        draft.write_text(draw_chart(loaded.title, summary), encoding="utf-8")
    files = {"file": str(out), "chart": str(chart), "checkpoint": str(checkpoint)}
    if json:
        print_json({**files, **{k: v for k, v in data.items() if k != "data sets"}})
        return
    print_tables(loaded.name, settings, summary, seconds)
    print_problems(warnings, as_json=False)
    remark(f"The checkpoint {checkpoint} lets more data sets follow with --resume.", quiet=quiet)
    typer.echo(str(out))
    typer.echo(str(chart))


def _with_priors(model: Model, file: Path) -> Model:
    """Read the file of --with-priors and put them in place."""
    from rivalry.foundation import load_yaml
    from rivalry.inference import with_priors

    given = load_yaml(file).data
    if not isinstance(given, dict) or not given:
        raise RivalryError(
            Problem(
                "R0840",
                "the file does not map parameters to priors",
                "Write lines such as 'aim: lognormal(log(0.02), 0.4)'.",
                str(file),
            ),
            exit_code=2,
        )
    return with_priors(model, given, str(file))


def _warnings(summary: CalibrationSummary) -> list[Problem]:
    warnings = []
    if summary.suspect:
        named = "; ".join(
            f"{q.name} (p = {q.p_ecdf:.2g}, {q.shape})" if q.coverage
            else f"{q.name} (p = {q.p_ecdf:.2g})"
            for q in summary.suspect
        )  # fmt: skip
        warnings.append(
            Problem(
                "R0838",
                f"the ranks of {len(summary.suspect)} of {len(summary.quantities)} quantities are "
                f"not uniform: {named}",
                f"A correct fit gives this with probability {summary.false_alarm:.0%} at most. "
                "First try more --particles and --iterations.",
                severity="warning",
            )
        )
    if summary.failed:
        warnings.append(_failures(summary, severity="warning"))
    if summary.thin:
        warnings.append(
            Problem(
                "R0838",
                f"{len(summary.thin)} of {summary.fitted} fits hold fewer than "
                f"{summary.n_draws} effective draws, although lengthened (data sets "
                f"{_some([str(i) for i in summary.thin])}): their ranks crowd at the ends even "
                "where the fit is exact",
                "Give more --iterations or --particles.",
                severity="warning",
            )
        )
    return warnings


def _failures(summary: CalibrationSummary, severity: str) -> Problem:
    """Name the data sets without a fit."""
    listed = _some([f"{r.index}: {r.failed}" for r in summary.failed])
    return Problem(
        "R0839",
        f"{len(summary.failed)} of {summary.datasets} data sets could not be simulated or fitted "
        f"({listed}); the first says: {summary.failed[0].message}",
        "The ranks of the others are those of a prior cut by these failures: mend the model or "
        "narrow its priors where it breaks, or use more particles.",
        severity=severity,
    )


def _some(words: list[str]) -> str:
    return ", ".join(words[:8]) + (f" and {len(words) - 8} more" if len(words) > 8 else "")
