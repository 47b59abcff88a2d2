"""The page of a fragility list: what would overturn the conclusion on each claim."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from rivalry.cli._sensitivity_page import head

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.whatif import FragileRow


def page(case: Case, rows: Sequence[FragileRow], source: str, draws: int) -> str:
    """Return an offline page: conclusions that may fall, and open questions that may settle."""
    decided = [r for r in rows if r.verdict != "undecided"]
    undecided = [r for r in rows if r.verdict == "undecided"]
    return (
        head(f"{case.title}: what the conclusions hang on")
        + "<p>For each claim with a verdict by the model: the smallest change of one assumption "
        "that would overturn it. One parameter that the data did not fit is held at another value "
        "in all draws, while the others stay as they are, with the same random numbers. "
        f"{draws:,} draws; {escape(source)}.</p>"
        "<h2>What would overturn a conclusion</h2>"
        + _table(_overturned(decided), "Conclusions, the most fragile first")
        + "<h2>What would settle an open question</h2>"
        + _table(_overturned(undecided), "Undecided claims, the nearest to a verdict first")
        + "<h2>How to read this</h2><p>A change is counted in <b>prior standard deviations</b>: 1 "
        "is a value that the prior itself puts at its 16% or 84% quantile, 2 at about 2% or 98%. "
        "Parameters that the case fixes have no prior; their change is a factor. Searched up to 3 "
        "standard deviations and a factor of 10. A small number is no sign that the claim is "
        "false: it says that the conclusion is the assumption's as much as the model's. Several "
        "assumptions changed at once may overturn a conclusion that none does alone, and an "
        "effect that turns and turns back inside the range is not found.</p></body></html>\n"
    )


def _overturned(rows: Sequence[FragileRow]) -> list[FragileRow]:
    """Sort changes by size, claims that nothing overturns last."""
    return sorted(rows, key=lambda r: (not r.kind, r.sd is None, r.size, r.claim))


def _table(rows: Sequence[FragileRow], caption: str) -> str:
    if not rows:
        return "<p>None.</p>"
    body = "".join(_row(r) for r in rows)
    return (
        f'<div class="scroll"><table><caption>{caption}</caption><thead><tr>'
        '<th scope="col">claim</th><th scope="col">verdict</th><th scope="col">assumption</th>'
        '<th scope="col">from</th><th scope="col">to</th><th scope="col">change</th>'
        '<th scope="col">then</th></tr></thead><tbody>'
        f"{body}</tbody></table></div>"
    )


def _row(r: FragileRow) -> str:
    first = f"<b>{escape(r.claim)}</b> {escape(r.statement)}"
    if not r.kind:
        return (
            f'<tr><td>{first}</td><td>{r.verdict}</td><td colspan="5">nothing within reach '
            "overturns it</td></tr>"
        )
    unit = f" {escape(r.unit)}" if r.unit and r.unit != "1" else ""
    then = r.becomes if r.kind == "verdict" else "median effect of the other sign"
    return (
        f"<tr><td>{first}</td><td>{r.verdict}</td><td>{escape(r.label)} "
        f"<small><code>{escape(r.parameter)}</code>, {r.source}</small></td>"
        f"<td>{r.from_value:.3g}</td><td>{r.to_value:.3g}{unit}</td><td>{change(r)}</td>"
        f"<td>{then}</td></tr>"
    )


def change(r: FragileRow) -> str:
    """Return the size of a change in words."""
    if r.sd is not None:
        return f"{r.sd:+.2f} sd"
    return f"times {r.factor:.3g}" if r.factor is not None else ""
