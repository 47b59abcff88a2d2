"""``rivalry fit``: the posterior of a case by particle MCMC."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem

if TYPE_CHECKING:
    from rivalry.inference import (
        ChainSettings,
        ChainState,
        ClimbSettings,
        ParameterSummary,
        PriorSpace,
    )


class Method(StrEnum):
    """Ways to fit."""

    pmcmc = "pmcmc"
    if2 = "if2"


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
            help="Parameters to fit, with commas; others stay at their prior medians. None = those "
            "of the case's fit section, or all that have a prior; 'all' = all that have one.",
        ),
    ] = None,
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            help="pmcmc: the posterior; if2: a point of high posterior density to start from.",
        ),
    ] = Method.pmcmc,
    chains: Annotated[
        int | None,
        typer.Option(
            "--chains", min=1, max=64, help="Chains, or climbs of if2; none = the case's, or 4."
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(
            "--iterations",
            min=4,
            max=10_000_000,
            help="Kept draws of a chain; none = the case's, or 2,000.",
        ),
    ] = None,
    warmup: Annotated[
        int | None,
        typer.Option(
            "--warmup",
            min=1,
            max=10_000_000,
            help="Draws before; none = the case's, or as many as are kept.",
        ),
    ] = None,
    particles: Annotated[
        int | None,
        typer.Option(
            "--particles",
            min=2,
            max=1_000_000,
            help="Particles of a filter; none = the case's, or 500.",
        ),
    ] = None,
    passes: Annotated[
        int, typer.Option("--passes", min=1, max=10_000, help="Passes of if2 over the data.")
    ] = 50,
    start: Annotated[
        Path | None,
        typer.Option(
            "--start",
            help="JSON file {parameter: value} where scouts or chains begin, as of if2.",
        ),
    ] = None,
    rounds: Annotated[
        int | None,
        typer.Option(
            "--rounds",
            min=0,
            max=100,
            help="Rounds of scouts that look for the posterior before the chains; 0 = none, "
            "left out = the case's, or 4.",
        ),
    ] = None,
    scouts: Annotated[
        int | None,
        typer.Option(
            "--scouts",
            min=2,
            max=1_000_000,
            help="Filters of a round; none = the case's, or 15 for each parameter, at least 60.",
        ),
    ] = None,
    scout_particles: Annotated[
        int | None,
        typer.Option(
            "--scout-particles",
            min=2,
            max=1_000_000,
            help="Particles of a scout's filter: fewer do, as their noise is averaged out; none = "
            "the case's, or those of the chains.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            help="Address or file of a Dask scheduler, or 'local'; none = threads here.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint of a stopped fit.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="The posterior (posterior.nc), its checkpoint beside it; for if2 point.json.",
        ),
    ] = None,
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit a case to its data, and say which parameters the data moved."""
    import numpy as np

    from rivalry.cases import load_case
    from rivalry.cli.filter import need_data, read_point
    from rivalry.cli.simulate import split_names
    from rivalry.inference import (
        ChainSettings,
        ClimbSettings,
        PriorSpace,
        ScoutSettings,
        fit_pmcmc,
        posterior_data,
        run_checks,
        summarize,
        write_posterior,
    )

    loaded = load_case(case)
    need_data(loaded)
    own = loaded.fit
    given = {
        "parameters": parameters, "chains": chains, "iterations": iterations, "warmup": warmup,
        "particles": particles, "rounds": rounds, "scouts": scouts,
        "scout-particles": scout_particles, "seed": seed,
    }  # fmt: skip
    chains, particles = chains or own.chains, particles or own.particles
    # what the case says of the warm-up belongs to its own number of draws
    warmup = warmup or (own.warmup if iterations is None else None)
    iterations = iterations or own.iterations
    rounds = own.rounds if rounds is None else rounds
    if parameters is None:
        names = own.parameters or None
    else:
        names = None if parameters.strip() == "all" else split_names(parameters)
    space = PriorSpace(loaded.model, names)
    if method is Method.if2:
        climbing = ClimbSettings(seed, particles, passes)
        _climb(
            loaded.name,
            space,
            climbing,
            chains,
            threads,
            out or Path("point.json"),
            as_json=json,
            quiet=quiet,
        )
        return
    out = out or Path("posterior.nc")
    begin = None
    if start is not None:
        full = read_point(loaded.model, start)
        index = loaded.model.parameter_index
        begin = space.scores(np.array([full[index[n]] for n in space.names]))
    settings = ChainSettings(seed, particles, warmup or iterations, iterations)
    scout = None
    if rounds:
        filters = scouts or own.scouts or max(60, 15 * space.size)
        fewer = scout_particles or (own.scout_particles if given["particles"] is None else None)
        scout = ScoutSettings(seed, fewer or particles, rounds, filters)
    checkpoint = out.with_name(out.name + ".checkpoint")
    started = dt.datetime.now(dt.UTC)
    with progress("Fitting", quiet=quiet or json) as report:

        def tell(states: Sequence[ChainState]) -> None:
            if report is not None:
                before = 0 if scout is None else scout.total
                done = sum(s.iteration for s in states)
                report(before + done, before + settings.total * chains)

        def tell_scouts(done: int, total: int) -> None:
            if report is not None:
                report(done, total + settings.total * chains)

        states = fit_pmcmc(
            space, settings, chains=chains, checkpoint=checkpoint, resume=resume,
            start=begin, threads=threads, scout=scout, scheduler=scheduler,
            report=tell, report_scout=tell_scouts,
        )  # fmt: skip
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    summaries = summarize(space, settings, states)
    with progress("Checking", quiet=quiet or json) as report:
        checks = run_checks(space, settings, states, threads=threads, progress=report)
    attributes: dict[str, str | int | float] = {
        "case": loaded.name,
        "started": started.isoformat(timespec="seconds"),
        # of a resumed fit only the last part was timed
        **({} if resume else {"seconds": seconds}),
        "scouts": 0 if scout is None else scout.total,
        "options": " ".join(
            f"--{name} {shlex.quote(str(value))}"
            for name, value in given.items()
            if value is not None
        ),
    }
    write_posterior(
        posterior_data(space, settings, states, attributes, checks, summaries=summaries), out
    )
    warnings = [*_warnings(summaries), *checks.warnings]
    rate = sum(float(s.accepted[settings.warmup :].mean()) for s in states) / len(states)
    if json:
        print_json(_as_data(out, checkpoint, settings, summaries, warnings, rate, seconds))
        return
    _print(loaded.name, summaries, settings, len(states), rate, seconds)
    print_problems(warnings, as_json=False)
    remark(f"The checkpoint {checkpoint} lets a longer fit go on from here.", quiet=quiet)
    typer.echo(str(out))


def _climb(
    name: str,
    space: PriorSpace,
    settings: ClimbSettings,
    climbs: int,
    threads: int | None,
    out: Path,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run IF2 from several starts, weigh their ends, and write the best as a point."""
    from rivalry.cli._output import new_file
    from rivalry.cli._say import json_text
    from rivalry.engine import estimate_likelihood
    from rivalry.inference import climb_all

    with progress("Climbing", quiet=quiet or as_json) as report:
        found = climb_all(space, settings, replicates=climbs, threads=threads, progress=report)
    ends = []
    for i, one in enumerate(found):
        estimate = estimate_likelihood(
            space.model, space.parameters(one.u), settings.particles, repeats=8,
            seed=settings.seed + 1 + i, threads=threads,
        )  # fmt: skip
        ends.append((estimate.log_likelihood + space.log_prior(one.u), estimate, one))
    ends.sort(key=lambda e: -e[0])
    _, best, top = ends[0]
    point = dict(zip(space.names, space.values(top.u).tolist(), strict=True))
    with new_file(out) as draft:
        draft.write_text(json_text(point) + "\n", encoding="utf-8")
    if as_json:
        print_json(
            {
                "ok": True,
                "file": str(out),
                "log_likelihood": best.log_likelihood,
                "standard_error": best.standard_error,
                "climbs": [
                    {
                        "log_likelihood": e.log_likelihood,
                        "standard_error": e.standard_error,
                        "log_prior": space.log_prior(c.u),
                        "scores": dict(zip(space.names, c.u.tolist(), strict=True)),
                        "passes": c.logs.tolist(),
                    }
                    for _, e, c in ends
                ],
            }
        )
        return
    typer.echo(f"{name}: {climbs} climbs of {settings.passes} passes")
    for _, e, c in ends:
        typer.echo(
            f"  log-likelihood {e.log_likelihood:.1f} (standard error {e.standard_error:.1f}), "
            f"log prior {space.log_prior(c.u):.1f}"
        )
    spread = max(abs(float(a - b)) for a, b in zip(ends[0][2].u, ends[-1][2].u, strict=True))
    remark(
        f"The best and the worst end lie up to {spread:.1f} prior standard deviations apart. "
        f"'rivalry fit --start {out}' goes on from the best.",
        quiet=quiet,
    )
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
