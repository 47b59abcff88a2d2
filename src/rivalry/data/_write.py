"""Writing tables of the store, safe to open in a spreadsheet, with a note of their source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.foundation import Problem, RivalryError, atomic_write

if TYPE_CHECKING:
    import pandas as pd

#: A cell of text that begins so is a formula to a spreadsheet; wide forms of the signs count too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def check_table_name(path: Path) -> None:
    """Refuse a name that is neither ``.csv`` nor ``.parquet`` (R1223)."""
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise RivalryError(
            Problem(
                "R1223",
                f"{path} ends neither in .csv nor in .parquet",
                "Name a file such as panel.csv or panel.parquet.",
            ),
            exit_code=2,
        )


def write_table(frame: pd.DataFrame, path: str | Path) -> list[Path]:
    """Write a table that a `Store` gave, as CSV or Parquet.

    Parameters
    ----------
    frame : DataFrame
    path : str or Path
        Ends in ``.csv`` or ``.parquet``. It appears when it is whole.

    Returns
    -------
    list of Path
        What was written. Beside a CSV file stands ``NAME.csv.source.json`` with ``frame.attrs``:
        data sets, versions, files and their SHA-256. A Parquet file carries it in its metadata
        under the key ``rivalry``.

    Notes
    -----
    Text from event data is other people's. In CSV a text cell that a spreadsheet would take for a
    formula (it begins with = + - @ or a tab) gets an apostrophe in front; numbers stay numbers.
    """
    path = Path(path)
    check_table_name(path)
    about = json.dumps(frame.attrs, ensure_ascii=False, indent=2, default=str)
    if path.suffix.lower() == ".parquet":
        _parquet(frame, path, about)
        return [path]
    with atomic_write(path) as stream:
        harmless(frame).to_csv(stream, index=False, lineterminator="\n")
    source = path.with_name(path.name + ".source.json")
    with atomic_write(source) as stream:
        stream.write(about + "\n")
    return [path, source]


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before text that a spreadsheet takes for a formula."""
    import pandas as pd

    done = frame.copy(deep=False)
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name]):
            continue
        texts = frame[name].astype("object")
        risky = texts.map(lambda t: isinstance(t, str) and _is_formula(t))
        if risky.any():
            done[name] = texts.mask(risky, "'" + texts.astype(str))
    return done


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


def _parquet(frame: pd.DataFrame, path: Path, about: str) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    plain: Any = frame.copy(deep=False)
    plain.attrs = {}  # pandas would write them too, under a key of its own
    table = pa.Table.from_pandas(plain, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"rivalry": about})
    with atomic_write(path, "wb") as stream:
        parquet.write_table(table, stream)
