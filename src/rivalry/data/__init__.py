"""Data: small tables of a case read with every fault named, and event data in a store.

`read_table` and `series` turn the CSV files of a case into monthly series. `Store` holds event
data (UCDP GED and Candidate, UCDP's yearly tables, ACLED, ViEWS, plain tables) in versions, and
makes panels out of them. `rivalry.data.fetching`, which brings files from UCDP's server, is loaded
only where it is needed.
"""

from rivalry.data._formats import FORMATS, Format
from rivalry.data._import import Imported, ImportReport
from rivalry.data._places import store_path
from rivalry.data._release import Release, SourceFile
from rivalry.data._select import Where
from rivalry.data._series import Frequency, ranges, row_lines, series
from rivalry.data._store import Store
from rivalry.data._table import MAX_TABLE_BYTES, Table, read_table
from rivalry.data._write import check_table_name, write_table

__all__ = [
    "FORMATS",
    "MAX_TABLE_BYTES",
    "Format",
    "Frequency",
    "ImportReport",
    "Imported",
    "Release",
    "SourceFile",
    "Store",
    "Table",
    "Where",
    "check_table_name",
    "ranges",
    "read_table",
    "row_lines",
    "series",
    "store_path",
    "write_table",
]
