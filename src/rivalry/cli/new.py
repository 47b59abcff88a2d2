"""``rivalry new``: a case of your own, written from the event store."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._forecast_options import parse_month
from rivalry.cli._options import Json, Quiet
from rivalry.cli._say import print_json, remark

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.cases.new import Rivalry


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="new")(new)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the case, and of its folder.")],
    dyad: Annotated[
        list[str],
        typer.Option(
            "--dyad",
            help="A dyad of the store, by name ('IS - SDF', sides in either order), a part of it, "
            "or its UCDP id. Repeat it for several.",
        ),
    ],
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset",
            help="A data set of the store, NAME@VERSION, or a version; none = the newest of each.",
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", help="First month of figures, YYYY-MM; none = the first violence."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", help="Last month of figures, YYYY-MM; none = all that is covered."),
    ] = None,
    title: Annotated[
        str, typer.Option("--title", help="Of the case; none = the names of its groups.")
    ] = "",
    store: Annotated[
        Path | None, typer.Option("--store", help="The event store; none = the usual one.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="Folder in which the case's folder is made.")
    ] = Path("."),
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Where a case of this name is there: keep it under another name."
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a case that runs from dyads of the event store: actors, figures, a template, a ledger.

    What does not come from the data is marked as assumed in the file.
    """
    from rivalry.cases import load_case
    from rivalry.cases.new import check_name, rivalry_from_store, write_case
    from rivalry.data import Store

    check_name(name)
    span = [None if m is None else parse_month(m) for m in (first, last)]
    words = ["rivalry", "new", name]
    for given in dyad:
        words += ["--dyad", given]
    for option, value in (("--dataset", dataset), ("--from", first), ("--to", last)):
        words += [option, value] if value is not None else []
    found = rivalry_from_store(
        Store(store), dyad, dataset=dataset, first=span[0], last=span[1], title=title,
        command=" ".join(map(shlex.quote, words)),
    )  # fmt: skip
    written = write_case(found, out, name, force=force)
    case = load_case(written.folder / "case.yaml")
    shown = _shown(written.folder)
    if json:
        kept = None if written.kept is None else str(written.kept)
        print_json({"ok": True, "folder": str(written.folder), "kept": kept, **_facts(found, case)})
        return
    if written.kept is not None:
        remark(f"The case that was there is now {written.kept}", quiet=quiet)
    typer.echo(f"{shown}: {case.title}, {found.first} to {found.last}")
    for d in found.dyads:
        events = f"{d.events:,} events, " if d.every == "month" else ""
        typer.echo(f"  dyad {d.id or '-'}  {d.name}: {events}{d.deaths:,} deaths, by {d.every}")
    if not quiet:
        typer.echo(
            f"  {len(case.assumptions)} of {len(case.elements)} elements of the model are the "
            "template's assumptions; only sides and figures come from the data"
        )
        typer.echo(f"Next: rivalry run {shown}")


def _shown(folder: Path) -> str:
    """Return a folder as the commands take it: ``./name`` means no bundled case."""
    text = folder.as_posix()
    return text if folder.is_absolute() or text.startswith(".") else f"./{text}"


def _facts(rivalry: Rivalry, case: Case) -> dict[str, Any]:
    return {
        "case": case.name,
        "title": case.title,
        "first": str(rivalry.first),
        "last": str(rivalry.last),
        "dyads": [
            {
                "id": d.id or None,
                "name": d.name,
                "type_of_violence": d.type_of_violence,
                "every": d.every,
                "rows": len(d.rows),
                "events": d.events if d.every == "month" else None,
                "deaths": d.deaths,
            }
            for d in rivalry.dyads
        ],
        "groups": [{"id": g.id or None, "name": g.name, "kind": g.kind} for g in rivalry.groups],
        "data": {"dataset": rivalry.origin.dataset, "version": rivalry.origin.version},
        "assumptions": len(case.assumptions),
        "elements": len(case.elements),
    }
