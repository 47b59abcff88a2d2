"""The page of a draft: the text with what was found in it, and every row beside its paragraph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rivalry.evidence.reading import Draft, DraftParagraph, DraftRow

#: What is marked inside the text: a class, and the word a mark begins with for who cannot see it.
_KINDS = {"actors": "actor", "quantities": "quantity", "times": "time"}
#: A sign beside each state's word, so that no state is told by colour alone.
_STATES = {"suggested": "○", "accepted": "●", "edited": "◐", "merged": "↳", "refused": "✕"}
_POLARITY = {"+": "raises", "-": "lowers", "0": "does not move", "both": "and back",
             "?": "moves (which way is open)"}  # fmt: skip
_STYLE = """
body{font-family:system-ui,sans-serif;margin:1.5rem auto;max-width:78rem;padding:0 1rem;color:#222;
line-height:1.55;background:#fff}h1{font-size:1.4rem;margin-bottom:.2rem}
.p{display:grid;grid-template-columns:3.2rem minmax(0,1.35fr) minmax(0,1fr);gap:.3rem 1.2rem;
padding:.7rem 0;border-top:1px solid #ccc}.label{font-weight:600;color:#444}
.note .text{color:#555}.title .text{font-size:1.15rem;font-weight:600}
mark{background:none;color:inherit;padding:0 .05em}
mark.actor{background:#e4eefb;border-bottom:2px solid #1f5fa8}
mark.quantity{background:#fdf1dc;border-bottom:4px double #8a5a00}
mark.time{background:#e6f4e8;border-bottom:2px dashed #2b6b38}
sup{font-size:.62em;font-weight:600;color:#333;margin-left:.1em;user-select:none}
.lit{outline:2px solid #222;outline-offset:1px;background:#fff6b3}
ul{list-style:none;margin:0;padding:0;font-size:.86rem}li{margin:0 0 .35rem}
button.row{font:inherit;text-align:left;width:100%;border:1px solid #bbb;border-left:4px solid #666;
border-radius:3px;background:#fafafa;padding:.25rem .5rem;cursor:pointer;color:inherit}
button.row.events{border-left-style:solid}button.row.claims{border-left-style:double;
border-left-width:6px}button.row.actors{border-left-color:#1f5fa8}
button.row.quantities{border-left-color:#8a5a00}
button.row:focus-visible,input:focus-visible{outline:3px solid #1f5fa8;outline-offset:1px}
button.row[aria-pressed=true]{background:#fff6b3}.refused{text-decoration:line-through}
.small{color:#555}.bar{position:sticky;top:0;background:#fff;border-bottom:1px solid #ccc;
padding:.4rem 0;z-index:1}.bar label{margin-right:1.1rem;white-space:nowrap}
[hidden]{display:none}.off-actors mark.actor,.off-quantities mark.quantity,.off-times mark.time
{background:none;border:0}.off-actors mark.actor sup,.off-quantities mark.quantity sup,
.off-times mark.time sup{display:none}.off-actors li.actors,.off-events li.events,
.off-quantities li.quantities,.off-claims li.claims,.off-times li.times{display:none}
@media(max-width:52rem){.p{grid-template-columns:2.6rem minmax(0,1fr)}.rows{grid-column:2}}
@media print{.bar{display:none}.p{break-inside:avoid}}
"""
_SCRIPT = """
const main=document.querySelector("main");
for(const box of document.querySelectorAll(".bar input"))
 box.addEventListener("change",()=>main.classList.toggle("off-"+box.value,!box.checked));
let lit=null;
function show(button,on){button.setAttribute("aria-pressed",on);
 for(const s of document.querySelectorAll("[data-in~='"+button.dataset.id+"']"))
  s.classList.toggle("lit",on);}
for(const b of document.querySelectorAll("button.row"))b.addEventListener("click",()=>{
 if(lit&&lit!==b)show(lit,false);const on=b!==lit;show(b,on);lit=on?b:null;
 if(on){const s=document.querySelector("[data-in~='"+b.dataset.id+"']");
  if(s)s.scrollIntoView({block:"nearest"});}});
document.addEventListener("keydown",e=>{if(e.key==="Escape"&&lit){show(lit,false);lit=null;}});
"""


def draft_page(draft: Draft) -> str:
    """Return an offline page of a draft; it holds the text and is for the analyst's own use."""
    from rivalry.evidence.reading import printable

    document = draft.document
    name = printable(str(document.get("name", "")))
    date = document.get("date")
    when = f"{document.get('bound')} {date} ({document.get('found')})" if date else "not known"
    counts = {s: sum(n.values()) for s, n in draft.counts().items()} | {"times": len(draft.times)}
    boxes = "".join(
        f'<label><input type="checkbox" value="{s}" checked> {s} ({n})</label>'
        for s, n in counts.items()
    )
    asked = ", ".join(printable(f"{m.get('kind')} {m.get('name')}") for m in draft.models)
    marks = _marks(draft)
    body = "".join(
        _paragraph(draft, p, here) for p, here in zip(draft.paragraphs, marks, strict=True)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(name)}: draft</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(name)}: what was found</h1>"
        f"<p>Date of the document: {escape(printable(when))}. "
        + (f"Asked: {escape(asked)}. " if asked else "No model was asked. ")
        + "Every row is a suggestion until somebody decides on it. "
        '<span class="small">Marks: actors on a solid line, quantities on a double one, times on '
        "a dashed one, each with its id. A row on the right shows its words in the text; Esc takes "
        "that back. This page holds text of the report and is for your own use.</span></p>"
        f'<form class="bar" aria-label="What is shown">{boxes}</form>'
        f"<main>{body}</main><script>{_SCRIPT}</script></body></html>\n"
    )


@dataclass
class _Here:
    """What a paragraph shows: marks (start, end, id, kind), rows, and times with their numbers."""

    marks: list[tuple[int, int, str, str]] = field(default_factory=list)
    rows: list[DraftRow] = field(default_factory=list)
    times: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def _marks(draft: Draft) -> list[_Here]:
    """Sort everything that was found to the paragraphs it lies in."""
    found = [_Here() for _ in draft.paragraphs]
    starts = [p.start for p in draft.paragraphs]
    if not found:
        return found

    def put(start: int, end: int, id: str, kind: str) -> int:
        first = max(bisect_right(starts, start) - 1, 0)
        for i in range(first, max(bisect_left(starts, end), first + 1)):
            found[i].marks.append((start, end, id, kind))
        return first

    for r in draft.rows:
        kind = _KINDS.get(r.section, "")
        home = max(bisect_right(starts, r.span.start) - 1, 0)
        found[home].rows.append(r)
        if r.state != "refused":
            for s in r.mentions or [r.span]:
                put(s.start, s.end, r.id, kind)
    for i, t in enumerate(draft.times, 1):
        if _pair(t):
            found[put(t["span"][0], t["span"][1], f"W{i}", "time")].times.append((i, t))
    return found


def _paragraph(draft: Draft, p: DraftParagraph, here: _Here) -> str:
    from rivalry.evidence.reading import printable

    rows = "".join(f'<li class="{r.section}">{_button(draft, r)}</li>' for r in here.rows)
    times = "".join(
        f'<li class="times">W{i} time <q>{escape(printable(str(t.get("words"))))}</q>: '
        f"{escape(_time(t))}</li>"
        for i, t in here.times
    )
    listed = (
        f'<ul aria-label="Found in {escape(p.label)}">{rows}{times}</ul>' if rows or times else ""
    )
    return (
        f'<section class="p {escape(p.kind)}" id="{escape(p.label)}">'
        f'<div class="label">{escape(printable(p.label))}</div>'
        f'<div class="text">{_text(p, here.marks)}</div><div class="rows">{listed}</div></section>'
    )


def _pair(t: dict[str, Any]) -> bool:
    span = t.get("span")
    return isinstance(span, list) and len(span) == 2 and all(isinstance(x, int) for x in span)


def _text(p: DraftParagraph, marks: list[tuple[int, int, str, str]]) -> str:
    """Return the paragraph in pieces, each saying in which rows it lies."""
    from rivalry.evidence.reading import printable

    cuts = {p.span.start, p.span.end}
    for start, end, _, _ in marks:
        cuts |= {c for c in (start, end) if p.span.start < c < p.span.end}
    edges = sorted(cuts)
    parts = []
    for start, end in pairwise(edges):
        text = escape(printable(p.text[start - p.start : end - p.start]))
        over = [m for m in marks if m[0] <= start and end <= m[1]]
        ids = " ".join(escape(m[2]) for m in over)
        named = [m for m in over if m[3]]
        if named:
            # the shortest mark is the one that means these words
            _, high, id, kind = min(named, key=lambda m: m[1] - m[0])
            tag = f"<sup>{escape(id)}</sup>" if end == high else ""
            text = f'<mark class="{kind}" title="{kind} {escape(id)}">{text}{tag}</mark>'
        parts.append(f'<span data-in="{ids}">{text}</span>' if ids else text)
    return "".join(parts)


def _button(draft: Draft, r: DraftRow) -> str:
    state = f"{_STATES[r.state]} {r.state}"
    if r.into:
        state += f" into {r.into}"
    struck = " refused" if r.state == "refused" else ""
    return (
        f'<button type="button" class="row {r.section}{struck}" aria-pressed="false" '
        f'data-id="{escape(r.id)}"><b>{escape(r.id)}</b> {escape(says(draft, r))} '
        f'<span class="small">{escape(state)}</span></button>'
    )


def says(draft: Draft, r: DraftRow) -> str:
    """Return a row in a line of words, with nothing a terminal would obey."""
    from rivalry.evidence.reading import one_line

    row, found = r.row, r.found
    if r.section == "actors":
        aliases = ", ".join(map(str, row.get("aliases", [])))
        text = f"actor {row.get('name')} ({row.get('type')})" + (
            f", also {aliases}" if aliases else ""
        )
        if found.get("may also mean"):
            text += f"; may also mean {found['may also mean']}"
    elif r.section == "events":
        text = f"event: {row.get('what')}; {_time({**row, 'words': row.get('when')})}"
        said = [draft_name(draft, a) for a in row.get("asserted_by", [])]
        text += f"; says {', '.join(said)}" if said else ""
    elif r.section == "quantities":
        amount = row.get("vague") or row.get("value")
        if amount is None:
            amount = _range(row.get("low"), row.get("high"))
        hedge = f" ({row['hedge']})" if row.get("hedge") else ""
        text = f"quantity {_plain(amount)} {row.get('unit')}: {row.get('what')}{hedge}"
    else:
        sign = _POLARITY.get(str(row.get("polarity")), str(row.get("polarity")))
        said = [draft_name(draft, a) for a in row.get("asserted_by", [])]
        text = f"claim: {row.get('cause')} {sign} {row.get('effect')}"
        text += f" ({row.get('mode')}; {', '.join(said)})"
    return one_line(text)


def draft_name(draft: Draft, id: str) -> str:
    """Return the name of an actor of the draft, or the id itself."""
    return next((str(r.row.get("name", id)) for r in draft.of("actors") if r.id == id), str(id))


def _range(low: Any, high: Any) -> str:
    """Return a range in words; one of its ends may be open."""
    if high is None:
        return "?" if low is None else f"{_plain(low)} or more"
    return f"up to {_plain(high)}" if low is None else f"{_plain(low)} to {_plain(high)}"


def _plain(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _time(row: dict[str, Any]) -> str:
    start, until, precision = row.get("from"), row.get("until"), row.get("precision")
    if not start and not until:
        return "undated"
    ends = " to ".join(str(x) for x in (start, until) if x)
    anchor = f", by {row['anchor']}" if row.get("anchor") else ""
    return f"{ends} ({precision}{anchor})"
