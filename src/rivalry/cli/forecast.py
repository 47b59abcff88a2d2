"""``rivalry forecast``: draws for the months to come, from a case or from a panel of counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rivalry.cli._forecast_options import (
    Layout,
    MonthColumn,
    OptionalCase,
    PanelFile,
    Scheduler,
    Steps,
    TargetColumn,
    UnitColumn,
    choose,
    parse_month,
    parse_names,
    parse_steps,
)
from rivalry.cli._options import Draws, Json, Out, Quiet, Seed, Threads


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="forecast")(forecast)


def forecast(
    case: OptionalCase = None,
    panel: PanelFile = None,
    unit: UnitColumn = None,
    target: TargetColumn = None,
    month: MonthColumn = None,
    origin: Annotated[
        str | None,
        typer.Option("--origin", help="Last month of data, YYYY-MM; none = the last there is."),
    ] = None,
    steps: Steps = "1..12",
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            help="For a panel: auto, local_level or a baseline's name, several with commas; "
            "none = auto.",
        ),
    ] = None,
    draws: Draws = 1000,
    layout: Annotated[
        Layout,
        typer.Option("--layout", help="views: also as a submission to a ViEWS challenge."),
    ] = Layout.plain,
    team: Annotated[
        str | None, typer.Option("--team", help="Of the submission: the team's name.")
    ] = None,
    short_title: Annotated[
        str | None, typer.Option("--short-title", help="Of the submission: the model's name.")
    ] = None,
    identifier: Annotated[
        str | None, typer.Option("--identifier", help="Of the submission: a shorter one.")
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", help="Of the submission: 'Name; affiliation', repeated."),
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", help="Of the submission: an e-mail address.")
    ] = None,
    scheduler: Scheduler = None,
    out: Out = Path("out"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast the months after an origin, and write draws, a table and a page."""
    details = {
        "--team": team, "--short-title": short_title, "--identifier": identifier,
        "--author": author, "--contact": contact,
    }  # fmt: skip
    columns = {"--unit": unit, "--target": target, "--month": month}
    choose(case, panel, "forecast", {**columns, "--model": model, **details})
    ahead = parse_steps(steps)
    last = None if origin is None else parse_month(origin)
    if case is not None:
        from rivalry.cli._forecast_case import forecast_case

        forecast_case(
            case, origin=last, steps=ahead, draws=draws, out=out, seed=seed, threads=threads,
            layout=layout.value, json=json, quiet=quiet,
        )  # fmt: skip
        return
    assert panel is not None
    from rivalry.cli._forecast_panel import forecast_panel
    from rivalry.cli._forecast_submission import submission_details

    forecast_panel(
        panel, columns={k.removeprefix("--"): v for k, v in columns.items()}, origin=last,
        steps=ahead, models=parse_names(model or "auto", "--model"), draws=draws,
        layout=layout.value, details=submission_details(details, layout.value), out=out, seed=seed,
        threads=threads, scheduler=scheduler, json=json, quiet=quiet,
    )  # fmt: skip
