"""The ledger as rows that can be searched, each with what the model does with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rivalry.evidence import (
    Actor,
    Claim,
    Event,
    Ledger,
    LedgerRow,
    Lever,
    Loop,
    Outlook,
    Place,
    Quantity,
    Relation,
    Source,
)
from rivalry.report._diagram import node_label
from rivalry.report._input import ReportInput
from rivalry.report._labels import step_sign
from rivalry.report._numbers import exact, signed
from rivalry.report._timeline import name_of

STATUS = {
    "bound": "in the model",
    "outside": "outside, with reason",
    "missing": "open",
    "used": "used by an element",
    "record": "record only",
}
#: Claims first, places last: the order in which a reader asks.
_ORDER = (
    "claims",
    "loops",
    "levers",
    "outlooks",
    "events",
    "quantities",
    "relations",
    "actors",
    "places",
)
_ARROW = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True)
class Entry:
    """One row of the ledger. `status` is a key of `STATUS`; `detail` says how or why not."""

    id: str
    section: str
    text: str
    asserted_by: str
    mode: str
    source: str
    locator: str
    status: str
    detail: str


def ledger_entries(run: ReportInput) -> list[Entry]:
    """All rows but sources: what needs coverage first, then the record."""
    ledger, coverage = run.case.ledger, run.case.coverage
    spec = run.case.spec
    actors = {id: name for name, a in spec.actors.items() for id in a.ledger}
    entries = []
    for section, row in ledger.rows():
        if isinstance(row, Source):
            continue
        detail = ""
        if row.id in coverage.section:
            status: str = coverage.status(row.id)
            detail = coverage.outside.get(row.id, "") or _binding(run, row.id)
        elif row.id in coverage.other or row.id in actors:
            status = "used"
            names = coverage.other.get(row.id) or (actors[row.id],)
            detail = "By " + ", ".join(names) + "."
        else:
            status = "record"
        who = ", ".join(name_of(ledger, a) for a in getattr(row, "asserted_by", ()))
        mode = str(getattr(row, "mode", "") or getattr(row, "hedge", "") or "")
        also = getattr(row, "mode_also", None)
        entries.append(
            Entry(
                id=row.id,
                section=section,
                text=_text(row, ledger),
                asserted_by=who,
                mode=f"{mode}, in part {also}" if also else mode,
                source=row.source,
                locator=row.locator,
                status=status,
                detail=detail,
            )
        )
    return sorted(entries, key=lambda e: _ORDER.index(e.section))


def _binding(run: ReportInput, id: str) -> str:
    binding = run.case.spec.bindings.get(id)
    parts = []
    if binding and len(binding.path) > 1:
        parts.append(path_text(run, binding.path, binding.sign))
    elif binding and binding.path:
        parts.append(f"Carried by {binding.path[0]}.")
    if binding and binding.by:
        parts.append("By " + "; ".join(node_label(run, n) for n in binding.by) + ".")
    loop = run.case.spec.loops.get(id)
    if loop:
        parts.append("Through " + f" {_ARROW} ".join(loop.through) + ".")
    if not parts and id in run.case.coverage.bound:
        parts.append("By " + ", ".join(run.case.coverage.bound[id]) + ".")
    if binding and binding.note:
        parts.append(binding.note)
    return " ".join(parts)


def path_text(run: ReportInput, path: Sequence[str], claimed: str | None) -> str:
    """Write a path with the sign of each step in the model, and compare with the claim."""
    text, product = node_label(run, path[0]), 1
    known = True
    for a, b in pairwise(path):
        sign = step_sign(run.graph, a, b) or "?"
        known = known and sign in "+-"
        product *= -1 if sign == "-" else 1
        text += f" {signed(sign)}{_ARROW} {node_label(run, b)}"
    if claimed is None:
        return text + "."
    if not known:
        return f"{text}. Claimed {signed(claimed)}; a step's sign depends on the state."
    whole = "+" if product > 0 else "-"
    agrees = "as claimed" if whole == claimed else f"but claimed {signed(claimed)}"
    return f"{text}. In all {signed(whole)}, {agrees}."


def _text(row: LedgerRow, ledger: Ledger) -> str:
    if isinstance(row, Claim):
        via = f", by way of {row.via}" if row.via else ""
        sign = {"0": "no effect on", "both": "raise each other:"}.get(
            row.polarity, f"{signed(row.polarity)}{_ARROW}"
        )
        condition = f" ({row.condition})" if row.condition else ""
        return f"{row.cause} {sign} {row.effect}{via}{condition}"
    if isinstance(row, Event):
        return f"{row.when}: {row.what}"
    if isinstance(row, Quantity):
        return f"{row.what}: {_amount(row)}" + (f", as of {row.as_of}" if row.as_of else "")
    if isinstance(row, Relation):
        ends = [", ".join(name_of(ledger, a) for a in x) for x in (row.actor, row.toward)]
        arrow = "\N{LEFT RIGHT ARROW}" if row.mutual else _ARROW
        sign = row.sign if row.sign in "±0" else signed(row.sign)
        when = f" ({row.when})" if row.when else ""
        return f"{ends[0]} {arrow} {ends[1]}, {row.kind} ({sign}): {row.content}{when}"
    if isinstance(row, Actor):
        also = f"; also: {', '.join(row.aliases)}" if row.aliases else ""
        kind = row.type + (f" and {row.type_also}" if row.type_also else "")
        return f"{row.name} ({kind}){also}"
    if isinstance(row, Loop):
        return f"{row.name} ({row.polarity}): {row.description}"
    if isinstance(row, Lever):
        return f"{row.name}: {row.direction}"
    if isinstance(row, Outlook):
        return f"{row.what} Direction: {row.direction}"
    if isinstance(row, Place):
        return f"{row.name} ({row.kind})"
    return row.title


def _amount(row: Quantity) -> str:
    if row.vague is not None:
        return f"{row.vague} {row.unit}"
    if row.value is not None:
        return f"{exact(row.value)} {row.unit}"
    if row.low is not None and row.high is not None:
        return f"{exact(row.low)} to {exact(row.high)} {row.unit}"
    if row.low is not None:
        return f"at least {exact(row.low)} {row.unit}"
    return f"at most {exact(row.high or 0)} {row.unit}"


def coverage_counts(run: ReportInput) -> list[tuple[str, int, int, int, int]]:
    """Count rows as (section, all, in the model, outside, open) for sections that need coverage."""
    return [
        (section, sum(c.values()), c["bound"], c["outside"], c["missing"])
        for section, c in run.case.coverage.counts().items()
        if sum(c.values())
    ]
