"""The rows of a draft as a CSV table, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from rivalry.evidence.reading._draft import Draft
from rivalry.evidence.reading._safe import cell

COLUMNS = (
    "section", "id", "state", "locator", "start", "end", "what", "from", "until", "precision",
    "value", "low", "high", "unit", "actors", "polarity", "mode", "words",
)  # fmt: skip


def draft_table(draft: Draft) -> str:
    """Return a line for each row; no cell starts like a formula (see `cell`)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    names = {r.id: str(r.row.get("name", r.id)) for r in draft.of("actors")}
    for r in draft.rows:
        row = r.row
        what = row.get("name") or row.get("what") or f"{row.get('cause')} > {row.get('effect')}"
        when = row.get("from") or row.get("as_of")
        actors = "; ".join(names.get(a, a) for a in row.get("actors", []))
        values = (
            r.section, r.id, r.state, row.get("locator"), r.span.start, r.span.end, what, when,
            row.get("until"), row.get("precision"), row.get("value"), row.get("low"),
            row.get("high"), row.get("unit"), actors, row.get("polarity"),
            row.get("mode") or r.found.get("modality"), r.words,
        )  # fmt: skip
        writer.writerow([cell(v) for v in values])
    return text.getvalue()
