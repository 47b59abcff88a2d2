"""Changing a row of a draft by hand: fields as typed, asked for one by one at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from rivalry.cli._say import print_problems
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.evidence.reading import Review


def split_list(text: str | None) -> list[str]:
    """Return the items of a list written with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def typed_value(asked: Review, id: str, name: str, text: str) -> Any:
    """Return a typed value of a field: empty takes it away, commas part the items of a list."""
    from rivalry.evidence.reading import field_kind

    section = asked.draft.get(id).section
    kind = field_kind(section, name)
    if kind is None:
        raise RivalryError(
            Problem("R1352", f"a row of {section} has no field {name!r}", "Check the name."),
            exit_code=2,
        )
    if not text:
        return None
    if kind == "list":
        return split_list(text)
    if kind == "number":
        try:
            return float(text.replace(",", ""))
        except ValueError:
            return text  # the ledger's rules say what is wrong with it
    if kind == "bool":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
    return text


def ask(prompt: str) -> str:
    """Ask at the terminal; its end answers q."""
    try:
        return input(prompt).strip()
    except EOFError:
        return "q"


def edit_row(asked: Review, id: str) -> None:
    """Ask for each field; Enter keeps it, a hyphen takes it away."""
    from rivalry.evidence.reading import field_names, printable

    row = asked.draft.get(id)
    typer.echo("    Enter keeps a field, - takes it away, commas part the items of a list;")
    typer.echo("    a field that is not asked for: name=value")
    changes: dict[str, Any] = {}
    for name, value in list(row.row.items()):
        if name in ("id", "source"):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        answer = ask(f"    {name} [{printable(shown)}]: ")
        if answer == "-" and name != "polarity":
            changes[name] = None
        elif answer:
            changes[name] = typed_value(asked, id, name, answer)
    others = [n for n in field_names(row.section) if n not in row.row and n not in ("id", "source")]
    typer.echo(f"    other fields: {', '.join(others)}")
    while more := ask("    name=value (empty = done): "):
        name, sign, value = more.partition("=")
        if not sign or name.strip() not in others:
            typer.echo("    write one of those names, =, and a value")
            continue
        changes[name.strip()] = typed_value(asked, id, name.strip(), value.strip())
    _mend(asked, id, changes)


def _mend(asked: Review, id: str, changes: dict[str, Any]) -> None:
    """Take the changes; ask again only for the fields that are at fault."""
    from rivalry.evidence.reading import field_names, printable

    row = asked.draft.get(id)
    while True:
        try:
            asked.edit(id, changes)
            return
        except RivalryError as error:
            known = set(field_names(row.section))
            faulty = [
                name for name in dict.fromkeys((p.where or "").split(".")[-1]
                                               for p in error.problems) if name in known
            ]  # fmt: skip
            if not faulty:
                raise
            print_problems(error.problems, as_json=False)
        typer.echo("    what else you typed is kept; Enter at all of these leaves the row open")
        again = False
        for name in faulty:
            value = changes.get(name, row.row.get(name))
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            answer = ask(f"    {name} [{printable(shown)}]: ")
            if answer == "-" and name != "polarity":
                changes[name], again = None, True
            elif answer:
                changes[name], again = typed_value(asked, id, name, answer), True
        if not again:
            return
