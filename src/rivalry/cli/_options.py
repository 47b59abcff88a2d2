"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: Draws beyond this fill any memory; seeds are what a 64-bit generator takes.
MAX_DRAWS = 1_000_000
MAX_SEED = 2**63 - 1
MAX_THREADS = 256

CaseArgument = Annotated[
    str,
    typer.Argument(metavar="CASE", help="Folder with a case.yaml, a case file, or a bundled case."),
]
Draws = Annotated[
    int, typer.Option("--draws", min=1, max=MAX_DRAWS, help="Trajectories to simulate.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, max=MAX_SEED, help="Same seed and case: same result."),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        max=MAX_THREADS,
        help="Threads; none = one a processor. Results do not depend on it.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for results.")]
