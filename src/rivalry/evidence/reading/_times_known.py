"""What a text has dated so far, and the words that tell a date told in passing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rivalry.evidence.reading._times_shapes import Expression

FOUNDED = re.compile(
    r"\b(?:founded|formed|established|created|born|inaugurated|since|than|unlike|compared|"
    r"deadliest|worst|largest|bloodiest|similar|echo\w*|recall\w*|reminiscent)\b[^.;]{0,40}$|"
    r"\b(?:against|up\s+from|down\s+from)\s+(?:[a-z]+\s+){0,2}[\d,]+[^.;]{0,40}$",
    re.I,
)
SUBORDINATE = re.compile(
    r"\b(?:which|who|whose|whom|where|since|than|after|before|from|unlike|following|compared)\b",
    re.I,
)
RELATIVE = re.compile(r",\s*(?:which|who|whose|where)\b[^,;.]*$")
EARLIER = re.compile(r"\b(?:earlier|previously|before that|already)\b", re.I)


@dataclass(frozen=True)
class Known:
    """A dated expression met on the way.

    Attributes
    ----------
    expression : Expression
    start, until, precision : str
        As in the mention.
    words : str
    sentence : int
    paragraph : str
    anchorable : bool
        It may give its year to others: it is no aside ("founded in 2002", "worst since 2017").
    by_document : bool
        It was completed by the document's date.
    """

    expression: Expression
    start: str | None
    until: str | None
    precision: str
    words: str
    sentence: int
    paragraph: str
    anchorable: bool
    by_document: bool = False

    @property
    def point(self) -> str:
        """The date at which the story stands after it."""
        return (self.until if self.precision in ("range", "until") else self.start) or ""
