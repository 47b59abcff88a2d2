"""The command group that every command joins."""

from __future__ import annotations

from typing import Annotated

import typer

from rivalry import __version__

app = typer.Typer(
    name="rivalry",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rivalry {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Models of armed rivalries: simulate a case, set it beside the record, question its claims.

    The bundled case, [bold]afghanistan[/bold], is the default of [bold]run[/bold].
    """
