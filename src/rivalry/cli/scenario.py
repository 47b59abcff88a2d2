"""``rivalry scenario``: what-ifs against the reference, with intervals and side effects."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import MAX_DRAWS, CaseArgument, Json, Out, Quiet, Seed, Threads
from rivalry.cli._parameters import PosteriorFile, Prior, choose_posterior, in_words, origin
from rivalry.cli._say import print_json, print_problems, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.foundation import Month
    from rivalry.inference import Posterior
    from rivalry.model import Model
    from rivalry.whatif import Contrasts, Draws, WhatIf


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="scenario")(scenario)


def scenario(
    case: CaseArgument,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Scenarios of the case; 'relax+invest' puts two together.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All scenarios of the case.")] = False,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Move a lever: lever=value, or lever=value@2025-01. Added to every scenario "
            "named, or a what-if of its own.",
            show_default=False,
        ),
    ] = None,
    fire: Annotated[
        list[str] | None,
        typer.Option("--fire", help="Let a shock happen: shock@2025-01.", show_default=False),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Leave a shock out.", show_default=False),
    ] = None,
    horizon: Annotated[
        int, typer.Option("--horizon", min=1, max=600, help="Months compared.")
    ] = 24,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="Month in which the changes begin; none = their own."),
    ] = None,
    outputs: Annotated[
        str | None,
        typer.Option(
            "--outputs",
            help="What to compare, with commas: 'deaths,fighters'; none = the case's headline, "
            "what its expectations are about, and what moves most.",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=2, max=MAX_DRAWS, help="Draws of the parameters.")
    ] = 500,
    seed: Seed = 1,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    threads: Threads = None,
    out: Out = Path("out"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask what would differ if: contrasts on the same draws and the same random numbers."""
    from rivalry.cases import load_case
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_json
    from rivalry.cli.simulate import split_names

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        fit = choose_posterior(loaded, case, posterior, prior)
    from rivalry.whatif import contrast, default_names, what_if_draws
    from rivalry.whatif import resolve_names as resolve

    model = loaded.model
    wanted = None if outputs is None else resolve(model, split_names(outputs))
    month = None if from_ is None else _month(from_)
    changes = {"sets": sets or [], "fire": fire or [], "without": without or []}
    whats = _what_ifs(model, list(model.scenarios) if every else names or [], changes, month)
    with clock.time("simulate"):
        drawn = what_if_draws(model, fit, draws, seed)
        found = contrast(
            model, whats, drawn.parameters, horizon=horizon, outputs=wanted, start=drawn.start,
            seed=seed, threads=threads,
        )  # fmt: skip
    shown = {c.what.name: wanted or default_names(model, c, loaded.report.headline) for c in found}
    notes = [*_early(model, found), *_free(model, found, fit), *found.warnings]
    settings = {"seed": seed, "draws": draws, "horizon": horizon, "threads": threads}
    facts = {
        **provenance(loaded, clock, started, **settings),
        **origin(model, fit),
        "scenarios": [_described(c) for c in found],
        "problems": [p.as_dict() for p in notes],
    }
    with new_folder(out, loaded.name) as result:
        with clock.time("write"):
            _write(loaded, found, shown, drawn, in_words(model, fit), result.draft)
        facts["timings"] = {**clock.seconds, "total": clock.total}
        write_json(facts, result.draft / "run.json")
    if json:
        print_json(_as_data(loaded, found, shown, notes, result.place, settings, clock.total, fit))
        return
    print_problems(notes, as_json=False)
    if not quiet:
        _print(loaded, found, shown)
    remark(
        f"{draws:,} draws, {len(found.items)} what-ifs of {horizon} months in "
        f"{clock.seconds['simulate']:.1f} s; {in_words(model, fit)}",
        quiet=quiet,
    )
    typer.echo(str(result.place))


def _what_ifs(
    model: Model, names: list[str], changes: dict[str, list[str]], month: Month | None
) -> list[WhatIf]:
    """Read what is asked for: named scenarios, each with the changes of the options, if any."""
    from rivalry.inference import default_origin
    from rivalry.whatif import first_month, join, made_up, moved_to, named_scenario

    asked = any(changes.values())
    if not names and not asked:
        raise RivalryError(
            Problem(
                "R1110",
                "no what-if is named",
                f"Scenarios: {', '.join(model.scenarios) or 'none'}. Or use --all, --set, --fire "
                "or --without.",
            ),
            exit_code=2,
        )
    next_month = default_origin(model) + 1 if month is None else month
    named = [named_scenario(model, n) for n in dict.fromkeys(names)]
    if month is not None:
        named = [moved_to(model, what, month) for what in named]
    if not asked:
        return list({what.name: what for what in named}.values())
    if not named:
        return [made_up(model, **changes, month=next_month)]
    return [
        join(what, made_up(model, **changes, month=first_month(model, what) if what.parts else
                           next_month))
        for what in named
    ]  # fmt: skip


def _month(text: str) -> Month:
    from rivalry.foundation import parse_date

    try:
        return parse_date(text)[0]
    except (ValueError, RivalryError):
        raise RivalryError(
            Problem("R1102", f"--from {text!r} is no date", "Write YYYY-MM, such as 2025-01."),
            exit_code=2,
        ) from None


def _early(model: Model, found: Contrasts) -> list[Problem]:
    """Warn of what-ifs that begin before the first figure."""
    import numpy as np

    seen = [int(np.flatnonzero(np.isfinite(o.data))[0]) for o in model.observations
            if np.isfinite(o.data).any()]  # fmt: skip
    if not seen:
        return []
    first = model.time.start + min(seen)
    return [
        Problem(
            "R1104",
            f"{c.what.name} begins in {c.first}, and the first figure of the case is of {first}",
            "Read it as a statement about the model, or name a later month.",
            severity="warning",
        )
        for c in found
        if c.first < first
    ]


def _free(model: Model, found: Contrasts, fit: Posterior | None) -> list[Problem]:
    """Say that the future runs from the model's start where the posterior holds no states."""
    from rivalry.inference import default_origin

    origin = default_origin(model)
    free = [c.what.name for c in found if c.first > origin and c.from_states is None]
    if fit is None or not free:
        return []
    return [
        Problem(
            "R1111",
            f"the posterior holds no states at the end of the data: {', '.join(free[:3])}"
            + (f" and {len(free) - 3} more" if len(free) > 3 else "")
            + f" run from {model.time.start}",
            "Fit the case again to go on from the latest figures.",
            severity="warning",
        )
    ]


def _described(c: Any) -> dict[str, Any]:
    return {
        "name": c.what.name,
        "label": c.what.label,
        "from": str(c.first),
        "until": str(c.months[-1]),
        "goes_on_from": None if c.from_states is None else str(c.from_states),
        "changes": [
            {"part": p.name, **p.spec.model_dump(by_alias=True, exclude_defaults=True)}
            for p in c.what.parts
        ],
    }


def _write(
    case: Case, found: Contrasts, shown: dict[str, list[str]], drawn: Draws, source: str, to: Path
) -> None:
    import pandas as pd

    from rivalry.cli._scenario_page import page
    from rivalry.whatif import monthly_table, summary_table

    tables = [monthly_table(c, shown[c.what.name]) for c in found]
    pd.concat(tables).to_csv(to / "contrasts.csv", index=False, float_format="%.6g")
    summary_table(case.model, found, shown).to_csv(
        to / "summary.csv", index=False, float_format="%.6g"
    )
    text = page(case, found, shown, source, len(drawn.parameters))
    (to / "scenario.html").write_text(text, encoding="utf-8")


def _as_data(
    case: Case,
    found: Contrasts,
    shown: dict[str, list[str]],
    notes: list[Problem],
    place: Path,
    settings: dict[str, Any],
    seconds: float,
    fit: Posterior | None,
) -> dict[str, Any]:
    from rivalry.whatif import effects, in_words, side_effects

    model = case.model
    return {
        "ok": True,
        "case": case.name,
        "folder": str(place),
        "parameters_from": "prior" if fit is None else "posterior",
        **settings,
        "seconds": seconds,
        "scenarios": [
            {
                **_described(c),
                "effects": [
                    {**asdict(e), "words": in_words(e)}
                    for e in effects(model, c, shown[c.what.name])
                ],
                "side_effects": [e.name for e in side_effects(model, c)],
            }
            for c in found
        ],
        "warnings": [p.as_dict() for p in notes],
    }


def _print(case: Case, found: Contrasts, shown: dict[str, list[str]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.whatif import effects, signed

    console = Console(width=None if sys.stdout.isatty() else 120)
    for c in found:
        table = Table(
            title=f"{c.what.label}: {c.first} to {c.months[-1]}", title_justify="left",
            title_style="bold",
        )  # fmt: skip
        for column in ("output", "over", "reference", "change", "90% of draws", "higher", "lower"):
            table.add_column(column, justify="left" if column[0] == "o" else "right")
        for e in effects(case.model, c, shown[c.what.name]):
            s = e.spread
            band = f"{signed(s.q05)} to {signed(s.q95)}"
            reference = signed(e.reference).removeprefix("+")
            cells = (e.label, e.how, reference, signed(s.median), band, f"{s.p_up:.0%}",
                     f"{s.p_down:.0%}")  # fmt: skip
            table.add_row(*map(Text, cells))
        console.print(table)
