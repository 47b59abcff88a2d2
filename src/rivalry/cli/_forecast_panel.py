"""The forecast of a panel, from its file to a folder of results."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from rivalry.cli._forecast_files import summary_table, write_csv, write_draws
from rivalry.cli._forecast_options import panel_facts, panel_name
from rivalry.cli._say import print_json, progress, remark

if TYPE_CHECKING:
    from rivalry.forecast import Draws, Panel, SubmissionDetails
    from rivalry.foundation import Month
    from rivalry.inference import Shared

_TOP = 10


def forecast_panel(
    file: Path,
    *,
    columns: dict[str, str | None],
    origin: Month | None,
    steps: tuple[int, ...],
    models: tuple[str, ...],
    draws: int,
    layout: str,
    details: SubmissionDetails | None,
    out: Path,
    seed: int,
    threads: int | None,
    scheduler: str | None,
    json: bool,
    quiet: bool,
) -> None:
    """Read, forecast, write, and say where; see `rivalry.cli.forecast`."""
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, write_json
    from rivalry.forecast import forecaster, open_panel, write_views
    from rivalry.report import PanelForecast, write_panel_forecast

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    for name in models:
        forecaster(name)  # a wrong name should not wait for the table
    with clock.time("read"):
        panel = open_panel(file, **columns)
    at = panel.end if origin is None else origin
    seen = panel.until(at)
    remarks = _remarks(panel, seen, at)
    for line in remarks:
        remark(line, quiet=quiet or json)
    with new_folder(out, panel_name(file)) as result:
        with progress("Forecasting", quiet=quiet or json) as report, clock.time("forecast"):
            found = forecast_models(
                seen, at, steps, (*models, "conflictology"), draws, seed, threads, scheduler,
                report,
            )  # fmt: skip
        named = [found[m] for m in models]
        remark("Writing", quiet=quiet or json)
        folder = result.draft
        with clock.time("write"):
            for one in named:
                name = "forecast" if one is named[0] else f"forecast_{one.model}"
                write_draws(one, folder / f"{name}.parquet")
                if layout == "views":
                    inside = folder / "views" / (one.model if len(named) > 1 else "")
                    write_views(one, inside, details=details)
            write_csv(summary_table(named, seen), folder / "forecast.csv")
        facts = {
            "command": _command(),
            "started": started,
            "panel": panel_facts(panel, file),
            "origin": str(at),
            "steps": list(steps),
            "models": list(models),
            "draws": draws,
            "seed": seed,
            "remarks": remarks,
            "versions": _versions(),
        }
        with clock.time("page"):
            write_panel_forecast(
                PanelForecast(
                    draws=tuple(named),
                    panel=seen,
                    reference=found["conflictology"],
                    source=f"{file.name}, columns {panel.unit} and {panel.target}",
                    settings=_settings(facts),
                    remarks=tuple(remarks),
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
                "files": sorted(str(p.relative_to(place)) for p in place.rglob("*.*")),
                **{k: facts[k] for k in ("panel", "origin", "steps", "models", "draws", "seed")},
                "units": len(named[0].units),
                "highest": highest(named[0], seen),
                "remarks": remarks,
                "timings": facts["timings"],
            }
        )
        return
    _print(named[0], seen, quiet)
    remark(f"Done in {clock.total:.1f} s", quiet=quiet)
    typer.echo(f"Forecast: {place / 'forecast.html'}")


def forecast_models(
    panel: Panel,
    origin: Month,
    steps: tuple[int, ...],
    models: tuple[str, ...],
    draws: int,
    seed: int,
    threads: int | None,
    scheduler: str | None,
    report: Any = None,
) -> dict[str, Draws]:
    """Forecast by several models at once; the draws do not depend on where they are made."""
    from rivalry.inference import make_pool

    names = tuple(dict.fromkeys(models))
    if report is not None:
        report(0, len(names))
    with make_pool(scheduler, threads) as pool:
        shared = pool.share(panel)
        n = len(names)
        found = pool.map(
            draw_model, [shared] * n, names, [origin] * n, [steps] * n, [draws] * n, [seed] * n
        )
    return dict(zip(names, found, strict=True))


def draw_model(
    shared: Shared[Panel], model: str, origin: Month, steps: tuple[int, ...], draws: int, seed: int
) -> Draws:
    """Forecast by one model; a task of a pool."""
    from rivalry.forecast import forecaster

    return forecaster(model)(shared.value, origin, steps, n_draws=draws, seed=seed)


def highest(draws: Draws, seen: Panel) -> list[dict[str, Any]]:
    """Return the units with the highest mean over the steps."""
    from rivalry.report._panel_forecast import last_year

    year = last_year(seen)
    mean = draws.mean().mean(axis=1)
    many, some = draws.probability(25).mean(axis=1), draws.probability(1).mean(axis=1)
    units = draws.units.tolist()
    return [
        {
            draws.unit: units[i],
            "mean": float(mean[i]),
            "mean_last_12_months": float(year[seen.place(units[i])]),
            "p_at_least_1": float(some[i]),
            "p_at_least_25": float(many[i]),
        }
        for i in np.argsort(-mean, kind="stable")[:_TOP]
    ]


def _remarks(panel: Panel, seen: Panel, origin: Month) -> list[str]:
    out = []
    if len(seen) < len(panel):
        n = len(panel) - len(seen)
        out.append(
            f"{n} of {len(panel)} units have no count up to {origin}: they have not appeared and "
            "are not forecast."
        )
    ended = int(np.isnan(seen.counts[:, -1]).sum())
    if ended:
        out.append(
            f"{ended} of {len(seen)} units have no count at {origin} itself; they are forecast "
            "from their last known months."
        )
    length = origin - panel.start + 1
    if length < 12:
        out.append(
            f"The panel holds {length} {'month' if length == 1 else 'months'} up to {origin}: "
            "forecasts rest on very little."
        )
    if not np.nansum(seen.counts):
        out.append(
            f"Every count up to {origin} is 0: nothing says how violent the first violence would "
            "be."
        )
    return out


def _command() -> str:
    import shlex
    import sys

    return "rivalry " + shlex.join(sys.argv[1:])


def _versions() -> dict[str, str]:
    from rivalry.cli._record import versions

    return versions()


def _settings(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    panel = facts["panel"]
    return (
        ("Months of record", f"{panel['start']} to {panel['end']}; used up to {facts['origin']}"),
        ("Models", ", ".join(facts["models"])),
        ("Draws and seed", f"{facts['draws']:,}, seed {facts['seed']}"),
        ("SHA-256 of the file", panel["sha256"]),
        ("Made", f"{facts['started']} by rivalry {facts['versions']['rivalry']}"),
        ("Command", facts["command"]),
    )


def _print(draws: Draws, seen: Panel, quiet: bool) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if quiet:
        return
    table = Table(
        title=f"{draws.target} by {draws.unit}, {draws.months[0]} to {draws.months[-1]}: the "
        f"highest of {len(draws.units)} by {draws.model}",
        caption="a month, on average; the last two columns: of 100 such months",
        title_justify="left",
    )
    for name in (draws.unit, "last 12 months", "mean", "1 or more", "25 or more"):
        table.add_column(name, justify="left" if name == draws.unit else "right")
    for row in highest(draws, seen):
        table.add_row(
            Text(str(row[draws.unit])), f"{row['mean_last_12_months']:,.1f}", f"{row['mean']:,.1f}",
            f"{100 * row['p_at_least_1']:.0f}", f"{100 * row['p_at_least_25']:.0f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 100).print(table)
