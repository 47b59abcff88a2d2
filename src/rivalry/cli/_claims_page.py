"""The page of verdicts: one row a claim, to be filtered by verdict and paragraph."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

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
_STYLE = (
    "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:110rem;padding:0 1rem;"
    "color:#222;line-height:1.4}table{border-collapse:collapse;font-size:.88rem;width:100%}"
    "td,th{padding:.35rem .5rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "td.n{text-align:right}td.s{min-width:13rem}td.r{min-width:16rem}"
    "td.p{overflow-wrap:anywhere}thead th{position:sticky;top:0;background:#fff}"
    "label{margin-right:1.2rem}.v{white-space:nowrap;font-weight:600}"
    "tr[hidden]{display:none}.scroll{overflow-x:auto}dt{font-weight:600}"
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
    paragraphs = [*(r.paragraph for r in rows), *(c.paragraph for c in checked)]
    places = sorted(
        {p for text in paragraphs for p in _places(text)}, key=lambda p: (p[:1], _no(p))
    )
    verdicts = "".join(
        f'<option value="{v}">{v} ({counts[v]})</option>' for v in _MARKS if counts[v]
    )
    choices = "".join(f"<option>{escape(p)}</option>" for p in places)
    meaning = "".join(f"<dt>{_MARKS[v]} {v}</dt><dd>{m}</dd>" for v, m in _MEANING.items())
    body = "".join(_claim(r) for r in rows) + "".join(_check(c) for c in checked)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(case.title)}: verdicts</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(case.title)}: verdicts on claims</h1><p>{draws:,} draws; {escape(source)}. "
        "A verdict says what this model and these data have to say, not what is true.</p>"
        f"<details><summary>What the verdicts mean</summary><dl>{meaning}</dl></details>"
        f'<p><label>Verdict <select id="verdict"><option value="">all</option>{verdicts}</select>'
        f'</label><label>Paragraph <select id="place"><option value="">all</option>{choices}'
        '</select></label><span id="count" role="status"></span></p><div class="scroll"><table>'
        "<thead><tr><th>id</th><th>statement</th><th>paragraph</th><th>verdict</th>"
        "<th>asked of the model or the figures</th><th>effect, median (90%)</th><th>P before</th>"
        "<th>P after</th><th>rests on</th><th>reason</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div><script>{_SCRIPT}</script></body></html>\n"
    )


def _claim(r: ClaimRow) -> str:
    from rivalry.cli.claims import rests_in_words

    effect = "" if r.median is None else f"{r.median:.3g} ({r.q05:.3g} to {r.q95:.3g})"
    before = "" if r.p_prior is None else f"{r.p_prior:.2f}"
    after = "" if r.p_posterior is None else f"{r.p_posterior:.2f}"
    asked = f"{r.expectation}; claimed: {r.sign}" if r.expectation else ""
    return _row(
        r.id, r.statement, r.paragraph, r.verdict, r.verdict, asked, effect, before, after,
        rests_in_words(r), r.reason,
    )  # fmt: skip


def _check(c: CheckRow) -> str:
    asked = f"{c.says}; to be {c.against}"
    return _row(
        c.id, c.statement, c.paragraph, c.verdict, f"checked: {c.outcome}", asked,
        f"{c.figure:,.4g}", "", "", "", c.reason,
    )  # fmt: skip


def _row(
    id: str, statement: str, paragraph: str, verdict: str, shown: str, asked: str, effect: str,
    before: str, after: str, rests: str, reason: str,
) -> str:  # fmt: skip
    places = " ".join(_places(paragraph))
    cells = (
        f'<th scope="row">{escape(id)}</th><td class="s">{escape(statement)}</td>'
        f'<td>{escape(paragraph)}</td><td class="v">{_MARKS[verdict]} {escape(shown)}</td>'
        f"<td>{escape(asked)}</td>"
        f'<td class="n">{escape(effect)}</td><td class="n">{before}</td><td class="n">{after}</td>'
        f'<td class="p">{escape(rests)}</td><td class="r">{escape(reason)}</td>'
    )
    return f'<tr data-verdict="{verdict}" data-place="{escape(places, quote=True)}">{cells}</tr>'


def _places(paragraph: str) -> list[str]:
    return [p.strip().replace(" ", "_") for p in paragraph.split(",") if p.strip()]


def _no(place: str) -> int:
    digits = "".join(c for c in place if c.isdigit())
    return int(digits) if digits else 0
