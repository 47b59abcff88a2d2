"""``rivalry fit``: the posterior of a case by particle MCMC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem

if TYPE_CHECKING:
    from rivalry.inference import ChainSettings, ChainState, ParameterSummary

_TARGETS = {"rhat": 1.01, "ess": 400.0}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="fit")(fit)


def fit(
    case: CaseArgument,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters",
            help="Parameters to fit, with commas; others stay at their prior medians. None = all "
            "that have a prior.",
        ),
    ] = None,
    chains: Annotated[int, typer.Option("--chains", min=1, max=64, help="Chains.")] = 4,
    iterations: Annotated[
        int, typer.Option("--iterations", min=4, max=10_000_000, help="Kept draws of a chain.")
    ] = 2000,
    warmup: Annotated[
        int | None,
        typer.Option("--warmup", min=1, max=10_000_000, help="Draws before; none = as many."),
    ] = None,
    particles: Annotated[
        int, typer.Option("--particles", min=2, max=1_000_000, help="Particles of a filter.")
    ] = 500,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint of a stopped fit.")
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", help="The posterior; its checkpoint lies beside it.")
    ] = Path("posterior.nc"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit a case to its data by particle MCMC, and say which parameters the data moved."""
    from rivalry.cases import load_case
    from rivalry.cli.filter import need_data
    from rivalry.inference import (
        ChainSettings,
        PriorSpace,
        fit_pmcmc,
        posterior_data,
        summarize,
        write_posterior,
    )

    loaded = load_case(case)
    need_data(loaded)
    names = None if parameters is None else [n.strip() for n in parameters.split(",") if n.strip()]
    space = PriorSpace(loaded.model, names)
    settings = ChainSettings(seed, particles, warmup or iterations, iterations)
    checkpoint = out.with_name(out.name + ".checkpoint")
    started = dt.datetime.now(dt.UTC)
    with progress("Fitting", quiet=quiet or json) as report:

        def tell(states: Sequence[ChainState]) -> None:
            if report is not None:
                report(sum(s.iteration for s in states), settings.total * chains)

        states = fit_pmcmc(
            space, settings, chains=chains, checkpoint=checkpoint, resume=resume, threads=threads,
            report=tell,
        )  # fmt: skip
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    summaries = summarize(space, settings, states)
    attributes: dict[str, str | int | float] = {
        "case": loaded.name,
        "structure": loaded.model.structure_hash,
        "started": started.isoformat(timespec="seconds"),
        "seconds": seconds,
        "seed": seed,
        "particles": particles,
        "warmup": settings.warmup,
        **{f"sha256 {name}": value for name, value in loaded.hashes.items()},
    }
    write_posterior(posterior_data(space, settings, states, attributes), out)
    warnings = _warnings(summaries)
    rate = sum(float(s.accepted[settings.warmup :].mean()) for s in states) / len(states)
    if json:
        print_json(_as_data(out, checkpoint, settings, summaries, warnings, rate, seconds))
        return
    _print(loaded.name, summaries, settings, len(states), rate, seconds)
    print_problems(warnings, as_json=False)
    remark(f"The checkpoint {checkpoint} lets a longer fit go on from here.", quiet=quiet)
    typer.echo(str(out))


def _warnings(summaries: Sequence[ParameterSummary]) -> list[Problem]:
    unsure = [s for s in summaries if not (s.rhat <= _TARGETS["rhat"])]
    few = [s for s in summaries if not (s.ess_bulk >= _TARGETS["ess"])]
    warnings = []
    if unsure or few:
        worst = max((s.rhat for s in summaries), default=float("nan"))
        least = min((s.ess_bulk for s in summaries), default=float("nan"))
        warnings.append(
            Problem(
                "R0825",
                f"the chains have not settled: {len(unsure)} parameters with R-hat above "
                f"{_TARGETS['rhat']} (largest {worst:.2f}), {len(few)} with fewer than "
                f"{_TARGETS['ess']:.0f} effective draws (fewest {least:.0f})",
                "Go on with --resume and more --iterations, or fit fewer --parameters.",
                severity="warning",
            )
        )
    return warnings


def _as_data(
    out: Path,
    checkpoint: Path,
    settings: ChainSettings,
    summaries: Sequence[ParameterSummary],
    warnings: Sequence[Problem],
    rate: float,
    seconds: float,
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "ok": True,
        "file": str(out),
        "checkpoint": str(checkpoint),
        "seconds": seconds,
        "acceptance": rate,
        **asdict(settings),
        "parameters": [{**asdict(s), "moved": s.moved} for s in summaries],
        "warnings": [w.as_dict() for w in warnings],
    }


def _print(
    name: str,
    summaries: Sequence[ParameterSummary],
    settings: ChainSettings,
    chains: int,
    rate: float,
    seconds: float,
) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{name}: {chains} chains of {settings.iterations:,} draws after "
        f"{settings.warmup:,}, {settings.particles:,} particles, acceptance {rate:.0%}, "
        f"{seconds:.0f} s",
        caption="contraction: 1 - posterior / prior variance in normal scores; shift: posterior "
        "mean in prior standard deviations",
    )
    for column in ("parameter", "mean", "90% interval", "contraction", "shift", "data", "R-hat",
                   "ESS"):  # fmt: skip
        table.add_column(column, justify="left" if column in ("parameter", "data") else "right")
    for s in summaries:
        table.add_row(
            s.name, f"{s.mean:.4g}", f"{s.low:.4g} to {s.high:.4g}", f"{s.contraction:.2f}",
            f"{s.shift:+.2f}", "moved it" if s.moved else "say little", f"{s.rhat:.3f}",
            f"{s.ess_bulk:.0f}",
        )  # fmt: skip
    Console().print(table)
