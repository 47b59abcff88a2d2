"""``rivalry profile``: what the data say of one parameter, the others climbing to their best."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import json_text, print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.inference import Profile
    from rivalry.model import Model

#: Fewer points than this above the cutoff, and the interval rests on the smoothing.
FEW = 4
_ENDINGS = (".html", ".svg", ".json")


class Priors(StrEnum):
    """Which priors weigh in."""

    others = "others"
    all = "all"
    none = "none"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="profile")(profile_case)


def profile_case(
    case: CaseArgument,
    parameters: Annotated[
        list[str], typer.Argument(metavar="PARAMETER...", help="Parameters to profile, in turn.")
    ],
    points: Annotated[
        int, typer.Option("--points", min=7, max=1000, help="Values at which each is held.")
    ] = 15,
    span: Annotated[
        str,
        typer.Option(
            "--span",
            help="Where: quantiles of the prior such as 1%:99%, or values such as 0.1:0.4.",
        ),
    ] = "1%:99%",
    others: Annotated[
        str | None,
        typer.Option(
            "--others",
            help="Parameters that climb, with commas; the rest stay at their prior medians. "
            "None = all that have a prior.",
        ),
    ] = None,
    priors: Annotated[
        Priors,
        typer.Option(
            "--priors",
            help="Whose priors weigh in: of the others (what the data say of the parameter), of "
            "all (the posterior), of none (the data alone).",
        ),
    ] = Priors.others,
    particles: Annotated[
        int, typer.Option("--particles", min=2, max=1_000_000, help="Particles of a filter.")
    ] = 500,
    passes: Annotated[
        int, typer.Option("--passes", min=1, max=10_000, help="Passes of a climb over the data.")
    ] = 50,
    replicates: Annotated[
        int, typer.Option("--replicates", min=1, max=64, help="Climbs at each value.")
    ] = 2,
    repeats: Annotated[
        int, typer.Option("--repeats", min=2, max=1000, help="Filters at the end of a climb.")
    ] = 8,
    out: Annotated[
        Path,
        typer.Option("--out", help="File of the result: a page (.html), a chart (.svg) or .json."),
    ] = Path("profile.html"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Profile the likelihood along a parameter, with an interval that allows for its noise."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_file
    from rivalry.cli._profile_page import page, svg
    from rivalry.cli.filter import need_data
    from rivalry.inference import ProfileSettings, profile, profile_grid

    if out.suffix.lower() not in _ENDINGS:
        raise RivalryError(
            Problem(
                "R0845",
                f"--out {out} ends in neither {', '.join(_ENDINGS[:2])} nor {_ENDINGS[2]}",
                "Name a page such as profile.html, a chart such as profile.svg, or a .json file.",
            ),
            exit_code=2,
        )
    loaded = load_case(case)
    need_data(loaded)
    model = loaded.model
    names = _names(model, parameters)
    low, high, quantiles = _span(span, len(names))
    climbing = None if others is None else [n.strip() for n in others.split(",") if n.strip()]
    settings = ProfileSettings(seed, particles, points, passes, replicates, repeats, priors.value)
    grids = [profile_grid(model, name, points, low, high, quantiles=quantiles) for name in names]
    started = dt.datetime.now(dt.UTC)
    found: list[Profile] = []
    # the folder is tried before the work, not after hours of it
    with new_file(out) as draft:
        for name, grid in zip(names, grids, strict=True):
            with progress(f"Profiling {name}", quiet=quiet or json) as report:
                found.append(
                    profile(
                        model,
                        name,
                        grid,
                        settings,
                        others=climbing,
                        threads=threads,
                        progress=report,
                    )
                )
        seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
        warnings = [w for p in found for w in _warnings(p)]
        data = _as_data(loaded.name, out, settings, found, warnings, seconds)
        match out.suffix.lower():
            case ".json":
                text = json_text(data)
            case ".svg":
                text = svg(found)
            case _:
                text = page(loaded.name, found, settings)
        draft.write_text(text + "\n", encoding="utf-8")
    if json:
        print_json(data)
        return
    _print(loaded.name, found)
    print_problems(warnings, as_json=False)
    remark(f"{seconds:.0f} s.", quiet=quiet)
    typer.echo(str(out))


def says(found: Profile) -> str:
    """Say in words what a profile tells of its parameter, at its highest level."""
    interval = found.curve.intervals[-1]
    level, low, high = found.intervals[-1]
    whose = {
        "others": "the data", "all": "data and priors", "none": "the data alone",
    }[found.priors]  # fmt: skip
    match interval.bounded:
        case "both":
            text = f"{level:.0%} interval {low:.4g} to {high:.4g}"
        case "below":
            text = f"above {low:.4g} ({level:.0%}); {whose} do not bound it above"
        case "above":
            text = f"below {high:.4g} ({level:.0%}); {whose} do not bound it below"
        case _:
            text = f"{whose} bound it on neither side of the span"
            if found.curve.top - float(found.curve.smooth.min()) < interval.cutoff / 2:
                text = "flat: " + text
    if interval.pieces > 1:
        text += f", in {interval.pieces} separate stretches"
    return text


def _names(model: Model, parameters: list[str]) -> list[str]:
    """Scalar names, in order and once each; a base name stands for all its elements."""
    from rivalry.inference import PriorSpace

    return list(PriorSpace(model, parameters).names)


def _span(text: str, parameters: int) -> tuple[float, float, bool]:
    """Read ``1%:99%`` or ``0.1:0.4``: the two ends, and whether they are quantiles."""
    parts = [p.strip() for p in text.split(":")]
    quantiles = all(p.endswith("%") for p in parts)
    try:
        low, high = (float(p.removesuffix("%")) / (100.0 if quantiles else 1.0) for p in parts)
    except ValueError:
        low, high = float("nan"), float("nan")
    if not low < high or (quantiles and not 0 < low < high < 1):
        raise RivalryError(
            Problem(
                "R0845",
                f"--span {text} is no span",
                "Write two quantiles of the prior (1%:99%) or two values (0.1:0.4), the lower "
                "first.",
            ),
            exit_code=2,
        )
    if not quantiles and parameters > 1:
        raise RivalryError(
            Problem(
                "R0845",
                f"--span {text} gives values, but {parameters} parameters are profiled",
                "Give quantiles (1%:99%), or profile one parameter at a time.",
            ),
            exit_code=2,
        )
    return low, high, quantiles


def _warnings(found: Profile) -> list[Problem]:
    warnings = []
    if found.inside < FEW and found.curve.intervals[-1].bounded != "neither":
        low, high = _closer(found)
        warnings.append(
            Problem(
                "R0846",
                f"{found.parameter}: only {found.inside} of {len(found.points)} points lie above "
                "the cutoff, so that the interval rests on smoothing",
                f"Profile it again with --span {low:.4g}:{high:.4g}, or with more --points.",
                severity="warning",
            )
        )
    if found.sd_mc > found.sd_stat and found.curve.intervals[-1].bounded != "neither":
        warnings.append(
            Problem(
                "R0847",
                f"{found.parameter}: the noise of the simulations moves the maximum more than the "
                f"data do (standard errors {found.sd_mc:.3g} and {found.sd_stat:.3g})",
                "More --particles, --passes or --points.",
                severity="warning",
            )
        )
    return warnings


def _closer(found: Profile) -> tuple[float, float]:
    """Values round the interval, two points of the present grid further on either side."""
    import numpy as np

    values = [p.value for p in found.points]
    _, low, high = found.intervals[-1]
    first = 0 if low is None else max(int(np.searchsorted(values, low)) - 2, 0)
    last = len(values) - 1
    if high is not None:
        last = min(int(np.searchsorted(values, high)) + 1, last)
    return values[first], values[last]


def _as_data(
    name: str,
    out: Path,
    settings: Any,
    found: list[Profile],
    warnings: list[Problem],
    seconds: float,
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "ok": True,
        "case": name,
        "file": str(out),
        "seconds": seconds,
        **asdict(settings),
        "profiles": [
            {
                "parameter": p.parameter,
                "maximum": p.peak,
                "standard_error": {
                    "statistical": p.sd_stat,
                    "monte_carlo": p.sd_mc,
                    "total": (p.sd_stat**2 + p.sd_mc**2) ** 0.5,
                },
                "noise": p.curve.noise,
                "intervals": [
                    {
                        "level": level,
                        "low": low,
                        "high": high,
                        "cutoff": one.cutoff,
                        "bounded": one.bounded,
                        "pieces": one.pieces,
                    }
                    for (level, low, high), one in zip(p.intervals, p.curve.intervals, strict=True)
                ],
                "says": says(p),
                "points": [asdict(q) for q in p.points],
            }
            for p in found
        ],
        "warnings": [w.as_dict() for w in warnings],
    }


def _number(value: float) -> str:
    return f"{value:.2g}" if value == value else "-"


def _print(name: str, found: list[Profile]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"{name}: profiles of {len(found[0].points)} points",
        caption="se: standard error from the data, and from the noise of the simulations",
    )
    for column in ("parameter", "maximum", "se data", "se noise", "what they say"):
        table.add_column(column, justify="left" if column[0] in "pw" else "right")
    for p in found:
        # a curve that falls nowhere has a highest point, but not one to be quoted
        known = p.curve.intervals[-1].bounded != "neither"
        figures = (f"{p.peak:.4g}", _number(p.sd_stat), _number(p.sd_mc)) if known else ("-",) * 3
        table.add_row(Text(p.parameter), *figures, says(p))
    Console(width=None if sys.stdout.isatty() else 110).print(table)
