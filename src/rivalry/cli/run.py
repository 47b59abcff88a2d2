"""``rivalry run``: from a case to its report, in one command."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rivalry.cli._options import Draws, Json, Out, Quiet, Seed, Threads
from rivalry.cli._parameters import (
    PosteriorFile,
    Prior,
    choose_posterior,
    draw_vectors,
    in_words,
    origin,
)
from rivalry.cli._run_forecast import (
    add_forecast,
    add_record,
    find_record,
    has_forecast,
    wants_record,
    write_forecast_files,
)
from rivalry.cli._run_whatif import add_whatif, read_checks, write_claims
from rivalry.cli._run_years import RunYears, add_years, has_years, write_years_files
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem

if TYPE_CHECKING:
    from rivalry.cases import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="run")(run)


def run(
    case: Annotated[
        str,
        typer.Argument(
            metavar="[CASE]", help="Folder with a case.yaml, a case file, or a bundled case."
        ),
    ] = "afghanistan",
    draws: Draws = 1000,
    seed: Seed = 1,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    out: Out = Path("out"),
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate a case, forecast what comes next, and write its report to OUT/<case>/<time>/."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_ensemble, write_json

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        fit = choose_posterior(loaded, case, posterior, prior)
        ahead = find_record(loaded, case) if has_forecast(loaded) else None
        years = RunYears() if ahead is None and has_years(loaded) else None
        what = read_checks(loaded)
    silent = json or quiet
    warnings = _worth_saying(loaded) + ([] if ahead is None else ahead.warnings)
    if not silent:
        print_problems(warnings, as_json=False)
        remark(f"{loaded.title}: {draws:,} draws of {loaded.model.time.n_months} months")
        remark(in_words(loaded.model, fit).capitalize())
    with new_folder(out, loaded.name) as result:
        from rivalry.engine import observed, simulate

        folder = result.draft
        with progress("Simulating", quiet=silent) as report, clock.time("simulate"):
            ensemble = simulate(
                loaded.model,
                n_draws=draws,
                seed=seed,
                outputs=recorded(loaded),
                parameters=draw_vectors(loaded.model, fit, draws, seed),
                threads=threads,
                progress=report,
            )
        if ahead is not None:
            told = len(ahead.warnings)
            with progress("Forecasting", quiet=silent) as report, clock.time("forecast"):
                add_forecast(
                    ahead, loaded, fit, draws=draws, seed=seed, threads=threads, prior=prior,
                    report=report,
                )  # fmt: skip
            if not silent:
                print_problems(ahead.warnings[told:], as_json=False)
                if ahead.found is not None:
                    remark(f"Forecast: {ahead.remarks[0][0].lower()}{ahead.remarks[0][1:]}")
            warnings += ahead.warnings[told:]
            if wants_record(ahead, loaded):
                with progress("Past forecasts", quiet=silent) as report, clock.time("record"):
                    add_record(
                        ahead, loaded, draws=draws, seed=seed, threads=threads, report=report
                    )
        if years is not None:
            with progress("Forecasting", quiet=silent) as report, clock.time("forecast"):
                add_years(
                    years, loaded, fit, draws=draws, seed=seed, threads=threads, prior=prior,
                    report=report,
                )  # fmt: skip
            if not silent:
                print_problems(years.warnings, as_json=False)
                if years.found is not None:
                    remark(f"Forecast: {years.remarks[0][0].lower()}{years.remarks[0][1:]}")
            warnings += years.warnings
        remark("Asking what if, and judging the claims", quiet=silent)
        with clock.time("whatif"):
            add_whatif(what, loaded, fit, draws=draws, seed=seed, threads=threads)
        if not silent:
            print_problems(what.warnings, as_json=False)
        warnings += what.warnings
        settings = {"seed": seed, "draws": draws, "threads": threads}
        remark("Writing the report", quiet=silent)
        from rivalry.model.diagram import build_graph
        from rivalry.report import ReportInput, write_report

        with clock.time("report"):
            made = origin(loaded.model, fit)
            facts = {**provenance(loaded, clock, started, **settings), **made}
            write_report(
                ReportInput(
                    case=loaded,
                    ensemble=ensemble,
                    observed=observed(loaded.model),
                    graph=build_graph(loaded.model),
                    provenance=facts,
                    fitted=fit is not None,
                    posterior=None if fit is None else fit.path,
                    forecast=None if ahead is None else ahead.for_report(),
                    years=None if years is None else years.for_report(),
                    whatif=what.for_report(),
                ),
                folder / "report.html",
            )
        with clock.time("write"):
            write_ensemble(ensemble, folder / "ensemble.nc")
            write_claims(what, folder / "claims.csv")
            if ahead is not None:
                write_forecast_files(ahead, folder)
            if years is not None:
                write_years_files(years, folder)
        said = ahead or years
        forecast = None if said is None else said.facts()
        facts = {
            **provenance(loaded, clock, started, **settings),
            **made,
            "forecast": forecast,
            "whatif": what.facts(),
        }
        write_json(facts, folder / "run.json")
    page = (result.place / "report.html").resolve()
    if json:
        print_json(
            {
                "ok": True,
                "folder": str(page.parent),
                "report": str(page),
                "parameters_from": made["parameters_from"],
                "forecast": forecast,
                "whatif": what.facts(),
                "timings": {**clock.seconds, "total": clock.total},
                "warnings": [p.as_dict() for p in warnings],
            }
        )
        return
    remark(f"Done in {clock.total:.1f} s", quiet=quiet)
    typer.echo(f"Report: {page}")


def _worth_saying(case: Case) -> list[Problem]:
    """Return the warnings a user can act on: nobody adds evidence to a case of the package."""
    from rivalry.cases import bundled, find_case

    ours = case.name in bundled() and find_case(case.name)[1] == case.file
    return [p for p in case.warnings if not (ours and p.code == "R0216")]


def recorded(case: Case) -> list[str]:
    """Return what a run records: all states, flows and sums, and what the report puts first.

    Auxiliaries and noise are left out unless the report names them: a large model has hundreds,
    and they would fill most of the memory.
    """
    model = case.model
    names = [
        x.name
        for part in (model.stocks, model.levels, model.flows, model.accumulators)
        for x in part
    ]
    for wanted in (*case.report.headline, *case.report.levels):
        names += [n for n in model.resolve(wanted) if n in model.recordable]
    return list(dict.fromkeys(names))
