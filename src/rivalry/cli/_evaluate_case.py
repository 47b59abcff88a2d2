"""The evaluation of a case at rolling origins, to a folder of results."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.forecast import Evaluation, Panel
    from rivalry.foundation import Month

#: Months that a default evaluation leaves for the case to learn from before its first origin.
_FIRST = 36
#: Mean scores in the table by series.
_SHOWN = ("n", "crps", "ignorance", "interval_score", "covered_50", "covered_90")

#: What the models of a case's evaluation are, for who opens the page.
ABOUT_MODELS = (
    "What is compared: 'case' is this case, learning month by month, with one future in eight "
    "drawn from local_level as room for doubt; 'case_alone' is the same without that room; "
    "'tempo_only' is the case without its mechanisms, so that what 'case' does better is what "
    "they add. All others are baselines that know nothing but the series."
)


def evaluate_case(
    word: str,
    *,
    origins: tuple[Month, ...] | None,
    every: int,
    steps: tuple[int, ...],
    against: tuple[str, ...],
    draws: int,
    seeds: tuple[int, ...],
    particles: int,
    resume: bool,
    keep: bool,
    scheduler: str | None,
    out: Path,
    threads: int | None,
    json: bool,
    quiet: bool,
) -> None:
    """Load, forecast at all origins, score, write, and say where; see `rivalry.cli.evaluate`."""
    from rivalry.cases import load_case
    from rivalry.cli._evaluate_folder import write_evaluation_folder
    from rivalry.cli._forecast_files import write_csv
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_json
    from rivalry.forecast import (
        CASE_MODELS,
        CASE_POLICY,
        RECORD_FILE,
        case_panel,
        make_record,
        record_path,
        write_record,
    )
    from rivalry.forecast import evaluate_case as evaluate
    from rivalry.inference import OnlineSettings

    if scheduler is not None:
        raise RivalryError(
            Problem(
                "R1043",
                "--scheduler: a case is filtered in one pass over its months, by threads here",
                "Leave it out; a --panel can be evaluated on a scheduler.",
            ),
            exit_code=2,
        )
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(word)
    panel = case_panel(loaded.model)
    months = origins or _default_origins(panel, steps, every)
    models = tuple(dict.fromkeys((*CASE_MODELS, *against)))
    checkpoint = out / f"{loaded.name}.checkpoint"
    with new_folder(out, loaded.name) as result:
        with progress("Evaluating", quiet=quiet or json) as report, clock.time("evaluate"):
            found = evaluate(
                loaded.model, months, steps, models, n_draws=draws, seeds=seeds,
                settings=OnlineSettings(particles=particles), threads=threads,
                checkpoint=checkpoint, resume=resume, report=report,
            )  # fmt: skip
        if not json:
            print_problems(found.remarks, as_json=False)
        if found.taken_up:
            remark(f"{found.taken_up} finished parts were taken up", quiet=quiet or json)
        remark("Comparing and writing", quiet=quiet or json)
        by_series = compare_series(found)
        labels = {o.name: o.label for o in loaded.model.observations}
        remarks, findings = _remarks(found, panel), series_words(by_series, labels)
        facts: dict[str, Any] = {
            **provenance(loaded, clock, started, seeds=list(seeds), draws=draws, threads=threads),
            "origins": [str(o) for o in found.origins],
            "steps": list(steps),
            "models": list(models),
            "particles": particles,
            "policy": CASE_POLICY,
            "findings": findings,
            "remarks": remarks,
            "checkpoint": str(checkpoint),
        }
        with clock.time("write"):
            write_evaluation_folder(
                result.draft, found.table, title=loaded.title, unit="series", target="count",
                source=f"monthly series of the case {loaded.name}", policy=CASE_POLICY,
                models=models, settings=_settings(facts), remarks=remarks, findings=findings,
                about=[ABOUT_MODELS], labels=labels,
            )  # fmt: skip
            write_csv(by_series, result.draft / "by_series.csv")
        record = None
        if keep:
            record = make_record(
                loaded.model, found, policy=CASE_POLICY, made=started,
                command=_elsewhere(facts["command"]),
            )  # fmt: skip
            write_record(record, result.draft / RECORD_FILE)
        facts["timings"] = {**clock.seconds, "total": clock.total}
        write_json(facts, result.draft / "run.json")
    place = result.place.resolve()
    kept = record_path(loaded)
    if record is not None:
        write_record(record, kept)
    if json:
        print_json(
            {
                "ok": True,
                "folder": str(place),
                "page": str(place / "evaluation.html"),
                **{k: facts[k] for k in ("origins", "steps", "draws", "seeds", "models")},
                "series": by_series.to_dict("records"),
                "findings": findings,
                "remarks": remarks,
                "record": None if record is None else str(kept),
                "timings": facts["timings"],
            }
        )
        return
    _print(by_series, models)
    for line in findings:
        typer.echo(line)
    if record is not None:
        remark(f"Record of past forecasts: {kept}", quiet=quiet)
    remark(f"Done in {clock.total:.1f} s", quiet=quiet)
    typer.echo(f"Evaluation: {place / 'evaluation.html'}")


def compare_series(found: Evaluation) -> pd.DataFrame:
    """Return a row a series, model and span of steps, with the first model's difference.

    Series differ in scale by hundreds, so that a mean over them would be of the largest alone.
    """
    import pandas as pd

    from rivalry.forecast import paired_difference, summarise

    first = found.models[0]
    near = [s for s in found.steps if s <= 3]
    spans = [("all", list(found.steps))]
    if near and len(near) < len(found.steps):
        spans.append(("1..3", near))
    rows: list[dict[str, Any]] = []
    for unit in sorted(found.table["unit"].unique()):
        for name, steps in spans:
            parts = [
                t[(t["unit"] == unit) & t["step"].isin(steps)]
                for t in (found.table, *found.repeats)
            ]
            means = {
                r["model"]: r
                for r in summarise(parts[0]).to_dict("records")
                if r["months"] == "all"
            }
            for model in found.models:
                row: dict[str, Any] = {"series": unit, "steps": name, "model": model}
                row |= {k: means[model][k] for k in _SHOWN}
                if len(parts) > 1:
                    by_seed = [float(p.loc[p["model"] == model, "crps"].mean()) for p in parts]
                    row["crps_sd_over_seeds"] = float(np.std(by_seed, ddof=1))
                if model != first:
                    d = paired_difference(parts[0], first, model, cluster="month")
                    row |= {
                        "difference_of_first": d.mean,
                        "difference_low": d.low,
                        "difference_high": d.high,
                        "ratio_of_first": d.ratio,
                    }
                rows.append(row)
    return pd.DataFrame(rows)


def series_words(table: pd.DataFrame, labels: Mapping[str, str] | None = None) -> list[str]:
    """Say for each series how the case does against the best of the others.

    Parameters
    ----------
    table : DataFrame
        From `compare_series`.
    labels : mapping of str to str, optional
        Words for the names of series.
    """
    from rivalry.report import unit_labels

    called = unit_labels(labels or {}, (str(s) for s in table["series"]))
    lines = []
    whole = [r for r in table.to_dict("records") if r["steps"] == "all"]
    for unit in dict.fromkeys(r["series"] for r in whole):
        of = {r["model"]: r for r in whole if r["series"] == unit}
        case = of["case"]
        others = [r for m, r in of.items() if m not in ("case", "case_alone")]
        best = min(others, key=lambda r: float(r["crps"]))
        less = 100 * (1 - case["crps"] / best["crps"])
        sure = best["difference_high"] < 0 or best["difference_low"] > 0
        lines.append(
            f"{called[str(unit)]}: mean CRPS {case['crps']:.4g}, {abs(less):.0f}% "
            f"{'below' if less >= 0 else 'above'} {best['model']}, the best of the others"
            f"{'' if sure else ' (the interval of the difference holds 0)'}; "
            f"90% intervals held {100 * case['covered_90']:.0f}%."
        )
    return lines


def _default_origins(panel: Panel, steps: tuple[int, ...], every: int) -> tuple[Month, ...]:
    first, last = panel.start + (_FIRST - 1), panel.end + -steps[0]
    if last < first:
        raise RivalryError(
            Problem(
                "R1041",
                f"the case has counts from {panel.start} to {panel.end}, too few to leave "
                f"{_FIRST} months before the first origin",
                "Name --origins.",
            ),
            exit_code=2,
        )
    return tuple(first + k for k in range(0, last - first + 1, every))


def _remarks(found: Evaluation, panel: Panel) -> list[str]:
    cut = [o for o in found.origins if o + found.steps[-1] > panel.end]
    if not cut:
        return []
    return [
        f"The record ends in {panel.end}: from the origin {min(cut)} on, steps beyond it are not "
        "scored, so later steps rest on fewer origins."
    ]


def _settings(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    origins = facts["origins"]
    return (
        ("Origins", f"{len(origins)}: {origins[0]} to {origins[-1]}"),
        ("Months ahead", ", ".join(map(str, facts["steps"]))),
        ("Draws and seeds", f"{facts['draws']:,}, {', '.join(map(str, facts['seeds']))}"),
        ("Particles that learn", f"{facts['particles']:,}"),
        ("Made", f"{facts['started']} by rivalry {facts['versions']['rivalry']}"),
        ("Command", facts["command"]),
    )


def _print(table: pd.DataFrame, models: tuple[str, ...]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(
        title="Mean CRPS by series, lower is better; in brackets the share inside 90% intervals",
        title_justify="left",
    )
    shown.add_column("series")
    shown.add_column("steps")
    for model in models:
        shown.add_column(model, justify="right")
    rows = table.to_dict("records")
    for unit, steps in dict.fromkeys((r["series"], r["steps"]) for r in rows):
        of = {r["model"]: r for r in rows if (r["series"], r["steps"]) == (unit, steps)}
        cells = [f"{of[m]['crps']:.4g} ({100 * of[m]['covered_90']:.0f}%)" for m in models]
        shown.add_row(Text(str(unit)), str(steps), *cells)
    Console(width=None if sys.stdout.isatty() else 140).print(shown)


def _elsewhere(command: str) -> str:
    """Leave out where results went: a record travels with its case, and folders do not."""
    return re.sub(r" --out[ =]\S+", "", command)
