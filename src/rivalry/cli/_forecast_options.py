"""Options of forecasts and evaluations: months, steps and models as people write them."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.foundation import Month, Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.forecast import Panel

_RANGE = re.compile(r"(\d{1,4})\.\.(\d{1,4})")
#: Ten years ahead; nothing that counts deaths can be forecast further.
MAX_STEP = 120
_LAST_ID = 1200

OptionalCase = Annotated[
    str | None,
    typer.Argument(
        metavar="[CASE]", help="Folder with a case.yaml, a case file, or a bundled case."
    ),
]
PanelFile = Annotated[
    Path | None,
    typer.Option(
        "--panel", help="Table of counts in the place of a case: CSV or Parquet, a row a unit and "
        "month.",
    ),
]  # fmt: skip
UnitColumn = Annotated[
    str | None,
    typer.Option("--unit", help="Its column of units; none = guessed where there is one."),
]
TargetColumn = Annotated[
    str | None,
    typer.Option("--target", help="Its column of counts; none = guessed where there is one."),
]
MonthColumn = Annotated[
    str | None,
    typer.Option("--month", help="Its column of months; none = month_id, month or date."),
]
Steps = Annotated[
    str, typer.Option("--steps", help="Months ahead of the origin, as 1..12, 3..14 or 1,6,12.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        help="Address or file of a Dask scheduler, or 'local'; none = threads here.",
    ),
]


class Layout(StrEnum):
    """How draws are laid out in files."""

    plain = "plain"
    views = "views"


def parse_steps(text: str) -> tuple[int, ...]:
    """Read ``1..12``, ``1,6,12`` or both mixed.

    Raises
    ------
    RivalryError
        R1015 unless they are whole numbers from 1 to 120, rising.
    """
    steps: list[int] = []
    for part in (p.strip() for p in text.split(",")):
        found = _RANGE.fullmatch(part)
        if found:
            first, last = int(found[1]), int(found[2])
            if first > last:
                raise _bad_steps(text, f"{part} runs backwards")
            steps += range(first, last + 1)
        elif part.isascii() and part.isdigit() and len(part) < 5:
            steps.append(int(part))
        else:
            raise _bad_steps(text, f"{part!r} is no number and no range")
    if any(b <= a for a, b in pairwise(steps)):
        raise _bad_steps(text, "they do not rise")
    if steps[0] < 1 or steps[-1] > MAX_STEP:
        raise _bad_steps(text, f"they leave 1 to {MAX_STEP}")
    return tuple(steps)


def parse_origins(text: str, every: int = 1) -> tuple[Month, ...]:
    """Read ``2016-01..2024-06``, single months, or several with commas, as YYYY-MM or month_id.

    Parameters
    ----------
    text : str
    every : int
        Months from one origin of a range to the next.

    Raises
    ------
    RivalryError
        R1011 for what is no month, R1041 for a range that runs backwards or an empty list.
    """
    found: list[Month] = []
    for part in (p.strip() for p in text.split(",") if p.strip()):
        ends = part.split("..")
        if len(ends) > 2 or not all(ends):
            raise _bad_origins(f"{part!r} is no month and no range of months")
        first, last = parse_month(ends[0]), parse_month(ends[-1])
        if first > last:
            raise _bad_origins(f"{part} runs backwards")
        found += [first + k for k in range(0, last - first + 1, every)]
    if not found:
        raise _bad_origins("no origin is named")
    return tuple(dict.fromkeys(found))


def parse_month(text: str) -> Month:
    """Read YYYY-MM or a month_id up to that of December 2079 (R1011 otherwise)."""
    from rivalry.forecast import as_month

    text = text.strip()
    try:
        number = int(text) if re.fullmatch(r"[1-9]\d{0,3}", text) else 0
        # a year must not pass for a month_id
        return as_month(number if 0 < number <= _LAST_ID else text)
    except RivalryError as error:
        raise RivalryError(error.problems, exit_code=2) from None


def parse_names(text: str, option: str) -> tuple[str, ...]:
    """Split names at commas, each once (R0903 when there is none)."""
    names = tuple(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))
    if not names:
        raise RivalryError(
            Problem("R0903", f"{option} names nothing", "Name at least one, with commas."),
            exit_code=2,
        )
    return names


def choose(case: str | None, panel: Path | None, command: str, of_panel: dict[str, Any]) -> None:
    """See that there is a case or a panel, not both, and no option of the other.

    Parameters
    ----------
    case, panel
    command : str
        For the message.
    of_panel : dict
        Options that only a panel has, None where they were not given.

    Raises
    ------
    RivalryError
        R1043.
    """
    if (case is None) == (panel is None):
        which = "neither a CASE nor a --panel" if case is None else "both a CASE and a --panel"
        raise RivalryError(
            Problem(
                "R1043",
                f"rivalry {command}: {which} is given",
                f"Write 'rivalry {command} CASE' or 'rivalry {command} --panel FILE'.",
            ),
            exit_code=2,
        )
    given = [name for name, value in of_panel.items() if value not in (None, [], ())]
    if case is not None and given:
        raise RivalryError(
            Problem(
                "R1043",
                f"rivalry {command}: {', '.join(given)} goes with a --panel, not with a CASE",
                "Leave it out, or name a panel in the place of the case.",
            ),
            exit_code=2,
        )


def panel_name(path: Path) -> str:
    """Return the file's name without its endings, for the folder of results."""
    name = path.name
    for ending in (".gz", ".csv", ".parquet"):
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return name or "panel"


def panel_facts(panel: Panel, path: Path) -> dict[str, Any]:
    """Describe a panel for `run.json`."""
    from rivalry.foundation import file_sha256

    return {
        "file": str(path),
        "sha256": file_sha256(path),
        "unit": panel.unit,
        "target": panel.target,
        "units": len(panel),
        "start": str(panel.start),
        "end": str(panel.end),
    }


def _bad_steps(text: str, why: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1015",
            f"--steps {text!r}: {why}",
            "Name months ahead of the origin in rising order, such as 1..12 or 1,6,12.",
        ),
        exit_code=2,
    )


def _bad_origins(message: str) -> RivalryError:
    return RivalryError(
        Problem("R1041", message, "Write a range such as 2016-01..2024-06."), exit_code=2
    )
