"""Reading a ledger: every fault becomes a coded problem with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rivalry.evidence import _rows
from rivalry.evidence._check import cross_faults
from rivalry.evidence._ledger import SECTIONS, Ledger
from rivalry.foundation import Document, Problems, load_yaml, nearest, parse_yaml

_ROW_MODELS: dict[str, type[_rows._Strict]] = {
    "sources": _rows.Source,
    "places": _rows.Place,
    "actors": _rows.Actor,
    "relations": _rows.Relation,
    "events": _rows.Event,
    "quantities": _rows.Quantity,
    "claims": _rows.Claim,
    "loops": _rows.Loop,
    "levers": _rows.Lever,
    "outlooks": _rows.Outlook,
}
_NESTED: dict[str, type[_rows._Strict]] = {
    "statuses": _rows.ActorStatus,
    "date": _rows.SourceDate,
}
_QUOTED = re.compile(r"'([^']*)'")


def load_ledger(path: str | Path) -> Ledger:
    """Read a ledger file.

    Parameters
    ----------
    path : str or Path
        A YAML file; an empty one gives an empty ledger.

    Returns
    -------
    Ledger

    Raises
    ------
    RivalryError
        R01xx when the file cannot be read as YAML, R07xx for every fault of its content, all
        at once, each with file, line and remedy.
    """
    return _build(load_yaml(path))


def parse_ledger(text: str, *, file: str | None = None) -> Ledger:
    """Read a ledger from YAML text; `file` names it in errors (see `load_ledger`)."""
    return _build(parse_yaml(text, file=file))


def _build(document: Document) -> Ledger:
    problems = Problems()
    data = document.data
    if data is None:
        return Ledger()
    if not isinstance(data, dict):
        problems.add(
            "R0715",
            f"a ledger is a block of named sections, not {_kind(data)}",
            f"Start with one of: {', '.join(SECTIONS)}.",
            file=document.file,
            line=document.line(()),
        )
        problems.raise_if_errors()
    # An empty section ("claims:") is a list with no rows.
    data = {k: ([] if v is None and k in SECTIONS else v) for k, v in data.items()}
    ledger: Ledger | None = None
    try:
        ledger = Ledger.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        misspelt = _misspelt(details)
        for detail in details:
            if detail["type"] != "missing" or detail["loc"] not in misspelt:
                _report(detail, data, document, problems)
        if not any((section,) in misspelt for section in SECTIONS):
            ledger = _sound_part(data, error)
    if ledger is not None:
        for fault in cross_faults(ledger):
            path = _original(fault.path, ledger, data)
            problems.add(
                fault.code,
                fault.message,
                fault.remedy,
                file=document.file,
                line=document.line(path),
                where=_where(path, data),
            )
    problems.raise_if_errors()
    assert ledger is not None  # it is None only when faults were reported
    return ledger


def _misspelt(details: list[ErrorDetails]) -> set[tuple[str | int, ...]]:
    """Return the places of keys that stand there under a misspelt name.

    Such a key is reported once, as unknown, and not again as missing.
    """
    found: set[tuple[str | int, ...]] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            loc = detail["loc"]
            close = nearest(str(loc[-1]), _keys(loc))
            if close is not None:
                found.add((*loc[:-1], close))
    return found


def _sound_part(data: dict[str, Any], error: ValidationError) -> Ledger | None:
    """Return the ledger with stand-ins for faulty rows, so that cross checks still run.

    A stand-in keeps the id: without it every reference to the row would look wrong too. None when
    even that cannot be done (a row without a usable id), and the cross checks have to wait.
    """
    faulty: set[tuple[str, int]] = set()
    for detail in error.errors(include_url=False):
        loc = detail["loc"]
        if len(loc) >= 2 and loc[0] in SECTIONS and isinstance(loc[1], int):
            faulty.add((str(loc[0]), loc[1]))
    kept: dict[str, Any] = {}
    for section in SECTIONS:
        rows = data.get(section, [])
        if not isinstance(rows, list):
            return None
        if rows:
            kept[section] = [
                _stand_in(section, row) if (section, i) in faulty else row
                for i, row in enumerate(rows)
            ]
    try:
        return Ledger.model_validate(kept)
    except ValidationError:
        return None


def _stand_in(section: str, row: Any) -> dict[str, Any]:
    """Make a minimal valid row with the id of a faulty one (and its source, if it has one)."""
    base: dict[str, Any] = {"id": row.get("id") if isinstance(row, dict) else None}
    if section != "sources":
        base |= {"source": row.get("source") if isinstance(row, dict) else None, "locator": "-"}
    extra: dict[str, dict[str, Any]] = {
        "sources": {
            "title": "-", "author": "-", "kind": "report", "citation": "-", "licence": "-",
        },
        "places": {"name": "-", "kind": "site"},
        "actors": {"name": "-", "type": "other"},
        "relations": {
            "actor": ["not read"], "toward": ["not read"], "sign": "0", "kind": "-",
            "content": "-",
        },
        "events": {"when": "-", "precision": "undated", "what": "-"},
        "quantities": {"what": "-", "unit": "-", "vague": "-"},
        "claims": {
            "cause": "-", "effect": "-", "polarity": "0", "mode": "fact",
            "asserted_by": ["not read"],
        },
        "loops": {"name": "-", "polarity": "balancing", "claims": [], "description": "-"},
        "levers": {"name": "-", "direction": "-"},
        "outlooks": {"what": "-", "direction": "-", "mode": "fact"},
    }  # fmt: skip
    return base | extra[section]


def _report(
    detail: ErrorDetails, data: dict[str, Any], document: Document, problems: Problems
) -> None:
    loc = tuple(p for p in detail["loc"])
    code, message, remedy = _explain(detail, loc)
    problems.add(
        code,
        message,
        remedy,
        file=document.file,
        line=document.line(loc),
        where=_where(loc, data),
    )


def _explain(detail: ErrorDetails, loc: tuple[str | int, ...]) -> tuple[str, str, str]:
    kind = detail["type"]
    name = next((str(p) for p in reversed(loc) if isinstance(p, str)), "the ledger")
    value = detail.get("input")
    context = detail.get("ctx", {})
    if kind.startswith("R07"):
        return kind, str(context.get("reason", detail["msg"])), _REMEDIES[kind]
    if kind == "extra_forbidden":
        known = _keys(loc)
        close = nearest(str(loc[-1]), known)
        remedy = f"Did you mean {close!r}?" if close else f"Known keys: {', '.join(known)}."
        return "R0701", f"unknown key {str(loc[-1])!r}", remedy
    if kind == "missing":
        return "R0702", f"{name} is missing", f"Add {name}: to this row."
    if kind == "literal_error":
        allowed = _QUOTED.findall(str(context.get("expected", "")))
        if name == "ledger":
            return "R0716", f"ledger format {value!r} is not known", "Write ledger: 1."
        close = nearest(str(value), allowed)
        hint = f"Did you mean {close!r}? " if close else ""
        return (
            "R0704",
            f"{name} is {_shown(value)}, which is not allowed",
            f"{hint}Write one of: {', '.join(allowed)}.",
        )
    if kind == "string_pattern_mismatch":
        return (
            "R0705",
            f"{_shown(value)} is not an id",
            "An id is capital letters and then digits, such as A01 or EV12.",
        )
    if kind in ("string_too_short", "too_short"):
        return "R0702", f"{name} is empty", f"Fill in {name}, or leave the key out."
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        word = "below" if "ge" in context else "above"
        return "R0709", f"{name} is {value}, {word} {limit}", f"Correct {name}."
    expected = _EXPECTED.get(kind, detail["msg"])
    return (
        "R0703",
        f"{name} should be {expected}, but is {_kind(value)}: {_shown(value)}",
        f"Write {expected}; put quotes round text that looks like a number.",
    )


_EXPECTED = {
    "string_type": "text",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
    "dict_type": "a block of keys",
}
_REMEDIES = {
    "R0706": "Write YYYY, YYYY-MM or YYYY-MM-DD.",
    "R0709": "Swap or correct the two ends.",
    "R0710": "Let precision say how fine 'from' is, or give the dates it needs.",
    "R0711": "Use vague for words such as several; use low or high alone for a bound.",
    "R0712": "Fill in what is missing, or remove the other half.",
    "R0713": "Add derived_from: [ids] with basis: derived, or remove it.",
}


def _keys(loc: tuple[str | int, ...]) -> list[str]:
    model: type[_rows._Strict] = Ledger
    if len(loc) >= 3 and loc[0] in _ROW_MODELS:
        model = _ROW_MODELS[str(loc[0])]
        if len(loc) >= 4 and loc[2] in _NESTED:
            model = _NESTED[str(loc[2])]
    return [field.alias or name for name, field in model.model_fields.items()]


def _original(
    path: tuple[str | int, ...], ledger: Ledger, data: dict[str, Any]
) -> tuple[str | int, ...]:
    """Point at the key of a list that is written as one word, which has no item positions."""
    if len(path) == 4:
        section, i, name, _ = path
        if not isinstance(data[str(section)][i].get(name), list):
            return path[:3]
    return path


def _where(loc: tuple[str | int, ...], data: dict[str, Any]) -> str | None:
    """Return ``claims.C03.polarity`` rather than ``claims.2.polarity``."""
    parts: list[str] = []
    here: Any = data
    for part in loc:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict) and isinstance(here.get("id"), str):
            parts.append(here["id"])
        else:
            parts.append(str(part))
    return ".".join(parts) or None


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    names = {dict: "a block", list: "a list", str: "text", bool: "true/false"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "a value")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
