"""The forecast of a case, from its folder to a folder of results."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from rivalry.cli._forecast_files import QUANTILES, summary_table, write_csv, write_draws
from rivalry.cli._parameters import choose_posterior
from rivalry.cli._say import print_json, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.cases import Case
    from rivalry.forecast import Draws, NextForecast
    from rivalry.foundation import Month

SOURCE_WORDS = {
    "posterior": "the case's fitted posterior, and a filter of the data up to the origin at each "
    "of its draws; parameters that were not fitted stay at their prior medians",
    "online": "learning from the priors on, month by month, from data up to the origin (Liu and "
    "West)",
}


def forecast_case(
    word: str,
    *,
    origin: Month | None,
    steps: tuple[int, ...],
    draws: int,
    out: Path,
    seed: int,
    threads: int | None,
    layout: str,
    json: bool,
    quiet: bool,
) -> None:
    """Load, forecast, write, and say where; see `rivalry.cli.forecast`."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_ensemble, write_json
    from rivalry.forecast import baseline, forecast_next
    from rivalry.report import PanelForecast, write_panel_forecast

    if layout != "plain":
        raise RivalryError(
            Problem(
                "R1043",
                f"--layout {layout}: the series of a case have no ids of the ViEWS challenge",
                "Leave it out, or forecast a --panel of countries.",
            ),
            exit_code=2,
        )
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(word)
        fit = choose_posterior(loaded, word, None, False)
    source = f"{loaded.name}: {loaded.title}"
    with new_folder(out, loaded.name) as result:
        with progress("Forecasting", quiet=quiet or json) as report, clock.time("forecast"):
            found = forecast_next(
                loaded.model, posterior=None if fit is None else fit.path, origin=origin,
                steps=steps, n_draws=draws, seed=seed, threads=threads, progress=report,
                source=source,
            )  # fmt: skip
        remarks = case_remarks(found, loaded)
        for line in remarks:
            remark(line, quiet=quiet or json)
        folder = result.draft
        with clock.time("write"):
            write_draws(found.series, folder / "forecast.parquet")
            write_csv(
                summary_table(named_series(found), found.panel),
                folder / "forecast.csv",
            )
            if found.alone.dyads is not None:
                write_draws(found.alone.dyads, folder / "dyads.parquet")
                write_csv(dyad_table(found.alone.dyads), folder / "dyads.csv")
            write_ensemble(found.alone.ensemble, folder / "states.nc")
        facts: dict[str, Any] = {
            **provenance(loaded, clock, started, seed=seed, draws=draws, threads=threads),
            "origin": str(found.origin),
            "steps": list(steps),
            "doubt": found.doubt,
            "parameters_and_states_from": found.source,
            "posterior": None if fit is None or found.source == "online" else fit.sha256,
            "remarks": remarks,
        }
        reference = baseline("conflictology")(
            found.panel, found.origin, steps, n_draws=draws, seed=seed
        )
        with clock.time("page"):
            write_panel_forecast(
                PanelForecast(
                    draws=named_series(found),
                    panel=found.panel,
                    reference=reference,
                    source=source,
                    settings=_settings(facts, loaded),
                    remarks=tuple(remarks),
                    case=loaded.title,
                ),
                folder / "forecast.html",
            )
        facts["timings"] = {**clock.seconds, "total": clock.total}
        write_json(facts, folder / "run.json")
    place = result.place.resolve()
    if json:
        print_json(
            {
                "ok": True,
                "folder": str(place),
                "page": str(place / "forecast.html"),
                "files": sorted(p.name for p in place.iterdir()),
                **{k: facts[k] for k in ("origin", "steps", "draws", "seed", "doubt", "remarks")},
                "parameters_and_states_from": found.source,
                "series": _as_data(found),
                "timings": facts["timings"],
            }
        )
        return
    _print(found, quiet)
    remark(f"Done in {clock.total:.1f} s", quiet=quiet)
    typer.echo(f"Forecast: {place / 'forecast.html'}")


def named_series(found: NextForecast) -> tuple[Draws, Draws]:
    """Return the forecast, and what the case says alone under a name of its own."""
    return found.series, replace(found.alone.series, model="case_alone")


def case_remarks(found: NextForecast, case: Case) -> list[str]:
    """Say what a reader must know of a case's forecast."""
    doubt = round(1 / found.doubt)
    lines = [
        f"From {found.origin}, by {SOURCE_WORDS[found.source]}.",
        "Inputs and statuses stay as they stood at the origin; no dated event happens after it.",
        f"One future in {doubt} is drawn from local_level, which knows no mechanism: the case may "
        "be wrong in ways its own intervals do not show.",
    ]
    uncertain = sum(p.prior is not None for p in case.model.parameters)
    if found.source == "online":
        lines.append(f"All {uncertain} uncertain parameters learn.")
    return lines


def dyad_table(draws: Draws) -> pd.DataFrame:
    """Return one row a dyad, measure and month: mean, quantiles and chances."""
    import pandas as pd

    n, s = len(draws.units), len(draws.steps)
    names = [str(u).rsplit(":", 1) for u in draws.units.tolist()]
    columns: dict[str, object] = {
        "dyad": np.repeat([a for a, _ in names], s),
        "measure": np.repeat([b for _, b in names], s),
        "month": np.tile([str(m) for m in draws.months], n),
        "month_id": np.tile([m.views_id for m in draws.months], n),
        "step": np.tile(draws.steps, n),
        "mean": draws.mean().reshape(-1),
    }
    for name, values in zip(QUANTILES, draws.quantile(tuple(QUANTILES.values())), strict=True):
        columns[name] = values.reshape(-1)
    for at_least in (1, 25):
        columns[f"p_at_least_{at_least}"] = draws.probability(at_least).reshape(-1)
    return pd.DataFrame(columns)


def _as_data(found: NextForecast) -> list[dict[str, Any]]:
    series = found.series
    low, middle, high = (np.asarray(q) for q in series.quantile((0.05, 0.5, 0.95)))
    some, many = series.probability(1), series.probability(25)
    return [
        {
            "series": str(unit),
            "month": str(month),
            "median": float(middle[i, j]),
            "low_90": float(low[i, j]),
            "high_90": float(high[i, j]),
            "p_at_least_1": float(some[i, j]),
            "p_at_least_25": float(many[i, j]),
        }
        for i, unit in enumerate(series.units.tolist())
        for j, month in enumerate(series.months)
    ]


def _settings(facts: dict[str, Any], case: Case) -> tuple[tuple[str, str], ...]:
    return (
        ("Case", f"{case.name}: {case.title}"),
        ("Parameters and states from", SOURCE_WORDS[facts["parameters_and_states_from"]]),
        ("Draws and seed", f"{facts['draws']:,}, seed {facts['seed']}"),
        ("Made", f"{facts['started']} by rivalry {facts['versions']['rivalry']}"),
        ("Command", facts["command"]),
    )


def _print(found: NextForecast, quiet: bool) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if quiet:
        return
    draws = found.series
    table = Table(
        title=f"{draws.months[0]} to {draws.months[-1]}, counts a month",
        caption="medians and 90% intervals; 'last 12': the mean month of the last year of record",
        title_justify="left",
    )
    shown = sorted({0, len(draws.steps) // 2, len(draws.steps) - 1})
    table.add_column("series")
    table.add_column("last 12", justify="right")
    for j in shown:
        table.add_column(str(draws.months[j]), justify="right")
    low, middle, high = (np.asarray(q) for q in draws.quantile((0.05, 0.5, 0.95)))
    for i, unit in enumerate(draws.units.tolist()):
        year = float(np.nanmean(found.panel.counts[found.panel.place(unit), -12:]))
        cells = [f"{middle[i, j]:,.0f} ({low[i, j]:,.0f} to {high[i, j]:,.0f})" for j in shown]
        table.add_row(Text(str(unit)), f"{year:,.1f}", *cells)
    Console(width=None if sys.stdout.isatty() else 100).print(table)
