"""``rivalry filter``: the likelihood of a case's data, by particle filter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._say import print_json, print_problems, progress
from rivalry.foundation import Problem, RivalryError, nearest, read_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rivalry.cases import Case
    from rivalry.engine import LikelihoodEstimate
    from rivalry.model import Model
    from rivalry.model.ir import Parameter

#: Particles beyond this do not fit any memory that a filter's states need.
MAX_PARTICLES = 10_000_000
#: Fewer effective particles than this in a month, and the estimate rests on a handful of paths.
FEW = 10.0


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="filter")(filter_case)


def filter_case(
    case: CaseArgument,
    particles: Annotated[
        int, typer.Option("--particles", min=2, max=MAX_PARTICLES, help="Particles of a filter.")
    ] = 1000,
    repeats: Annotated[
        int, typer.Option("--repeats", min=1, max=10_000, help="Independent filters.")
    ] = 10,
    at: Annotated[
        Path | None,
        typer.Option(
            "--at", help="JSON file {parameter: value}; others, or all without it: prior medians."
        ),
    ] = None,
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Estimate the likelihood of a case's data at one point, and how well it is known."""
    from rivalry.cases import load_case
    from rivalry.engine import estimate_likelihood

    loaded = load_case(case)
    model = loaded.model
    need_data(loaded)
    point = read_point(model, at)
    started = dt.datetime.now(dt.UTC)
    with progress("Filtering", quiet=quiet or json) as report:
        found = estimate_likelihood(
            model, point, particles, repeats=repeats, seed=seed, threads=threads, progress=report
        )
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    warnings = _warnings(model, point, found, particles, seed)
    if json:
        print_json(_as_data(model, found, particles, repeats, seed, seconds, warnings))
        return
    _print(loaded, found, particles, repeats, seconds)
    print_problems(warnings, as_json=False)


def need_data(case: Case) -> None:
    """Refuse a case without any data (R0813)."""
    import numpy as np

    if not any(np.isfinite(o.data).any() for o in case.model.observations):
        raise RivalryError(
            Problem(
                "R0813",
                "no observation of the case has data: there is nothing to weigh against",
                "Give an observation a file and a column.",
                str(case.file),
                where="observations",
            )
        )


def read_point(model: Model, at: Path | None) -> NDArray[np.float64]:
    """Parameters: prior medians, replaced by those of a file."""
    import json

    from rivalry.model import prior_medians

    point: NDArray[np.float64] = prior_medians(model)
    if at is None:
        return point
    try:
        given = json.loads(read_text(at))
    except json.JSONDecodeError as error:
        raise RivalryError(
            Problem(
                "R0814",
                f"not JSON: {error.msg}",
                'Write {"name": number, ...}.',
                str(at),
                error.lineno,
            ),
            exit_code=2,
        ) from None
    problems = []
    if not isinstance(given, dict):
        given, problems = (
            {},
            [Problem("R0814", "not a mapping", 'Write {"name": number, ...}.', str(at))],
        )
    for name, value in given.items():
        column = model.parameter_index.get(name)
        if column is None:
            near = nearest(name, model.parameter_index)
            problems.append(
                Problem(
                    "R0814",
                    f"{name!r} is not a parameter",
                    (f"Did you mean {near!r}? " if near else "") + "See 'rivalry show'.",
                    str(at),
                )
            )
        elif not _is_number(value):
            problems.append(
                Problem(
                    "R0814",
                    f"{name} is {value!r}, not a finite number",
                    "Give a number, or leave the parameter out.",
                    str(at),
                )
            )
        elif not _possible(model.parameters[column], float(value)):
            problems.append(_outside(model.parameters[column], float(value), at))
        else:
            point[column] = value
    if problems:
        raise RivalryError(problems, exit_code=2)
    return point


def _possible(parameter: Parameter, value: float) -> bool:
    """Whether a value lies in a parameter's bounds and where its prior has weight."""
    low, high = _limits(parameter)
    return low <= value <= high


def _limits(parameter: Parameter) -> tuple[float, float]:
    from rivalry.model import prior_distribution

    low, high = parameter.bounds
    if parameter.prior is not None:
        first, last = prior_distribution(parameter).support()
        low, high = max(low, float(first)), min(high, float(last))
    return low, high


def _outside(parameter: Parameter, value: float, at: Path) -> Problem:
    low, high = _limits(parameter)
    return Problem(
        "R0848",
        f"{parameter.name} is {value:g}, outside {low:g} to {high:g}, where its bounds and prior "
        "let it be",
        f"Give a number from {low:g} to {high:g}, or change the case.",
        str(at),
    )


def _is_number(value: object) -> bool:
    import math

    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _warnings(
    model: Model,
    point: NDArray[np.float64],
    found: LikelihoodEstimate,
    particles: int,
    seed: int,
) -> list[Problem]:
    import numpy as np

    from rivalry.engine import find_death

    warnings = []
    dead = int(np.isneginf(found.logs).sum())
    if dead:
        # the streams of the repeats are their numbers
        death = find_death(model, point, particles, seed, int(np.argmin(found.logs)))
        assert death is not None
        warnings.append(
            Problem(
                "R0811",
                f"{dead} of {len(found.logs)} filters died: {death.message(model)}",
                death.remedy(model),
                severity="warning",
            )
        )
    alive = found.ess[np.isfinite(found.logs)]
    if len(alive):
        low = alive.mean(axis=0)
        months = np.flatnonzero(low < FEW)
        if len(months):
            shown = ", ".join(str(model.months[t]) for t in months[:6])
            warnings.append(
                Problem(
                    "R0811",
                    f"fewer than {FEW:.0f} effective particles in {len(months)} months "
                    f"({shown}{', ...' if len(months) > 6 else ''})",
                    "More particles, or a distribution of those data with a heavier tail.",
                    severity="warning",
                )
            )
    if np.isfinite(found.spread) and found.spread > 1.7:
        wanted = int(np.ceil(particles * found.spread**2 / 1.7 / 100) * 100)
        warnings.append(
            Problem(
                "R0812",
                f"one filter's log-likelihood varies by {found.spread:.1f}, more than particle "
                "MCMC can use (1 to 1.7)",
                f"About {wanted:,} particles should do, since the variance falls with their "
                "number.",
                severity="warning",
            )
        )
    return warnings


def _as_data(
    model: Model,
    found: LikelihoodEstimate,
    particles: int,
    repeats: int,
    seed: int,
    seconds: float,
    warnings: list[Problem],
) -> dict[str, Any]:
    n = found.ess.shape[1]
    return {
        "ok": True,
        "particles": particles,
        "repeats": repeats,
        "seed": seed,
        "log_likelihood": found.log_likelihood,
        "standard_error": found.standard_error,
        "spread": found.spread,
        "filters": found.logs.tolist(),
        "seconds": seconds,
        "months": [
            {"month": str(model.months[t]), "ess": e, "log_likelihood": x}
            for t, e, x in zip(
                range(n), found.ess.mean(axis=0), found.increments.mean(axis=0), strict=True
            )
        ],
        "warnings": [w.as_dict() for w in warnings],
    }


def _print(
    case: Case, found: LikelihoodEstimate, particles: int, repeats: int, seconds: float
) -> None:
    import numpy as np

    typer.echo(f"{case.name}: {repeats} filters of {particles:,} particles in {seconds:.1f} s")
    error = f" (standard error {found.standard_error:.2f})" if repeats > 1 else ""
    typer.echo(f"  log-likelihood {found.log_likelihood:.2f}{error}")
    if np.isfinite(found.spread):
        typer.echo(f"  one filter varies by {found.spread:.2f}")
    ess = found.ess.mean(axis=0)
    worst = int(np.argmin(ess))
    typer.echo(
        f"  effective particles: {np.median(ess):,.0f} in the middle month, "
        f"{ess[worst]:,.0f} in the worst ({case.model.months[worst]})"
    )
    increments = found.increments.mean(axis=0)
    order = np.argsort(increments)[:3]
    hardest = ", ".join(f"{case.model.months[t]} ({increments[t]:.1f})" for t in order)
    typer.echo(f"  months the model finds hardest (their log-likelihood): {hardest}")
