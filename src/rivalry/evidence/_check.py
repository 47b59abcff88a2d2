"""What one row cannot know alone: unique ids, references between rows, derived values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rivalry.evidence._dates import first_day
from rivalry.evidence._ledger import SECTIONS, Ledger
from rivalry.evidence._rows import ID_PATTERN, Quantity
from rivalry.foundation import nearest

_ID = re.compile(ID_PATTERN)
_WORDS = re.compile(r"[^\W\d_]{3,}")

#: section -> field -> (sections it may point to, whether words may stand for a set without a row).
#: An empty tuple means any section.
_REFERENCES: dict[str, dict[str, tuple[tuple[str, ...], bool]]] = {
    "places": {"within": (("places",), False)},
    "actors": {"part_of": (("actors",), False)},
    "relations": {
        "actor": (("actors",), True),
        "toward": (("actors",), True),
        "asserted_by": (("actors",), True),
    },
    "events": {
        "actors": (("actors",), False),
        "numbers": (("quantities",), False),
        "places": (("places",), False),
        "refines": (("events",), False),
        "asserted_by": (("actors",), True),
    },
    "quantities": {
        "derived_from": (("quantities",), False),
        "group": (("actors",), False),
        "event": (("events",), False),
        "asserted_by": (("actors",), True),
    },
    "claims": {"asserted_by": (("actors",), True), "related": ((), False)},
    "loops": {"claims": (("claims",), False)},
    "levers": {"actors": (("actors",), False), "claims": (("claims",), False)},
    "outlooks": {
        "actors": (("actors",), False),
        "claims": (("claims",), False),
        "asserted_by": (("actors",), True),
    },
}


@dataclass(frozen=True)
class Fault:
    """A fault at a place in the ledger; `path` is section, row number, field, ..."""

    code: str
    message: str
    remedy: str
    path: tuple[str | int, ...]


def cross_faults(ledger: Ledger) -> Iterator[Fault]:
    """Give every fault between rows."""
    home: dict[str, str] = {}
    for section in SECTIONS:
        for i, row in enumerate(getattr(ledger, section)):
            if row.id in home:
                yield Fault(
                    "R0707",
                    f"id {row.id} is used twice (first in {home[row.id]})",
                    "Give each row its own id.",
                    (section, i, "id"),
                )
            home.setdefault(row.id, section)
    for section in SECTIONS:
        wanted = dict(_REFERENCES.get(section, {}))
        if section != "sources":
            wanted["source"] = (("sources",), False)
        for i, row in enumerate(getattr(ledger, section)):
            for name, (targets, words) in wanted.items():
                value = getattr(row, name)
                many = isinstance(value, list)
                for j, ref in enumerate(value if many else [value]):
                    path = (section, i, name, j) if many else (section, i, name)
                    if ref is not None:
                        yield from _reference(ref, targets, words, home, path)
    yield from _event_order(ledger, home)
    yield from _derived(ledger)


def _reference(
    ref: str,
    targets: tuple[str, ...],
    words: bool,
    home: dict[str, str],
    path: tuple[str | int, ...],
) -> Iterator[Fault]:
    found = home.get(ref)
    if found is not None and (not targets or found in targets):
        return
    kind = targets[0] if targets else "rows"
    if found is not None:
        yield Fault(
            "R0708",
            f"{ref} is in {found}, not in {kind}",
            f"Name a row of {kind} here.",
            path,
        )
        return
    # "A5x" is a slip of the pen; "most foreign governments" is a set without a row
    if words and not _ID.fullmatch(ref) and _WORDS.search(ref):
        return
    close = nearest(ref, [i for i, s in home.items() if not targets or s in targets])
    remedy = f"Did you mean {close!r}?" if close else f"Add it under {kind}, or correct the id."
    yield Fault("R0708", f"there is no {ref} in {kind}", remedy, path)


def _event_order(ledger: Ledger, home: dict[str, str]) -> Iterator[Fault]:
    for i, event in enumerate(ledger.events):
        for name in ("after", "before"):
            value = getattr(event, name)
            if value is None:
                continue
            if _ID.fullmatch(value):
                yield from _reference(value, ("events",), False, home, ("events", i, name))
                continue
            try:
                first_day(value)
            except ValueError:
                yield Fault(
                    "R0706",
                    f"{value!r} is neither an event id nor a date",
                    "Write an id such as E12, or YYYY, YYYY-MM, YYYY-MM-DD.",
                    ("events", i, name),
                )


def _derived(ledger: Ledger) -> Iterator[Fault]:
    by_id = {q.id: q for q in ledger.quantities}
    for i, quantity in enumerate(ledger.quantities):
        inputs = [by_id[r].value for r in quantity.derived_from if r in by_id]
        expected = _expected(quantity, inputs)
        given = quantity.value
        if expected is None or given is None:
            continue
        # derived figures are often rounded; 2% lets "20 to 1" pass and catches a wrong row
        if not math.isclose(expected, given, rel_tol=0.02, abs_tol=1e-9):
            yield Fault(
                "R0714",
                f"{quantity.id} is {given:g}, but the {quantity.operation} of "
                f"{', '.join(quantity.derived_from)} is {expected:g}",
                "Correct the value, the operation, or the rows it is derived from.",
                ("quantities", i, "value"),
            )


def _expected(quantity: Quantity, inputs: list[float | None]) -> float | None:
    values = [v for v in inputs if v is not None]
    if quantity.operation is None or len(values) < len(quantity.derived_from) or not values:
        return None
    if quantity.operation == "sum":
        return math.fsum(values)
    if quantity.operation == "product":
        return math.prod(values)
    if len(values) != 2:
        return None
    if quantity.operation == "difference":
        return values[0] - values[1]
    return values[0] / values[1] if values[1] else None
