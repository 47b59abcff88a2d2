"""``rivalry explain``: what an error code means."""

from __future__ import annotations

from typing import Annotated

import typer

from rivalry.cli._options import Json
from rivalry.cli._say import print_json
from rivalry.foundation import CodeEntry, Problem, RivalryError, all_codes, code_entry, nearest


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="explain")(explain)


def explain(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="Such as R0303, r303 or 303; none lists all codes."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what an error code means and how to mend its cause."""
    if code is None:
        _list(json)
        return
    entry = code_entry(_whole(code))
    if entry is None:
        close = nearest(_whole(code), all_codes())
        raise RivalryError(
            Problem(
                "R0907",
                f"there is no code {code!r}",
                f"Did you mean {close!r}? " * bool(close)
                + "'rivalry explain' without a code lists them all.",
            ),
            exit_code=2,
        )
    if json:
        print_json(_plain(entry))
        return
    typer.echo(f"{entry.code}  {entry.title}\n")
    typer.echo(_paragraph(entry.why))
    typer.echo(f"\nWhat to do: {_paragraph(entry.remedy)}")
    if entry.example:
        typer.echo("\nExample:\n")
        for line in entry.example.rstrip().splitlines():
            typer.echo(f"    {line}")


def _whole(text: str) -> str:
    """Write a code in full: ``303`` and ``r303`` stand for ``R0303``."""
    code = text.strip().upper()
    digits = code.removeprefix("R")
    return f"R{digits:0>4}" if digits.isascii() and digits.isdigit() else code


def _list(as_json: bool) -> None:
    entries = all_codes()
    if as_json:
        print_json([_plain(entry) for entry in entries.values()])
        return
    for code, entry in entries.items():
        typer.echo(f"{code}  {entry.title}")


def _plain(entry: CodeEntry) -> dict[str, str]:
    return {
        "code": entry.code,
        "title": entry.title,
        "why": _paragraph(entry.why),
        "remedy": _paragraph(entry.remedy),
        "example": entry.example,
    }


def _paragraph(text: str) -> str:
    return " ".join(text.split())
