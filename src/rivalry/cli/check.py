"""``rivalry check``: every mistake of a case at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from rivalry.cli._options import CaseArgument, Json, Quiet
from rivalry.cli._say import print_json, print_problems

if TYPE_CHECKING:
    from rivalry.cases import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="check")(check)


def check(case: CaseArgument, json: Json = False, quiet: Quiet = False) -> None:
    """Read a case and list every mistake, with code, file, line and remedy.

    Exits with 1 if there is one. Warnings are shown and do not count.
    """
    from rivalry.cases import load_case

    loaded = load_case(case)
    facts = _facts(loaded)
    if json:
        print_json({"ok": True, **facts, "warnings": [p.as_dict() for p in loaded.warnings]})
        return
    if not quiet:
        print_problems(loaded.warnings, as_json=False)
    typer.echo(f"{loaded.name}: {loaded.title}")
    typer.echo(f"  {facts['months']} months, {facts['start']} to {facts['end']}")
    typer.echo("  " + ", ".join(_count(n, what) for what, n in facts["model"].items() if n))
    for section, counts in facts["coverage"].items():
        if sum(counts.values()):
            typer.echo(
                f"  {section}: " + ", ".join(f"{n} {status}" for status, n in counts.items() if n)
            )
    with_evidence = len(loaded.elements) - len(loaded.assumptions)
    typer.echo(f"  {with_evidence} of {len(loaded.elements)} elements rest on claims or sources")
    warnings = len(loaded.warnings)
    typer.echo("ok" + (f", {warnings} warning{'s' * (warnings > 1)}" if warnings else ""))


def _count(n: int, what: str) -> str:
    if n == 1:
        what = what.removesuffix("s").replace("auxiliarie", "auxiliary")
    return f"{n} {what}"


def _facts(case: Case) -> dict[str, Any]:
    model = case.model
    return {
        "name": case.name,
        "title": case.title,
        "file": str(case.file),
        "start": str(model.time.start),
        "end": str(model.time.end),
        "months": model.time.n_months,
        "model": {
            "stocks": len(model.stocks),
            "flows": len(model.flows),
            "levels": len(model.levels),
            "auxiliaries": len(model.auxiliaries),
            "parameters": len(model.parameters),
            "inputs": len(case.spec.inputs),
            "shocks": len(model.shocks),
            "observations": len(model.observations),
            "scenarios": len(model.scenarios),
        },
        "coverage": case.coverage.counts(),
        "assumptions": list(case.assumptions),
        "hashes": case.hashes,
        "digest": case.digest,
    }
