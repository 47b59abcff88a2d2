"""``rivalry loops``: which feedback loop drives a variable, and when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet, Seed, Threads
from rivalry.cli._parameters import (
    PosteriorFile,
    Prior,
    choose_posterior,
    draw_vectors,
    in_words,
    origin,
)
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.model import Model
    from rivalry.whatif import LoopStrength, LoopYear

#: Years compared if none are asked for, those of them that the case covers.
_YEARS = (2015, 2018, 2021, 2023)
#: Part of the change above which what was not traced is worth a warning.
_MUCH = 0.3
_RESULTS = ("loops.html", "loops.csv", "loops_by_year.csv", "run.json")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="loops")(loops)


def loops(
    case: CaseArgument,
    variable: Annotated[
        str | None,
        typer.Argument(
            metavar="[VARIABLE]",
            help="Stock, level, auxiliary or flow; none = the fewest stocks and levels on which "
            "all loops lie that the case names.",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=1, max=20_000, help="Trajectories to score.")
    ] = 200,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Score this scenario of the case.")
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            "--years",
            help="Years to compare, with commas; none = 2015, 2018, 2021, 2023, or four of the "
            "case's own.",
        ),
    ] = None,
    scores: Annotated[
        Literal["relative", "published"],
        typer.Option(
            "--scores",
            help="relative = shares of all that moves each stock or level; published = the loop "
            "score of 2020, where forces that cancel count before they cancel.",
        ),
    ] = "relative",
    states: Annotated[
        int,
        typer.Option(
            "--states",
            min=1,
            max=12,
            help="Look for loops through at most so many stocks and levels.",
        ),
    ] = 6,
    listed: Annotated[
        int,
        typer.Option("--listed", min=0, max=50, help="Loops to list that the case does not name."),
    ] = 4,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for results: FOLDER/<case>/<time>/.")
    ] = Path("out"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which feedback loop drives a variable, over time and over draws."""
    from rivalry.cases import load_case
    from rivalry.cli._loops_page import page
    from rivalry.cli._loops_tables import as_data, print_table, series_table, year_table
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_json
    from rivalry.foundation import atomic_write
    from rivalry.whatif import dominant_loops, loop_strength

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        wanted = _years(loaded.model, years)
        fit = choose_posterior(loaded, case, posterior, prior)
    with new_folder(out, loaded.name) as result:
        with progress("Scoring loops", quiet=quiet or json) as report, clock.time("score"):
            found = loop_strength(
                loaded.model,
                None if variable is None else [variable],
                draws,
                seed,
                parameters=draw_vectors(loaded.model, fit, draws, seed),
                scenario=scenario,
                method=scores,
                max_states=states,
                listed=listed,
                focus=wanted,
                threads=threads,
                progress=report,
            )
        compared = {s.variable: [dominant_loops(s, year) for year in wanted] for s in found}
        made = in_words(loaded.model, fit)
        settings = {
            "seed": seed, "draws": draws, "scenario": scenario, "scores": scores,
            "states": states, "listed": listed, "years": wanted,
        }  # fmt: skip
        warnings = [w for s in found for w in _warnings(s, compared[s.variable])]
        answer = [as_data(s, compared[s.variable]) for s in found]
        texts = {
            "loops.html": page(loaded.title, found, compared, made, scores),
            "loops.csv": series_table(found),
            "loops_by_year.csv": year_table(found, compared),
        }
        for name, text in texts.items():
            with atomic_write(result.draft / name) as stream:
                stream.write(text)
        facts = {
            **provenance(loaded, clock, started, **settings),
            **origin(loaded.model, fit),
            "variables": answer,
        }
        write_json(facts, result.draft / "run.json")
    if json:
        print_json(
            {
                "ok": True,
                "case": loaded.name,
                "files": [str(result.place / name) for name in _RESULTS],
                **settings,
                "parameters_from": origin(loaded.model, fit)["parameters_from"],
                "seconds": clock.total,
                "variables": answer,
                "warnings": [w.as_dict() for w in warnings],
            }
        )
        return
    remark(f"{draws:,} draws in {clock.seconds['score']:.1f} s; {made}", quiet=quiet)
    for s in found:
        print_table(s, compared[s.variable])
    print_problems(warnings, as_json=False)
    typer.echo(str(result.place / "loops.html"))


def _years(model: Model, text: str | None) -> list[int]:
    """Read ``2015,2018``; the default's years, or four of the model's own."""
    first, last = (model.time.start + 1).year, model.time.end.year
    if text is None:
        known = [y for y in _YEARS if first <= y <= last]
        n = last - first
        return known or sorted({first + round(n * i / 3) for i in range(4)})
    try:
        found = sorted({int(word) for word in text.split(",") if word.strip()})
    except ValueError:
        found = []
    if not found:
        raise RivalryError(
            Problem("R1144", f"--years {text!r} names no years", "Write --years 2015,2018."),
            exit_code=2,
        )
    strange = [y for y in found if not first <= y <= last]
    if strange:
        raise RivalryError(
            Problem(
                "R1143",
                f"no month of {', '.join(map(str, strange))} is scored",
                f"Years from {first} to {last} are.",
            ),
            exit_code=2,
        )
    return found


def _warnings(strength: LoopStrength, years: list[LoopYear]) -> list[Problem]:
    much = [y for y in years if y.draws and y.outside["untraced"][0] > _MUCH]
    if not much:
        return []
    where = ", ".join(f"{y.outside['untraced'][0]:.0%} in {y.year}" for y in much)
    return [
        Problem(
            "R1145",
            f"part of the change of {strength.variable} was not traced: {where}",
            "Raise --states to follow longer ways, or ask for a variable that moves it.",
            severity="warning",
        )
    ]
