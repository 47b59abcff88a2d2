"""Rows of a file in batches of text columns, with the way back from a row to its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rivalry.data._unpack import MAX_LINE, CheckedText, Progress, Unpacked, long_line
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import pyarrow as pa

#: Read at a time; a row has to fit in.
_BLOCK = MAX_LINE + (1 << 18)
#: Rows of Parquet read at a time.
_PARQUET_ROWS = 65_536
_MAX_CELLS = 2_000


def header(found: Unpacked) -> tuple[list[str], str]:
    """Return the names of the columns, and the mark between cells.

    Raises
    ------
    RivalryError
        R1207 for a header with a name twice, R1219 without a header.
    """
    if found.parquet:
        return _parquet(found).schema_arrow.names, ""
    with found.stream() as stream:
        text = stream.peek().decode("utf-8", errors="ignore")
    line = text.lstrip("\r\n").split("\n", 1)[0]
    mark = max(",;\t", key=line.count)
    names = next(csv.reader(io.StringIO(text.lstrip("\r\n")), delimiter=mark), [])
    names = [n.strip() for n in names]
    if not any(names):
        raise RivalryError(
            Problem("R1219", "the file is empty", "Fetch it again.", file=found.file, line=1)
        )
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if twice or len(names) > _MAX_CELLS:
        what = f"two columns are called {twice[0]!r}" if twice else f"{len(names):,} columns"
        raise RivalryError(Problem("R1207", what, "Correct the header.", file=found.file, line=1))
    return names, mark


def batches(
    found: Unpacked,
    names: Sequence[str],
    mark: str,
    columns: Sequence[str],
    progress: Progress | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read some columns, all as text.

    Parameters
    ----------
    found : Unpacked
    names : sequence of str
        All columns of the file, as `header` gave them.
    mark : str
    columns : sequence of str
        Those to read.
    progress : callable, optional

    Yields
    ------
    RecordBatch
        Of strings; an empty cell is an empty string in CSV and null in Parquet.

    Raises
    ------
    RivalryError
        R1202 to R1205 for the bytes, R1207 for a row of another length or an open quote.
    """
    if found.parquet:
        yield from _parquet_batches(found, columns, progress)
        return
    import pyarrow as pa
    from pyarrow import csv as pacsv

    bad: list[Any] = []

    def refuse(row: Any) -> str:
        bad.append(row)
        return "skip"

    with found.stream(progress) as stream:
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(stream, mode="r"),
                # one thread: rows then come with their number, and the parser is not the brake
                read_options=pacsv.ReadOptions(
                    block_size=_BLOCK, use_threads=False, column_names=list(names), skip_rows=0,
                    skip_rows_after_names=1,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=mark, newlines_in_values=True, invalid_row_handler=refuse
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()),
                    include_columns=list(columns),
                    strings_can_be_null=False,
                    null_values=[],
                    check_utf8=False,
                ),
            )  # fmt: skip
            for batch in reader:
                if bad:
                    raise _odd_row(found, mark, len(names))
                yield batch
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) or "block size" in str(error):
                raise _find_long(found) from None
            if "Empty CSV" in str(error):
                return
            raise _odd_row(found, mark, len(names), str(error)) from None
        if bad:
            raise _odd_row(found, mark, len(names))
        if stream.quotes % 2:
            _find_open_quote(found, mark)


def lines_of(found: Unpacked, mark: str, rows: Sequence[int]) -> dict[int, int]:
    """Find the lines on which rows start; the first row below the header is 0.

    Only asked for when a fault has to be shown, so it reads the file once more.
    """
    if found.parquet or not rows:
        return {}
    wanted, last = set(rows), max(rows)
    lines: dict[int, int] = {}
    for number, (line, _) in enumerate(_python_rows(found, mark)):
        if number in wanted:
            lines[number] = line
        if number >= last:
            break
    return lines


def _parquet(found: Unpacked) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(found.local_parquet())
    except (pa.ArrowException, OSError) as error:
        raise _damaged(found, error) from None
    if table.metadata.num_rows > 200_000_000:
        raise RivalryError(
            Problem(
                "R1203",
                f"the file claims {table.metadata.num_rows:,} rows",
                "Fetch the file again from its publisher.",
                file=found.file,
            )
        )
    return table


def _damaged(found: Unpacked, error: Exception) -> RivalryError:
    return RivalryError(
        Problem(
            "R1202",
            f"the Parquet file is damaged: {' '.join(str(error).split())[:150]}",
            "Fetch the file again.",
            file=found.file,
        )
    )


def _parquet_batches(
    found: Unpacked, columns: Sequence[str], progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    table = _parquet(found)
    done, rows = 0, table.metadata.num_rows
    try:
        for batch in table.iter_batches(batch_size=_PARQUET_ROWS, columns=list(columns)):
            done += batch.num_rows
            if progress is not None:
                progress(done, rows)
            yield pa.RecordBatch.from_arrays(
                [_text(batch.column(name)) for name in columns], names=list(columns)
            )
    except (pa.ArrowException, OSError) as error:
        raise _damaged(found, error) from None


def _text(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def _python_rows(found: Unpacked, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Give rows below the header with the line each starts on, by the standard library."""
    before = csv.field_size_limit(MAX_LINE)
    try:
        with found.stream() as stream:
            text = io.TextIOWrapper(_buffered(stream), encoding="utf-8", newline="")
            reader = csv.reader(text, delimiter=mark, strict=True)
            line, first = 1, True
            for cells in reader:
                if cells and not first:
                    yield line, cells
                first = first and not cells
                line = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _buffered(stream: CheckedText) -> io.BufferedReader:
    return io.BufferedReader(stream, 1 << 20)


def _odd_row(found: Unpacked, mark: str, width: int, said: str = "") -> RivalryError:
    """Find the first row that does not line up with the header."""
    line = 1
    try:
        for line, cells in _python_rows(found, mark):
            if len(cells) != width:
                return _misfit(found, line, f"this row has {len(cells)} cells, the header {width}")
    except csv.Error as error:
        return _misfit(found, line + 1, f"not valid CSV: {error}")
    return _misfit(found, None, f"not valid CSV: {' '.join(said.split())[:150] or 'a broken row'}")


def _find_long(found: Unpacked) -> RivalryError:
    """Find a line that is too long; a row may also be too long over many lines."""
    try:
        with found.stream() as stream:
            while stream.read(1 << 20):
                pass
    except RivalryError as error:
        return error
    return long_line(found.file, None)


def _find_open_quote(found: Unpacked, mark: str) -> None:
    """Raise R1207 if the file ends inside a quoted cell, which would swallow rows unseen."""
    line = 1
    try:
        for line, _ in _python_rows(found, mark):  # noqa: B007
            pass
    except csv.Error as error:
        raise _misfit(found, line + 1, f"not valid CSV: {error}") from None


def _misfit(found: Unpacked, line: int | None, what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1207",
            what,
            "Fetch the file again; if you wrote it, close every quote, quote cells that hold the "
            "mark between cells, and end every row.",
            file=found.file,
            line=line,
        )
    )
