"""``rivalry evaluate``: forecasts made again at past origins, and scored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rivalry.cli._forecast_options import (
    MonthColumn,
    OptionalCase,
    PanelFile,
    Scheduler,
    Steps,
    TargetColumn,
    UnitColumn,
    choose,
    parse_names,
    parse_origins,
    parse_steps,
)
from rivalry.cli._options import Draws, Json, Out, Quiet, Seed, Threads
from rivalry.foundation import Problem, RivalryError


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="evaluate")(evaluate)


def evaluate(
    case: OptionalCase = None,
    panel: PanelFile = None,
    unit: UnitColumn = None,
    target: TargetColumn = None,
    month: MonthColumn = None,
    origins: Annotated[
        str | None,
        typer.Option("--origins", help="Last months of data, as 2016-01..2024-06."),
    ] = None,
    every: Annotated[
        int, typer.Option("--every", min=1, max=120, help="Months from one origin to the next.")
    ] = 1,
    steps: Steps = "1..12",
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            help="For a panel: what is evaluated, several with commas; none = auto. The first is "
            "compared with all others.",
        ),
    ] = None,
    against: Annotated[
        str,
        typer.Option("--against", help="What it is compared with, with commas."),
    ] = "conflictology,last,local_level",
    draws: Draws = 1000,
    seeds: Annotated[
        int,
        typer.Option(
            "--seeds",
            min=1,
            max=20,
            help="Do it all with so many seeds, to see how far scores hang on the seed.",
        ),
    ] = 1,
    particles: Annotated[
        int | None,
        typer.Option(
            "--particles",
            min=1000,
            max=1_000_000,
            help="Of a case: particles that learn its parameters; none = 50,000.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on after the finished parts of a stopped one.")
    ] = False,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Of a case: keep the forecasts beside it, for its report."),
    ] = False,
    scheduler: Scheduler = None,
    out: Out = Path("out"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast at past origins, score what came true, and write tables and a page."""
    columns = {"--unit": unit, "--target": target, "--month": month}
    choose(case, panel, "evaluate", {**columns, "--model": model})
    if case is None and (keep or particles is not None):
        option = "--keep" if keep else "--particles"
        raise RivalryError(
            Problem(
                "R1043",
                f"rivalry evaluate: {option} goes with a CASE, not with a --panel",
                "Leave it out: the folder of results holds the scores of a panel.",
            ),
            exit_code=2,
        )
    ahead = parse_steps(steps)
    months = None if origins is None else parse_origins(origins, every)
    others = parse_names(against, "--against")
    numbers = tuple(range(seed, seed + seeds))
    if case is not None:
        from rivalry.cli._evaluate_case import evaluate_case
        from rivalry.forecast import CASE_PARTICLES

        evaluate_case(
            case, origins=months, every=every, steps=ahead, against=others, draws=draws,
            seeds=numbers, particles=particles or CASE_PARTICLES, resume=resume, keep=keep,
            scheduler=scheduler, out=out, threads=threads,
            json=json, quiet=quiet,
        )  # fmt: skip
        return
    if months is None:
        raise RivalryError(
            Problem(
                "R1041",
                "no origins are named",
                "Say at which months forecasts are made, such as --origins 2016-01..2020-12.",
            ),
            exit_code=2,
        )
    assert panel is not None
    models = tuple(dict.fromkeys((*parse_names(model or "auto", "--model"), *others)))
    from rivalry.cli._evaluate_panel import evaluate_file

    evaluate_file(
        panel, columns={k.removeprefix("--"): v for k, v in columns.items()}, origins=months,
        steps=ahead, models=models, draws=draws, seeds=numbers, resume=resume,
        scheduler=scheduler, out=out, threads=threads, json=json, quiet=quiet,
    )  # fmt: skip
