"""Rows of a fragility list: plain fields, words for a reader, and the file of them."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rivalry.foundation import Problem, RivalryError, file_sha256
from rivalry.inference import case_digest, data_digest, posterior_path

if TYPE_CHECKING:
    from rivalry.cases import Case

#: Name of the list that a case keeps beside its case file.
FRAGILITY_FILE = "fragility.csv"


@dataclass(frozen=True)
class FragileRow:
    """One change of one assumption that overturns one conclusion.

    Attributes
    ----------
    claim, statement : str
    verdict : str
        As things stand.
    kind : {"verdict", "sign", ""}
        What changes: the verdict, or the sign of the median effect; empty where nothing was found.
    parameter, label, unit : str
        Empty where nothing was found, as is all that follows.
    source : {"assumed", "fixed", ""}
        It has a prior and was not fitted, or it has no prior.
    from_value : float or None
        Its prior median, or its fixed value.
    to_value : float or None
        Held there, or beyond, the conclusion is another.
    sd : float or None
        The same in prior standard deviations, as a normal score; None for a fixed one.
    factor : float or None
        `to_value` over `from_value` for a fixed one.
    becomes : str
        The verdict there.
    p_before, p_after : float or None
        Share of the draws with the claimed sign.
    rank : int
        1 is the smallest change of its claim and kind; 0 where nothing was found.
    words : str
        The row as a sentence.
    """

    claim: str
    statement: str
    verdict: str
    kind: str
    parameter: str
    label: str
    unit: str
    source: str
    from_value: float | None
    to_value: float | None
    sd: float | None
    factor: float | None
    becomes: str
    p_before: float | None
    p_after: float | None
    rank: int
    words: str

    @property
    def size(self) -> float:
        """Size of the change: prior standard deviations, or doublings of a fixed value."""
        if self.sd is not None:
            return abs(self.sd)
        return abs(math.log2(self.factor)) if self.factor else math.inf

    @staticmethod
    def numbered(rows: Iterable[FragileRow]) -> list[FragileRow]:
        """Sort the smallest change first and number them."""
        ordered = sorted(rows, key=lambda r: (r.size, r.parameter))
        return [replace(r, rank=i + 1) for i, r in enumerate(ordered)]


def found_row(
    claim: str, statement: str, verdict: str, kind: str, parameter: str, label: str, unit: str,
    source: str, from_value: float, to_value: float, position: float, becomes: str,
    p_before: float, p_after: float,
) -> FragileRow:  # fmt: skip
    """Make a row of a change that was found, with its sentence."""
    sd = position if source == "assumed" else None
    factor = to_value / from_value if source == "fixed" else None
    of = f" {unit}" if unit and unit != "1" else ""
    side = "or above" if to_value >= from_value else "or below"
    if sd is not None:
        far = f"{abs(sd):.2g} prior standard deviations from its median {from_value:.3g}"
    else:
        far = f"{factor:.2g} times the value {from_value:.3g} that the case fixes"
    if kind == "verdict":
        what = f"{claim} would no longer be {verdict} but {becomes}"
    else:
        what = f"the median effect of {claim} would have the other sign ({becomes})"
    words = f"With {label} ({parameter}) at {to_value:.3g}{of} {side}, {far}, {what}."
    return FragileRow(
        claim, statement, verdict, kind, parameter, label, unit, source, from_value, to_value, sd,
        factor, becomes, p_before, p_after, 0, words,
    )  # fmt: skip


def nothing_row(
    claim: str, statement: str, verdict: str, p_before: float, sd: float, factor: float
) -> FragileRow:
    """Make the row of a claim that no single change within reach overturns."""
    words = (
        f"{claim} stays {verdict}: no single change within {sd:g} prior standard deviations, or by "
        f"a factor of {factor:g} of a fixed value, was found to overturn it."
    )
    return FragileRow(
        claim, statement, verdict, "", "", "", "", "", None, None, None, None, "", p_before, None,
        0, words,
    )  # fmt: skip


def fragile_table(rows: Iterable[FragileRow]) -> pd.DataFrame:
    """Lay out rows with a column for each field."""
    names = [f.name for f in fields(FragileRow)]
    return pd.DataFrame([[getattr(r, n) for n in names] for r in rows], columns=names)


def fragility_mark(case: Case) -> str:
    """Return a hash of what a case's fragility list rests on: model, data and posterior."""
    digest = hashlib.sha256(f"{case_digest(case.model)} {data_digest(case.model)}".encode())
    posterior = posterior_path(case)
    if posterior.exists():
        digest.update(file_sha256(posterior).encode())
    return digest.hexdigest()[:16]


def fragile_text(rows: Iterable[FragileRow], mark: str = "") -> str:
    """Return the rows as CSV, with the mark of the case in a last column."""
    table = fragile_table(rows)
    table["made_from"] = mark
    return str(table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))


def read_fragile(path: Path, mark: str | None = None) -> list[FragileRow]:
    """Read rows that `fragile_text` wrote.

    Parameters
    ----------
    path : Path
    mark : str, optional
        Of the case as it is now, to refuse a list made of another.

    Raises
    ------
    RivalryError
        R1172 if the file cannot be read or is no fragility list, R1174 if the case has changed
        since it was made.
    """
    numbers = {"from_value", "to_value", "sd", "factor", "p_before", "p_after"}
    names = [f.name for f in fields(FragileRow)]
    try:
        table = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        if table.fieldnames is None or list(table.fieldnames) != [*names, "made_from"]:
            raise ValueError("its columns are not those of a fragility list")
        rows, marks = [], set()
        for row in table:
            marks.add(row.pop("made_from"))
            values: dict[str, object] = dict(row)
            values |= {n: float(row[n]) if row[n] else None for n in numbers}
            values["rank"] = int(row["rank"])
            rows.append(FragileRow(**values))  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError) as error:
        raise RivalryError(
            Problem(
                "R1172", str(error), "Write it anew: rivalry sensitivity CASE --claims --keep",
                file=str(path),
            )
        ) from None  # fmt: skip
    if mark is not None and marks - {mark}:
        raise RivalryError(
            Problem(
                "R1174", "the case, its data or its posterior changed since the list was made",
                "Write it anew: rivalry sensitivity CASE --claims --keep", file=str(path),
            )
        )  # fmt: skip
    return rows
