"""New cases, written from event data.

`rivalry_from_store` reads the facts, `render_case` makes the files of a case of them, and
`write_case` puts these into a folder. A rivalry can also be put together by hand from `DyadFacts`.
"""

from rivalry.cases.new._facts import THRESHOLD, DyadFacts, Origin, Rivalry, Row, Side
from rivalry.cases.new._find import Known, find_dyad, nearest_dyads
from rivalry.cases.new._render import default_title, render_case
from rivalry.cases.new._store import rivalry_from_store
from rivalry.cases.new._write import WrittenCase, check_name, write_case

__all__ = [
    "THRESHOLD",
    "DyadFacts",
    "Known",
    "Origin",
    "Rivalry",
    "Row",
    "Side",
    "WrittenCase",
    "check_name",
    "default_title",
    "find_dyad",
    "nearest_dyads",
    "render_case",
    "rivalry_from_store",
    "write_case",
]
