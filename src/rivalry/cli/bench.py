"""``rivalry bench``: the engine's speed on the reference model, beside its peers."""

from __future__ import annotations

import typer

from rivalry.cli._options import Json, Quiet, Seed


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="bench")(bench)


def bench(seed: Seed = 1, json: Json = False, quiet: Quiet = False) -> None:
    """Measure the engine on the two-group reference model, beside its peers.

    Ends with 1 if the engine's likelihood of the reference data is not the known one; times never
    make it fail.
    """
    from rivalry.cli._bench import run_bench

    if not run_bench(seed=seed, as_json=json, quiet=quiet):
        raise typer.Exit(1)
