"""A case's record: what was forecast at past origins, and what came."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import rivalry
from rivalry.forecast._next import CASE_PARTICLES
from rivalry.forecast._scores_table import QUANTILES
from rivalry.foundation import Month, Problem, RivalryError, atomic_write, read_bytes

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.forecast._evaluate import Evaluation
    from rivalry.model import Model

#: Name of the record beside a case file of the usual name.
RECORD_FILE = "record.parquet"
#: The model whose forecasts are kept, and those whose scores stand beside it.
KEPT, BESIDE = "case", ("conflictology", "tempo_only")
_FORM = 1
_CRPS = {KEPT: "crps", **{m: f"crps_{m}" for m in BESIDE}}
_TEXT = ("series", "origin", "month")
COLUMNS = (
    "series", "origin", "step", "month", "observed", *QUANTILES, *_CRPS.values(),
)  # fmt: skip
_PREFIX = "rivalry."
#: A span of steps: their name, and the last of them.
_NEAR = 3


@dataclass(frozen=True)
class Record:
    """Forecasts of a case at past origins beside what came, and how they were made.

    Attributes
    ----------
    table : DataFrame
        A row a series, origin and step: `COLUMNS`; ``origin`` and ``month`` as 2021-08, the 90%
        interval and the median as forecast, the CRPS of the case and of the models beside it, NaN
        where one was not run.
    case_digest, data_digest : str
        Hashes of the case and of its data when it was made; see `rivalry.inference`.
    results_version : int
        Of the engine.
    rivalry : str
        The release.
    steps : tuple of int
    draws, seed : int
    policy : str
        What the case knew at each origin, for people.
    made : str
        Date and time.
    command : str
    summary : dict
        See `summarise_record`.
    particles : int or None
        How many learned the parameters; None in a record of an earlier release, which did not say.
    """

    table: pd.DataFrame
    case_digest: str
    data_digest: str
    results_version: int
    rivalry: str
    steps: tuple[int, ...]
    draws: int
    seed: int
    policy: str
    made: str
    command: str
    summary: dict[str, Any] = field(default_factory=dict)
    particles: int | None = None

    @property
    def origins(self) -> tuple[Month, ...]:
        """The origins, in order."""
        return tuple(Month.parse(o) for o in sorted(set(self.table["origin"])))


def record_path(case: Case) -> Path:
    """Where a case keeps its record: ``record.parquet`` beside ``case.yaml``.

    Beside a case file of another name, ``x.yaml``, it is ``x.record.parquet``.
    """
    usual = case.file.name == "case.yaml"
    return case.folder / (RECORD_FILE if usual else f"{case.file.stem}.{RECORD_FILE}")


def make_record(model: Model, found: Evaluation, *, policy: str, made: str, command: str) -> Record:
    """Take from an evaluation what a record keeps: the first seed's forecasts of the case.

    Parameters
    ----------
    model : Model
        The one that was evaluated.
    found : Evaluation
        With the model `case` in it.
    policy, made, command : str
        See `Record`.
    """
    from rivalry.engine import RESULTS_VERSION
    from rivalry.inference import case_digest, data_digest

    keys = ["unit", "origin", "step"]
    parts = {m: found.table[found.table["model"] == m].set_index(keys) for m in _CRPS}
    rows = parts[KEPT].sort_index()
    index = rows.index.to_frame(index=False)
    table = pd.DataFrame(
        {
            "series": index["unit"].astype(str),
            "origin": [str(Month.from_views(int(o))) for o in index["origin"]],
            "step": index["step"].astype(np.int32),
            "month": [str(Month.from_views(int(m))) for m in rows["month_id"]],
            "observed": rows["observed"].to_numpy(np.float64),
            **{q: rows[q].to_numpy(np.float64) for q in QUANTILES},
            **{
                column: parts[m]["crps"].reindex(rows.index).to_numpy(np.float64)
                for m, column in _CRPS.items()
            },
        }
    )
    return Record(
        table, case_digest(model), data_digest(model), RESULTS_VERSION, rivalry.__version__,
        found.steps, found.n_draws, found.seeds[0], policy, made, command, summarise_record(table),
        found.particles,
    )  # fmt: skip


def inside(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether what came lay inside the 90% interval, its ends included; one value a row."""
    return (table["low_90"] <= table["observed"]) & (table["observed"] <= table["high_90"])


def summarise_record(table: pd.DataFrame) -> dict[str, Any]:
    """Return mean scores by series: over all steps, and over the first three.

    Returns
    -------
    dict
        By series, then by ``all`` or ``1..3``: ``n``, ``crps``, ``crps_conflictology``,
        ``crps_tempo_only`` (None where not run) and ``inside_90``, the share inside.
    """
    found: dict[str, Any] = {}
    for name, rows in table.groupby("series"):
        spans = {"all": rows, f"1..{_NEAR}": rows[rows["step"] <= _NEAR]}
        found[str(name)] = {
            span: {
                "n": len(part),
                **{c: _number(part[c].mean()) for c in _CRPS.values()},
                "inside_90": _number(inside(part).mean()),
            }
            for span, part in spans.items()
            if len(part)
        }
    return found


def write_record(record: Record, path: Path) -> None:
    """Write a record, whole or not at all.

    Raises
    ------
    RivalryError
        R0105 where the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {
        "form": _FORM, "version": record.rivalry, "results_version": record.results_version,
        "case_digest": record.case_digest, "data_digest": record.data_digest,
        "steps": ",".join(map(str, record.steps)), "draws": record.draws, "seed": record.seed,
        "policy": record.policy, "made": record.made, "command": record.command,
        "summary": json.dumps(record.summary, separators=(",", ":")),
    }  # fmt: skip
    if record.particles is not None:
        about["particles"] = record.particles
    table = pa.Table.from_pandas(record.table[list(COLUMNS)], preserve_index=False)
    # how wide text is would depend on the release of pandas
    for i, column in enumerate(table.schema):
        if pa.types.is_large_string(column.type):
            text = table.column(i).cast(pa.string())
            table = table.set_column(i, column.with_type(pa.string()), text)
    table = table.replace_schema_metadata({_PREFIX + k: str(v) for k, v in about.items()})
    with atomic_write(path, "wb") as stream:
        pq.write_table(table, stream, compression="zstd", write_page_checksum=True)


def read_record(path: Path) -> Record:
    """Read a record.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RivalryError
        R0101 without a file, R1062 for a file that is cut off, damaged or no record.
    """
    import pyarrow.parquet as pq

    raw = read_bytes(path)
    try:
        found = pq.read_table(io.BytesIO(raw), page_checksum_verification=True)
        given = {
            k.decode().removeprefix(_PREFIX): v.decode()
            for k, v in (found.schema.metadata or {}).items()
            if k.decode().startswith(_PREFIX)
        }
        table = found.to_pandas()
        if int(given["form"]) != _FORM:
            raise ValueError(f"its form is {given['form']}, and this release reads {_FORM}")
        _check(table)
        return Record(
            table,
            given["case_digest"],
            given["data_digest"],
            int(given["results_version"]),
            given["version"],
            tuple(int(s) for s in given["steps"].split(",")),
            int(given["draws"]),
            int(given["seed"]),
            given["policy"],
            given["made"],
            given["command"],
            json.loads(given["summary"]),
            int(given["particles"]) if "particles" in given else None,
        )
    except KeyError as error:
        reason = f"it does not say its {error.args[0]}"
    except Exception as error:  # pyarrow has no one class for a broken file
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    raise RivalryError(
        Problem(
            "R1062",
            f"this is no record of past forecasts that can be read: {reason}",
            "Make it anew with rivalry evaluate CASE --keep, or remove the file.",
            str(path),
        )
    )


def changed_since(record: Record, model: Model) -> tuple[str, ...]:
    """Say what has changed since a record was made; nothing for one that still holds.

    Parameters
    ----------
    record : Record
    model : Model
        The case as it is now.

    Returns
    -------
    tuple of str
        Words for each of case, data and engine that differs.
    """
    from rivalry.engine import RESULTS_VERSION
    from rivalry.inference import case_digest, data_digest

    changed = []
    if record.case_digest != case_digest(model):
        changed.append("the case (its structure, parameters, priors or bounds)")
    if record.data_digest != data_digest(model):
        changed.append("the data (inputs, dates of shocks, observations or the months covered)")
    if record.results_version != RESULTS_VERSION:
        changed.append(
            f"the engine (results version {RESULTS_VERSION}, the record's is "
            f"{record.results_version})"
        )
    return tuple(changed)


def renew_command(record: Record | None, word: str) -> str:
    """Return the command line that makes a record (again).

    Parameters
    ----------
    record : Record or None
        Its origins and options are repeated.
    word : str
        What the user calls the case.
    """
    import shlex

    words = ["rivalry", "evaluate", word]
    if record is not None:
        words += _origin_words(record.origins)
        first, last = record.steps[0], record.steps[-1]
        whole = record.steps == tuple(range(first, last + 1)) and first < last
        steps = f"{first}..{last}" if whole else ",".join(map(str, record.steps))
        for option, value, usual in (
            ("--steps", steps, "1..12"),
            ("--draws", str(record.draws), "1000"),
            ("--seed", str(record.seed), "1"),
            ("--particles", str(record.particles or CASE_PARTICLES), str(CASE_PARTICLES)),
        ):
            if value != usual:
                words += [option, value]
    return " ".join(map(shlex.quote, [*words, "--keep"]))


def _origin_words(origins: tuple[Month, ...]) -> list[str]:
    if len(origins) == 1:
        return ["--origins", str(origins[0])]
    gaps = {b - a for a, b in pairwise(origins)}
    if len(gaps) > 1:
        return ["--origins", ",".join(map(str, origins))]
    every = gaps.pop()
    words = ["--origins", f"{origins[0]}..{origins[-1]}"]
    return words if every == 1 else [*words, "--every", str(every)]


def _check(table: pd.DataFrame) -> None:
    """Refuse a table that a report could not show."""
    if tuple(table.columns) != COLUMNS:
        raise ValueError("its columns are not " + ", ".join(COLUMNS))
    if table.empty:
        raise ValueError("it has no row")
    for name in COLUMNS:
        kind = table[name].dtype.kind
        if (name in _TEXT) == (kind in "iuf"):
            raise ValueError(f"its column {name} is of the wrong kind")
    if table.duplicated(["series", "origin", "step"]).any():
        raise ValueError("a series, origin and step stand in it twice")
    numbers = table[["observed", *QUANTILES, "crps"]].to_numpy(np.float64)
    if not (np.isfinite(numbers).all() and (numbers >= 0).all()):
        raise ValueError("a number is missing or below zero")
    if not ((table["low_90"] <= table["median"]) & (table["median"] <= table["high_90"])).all():
        raise ValueError("an interval does not hold its median")
    months = [
        str(Month.parse(o) + int(s)) for o, s in zip(table["origin"], table["step"], strict=True)
    ]
    if months != table["month"].tolist():
        raise ValueError("a month is not its origin and step together")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
