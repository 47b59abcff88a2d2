"""``rivalry export``: a case in forms that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rivalry.cli._options import CaseArgument, Quiet
from rivalry.cli._say import remark
from rivalry.foundation import Problem, RivalryError


class Form(StrEnum):
    """What to write."""

    xmile = "xmile"
    graphml = "graphml"
    dot = "dot"
    bibtex = "bibtex"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="export")(export)


def export(
    case: CaseArgument,
    form: Annotated[
        Form,
        typer.Option(
            "--as",
            help="xmile: deterministic model for other system-dynamics tools; graphml, dot: its "
            "diagram; bibtex: its sources.",
        ),
    ],
    posterior: Annotated[
        bool,
        typer.Option(
            "--posterior",
            help="xmile: parameters at their posterior medians where the case has a posterior.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; none = standard output.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a case as XMILE, GraphML, DOT or BibTeX."""
    from rivalry import __version__
    from rivalry.cases import load_case

    if posterior and form is not Form.xmile:
        raise RivalryError(
            Problem("R0905", "--posterior belongs to --as xmile", "Leave it out."), exit_code=2
        )
    loaded = load_case(case)
    if form is Form.bibtex:
        from rivalry.evidence import bibtex

        text = bibtex(loaded.ledger.sources, key=loaded.name)
    elif form is Form.dot:
        from rivalry.cli._diagram import as_dot
        from rivalry.model.diagram import build_graph

        text = as_dot(build_graph(loaded.model), loaded.title) + "\n"
    elif form is Form.graphml:
        from rivalry.model.exchange import graphml

        text = graphml(loaded.model)
    else:
        from rivalry.model.exchange import xmile

        values = None
        if posterior:
            import numpy as np

            from rivalry.cli._parameters import choose_posterior
            from rivalry.inference import posterior_parameters

            fit = choose_posterior(loaded, case, None, False)
            if fit is None:
                raise RivalryError(
                    Problem(
                        "R1270",
                        f"{loaded.name} has no posterior",
                        "Fit it with rivalry fit, or leave --posterior out.",
                    )
                )
            draws = posterior_parameters(loaded.model, fit, 2000, 1)
            values = np.median(draws, axis=0)
        text = xmile(loaded.model, values, version=__version__)
    if out is None:
        typer.echo(text, nl=False)
        return
    from rivalry.foundation import atomic_write

    with atomic_write(out) as stream:
        stream.write(text)
    remark(f"{len(text.encode()):,} bytes", quiet=quiet)
    typer.echo(str(out))
