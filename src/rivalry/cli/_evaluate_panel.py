"""The evaluation of a panel, from its file to a folder of results."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rivalry.cli._evaluate_folder import (
    evaluation_data,
    print_evaluation,
    write_evaluation_folder,
)
from rivalry.cli._forecast_options import panel_facts, panel_name
from rivalry.cli._forecast_panel import _command, _versions
from rivalry.cli._say import print_json, print_problems, progress, remark

if TYPE_CHECKING:
    from rivalry.forecast import Evaluation
    from rivalry.foundation import Month


def evaluate_file(
    file: Path,
    *,
    columns: dict[str, str | None],
    origins: tuple[Month, ...],
    steps: tuple[int, ...],
    models: tuple[str, ...],
    draws: int,
    seeds: tuple[int, ...],
    resume: bool,
    scheduler: str | None,
    out: Path,
    threads: int | None,
    json: bool,
    quiet: bool,
) -> None:
    """Read, forecast at all origins, score, write, and say where; see `rivalry.cli.evaluate`."""
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, write_json
    from rivalry.forecast import POLICY, evaluate_panel, forecaster, open_panel

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    for name in models:
        forecaster(name)
    with clock.time("read"):
        panel = open_panel(file, **columns)
    name = panel_name(file)
    checkpoint = out / f"{name}.checkpoint"
    with new_folder(out, name) as result:
        with progress("Evaluating", quiet=quiet or json) as report, clock.time("evaluate"):
            found = evaluate_panel(
                panel, origins, steps, models, n_draws=draws, seeds=seeds, threads=threads,
                scheduler=scheduler, checkpoint=checkpoint, resume=resume, report=report,
            )  # fmt: skip
        if not json:
            print_problems(found.remarks, as_json=False)
        if found.taken_up:
            remark(f"{found.taken_up} finished parts were taken up", quiet=quiet or json)
        remark("Comparing and writing", quiet=quiet or json)
        remarks = _remarks(found, panel.end)
        spread = found.seed_spread()
        facts: dict[str, Any] = {
            "command": _command(),
            "started": started,
            "panel": panel_facts(panel, file),
            "origins": [str(o) for o in found.origins],
            "steps": list(steps),
            "models": list(models),
            "draws": draws,
            "seeds": list(seeds),
            "seed_spread_of_mean_crps": spread if len(seeds) > 1 else None,
            "policy": POLICY,
            "remarks": remarks,
            "warnings": [p.as_dict() for p in found.remarks],
            "checkpoint": str(checkpoint),
            "versions": _versions(),
        }
        with clock.time("write"):
            tables = write_evaluation_folder(
                result.draft, found.table, title=f"{panel.target} by {panel.unit}",
                unit=panel.unit, target=panel.target,
                source=f"{file.name}, columns {panel.unit} and {panel.target}", policy=POLICY,
                models=models, settings=_settings(facts, spread), remarks=remarks,
            )  # fmt: skip
        facts["timings"] = {**clock.seconds, "total": clock.total}
        write_json(facts, result.draft / "run.json")
    place = result.place.resolve()
    if json:
        kept = ("origins", "steps", "draws", "seeds", "seed_spread_of_mean_crps", "remarks")
        print_json(
            {
                "ok": True,
                "folder": str(place),
                "page": str(place / "evaluation.html"),
                "checkpoint": str(checkpoint),
                **{k: facts[k] for k in (*kept, "warnings", "timings")},
                **evaluation_data(tables),
            }
        )
        return
    print_evaluation(tables)
    if len(seeds) > 1:
        parts = ", ".join(f"{m} {s:.2g}" for m, s in spread.items())
        typer.echo(f"Standard deviation of the mean CRPS over {len(seeds)} seeds: {parts}.")
    for line in remarks:
        remark(line, quiet=quiet)
    remark(f"Done in {clock.total:.1f} s", quiet=quiet)
    typer.echo(f"Evaluation: {place / 'evaluation.html'}")


def _remarks(found: Evaluation, end: Month) -> list[str]:
    """Say what was asked for and not scored."""
    cut = [o for o in found.origins if o + found.steps[-1] > end]
    if not cut:
        return []
    return [
        f"The record ends in {end}: from the origin {min(cut)} on, steps beyond it are not scored, "
        "so later steps rest on fewer origins."
    ]


def _settings(facts: dict[str, Any], spread: dict[str, float]) -> tuple[tuple[str, str], ...]:
    panel, origins = facts["panel"], facts["origins"]
    steps = ", ".join(map(str, facts["steps"]))
    rows = [
        ("Months of record", f"{panel['start']} to {panel['end']}"),
        ("Origins", f"{len(origins)}: {origins[0]} to {origins[-1]}"),
        ("Months ahead", steps),
        ("Draws and seeds", f"{facts['draws']:,}, {', '.join(map(str, facts['seeds']))}"),
    ]
    if len(facts["seeds"]) > 1:
        text = ", ".join(f"{m} {s:.2g}" for m, s in spread.items())
        rows.append(("Mean CRPS between seeds (standard deviation)", text))
    return (
        *rows,
        ("SHA-256 of the file", panel["sha256"]),
        ("Made", f"{facts['started']} by rivalry {facts['versions']['rivalry']}"),
        ("Command", facts["command"]),
    )
