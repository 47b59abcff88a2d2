"""``rivalry simulate``: an ensemble of trajectories as NetCDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Draws, Json, Quiet, Seed, Threads
from rivalry.cli._parameters import (
    PosteriorFile,
    Prior,
    choose_posterior,
    draw_vectors,
    in_words,
    origin,
)
from rivalry.cli._say import print_ends, print_json, progress, remark
from rivalry.foundation import Problem, RivalryError, nearest

if TYPE_CHECKING:
    from rivalry.cases import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="simulate")(simulate)


def simulate(
    case: CaseArgument,
    draws: Draws = 1000,
    seed: Seed = 1,
    outputs: Annotated[
        str | None,
        typer.Option(
            "--outputs",
            help="Names to record, with commas: 'fighters,killed[iskp],y:deaths'; none = stocks, "
            "levels, noise, sums and observations.",
        ),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Simulate this scenario of the case.")
    ] = None,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    threads: Threads = None,
    out: Annotated[
        Path,
        typer.Option("--out", help="A .nc file, or a folder: FOLDER/<case>/<time>/ensemble.nc."),
    ] = Path("out"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate trajectories of a case and write them as NetCDF, for xarray, R or ArviZ."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_file, new_folder
    from rivalry.cli._record import Clock, provenance, summary, write_ensemble, write_json

    into_file = _is_file(out)
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        fit = choose_posterior(loaded, case, posterior, prior)
    names, series = _outputs(loaded, outputs)
    from rivalry.engine import simulate as run_engine

    with progress("Simulating", quiet=quiet or json) as report, clock.time("simulate"):
        ensemble = run_engine(
            loaded.model,
            n_draws=draws,
            seed=seed,
            outputs=names,
            observations=series is None or bool(series),
            parameters=draw_vectors(loaded.model, fit, draws, seed),
            scenario=scenario,
            threads=threads,
            progress=report,
        )
    if series is not None:
        drawn = [f"y:{o.name}" for o in loaded.model.observations]
        ensemble = ensemble.drop_vars([n for n in drawn if n not in series], errors="ignore")
    settings = {"seed": seed, "draws": draws, "threads": threads, "scenario": scenario}
    made = origin(loaded.model, fit)
    ensemble.attrs.update(_attributes(loaded, started, settings))
    ensemble.attrs["comment"] = in_words(loaded.model, fit)
    if fit is not None:
        ensemble.attrs["posterior_sha256"] = fit.sha256
    replaced = into_file and out.exists()
    if into_file:
        with new_file(out) as draft:
            write_ensemble(ensemble, draft)
        written = out
    else:
        with new_folder(out, loaded.name) as result:
            with clock.time("write"):
                write_ensemble(ensemble, result.draft / "ensemble.nc")
            facts = {**provenance(loaded, clock, started, **settings), **made}
            write_json(facts, result.draft / "run.json")
        written = result.place / "ensemble.nc"
    ends = summary(ensemble)
    if json:
        print_json(
            {
                "ok": True,
                "file": str(written),
                "replaced": replaced,
                "parameters_from": made["parameters_from"],
                **settings,
                "months": loaded.model.time.n_months,
                "seconds": clock.total,
                "last_month": ends,
            }
        )
        return
    remark(
        f"{draws:,} draws of {loaded.model.time.n_months} months in "
        f"{clock.seconds['simulate']:.1f} s"
        + ("" if fit is None else f"; {in_words(loaded.model, fit)}"),
        quiet=quiet,
    )
    if not quiet:
        print_ends(ends)
    remark(f"replaced {written}", quiet=quiet or not replaced)
    typer.echo(str(written))


def _is_file(out: Path) -> bool:
    """Tell a file to write from a folder to make one in.

    Raises
    ------
    RivalryError
        R0906 for a folder that has the name of a file, R0910 for a kind of file other than NetCDF.
    """
    if out.suffix == ".nc":
        if out.is_dir():
            raise RivalryError(
                Problem("R0906", "it is a folder", "Name a file.", file=str(out)), exit_code=2
            )
        return True
    # 'v1.2' is a folder's name; an ending that starts with a letter asks for a format
    if out.suffix[1:2].isalpha() and not out.is_dir():
        raise RivalryError(
            Problem(
                "R0910",
                f"--out ends in {out.suffix}: only NetCDF files, which end in .nc, can be written",
                f"Write --out {out.with_suffix('.nc')}, or name a folder.",
            ),
            exit_code=2,
        )
    return False


def _outputs(case: Case, text: str | None) -> tuple[list[str] | None, set[str] | None]:
    """Split ``fighters, y:deaths`` into elements and simulated observations; None means all.

    Unknown names are all reported at once (R0807).
    """
    if text is None:
        return None, None
    model = case.model
    recordable = set(model.recordable)
    drawn = {f"y:{o.name}" for o in model.observations}
    elements: list[str] = []
    series: set[str] = set()
    problems: list[Problem] = []
    for name in split_names(text):
        scalars = [n for n in model.resolve(name) if n in recordable]
        if name in drawn:
            series.add(name)
        elif scalars:
            elements.extend(scalars)
        else:
            bases = {model.elements[n].base for n in recordable}
            close = nearest(name, sorted(recordable | bases | drawn))
            problems.append(
                Problem(
                    "R0807",
                    f"{name!r} cannot be recorded",
                    f"Did you mean {close!r}? "
                    * bool(close)
                    + "Stocks, levels, noise, auxiliaries, flows, accumulators and y:OBSERVATION "
                    "can be.",
                )
            )
    if problems:
        raise RivalryError(problems, exit_code=2)
    return list(dict.fromkeys(elements)), series


def split_names(text: str) -> list[str]:
    """Split at commas outside brackets: ``a, x[b,c]`` gives ``a`` and ``x[b,c]``."""
    names, depth, current = [], 0, ""
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and depth <= 0:
            names.append(current)
            current = ""
        elif not sign.isspace():
            current += sign
    return [name for name in (*names, current) if name]


def _attributes(case: Case, started: str, settings: dict[str, Any]) -> dict[str, str | int]:
    import rivalry

    return {
        "title": case.title,
        "case": case.name,
        "case_digest": case.digest,
        "created": started,
        "source": f"rivalry {rivalry.__version__}",
        **{k: v for k, v in settings.items() if v is not None},
    }
