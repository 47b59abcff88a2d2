"""``rivalry screen``: say which parameters the data can move."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.inference import Screen, ScreenedParameter, ScreenSettings

#: Points for each parameter, and in all, if --points does not say.
_EACH, _FEWEST = 15, 60
#: Below these a screen is told to see little: points used for each term, share explained.
_THIN, _EXPLAINED = 3.0, 0.1
_COLUMNS = (
    "parameter", "moves", "slope", "slope_error", "curvature", "curvature_error", "shift",
    "contraction", "gain",
)  # fmt: skip
NOTES = (
    "One parameter is weighed at a time: an effect that shows only together with another "
    "parameter is not seen.",
    "A screen is no posterior: shift and contraction are rough, and hold about the prior medians.",
)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="screen")(screen_case)


def screen_case(
    case: CaseArgument,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters",
            help="Parameters to screen, with commas; others stay at their prior medians. None = "
            "all that have a prior.",
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            min=1,
            max=1_000_000,
            help="Filters to run; none = 15 for each parameter, at least 60.",
        ),
    ] = None,
    spread: Annotated[
        float,
        typer.Option(
            "--spread",
            min=0.05,
            max=2.0,
            help="Scatter of the points about the prior medians, in prior standard deviations.",
        ),
    ] = 0.7,
    particles: Annotated[
        int, typer.Option("--particles", min=2, max=1_000_000, help="Particles of a filter.")
    ] = 400,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            help="Address or file of a Dask scheduler, or 'local'; none = threads here.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on from the checkpoint, also with more --points."),
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", help="Table (.csv) of all parameters, checkpoint beside it.")
    ] = Path("screen.csv"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which parameters the data can move, before a fit."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_file
    from rivalry.cli.filter import need_data
    from rivalry.inference import PriorSpace, ScreenSettings, screen

    if out.suffix.lower() != ".csv":
        raise RivalryError(
            Problem("R0849", f"--out {out} does not end in .csv", "Name a file like screen.csv."),
            exit_code=2,
        )
    loaded = load_case(case)
    need_data(loaded)
    names = None if parameters is None else [n.strip() for n in parameters.split(",") if n.strip()]
    space = PriorSpace(loaded.model, names)
    settings = ScreenSettings(seed, particles, points or max(_FEWEST, _EACH * space.size), spread)
    checkpoint = out.with_name(out.name + ".checkpoint")
    started = dt.datetime.now(dt.UTC)
    # the folder is tried before the work, not after hours of it
    with new_file(out) as draft:
        with progress("Screening", quiet=quiet or json) as report:
            found = screen(
                space, settings, checkpoint=checkpoint, resume=resume, threads=threads,
                scheduler=scheduler, report=report,
            )  # fmt: skip
        draft.write_text(_table(found), encoding="utf-8")
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    warnings = _warnings(found)
    line = fit_line(case, found.chosen)
    if json:
        print_json(_as_data(loaded.name, out, checkpoint, settings, found, warnings, line, seconds))
        return
    _print(loaded.name, settings, found, seconds)
    print_problems(warnings, as_json=False)
    for note in NOTES:
        remark(note, quiet=quiet)
    if line:
        typer.echo(line)
    typer.echo(str(out))


def fit_line(case: str, chosen: tuple[str, ...]) -> str:
    """Return the command that fits the chosen parameters, empty if there are none."""
    if not chosen:
        return ""
    return f"rivalry fit {shlex.quote(case)} --parameters {shlex.quote(','.join(chosen))}"


def says(found: Screen) -> str:
    """Say in words how many were chosen, and how many by chance to expect."""
    n = len(found.parameters)
    return (
        f"the data can move {len(found.chosen)} of {n} parameters; if they could move none, "
        f"{found.false_alarms:.1f} of {n} would be chosen by chance"
    )


def _warnings(found: Screen) -> list[Problem]:
    terms = 2 * len(found.parameters) + 1
    why = []
    if found.used < _THIN * terms:
        why.append(f"{found.used} points for {terms} terms")
    if found.impossible > 0.12 * found.points:
        why.append(f"{found.impossible} of {found.points} points have no likelihood")
    if found.explained < _EXPLAINED:
        why.append(f"linear and square terms explain {found.explained:.0%} of the variance")
    if not why:
        return []
    return [
        Problem(
            "R0837",
            f"the screen sees little: {'; '.join(why)}",
            "Give more --points (with --resume those there are remain), more --particles or "
            "a smaller --spread.",
            severity="warning",
        )
    ]


def _row(p: ScreenedParameter) -> dict[str, Any]:
    return {
        "parameter": p.name,
        "moves": p.moves,
        "slope": p.slope,
        "slope_error": p.slope_error,
        "curvature": p.curvature,
        "curvature_error": p.curvature_error,
        "shift": p.shift,
        "contraction": p.contraction,
        "gain": p.gain,
    }


def _table(found: Screen) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for p in found.parameters:
        row = _row(p)
        row["moves"] = "yes" if p.moves else "no"
        writer.writerow(
            [f"{v:.6g}" if isinstance(v, float) else v for v in (row[c] for c in _COLUMNS)]
        )
    return text.getvalue()


def _as_data(
    name: str,
    out: Path,
    checkpoint: Path,
    settings: ScreenSettings,
    found: Screen,
    warnings: list[Problem],
    line: str,
    seconds: float,
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "ok": True,
        "case": name,
        "file": str(out),
        "checkpoint": str(checkpoint),
        "seconds": seconds,
        **asdict(settings),
        "used": found.used,
        "impossible": found.impossible,
        "residual": found.residual,
        "explained": found.explained,
        "false_alarm": found.false_alarm,
        "false_alarms_expected": found.false_alarms,
        "chosen": list(found.chosen),
        "says": says(found),
        "fit": line or None,
        "notes": list(NOTES),
        "parameters": [_row(p) for p in found.parameters],
        "warnings": [w.as_dict() for w in warnings],
    }


def _print(name: str, settings: ScreenSettings, found: Screen, seconds: float) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"{name}: {found.points:,} points, {settings.particles:,} particles, {seconds:.0f} s",
        caption="per prior standard deviation, with standard errors; shift and contraction: "
        "what to expect of the posterior. Linear and square terms explain "
        f"{found.explained:.0%} of the {found.used:,} log-likelihoods used",
    )
    for column in ("parameter", "slope", "se", "curvature", "se", "shift", "contraction"):
        table.add_column(column, justify="left" if column[0] == "p" else "right")
    for p in found.parameters:
        if p.moves:
            table.add_row(
                Text(p.name), f"{p.slope:+.2f}", f"{p.slope_error:.2f}", f"{p.curvature:+.2f}",
                f"{p.curvature_error:.2f}", f"{p.shift:+.2f}", f"{p.contraction:.2f}",
            )  # fmt: skip
    if found.chosen:
        Console(width=None if sys.stdout.isatty() else 110).print(table)
    typer.echo(f"{name}: {says(found)}.")
