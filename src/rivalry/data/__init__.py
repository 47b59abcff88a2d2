"""Data tables: small CSV files read as text, checked cell by cell, turned into monthly series.

Every fault is a coded error with the table's file and line.
"""

from rivalry.data._series import Frequency, ranges, row_lines, series
from rivalry.data._table import MAX_TABLE_BYTES, Table, read_table

__all__ = [
    "MAX_TABLE_BYTES",
    "Frequency",
    "Table",
    "ranges",
    "read_table",
    "row_lines",
    "series",
]
