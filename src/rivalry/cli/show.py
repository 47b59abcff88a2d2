"""``rivalry show``: the model as tables and as a diagram."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json
from rivalry.cli._say import print_json
from rivalry.foundation import Problem, RivalryError, nearest

if TYPE_CHECKING:
    from rivalry.cases import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="show")(show)


def show(
    case: CaseArgument,
    element: Annotated[
        str | None,
        typer.Option("--element", help="Only this element: equation, evidence, causes, effects."),
    ] = None,
    dot: Annotated[
        bool, typer.Option("--dot", help="Print the dependencies for Graphviz.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the model: stocks, flows, levels, parameters, and the claims each rests on."""
    if sum((element is not None, dot)) > 1:
        raise RivalryError(
            Problem("R0905", "--element and --dot exclude each other", "Keep one."), exit_code=2
        )
    from rivalry.cases import load_case

    loaded = load_case(case)
    if element is not None:
        _element(loaded, element, json)
        return
    from rivalry.cli._diagram import as_dot, as_text
    from rivalry.cli._view import view
    from rivalry.model.diagram import build_graph

    graph = build_graph(loaded.model)
    if dot:
        typer.echo(as_dot(graph, loaded.title))
        return
    sections = view(loaded)
    if json:
        print_json(
            {
                "name": loaded.name,
                "title": loaded.title,
                "start": str(loaded.model.time.start),
                "end": str(loaded.model.time.end),
                "substeps": loaded.model.time.substeps,
                "counts": {section: len(rows) for section, rows in sections.items()},
                **sections,
                "dependencies": [
                    {"cause": a, "effect": b, "sign": data.get("sign", "?")}
                    for a, b, data in graph.edges(data=True)
                ],
            }
        )
        return
    _tables(loaded, sections)
    typer.echo("\nDependencies (+ more gives more, - more gives less, ? neither always)\n")
    typer.echo(as_text(graph))


def _tables(case: Case, sections: dict[str, list[dict[str, Any]]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.cli._view import COLUMNS, cell

    # a pipe has no width of its own; formulas need more than the 80 columns rich assumes
    console = Console(width=None if sys.stdout.isatty() else 120)
    time = case.model.time
    console.print(Text(case.title, style="bold"))
    console.print(
        f"{time.start} to {time.end}, {time.n_months} months of {time.substeps} steps; "
        + ", ".join(f"{len(rows)} {section}" for section, rows in sections.items())
    )
    for section, rows in sections.items():
        shown = [
            column
            for column in COLUMNS[section]
            if column == "name" or any(row.get(column) not in ("", [], None) for row in rows)
        ]
        if section == "flows":
            rows = [_flow(row) for row in rows]
            shown = [column for column in shown if column not in ("from", "to", "kind")]
        table = Table(title=section.capitalize(), title_justify="left", title_style="bold")
        for column in shown:
            # names are for copying: they are never broken
            table.add_column(column.replace("_", " "), no_wrap=column == "name", overflow="fold")
        for row in rows:
            # Text, because an equation's brackets would be read as markup
            table.add_row(*(Text(cell(row.get(column))) for column in shown))
        console.print()
        console.print(table)


def _flow(row: dict[str, Any]) -> dict[str, Any]:
    """Put the ends of a flow under its name, which leaves room for its equation."""
    return {
        **row,
        "name": f"{row['name']}\n  {row['from']} -> {row['to']}",
        "value": f"{row['kind']} = {row['value']}",
    }


def _element(case: Case, name: str, as_json: bool) -> None:
    from rivalry.cli._view import names_of, view
    from rivalry.model.diagram import build_graph

    model = case.model
    names = model.resolve(name)
    if not names:
        close = nearest(name, names_of(model))
        raise RivalryError(
            Problem(
                "R0908",
                f"the model has no element {name!r}",
                f"Did you mean {close!r}? " * bool(close) + "'rivalry show CASE' lists them.",
            ),
            exit_code=2,
        )
    rows = {row["name"]: (section, row) for section, found in view(case).items() for row in found}
    graph = build_graph(model)
    found = []
    for one in names:
        element = model.elements[one]
        section, row = rows.get(one, (element.kind, {"name": one, "label": element.label}))
        node = one if one in graph else element.base
        found.append(
            {
                "element": one,
                "section": section,
                "origin": element.origin,
                "line": case.document.line(tuple(element.origin.split(".", 1))),
                **{k: v for k, v in row.items() if k != "name" and v not in ("", [], None)},
                "causes": _linked(graph.in_edges(node, data=True), 0) if node in graph else [],
                "effects": _linked(graph.out_edges(node, data=True), 1) if node in graph else [],
                "evidence": [
                    {"id": id, "row": _told(case, id)} for id in (*element.claims, *element.source)
                ],
            }
        )
    if as_json:
        print_json(found if len(found) > 1 else found[0])
        return
    for facts in found:
        for key, value in facts.items():
            if key == "evidence":
                for item in value:
                    typer.echo(f"  {item['id']}: {item['row']}")
            elif key == "element":
                typer.echo(value)
            elif value:
                text = ", ".join(map(str, value)) if isinstance(value, list) else value
                typer.echo(f"  {key}: {text}")


def _linked(edges: Any, end: int) -> list[str]:
    return [f"{edge[2].get('sign', '?')}{edge[end]}" for edge in edges]


def _told(case: Case, id: str) -> str:
    """Say in a line what a row of the ledger states."""
    if id not in case.ledger:
        return "not in a ledger"
    row: Any = case.ledger.get(id)
    if hasattr(row, "cause"):
        return f"{row.cause} ({row.polarity}) {row.effect} [{row.source} {row.locator}]"
    for key in ("what", "content", "name", "title"):
        if hasattr(row, key):
            return str(getattr(row, key))
    return ""
