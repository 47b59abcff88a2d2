"""Forecasts in the layout of the ViEWS prediction challenge.

``FOLDER/cm/window=Y2021/*.parquet`` with the columns ``month_id``, ``country_id``, ``draw`` and
``outcome``, all 32-bit integers, and ``FOLDER/submission_details.yml``. Grid cells lie under
``pgm`` and have ``priogrid_gid``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rivalry.forecast._draws import MAX_COUNT, Draws
from rivalry.foundation import Month, Problem, RivalryError, atomic_write, read_bytes

#: The challenge's names of the two levels of analysis, by the column that holds the unit.
LEVELS = {"country_id": "cm", "priogrid_gid": "pgm"}
#: Data end in October, the window begins in January: its first month is the third step.
FIRST_STEP = 3


@dataclass(frozen=True)
class SubmissionDetails:
    """Who submits, as the challenge's compliance check wants it.

    Attributes
    ----------
    team, short_title, even_shorter_identifier : str
    authors : sequence of (name, affiliation)
    contact : str
        An e-mail address.
    """

    team: str
    short_title: str
    even_shorter_identifier: str
    authors: Sequence[tuple[str, str]]
    contact: str


def write_views(
    draws: Draws,
    folder: str | Path,
    *,
    window: str | None = None,
    details: SubmissionDetails | None = None,
) -> list[Path]:
    """Write draws as a submission; each file appears whole or not at all.

    Parameters
    ----------
    draws : Draws
        Of ``country_id`` or ``priogrid_gid``, integers.
    folder : str or Path
        The submission; made if need be. Files of the same window and model are replaced.
    window : str, optional
        Such as ``Y2024``, for all months together. By default each calendar year is a window.
    details : SubmissionDetails, optional
        Written as ``submission_details.yml``.

    Returns
    -------
    list of Path
        The Parquet files, in order of time.

    Raises
    ------
    RivalryError
        R1020 when units or window do not fit the layout, or details are incomplete; R0105 when a
        file cannot be written.
    """
    level = LEVELS.get(draws.unit)
    if level is None or draws.units.dtype.kind not in "iu":
        raise _misfit(
            f"units are {draws.unit!r}, not integers called country_id or priogrid_gid",
            "Write the plain layout, or translate the units.",
        )
    if window is not None and not re.fullmatch(r"Y\d{4}", window):
        raise _misfit(f"{window!r} is not a window", "Write Y and the year, such as Y2024.")
    if details is not None:
        _check_details(details)
    import pyarrow as pa
    import pyarrow.parquet as pq

    windows: dict[str, list[int]] = {}
    for i, month in enumerate(draws.months):
        windows.setdefault(window or f"Y{month.year}", []).append(i)
    root, written = Path(folder), []
    for name, at in windows.items():
        part = Draws(
            array=draws.array[:, at],
            origin=draws.origin,
            steps=tuple(draws.steps[i] for i in at),
            units=draws.units,
            unit=draws.unit,
            target=draws.target,
            model=draws.model,
            seed=draws.seed,
        )
        table = pa.Table.from_pandas(part.frame(), preserve_index=False)
        about = {"origin": str(draws.origin), "model": draws.model, "target": draws.target}
        if draws.seed is not None:
            about["seed"] = str(draws.seed)
        table = table.replace_schema_metadata({f"rivalry.{k}": v for k, v in about.items()})
        path = root / level / f"window={name}" / f"{draws.model}_{level}_{name[1:]}.parquet"
        with atomic_write(path, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
        written.append(path)
    if details is not None:
        _write_details(details, root)
    return written


def read_views(
    path: str | Path,
    *,
    origin: Month | None = None,
    target: str = "ged_sb",
    model: str | None = None,
) -> Draws:
    """Read one window of a submission, whoever made it.

    Parameters
    ----------
    path : str or Path
        A Parquet file, or a folder with exactly one in it.
    origin : Month, optional
        The last month of data. By default what the file says, where `write_views` made it, or
        else three months before its first month, as the challenge has it.
    target : str
        The counted column, for files that do not say.
    model : str, optional
        By default what the file says, or its name.

    Returns
    -------
    Draws

    Raises
    ------
    RivalryError
        R0101 to R0104 for the file; R1001 when it is not Parquet; R1020 when it is not in the
        layout: other columns, missing, negative or broken outcomes, units, months and draws that
        are not all there, or one of them twice.
    """
    import pyarrow.parquet as pq

    file = _only_file(Path(path))
    raw = read_bytes(file)
    try:
        table = pq.read_table(io.BytesIO(raw))
    except Exception as error:  # pyarrow has no one class for a broken file
        message = str(error).splitlines()[0][:120]
        raise RivalryError(
            Problem("R1001", f"not a Parquet file: {message}", "Name another file.", file=str(file))
        ) from None
    about = {
        k.decode().removeprefix("rivalry."): v.decode()
        for k, v in (table.schema.metadata or {}).items()
        if k.startswith(b"rivalry.")
    }
    frame = table.to_pandas()
    if frame.index.names != [None]:
        frame = frame.reset_index()
    unit = next((u for u in LEVELS if u in frame.columns), None)
    wanted = ["month_id", unit, "draw", "outcome"]
    if unit is None or not set(wanted) <= set(frame.columns):
        raise _misfit(
            f"columns are {', '.join(map(str, frame.columns))}",
            "The layout has month_id, country_id or priogrid_gid, draw and outcome.",
            file,
        )
    frame = frame[wanted]
    for name in wanted:
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
        if not np.isfinite(values).all() or (values != np.floor(values)).any():
            raise _misfit(f"{name} has cells that are not whole numbers", "Mend the file.", file)
        if name == "outcome" and len(values) and not 0 <= values.min() <= values.max() <= MAX_COUNT:
            raise _misfit("outcomes are negative or too large", "Mend the file.", file)
    frame = frame.astype(np.int64)
    months, units, kinds = (np.unique(frame[c]) for c in ("month_id", unit, "draw"))
    shape = (len(months), len(units), len(kinds))
    if not len(frame) or len(frame) != np.prod(shape) or frame.duplicated(wanted[:3]).any():
        raise _misfit(
            f"{len(frame):,} rows are not {shape[0]} months x {shape[1]} units x {shape[2]} draws",
            "Every unit and month needs the same draws, each once.",
            file,
        )
    ordered = frame.sort_values(["month_id", unit, "draw"])["outcome"].to_numpy()
    first = Month.from_views(int(months[0]))
    if origin is None:
        origin = Month.parse(about["origin"]) if "origin" in about else first + -FIRST_STEP
    if first <= origin:
        raise _misfit(f"the first month, {first}, is not after {origin}", "Mend origin.", file)
    return Draws(
        array=ordered.reshape(shape).transpose(1, 0, 2).astype(np.int32),
        origin=origin,
        steps=tuple(int(m) - origin.views_id for m in months),
        units=units,
        unit=unit,
        target=about.get("target", target),
        model=model or about.get("model") or file.stem,
        seed=int(about["seed"]) if "seed" in about else None,
    )


def _only_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = sorted(path.glob("*.parquet"))
    if len(found) != 1:
        raise _misfit(
            f"{len(found)} Parquet files lie in this folder", "Name one file or window.", path
        )
    return found[0]


def _check_details(details: SubmissionDetails) -> None:
    for name in ("team", "short_title", "even_shorter_identifier"):
        if not str(getattr(details, name)).strip():
            raise _misfit(f"the submission has no {name}", "Fill it in.")
    if not details.authors:
        raise _misfit("the submission has no authors", "Name at least one.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", details.contact):
        raise _misfit(f"{details.contact!r} is not an e-mail address", "Give one to reach you at.")


def _write_details(details: SubmissionDetails, root: Path) -> None:
    from ruamel.yaml import YAML

    content = {
        "team": details.team,
        "short_title": details.short_title,
        "even_shorter_identifier": details.even_shorter_identifier,
        "authors": [{"name": n, "affil": a} for n, a in details.authors],
        "contact": details.contact,
    }
    writer = YAML()
    writer.default_flow_style = False
    with atomic_write(root / "submission_details.yml") as stream:
        writer.dump(content, stream)


def _misfit(message: str, remedy: str, file: Path | None = None) -> RivalryError:
    return RivalryError(Problem("R1020", message, remedy, file=None if file is None else str(file)))
