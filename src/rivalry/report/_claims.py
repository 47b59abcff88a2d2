"""The section on claims: a verdict on each, what was asked, and what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rivalry.report._diagram import node_label
from rivalry.report._input import ReportInput
from rivalry.report._numbers import plural
from rivalry.report._whatif_input import WhatIfInput
from rivalry.whatif import VERDICTS, CheckRow, ClaimRow, Rest, signed

#: A sign beside each word, so that no verdict is told by colour alone.
MARKS = {
    "supported": "●", "assumed": "◐", "contradicted": "✕", "undecided": "○", "checked": "▣",
    "outside": "–",
}  # fmt: skip
MEANING = {
    "supported": "the claimed sign holds in at least 90 of 100 draws, and the data raised its odds "
    "at least threefold",
    "assumed": "it holds in at least 90 of 100 draws because of the priors or of how the model is "
    "built; the data say little",
    "contradicted": "it holds in at most 10 of 100 draws, and the data lowered its odds at least "
    "threefold",
    "undecided": "neither",
    "checked": "a statement about what happened, held against published figures",
    "outside": "not in the model, for the reason given",
}
_SECTIONS = {"claims": "claim", "levers": "lever", "outlooks": "outlook"}
#: The probabilities at which verdicts change, and by how much the data must move the odds.
_LINES, _FACTOR = (0.9, 0.1), 3.0
#: From here on a fitted parameter counts as narrowed.
_NARROWED = 0.1


@dataclass(frozen=True)
class ClaimView:
    """One row of the table.

    `places` and `mechanisms` are what it can be filtered by, `near` says that more draws could
    turn its verdict.
    """

    id: str
    section: str
    statement: str
    mode: str
    source: str
    paragraph: str
    verdict: str
    shown: str
    near: bool
    asked: str
    claimed: str
    effect: str
    before: str
    after: str
    rests: tuple[str, ...]
    reason: str
    places: tuple[str, ...]
    mechanisms: tuple[str, ...]


@dataclass(frozen=True)
class ClaimsSection:
    """Everything that the section shows.

    `places`, `parameters` and `elements` are choices of the filters: value, words, rows.
    """

    rows: tuple[ClaimView, ...]
    lead: tuple[str, ...]
    counts: tuple[tuple[str, int, int, int], ...]
    places: tuple[tuple[str, str, int], ...]
    parameters: tuple[tuple[str, str, int], ...]
    elements: tuple[tuple[str, str, int], ...]
    brief: str


def claims_section(run: ReportInput, given: WhatIfInput) -> ClaimsSection | None:
    """Lay out the verdicts; None where nothing was judged or checked."""
    if not given.claims and not given.checks:
        return None
    rows = [_claim(run, r, given.claim_draws) for r in given.claims]
    rows += [_check(run, c) for c in given.checks]
    if len({r.source for r in rows if r.paragraph}) > 1:
        # two reports both have a P1
        rows = [replace(r, places=_places(r.paragraph, r.source)) for r in rows]
    used: Counter[str] = Counter(m for r in rows for m in r.mechanisms)
    places: Counter[str] = Counter(p for r in rows for p in r.places)
    causal = [r for r in given.claims if r.section == "claims"]
    return ClaimsSection(
        tuple(rows),
        _lead(run, given, causal, rows),
        _counts(given),
        tuple((p, p.replace("_", " "), places[p]) for p in sorted(places, key=_natural)),
        tuple((k, k[2:], n) for k, n in sorted(used.items()) if k.startswith("p:")),
        tuple(
            sorted(
                ((k, _element(run, k[2:]), n) for k, n in used.items() if k.startswith("e:")),
                key=lambda choice: choice[1].lower(),
            )
        ),
        _brief(causal),
    )


def _claim(run: ReportInput, r: ClaimRow, draws: int) -> ClaimView:
    binding = run.case.spec.bindings.get(r.id)
    elements = [] if binding is None else [*binding.path, *binding.by]
    effect = ""
    if r.median is not None and r.q05 is not None and r.q95 is not None:
        effect = _minus(f"{signed(r.median)}, 90% of draws {signed(r.q05)} to {signed(r.q95)}")
    near = near_line(r, draws)
    return ClaimView(
        id=r.id,
        section=_SECTIONS[r.section],
        statement=_arrow(r.statement),
        mode=r.mode,
        source=r.source,
        paragraph=r.paragraph,
        verdict=r.verdict,
        shown=r.verdict,
        near=near,
        asked=_asked(r),
        claimed={"+": "more", "-": "less", "0": "no change"}.get(r.sign, ""),
        effect=effect,
        before="" if r.p_prior is None else of_100(r.p_prior),
        after="" if r.p_posterior is None else of_100(r.p_posterior),
        rests=tuple(rest_words(x) for x in r.rests),
        reason=r.reason,
        places=_places(r.paragraph),
        mechanisms=tuple(
            dict.fromkeys([*(f"p:{x.name}" for x in r.rests), *(f"e:{n}" for n in elements)])
        ),
    )


def _check(run: ReportInput, c: CheckRow) -> ClaimView:
    row = run.case.ledger.get(c.id) if c.id in run.case.ledger else None
    head, _, tail = c.reason.partition(c.outcome.capitalize() + ".")
    return ClaimView(
        id=c.id,
        section=_singular(c.section),
        statement=_arrow(c.statement),
        mode=str(getattr(row, "mode", "") or ""),
        source=str(getattr(row, "source", "")),
        paragraph=c.paragraph,
        verdict="checked",
        shown=f"checked: {c.outcome}",
        near=False,
        asked=c.says,
        claimed=f"to be {c.against}",
        effect=_figure(c.figure),
        before="",
        after="",
        rests=(c.source,),
        reason=(tail if head else c.reason).strip(),
        places=_places(c.paragraph),
        mechanisms=(),
    )


def near_line(r: ClaimRow, draws: int) -> bool:
    """Tell whether other draws might well turn a verdict: within two standard errors of a line."""
    if r.p_posterior is None or not draws:
        return False
    return (
        any(abs(r.p_posterior - line) < 2 * (line * (1 - line) / draws) ** 0.5 for line in _LINES)
        and "follows from how the model is built" not in r.reason
    )


def of_100(share: float) -> str:
    """Write a probability as a number out of 100; nearly all is not all."""
    count = round(100 * share)
    if count == 100 and share < 1:
        return "over 99"
    if count == 0 and share > 0:
        return "under 1"
    return str(count)


def rest_words(x: Rest) -> str:
    """Say of a parameter how much the data narrowed it."""
    if x.contraction is None:
        return f"{x.name}: not fitted"
    if x.contraction < 0.005:
        return f"{x.name}: fitted, not narrowed"
    return f"{x.name}: spread narrowed by {100 * x.contraction:.0f}%"


def _asked(r: ClaimRow) -> str:
    """Put what was asked into words."""
    if r.way == "path":
        way = r.expectation.removeprefix("effect along ").replace(" > ", " → ")
        return f"effect along {way}"
    return r.expectation


def _arrow(text: str) -> str:
    return text.replace(" -> ", " → ")


def _minus(text: str) -> str:
    return re.sub(r"(?<![\w.])-(?=\d)", "\N{MINUS SIGN}", text)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def _places(paragraph: str, source: str = "") -> tuple[str, ...]:
    """Return the paragraphs of a row as one word each, after their source where one is given."""
    head = f"{source} " if source else ""
    return tuple((head + p.strip()).replace(" ", "_") for p in paragraph.split(",") if p.strip())


def _natural(place: str) -> list[tuple[int, str]]:
    parts = (x for x in re.split(r"(\d+)", place) if x)
    return [(int(x), "") if x.isdigit() else (0, x) for x in parts]


def _element(run: ReportInput, name: str) -> str:
    return f"{node_label(run, name)} ({name})"


def _counts(given: WhatIfInput) -> tuple[tuple[str, int, int, int], ...]:
    """Count verdicts: claims, levers and outlooks, checked rows."""
    claims: Counter[str] = Counter(r.verdict for r in given.claims if r.section == "claims")
    others: Counter[str] = Counter(r.verdict for r in given.claims if r.section != "claims")
    return tuple(
        (v, claims[v], others[v], len(given.checks) if v == "checked" else 0) for v in VERDICTS
    )


def _brief(causal: Sequence[ClaimRow]) -> str:
    """Say the outcome in a sentence."""
    if not causal:
        return ""
    n: Counter[str] = Counter(r.verdict for r in causal)
    judged = sum(bool(r.way) for r in causal)
    return (
        f"Of {plural(len(causal), 'causal claim')} in the ledger {judged} were put to the model: "
        f"the data support {_none(n['supported'])} and contradict {_none(n['contradicted'])}; "
        f"{_verb(n['assumed'], 'hold')} because of what was assumed, "
        f"{_verb(n['undecided'], 'stay')} undecided."
    )


def _lead(
    run: ReportInput, given: WhatIfInput, causal: Sequence[ClaimRow], rows: Sequence[ClaimView]
) -> tuple[str, ...]:
    """Say what came out, and how much the data had to say."""
    lines = []
    if causal:
        lines.append(_brief(causal))
        asked = [r for r in causal if r.factor is not None]
        moved = [r for r in asked if not 1 / _FACTOR < (r.factor or 1.0) < _FACTOR]
        bare = [
            r for r in asked
            if not any((x.contraction or 0.0) >= _NARROWED for x in r.rests)
        ]  # fmt: skip
        if not run.fitted:
            lines.append(
                "This run is not fitted, so that no verdict could be 'supported' or "
                "'contradicted': what holds, holds by assumption."
            )
        elif asked:
            told = (
                f"In {len(moved)} of the {len(asked)} they changed the odds of the claimed sign "
                "at least threefold"
                if moved
                else f"In none of the {len(asked)} did they change the odds of the claimed sign "
                "threefold"
            )
            share = "little" if len(moved) < len(asked) / 4 else "some"
            lines.append(
                f"How much the data had to say: {share}. {told}. "
                + (
                    f"{_verb(len(bare), 'rest')} on no parameter whose spread the data narrowed "
                    "by a tenth or more. "
                    if bare
                    else ""
                )
                + "An assumed claim is not borne out: the model has it because its author put it "
                "there."
            )
    near = [r.id for r in rows if r.near]
    if near:
        lines.append(
            f"Verdicts rest on {given.claim_draws:,} draws. {_listed(near)} "
            f"{'lies' if len(near) == 1 else 'lie'} so near a line that other draws could turn "
            f"{'it' if len(near) == 1 else 'them'}; rivalry claims {run.case.name} judges with "
            "more."
        )
    elif causal:
        lines.append(f"Verdicts rest on {given.claim_draws:,} draws.")
    if given.checks:
        failed = [c.id for c in given.checks if c.outcome != "borne out"]
        lines.append(
            f"{plural(len(given.checks), 'dated statement was', 'dated statements were')} held "
            f"against published figures: {len(given.checks) - len(failed)} borne out"
            + (f", not {_listed(failed)}." if failed else ".")
        )
    return tuple(lines)


def _none(count: int) -> str:
    return "none" if not count else str(count)


def _singular(section: str) -> str:
    return section[:-3] + "y" if section.endswith("ies") else section.removesuffix("s")


def _verb(count: int, verb: str) -> str:
    """Write a number with its verb: '1 holds', '3 hold'; nothing is 'none'."""
    return f"{count or 'none'} {verb}{'s' if count in (0, 1) else ''}"


def _listed(ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    return ", ".join(ids[:-1]) + f" and {ids[-1]}"
