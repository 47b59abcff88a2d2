"""``rivalry show``: the model as tables and as a diagram."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import CaseArgument, Json
from rivalry.cli._say import print_json
from rivalry.foundation import Problem, RivalryError, nearest

if TYPE_CHECKING:
    import networkx as nx

    from rivalry.cases import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="show")(show)


def show(
    case: CaseArgument,
    element: Annotated[
        str | None,
        typer.Option(
            "--element",
            help="Only this name or ledger row (C01): equation, evidence, effects.",
        ),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option("--section", help="Only this section, such as flows or scenarios."),
    ] = None,
    dot: Annotated[
        bool, typer.Option("--dot", help="Print the dependencies for Graphviz.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the model: stocks, flows, levels, parameters, and the claims each rests on."""
    if sum((element is not None, section is not None, dot)) > 1:
        raise RivalryError(
            Problem("R0905", "--element, --section and --dot exclude each other", "Keep one."),
            exit_code=2,
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
    if section is not None:
        _section(loaded, sections, section, graph, json)
        return
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
                "dependencies": _edges(graph),
            }
        )
        return
    _summary(loaded, sections)
    _tables(sections)
    typer.echo(f"\n{_SIGNS}\n")
    typer.echo(as_text(graph))


_SIGNS = "Dependencies (+ more gives more, - more gives less, ? neither always)"


def _section(
    case: Case, sections: dict[str, Any], name: str, graph: nx.DiGraph[str], as_json: bool
) -> None:
    """Print one section, or the dependencies."""
    from rivalry.cli._diagram import as_text

    if name == "dependencies":
        if as_json:
            print_json(_edges(graph))
        else:
            typer.echo(f"{_SIGNS}\n\n{as_text(graph)}")
        return
    if name not in sections:
        known = [*sections, "dependencies"]
        close = nearest(name, known)
        raise RivalryError(
            Problem(
                "R0911",
                f"the case has no section {name!r}",
                f"Did you mean {close!r}? " * bool(close) + f"It has: {', '.join(known)}.",
            ),
            exit_code=2,
        )
    if as_json:
        print_json(sections[name])
        return
    _tables({name: sections[name]})


def _edges(graph: nx.DiGraph[str]) -> list[dict[str, str]]:
    return [
        {"cause": a, "effect": b, "sign": data.get("sign", "?")}
        for a, b, data in graph.edges(data=True)
    ]


def _summary(case: Case, sections: dict[str, Any]) -> None:
    """Print what the case is and what it has, in a few lines."""
    time = case.model.time
    typer.echo(case.title)
    typer.echo(f"{time.start} to {time.end}, {time.n_months} months of {time.substeps} steps")
    typer.echo("\nSections ('--section NAME' prints one, '--element NAME' one entry)")
    for section, rows in sections.items():
        typer.echo(f"  {section:<13} {len(rows):>4}")


def _tables(sections: dict[str, list[dict[str, Any]]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.cli._view import COLUMNS, cell

    # a pipe has no width of its own; formulas need more than the 80 columns rich assumes
    console = Console(width=None if sys.stdout.isatty() else 120)
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
    from rivalry.cli._lookup import element_facts, ledger_facts, part_facts, what_it_is
    from rivalry.cli._view import names_of, view
    from rivalry.model.diagram import build_graph

    model = case.model
    sections = view(case)
    rows: dict[str, tuple[str, dict[str, Any]]] = {}
    for part, members in sections.items():
        for row in members:
            rows.setdefault(row["name"], (part, row))  # elements come before levers of their name
    graph = build_graph(model)
    found: list[dict[str, Any]] = []
    for one in model.resolve(name):
        element = model.elements[one]
        section, row = rows.get(one, (element.kind, {"name": one, "label": element.label}))
        found.append(element_facts(case, one, section, row, graph))
    # one name may stand for several things: an actor and the stock of its people
    for section, members in sections.items():
        for row in members:
            if row["name"] == name and not any(f["section"] == section for f in found):
                found.append(part_facts(case, section, row, graph))
    if name in case.ledger:
        found.append(ledger_facts(case, name))
    if not found:
        known = what_it_is(case, name, sections)
        ids = [row.id for _, row in case.ledger.rows()]
        close = nearest(name, [*names_of(model), *rows, *ids])
        remedy = f"Did you mean {close!r}? " * bool(close) + "'rivalry show CASE' lists them."
        raise RivalryError(
            Problem(
                "R0908",
                f"{name!r} has no entry of its own" if known else f"the case has no {name!r}",
                known[:1].upper() + known[1:] + "." if known else remedy,
            ),
            exit_code=2,
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
