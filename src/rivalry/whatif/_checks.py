"""Rows of a ledger held against figures: what happened, as far as the case's tables tell."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rivalry.cases import CHECKS_FILE
from rivalry.data import read_table
from rivalry.foundation import Document, Problem, RivalryError, load_yaml, nearest

if TYPE_CHECKING:
    from rivalry.cases import Case

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq,
}  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Figure(_Strict):
    """A number from a table of the case: cells of some rows, put together.

    Attributes
    ----------
    file : str
        Relative to the case.
    column : str
    where : dict
        Column -> value that rows must have.
    take : {"only", "sum", "mean", "min", "max"}
        ``only`` wants exactly one row.
    """

    file: str
    column: str
    where: dict[str, str | int | float] = Field(default_factory=dict)
    from_: Annotated[str | int | None, Field(alias="from")] = None
    until: str | int | None = None
    date: str = "month"
    take: Literal["only", "sum", "mean", "min", "max"] = "only"


class CheckSpec(_Strict):
    """What figures must be for a row of the ledger to hold.

    Attributes
    ----------
    says : str
        What is compared, in words.
    figure : Figure or number
    per : Figure or number, optional
        Divides the figure.
    holds : str
        ``>``, ``>=``, ``<``, ``<=``, ``=`` or ``between``.
    than : Figure or number, optional
    low, high : Figure or number, optional
        The range of ``between``, ends included.
    note : str, optional
    """

    says: str
    figure: Figure | float
    per: Figure | float | None = None
    holds: Literal[">", ">=", "<", "<=", "=", "between"]
    than: Figure | float | None = None
    low: Figure | float | None = None
    high: Figure | float | None = None
    source: str
    note: str | None = None


@dataclass(frozen=True)
class CheckRow:
    """A row of the ledger and what figures say of it.

    Attributes
    ----------
    id, statement, paragraph, section : str
    verdict : str
        Always ``checked``.
    outcome : {"borne out", "not borne out"}
    figure : float
    against : str
        What it was compared with.
    says, source : str
    reason : str
    """

    id: str
    statement: str
    paragraph: str
    section: str
    verdict: Literal["checked"]
    outcome: Literal["borne out", "not borne out"]
    figure: float
    against: str
    says: str
    source: str
    reason: str


def check_rows(case: Case) -> list[CheckRow]:
    """Hold rows of a case's ledger against its tables.

    Parameters
    ----------
    case : Case
        With a ``checks.yaml`` beside the case file; without one nothing is checked.

    Raises
    ------
    RivalryError
        R1121 for what cannot be read or names no row of the ledger or table.
    """
    path = case.folder / CHECKS_FILE
    if not path.exists():
        return []
    document = load_yaml(path)
    problems: list[Problem] = []
    rows: list[CheckRow] = []
    for id, data in _listed(document, path).items():
        try:
            if id not in case.ledger:
                close = nearest(id, (r.id for _, r in case.ledger.rows()))
                raise ValueError(
                    f"the ledger has no row {id}" + (f"; did you mean {close}?" if close else "")
                )
            rows.append(_row(case, id, CheckSpec.model_validate(data)))
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                place = ".".join(str(p) for p in fault["loc"])
                problems.append(_fault(document, path, id, f"{place}: {fault['msg'].lower()}"))
        except ValueError as error:
            problems.append(_fault(document, path, id, str(error)))
    if problems:
        raise RivalryError(problems)
    return rows


def _listed(document: Document, path: Path) -> dict[str, Any]:
    data = document.data
    if isinstance(data, dict) and data.get("checks") == 1 and isinstance(data.get("rows"), dict):
        return {str(k): v for k, v in data["rows"].items()}
    raise RivalryError(
        Problem("R1121", "it does not begin with checks: 1 and rows:", "Add them.", str(path))
    )


def _fault(document: Document, path: Path, id: str, message: str) -> Problem:
    return Problem(
        "R1121", message, "Correct the entry.", str(path), document.line(("rows", id)),
        f"rows.{id}",
    )  # fmt: skip


def _row(case: Case, id: str, spec: CheckSpec) -> CheckRow:
    value = _number(case, spec.figure)
    if spec.per is not None:
        value /= _number(case, spec.per)
    if spec.holds == "between":
        if spec.low is None or spec.high is None:
            raise ValueError("'between' needs low and high")
        low, high = _number(case, spec.low), _number(case, spec.high)
        true, against = low <= value <= high, f"between {_shown(low)} and {_shown(high)}"
    else:
        if spec.than is None:
            raise ValueError(f"'{spec.holds}' needs 'than'")
        bound = _number(case, spec.than)
        true, against = _COMPARE[spec.holds](value, bound), f"{spec.holds} {_shown(bound)}"
    row: Any = case.ledger.get(id)
    outcome: Literal["borne out", "not borne out"] = "borne out" if true else "not borne out"
    note = f" {spec.note.strip()}" if spec.note else ""
    return CheckRow(
        id, _statement(row), row.locator, case.ledger.section_of(id) or "", "checked", outcome,
        value, against, spec.says, spec.source,
        f"{spec.says}: {_shown(value)}, to be {against} ({spec.source}). "
        f"{outcome.capitalize()}.{note}",
    )  # fmt: skip


def _statement(row: Any) -> str:
    if hasattr(row, "cause"):
        return f"{row.cause} -> {row.effect}"
    words = getattr(row, "what", None) or getattr(row, "content", None) or getattr(row, "name", "")
    amount = getattr(row, "value", None)
    return f"{words}: {_shown(amount)}" if isinstance(amount, float) else str(words).strip()


def _number(case: Case, given: Figure | float) -> float:
    """Read a number, or compute one from a table."""
    if isinstance(given, int | float):
        return float(given)
    table = read_table(case.folder / given.file)
    for name in (given.column, *given.where):
        if name not in table.columns:
            close = nearest(name, table.columns)
            hint = f"; did you mean {close!r}?" if close else ""
            raise ValueError(f"{given.file} has no column {name!r}{hint}")
    cells = []
    for _, row in table.items():
        named = dict(zip(table.columns, row, strict=True))
        if any(not _same(named[k], v) for k, v in given.where.items()):
            continue
        when = named.get(given.date, "")
        if given.from_ is not None and when < str(given.from_):
            continue
        # a year or month takes in all that begins with it
        if given.until is not None and when[: len(str(given.until))] > str(given.until):
            continue
        if named[given.column] != "":
            cells.append(float(named[given.column]))
    if not cells or (given.take == "only" and len(cells) != 1):
        raise ValueError(
            f"{len(cells)} rows of {given.file} have a {given.column} where {given.where or 'any'}"
        )
    match given.take:
        case "sum":
            return sum(cells)
        case "mean":
            return sum(cells) / len(cells)
        case "max":
            return max(cells)
        case _:
            return min(cells)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def _same(cell: str, value: str | int | float) -> bool:
    try:
        return float(cell) == float(value)
    except ValueError:
        return cell == str(value)
