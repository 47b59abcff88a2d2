"""The page of verdicts: one row a claim, to be filtered by verdict and paragraph."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from rivalry.cli._effect_words import effect_words, of_100

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.whatif import CheckRow, ClaimRow

#: A sign beside each word, so that no verdict is told by colour alone.
_MARKS = {
    "supported": "●", "assumed": "◐", "contradicted": "✕", "undecided": "○", "checked": "▣",
    "outside": "—",
}  # fmt: skip
_MEANING = {
    "supported": "the claimed sign holds in at least 9 of 10 draws, and the data raised its odds "
    "at least threefold",
    "assumed": "it holds in at least 9 of 10 draws because of the priors or the structure; the "
    "data say little",
    "contradicted": "it holds in at most 1 of 10 draws, and the data lowered its odds at least "
    "threefold",
    "undecided": "neither",
    "checked": "a statement about what happened, held against figures",
    "outside": "not represented in the model, for the reason given",
}
#: Under 700 pixels a row becomes a card: a table of six columns has no room there.
_STYLE = (
    "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;"
    "color:#222;line-height:1.4}table{border-collapse:collapse;font-size:.9rem;width:100%}"
    "td,th{padding:.45rem .5rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "thead th{position:sticky;top:0;background:#fff}td,th,li{overflow-wrap:break-word}"
    "table{table-layout:fixed}col.i{width:3.5rem}col.v{width:9rem}col.o{width:6rem}"
    "small{color:#555;font-size:.85em}td small{display:block}"
    "details.p ul{margin:.2rem 0;padding-left:1.1rem}details.p summary{cursor:pointer;color:#555}"
    "label{margin-right:1.2rem}.v{font-weight:600}tr[hidden]{display:none}dt{font-weight:600}"
    "@media (max-width:700px){colgroup,thead{display:none}table,tbody,tr,td,tbody th"
    "{display:block;width:auto}tr{border:1px solid #ccc;border-radius:6px;margin:0 0 .8rem;"
    "padding:.4rem .6rem}td,th{border:0;padding:.2rem 0}td:empty{display:none}"
    "td[data-label]::before{content:attr(data-label);display:block;color:#555;font-size:.8rem}"
    "label{display:block;margin:.4rem 0}select{max-width:100%}}"
)
_SCRIPT = """
const rows=[...document.querySelectorAll("tbody tr")];
const verdict=document.getElementById("verdict"),place=document.getElementById("place");
const count=document.getElementById("count");
function show(){let n=0;for(const r of rows){
const on=(!verdict.value||r.dataset.verdict===verdict.value)
&&(!place.value||r.dataset.place.split(" ").includes(place.value));
r.hidden=!on;n+=on;}count.textContent=n+" of "+rows.length+" rows";}
verdict.addEventListener("change",show);place.addEventListener("change",show);show();
"""


def page(case: Case, rows: list[ClaimRow], checked: list[CheckRow], source: str, draws: int) -> str:
    """Return an offline page with every verdict."""
    counts: Counter[str] = Counter(r.verdict for r in rows)
    counts["checked"] += len(checked)
    homes = {r.id: r.source for r in rows} | {c.id: _home(case, c.id) for c in checked}
    said = {r.id: r.paragraph for r in rows} | {c.id: c.paragraph for c in checked}
    many = len({homes[id] for id, paragraph in said.items() if paragraph}) > 1
    shown = {id: _places(p, homes[id] if many else "") for id, p in said.items()}
    places = sorted({p for found in shown.values() for p in found}, key=_order)
    verdicts = "".join(
        f'<option value="{v}">{v} ({counts[v]})</option>' for v in _MARKS if counts[v]
    )
    choices = "".join(
        f'<option value="{escape(p, quote=True)}">{escape(p.replace("_", " "))}</option>'
        for p in places
    )
    meaning = "".join(f"<dt>{_MARKS[v]} {v}</dt><dd>{m}</dd>" for v, m in _MEANING.items())
    body = "".join(_claim(case, r, shown[r.id], homes[r.id]) for r in rows)
    body += "".join(_check(c, shown[c.id], homes[c.id]) for c in checked)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(case.title)}: verdicts</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(case.title)}: verdicts on claims</h1><p>{draws:,} draws; {escape(source)}. "
        "A verdict says what this model and these data have to say, not what is true.</p>"
        f"<details><summary>What the verdicts mean</summary><dl>{meaning}</dl></details>"
        f'<p><label>Verdict <select id="verdict"><option value="">all</option>{verdicts}</select>'
        f'</label><label>Paragraph <select id="place"><option value="">all</option>{choices}'
        '</select></label><span id="count" role="status"></span></p><table>'
        '<colgroup><col class="i"><col><col class="v"><col><col class="o"><col></colgroup>'
        "<thead><tr><th>id</th><th>statement</th><th>verdict</th>"
        "<th>asked of the model or the figures, and found</th>"
        "<th>of 100 draws, as claimed</th><th>why, and what it rests on</th></tr></thead>"
        f"<tbody>{body}</tbody></table><script>{_SCRIPT}</script></body></html>\n"
    )


def _claim(case: Case, r: ClaimRow, places: list[str], home: str) -> str:
    found = ""
    if r.median is not None and r.q05 is not None and r.q95 is not None:
        found = effect_words(case.model, r.expectation, r.way, (r.median, r.q05, r.q95))
    odds = ""
    if r.p_prior is not None and r.p_posterior is not None:
        odds = f"<b>{of_100(r.p_posterior)}</b><small>before the data {of_100(r.p_prior)}</small>"
    asked = f"{r.expectation}; claimed: {r.sign}" if r.expectation else ""
    rests = "".join(
        f"<li>{escape(x.name)} "
        f"({'not fitted' if x.contraction is None else f'narrowed {x.contraction:.2f}'})</li>"
        for x in r.rests
    )
    if rests:
        number = f"{len(r.rests)} parameter{'s' if len(r.rests) > 1 else ''}"
        rests = f'<details class="p"><summary>rests on {number}</summary><ul>{rests}</ul></details>'
    said = (r.id, r.statement, r.paragraph, home)
    return _row(said, places, r.verdict, r.verdict, asked, found, odds, r.reason, rests)


def _check(c: CheckRow, places: list[str], home: str) -> str:
    asked = f"{c.says}; to be {c.against}"
    said = (c.id, c.statement, c.paragraph, home)
    found = f"{c.figure:,.4g}" if abs(c.figure) < 1000 else f"{c.figure:,.0f}"
    return _row(said, places, "checked", f"checked: {c.outcome}", asked, found, "", c.reason, "")


def _row(
    said: tuple[str, str, str, str], places: list[str], verdict: str, shown: str, asked: str,
    found: str, odds: str, reason: str, rests: str,
) -> str:  # fmt: skip
    id, statement, paragraph, home = said
    place = " ".join(x for x in (home, paragraph) if x)
    put = escape(asked) + (f"<small>found: {escape(found)}</small>" if found else "")
    cells = (
        f'<th scope="row">{escape(id)}</th><td>{escape(statement)}'
        f"<small>{escape(place)}</small></td>"
        f'<td class="v">{_MARKS[verdict]} {escape(shown)}</td>'
        f'<td data-label="asked">{put}</td>'
        f'<td data-label="of 100 draws, as claimed">{odds}</td>'
        f'<td data-label="why">{escape(reason)}{rests}</td>'
    ).replace('<td data-label="asked"></td>', "<td></td>")
    cells = cells.replace('<td data-label="of 100 draws, as claimed"></td>', "<td></td>")
    where = escape(" ".join(places), quote=True)
    return f'<tr data-verdict="{verdict}" data-place="{where}">{cells}</tr>'


def _home(case: Case, id: str) -> str:
    row = case.ledger.get(id) if id in case.ledger else None
    return str(getattr(row, "source", "") or "")


def _places(paragraph: str, source: str) -> list[str]:
    """Name paragraphs, with the source where there are several: two reports both have a P1."""
    head = f"{source} " if source else ""
    return [(head + p.strip()).replace(" ", "_") for p in paragraph.split(",") if p.strip()]


def _order(place: str) -> list[tuple[int, str]]:
    parts = (x for x in re.split(r"(\d+)", place) if x)
    return [(int(x), "") if x.isdigit() else (0, x) for x in parts]
