"""The sources of a ledger in BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rivalry.evidence._rows import Source

#: Entry types of BibTeX by kind of source; what BibTeX has no type for is ``misc``.
_TYPES = {"article": "article", "report": "techreport", "book": "book", "dataset": "misc"}
_ESCAPES = {c: f"\\{c}" for c in "#$%&_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def bibtex(sources: Iterable[Source], *, key: str = "") -> str:
    """Return sources as BibTeX entries, for a reference manager or a paper.

    Parameters
    ----------
    sources : iterable of Source
    key : str
        Before the id in each entry's key: ``afghanistan:S1``.

    Returns
    -------
    str
        UTF-8, with the characters that TeX takes for commands escaped. Details that were not
        checked against the work itself are marked in ``note``.
    """
    return "\n".join(_entry(s, key) for s in sources)


def _entry(source: Source, key: str) -> str:
    kind = _TYPES.get(source.kind, "misc")
    # an article without a journal is no article to BibTeX; the publisher stands in for one
    where = {"article": "journal", "techreport": "institution"}.get(kind, "publisher")
    if source.publisher is None and kind in ("article", "techreport", "book"):
        kind, where = "misc", "publisher"
    notes = [f"Licence: {source.licence}."]
    fields: dict[str, str] = {
        "author": _people(source.author),
        "title": f"{{{_tex(source.title)}}}",
    }
    if source.publisher:
        fields[where] = _tex(source.publisher)
    if source.date is not None:
        value = str(source.date.value)
        fields["year"] = value[:4]
        if len(value) >= 7:
            fields["month"] = value[5:7]
        if source.date.bound != "on":
            notes.append(f"Date {source.date.bound} {value}.")
    if source.url:
        fields["url"] = source.url
    if not source.verified:
        notes.append("Not checked against the work itself.")
    fields["note"] = _tex(" ".join(notes))
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    head = f"{key}:{source.id}" if key else source.id
    return "\n".join([f"@{kind}{{{head},", *lines, "}", ""])


def _people(author: str) -> str:
    """Join several authors with ``and``; names of bodies stay whole in braces."""
    return " and ".join(f"{{{_tex(p.strip())}}}" for p in re.split(r";| and ", author) if p.strip())


def _tex(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in text)
