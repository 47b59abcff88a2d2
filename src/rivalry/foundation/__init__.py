"""What every other package stands on: coded errors, files, YAML with positions, months.

It knows nothing about conflicts or models; it is the lowest layer of the import order.
"""

from rivalry.foundation._codes import CodeEntry, all_codes, code_entry
from rivalry.foundation._files import atomic_write, file_sha256, read_bytes, read_text
from rivalry.foundation._months import Month, month_range, parse_date
from rivalry.foundation._problems import Problem, Problems, RivalryError
from rivalry.foundation._text import nearest
from rivalry.foundation._yaml import Document, Position, load_yaml, parse_yaml

__all__ = [
    "CodeEntry",
    "Document",
    "Month",
    "Position",
    "Problem",
    "Problems",
    "RivalryError",
    "all_codes",
    "atomic_write",
    "code_entry",
    "file_sha256",
    "load_yaml",
    "month_range",
    "nearest",
    "parse_date",
    "parse_yaml",
    "read_bytes",
    "read_text",
]
