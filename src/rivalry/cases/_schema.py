"""From plain data to `CaseSpec`: what pydantic refuses becomes coded problems with lines."""

from __future__ import annotations

import copy
import math
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rivalry.cases._spec import CaseSpec
from rivalry.foundation import Document, Problems, nearest

Path = tuple[str | int, ...]

_WORDS = {
    "string_type": "text",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
}
_QUOTED = re.compile(r"'([^']*)'")


def read_spec(document: Document, problems: Problems) -> tuple[CaseSpec | None, list[Path]]:
    """Check the shape of a case file.

    Parameters
    ----------
    document : Document
    problems : Problems
        Receives R0202 to R0208 and R0211.

    Returns
    -------
    spec : CaseSpec or None
        None when nothing sensible can be built. When the only faults are unknown keys inside
        elements, the specification without them, so that later checks still find the rest.
    dropped : list of path
        Those keys.
    """
    data = document.data
    if not isinstance(data, dict) or not data:
        what = "is empty" if not data else f"is {_kind(data)}, not a block of sections"
        problems.add(
            "R0202",
            f"the case file {what}",
            "Start with: rivalry: 1, title:, time: {start, end}.",
            file=document.file,
            line=document.line(()),
        )
        return None, []
    data = {k: v for k, v in data.items() if v is not None or not _is_section(k)}
    before = len(problems.errors)
    _scan_values(data, document, problems)
    try:
        spec = CaseSpec.model_validate(data)
    except ValidationError as error:
        dropped = _report(error, data, document, problems)
        if dropped is None or len(problems.errors) > before + len(dropped):
            return None, []
        try:
            return CaseSpec.model_validate(_without(data, dropped)), dropped
        except ValidationError:
            return None, dropped
    return (spec if len(problems.errors) == before else None), []


def _is_section(key: str) -> bool:
    field = CaseSpec.model_fields.get(key)
    return field is not None and typing.get_origin(field.annotation) is dict


def _scan_values(data: Any, document: Document, problems: Problems) -> None:
    """Refuse what pydantic would turn into a number: true, false, and numbers without end."""
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*path, k), v) for k, v in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, i), v) for i, v in reversed(list(enumerate(value))))
        elif isinstance(value, bool):
            _add(
                problems, document, "R0205", path,
                f"{_name(path)} is {str(value).lower()}, and no key of a case is true or false",
                "Write a number (1 or 0), or put quotes round a word.",
            )  # fmt: skip
        elif isinstance(value, float) and not math.isfinite(value):
            _add(
                problems, document, "R0208", path,
                f"{_name(path)} is {value}, not a finite number",
                "Write a number; leave an open bound as null.",
            )  # fmt: skip


def _report(
    error: ValidationError, data: dict[str, Any], document: Document, problems: Problems
) -> list[Path] | None:
    """Turn every fault into a problem; return the unknown keys if there is nothing else."""
    dropped: list[Path] = []
    only_extra = True
    groups: dict[Path, list[tuple[ErrorDetails, bool]]] = {}
    for detail in error.errors(include_url=False):
        path, tagged = _data_path(detail["loc"], data)
        if detail["type"] == "missing":
            path = (*path, detail["loc"][-1])
        groups.setdefault(path, []).append((detail, tagged))
    # Every alternative of a union complains. Those that looked deeper know more than the one that
    # wanted something else altogether.
    for path in list(groups):
        deeper = any(len(p) > len(path) and p[: len(path)] == path for p in groups)
        if deeper and all(tagged for _, tagged in groups[path]):
            del groups[path]
    for path, members in groups.items():
        if isinstance(members[0][0].get("input"), bool):
            only_extra = False
            continue  # told by _scan_values
        details = [detail for detail, _ in members]
        kinds = {detail["type"] for detail in details}
        if kinds == {"extra_forbidden"}:
            _unknown_key(path, document, problems)
            if len(path) > 1 and path[0] != "report":
                dropped.append(path)
            else:
                only_extra = False
            continue
        only_extra = False
        _fault(path, details, document, problems)
    return dropped if only_extra else None


def _fault(path: Path, details: list[ErrorDetails], document: Document, problems: Problems) -> None:
    name, value = _name(path), details[0].get("input")
    by_kind = {detail["type"]: detail for detail in details}
    if "missing" in by_kind and isinstance(path[-1], int):
        list_path, wanted = path[:-1], path[-1] + 1
        values = "one value" if isinstance(value, list) and len(value) == 1 else "too few values"
        _add(
            problems, document, "R0211", list_path,
            f"{_name(list_path)} has {values}, not {wanted}",
            f"Write {wanted} values.",
        )  # fmt: skip
        return
    if "missing" in by_kind:
        what = f"the section {name}" if len(path) == 1 else name
        remedy = f"Add {name}:." if name != "rivalry" else "Start the file with rivalry: 1."
        _add(problems, document, "R0204", path, f"{what} is missing", remedy)
        return
    literal = by_kind.get("literal_error")
    if literal is not None and (isinstance(value, str) or len(by_kind) == 1):
        allowed = _QUOTED.findall(str(literal.get("ctx", {}).get("expected", "")))
        if path == ("rivalry",):
            _add(
                problems, document, "R0207", path,
                f"version {_shown(value)} of the language is not known",
                "Write rivalry: 1.",
            )  # fmt: skip
            return
        close = nearest(str(value), allowed)
        hint = f"Did you mean {close!r}? " if close else ""
        words = ", ".join(repr(a) if a in ("+", "-", "0") else a for a in allowed)
        _add(
            problems, document, "R0206", path,
            f"{name} is {_shown(value)}, which is not one of its words",
            f"{hint}Write one of: {words}.",
        )  # fmt: skip
        return
    for kind, detail in by_kind.items():
        context = detail.get("ctx", {})
        if kind in ("greater_than_equal", "less_than_equal"):
            low = context.get("ge")
            word = f"below {low}" if low is not None else f"above {context.get('le')}"
            _add(
                problems, document, "R0208", path, f"{name} is {value}, {word}", f"Correct {name}."
            )
            return
        if kind in ("too_short", "too_long"):
            count = context.get("min_length", context.get("max_length"))
            _add(
                problems, document, "R0211", path,
                f"{name} has {context.get('actual_length')} values, not {count}",
                f"Write {count} values.",
            )  # fmt: skip
            return
    expected = " or ".join(dict.fromkeys(_WORDS.get(k, "something else") for k in by_kind))
    if len(path) == 2 and path[0] in ("parameters", "auxiliaries"):
        expected = "a number, text or a block of keys"
    remedy = f"Write {expected}."
    if "string_type" in by_kind and isinstance(value, int | float):
        remedy = f"Put quotes round it: '{value}'."
    _add(
        problems, document, "R0205", path,
        f"{name} should be {expected}, but is {_kind(value)}"
        + ("" if value is None or isinstance(value, dict | list) else f": {_shown(value)}"),
        remedy,
    )  # fmt: skip


def _unknown_key(path: Path, document: Document, problems: Problems) -> None:
    known = sorted(set(_keys(path[:-1])))
    close = nearest(str(path[-1]), known)
    remedy = f"Did you mean {close!r}?" if close else f"Known keys: {', '.join(known)}."
    place = "the case" if len(path) == 1 else _place(path[:-1])
    _add(problems, document, "R0203", path, f"{place} has no key {_shown(path[-1])}", remedy)


def _add(
    problems: Problems, document: Document, code: str, path: Path, message: str, remedy: str
) -> None:
    problems.add(
        code,
        message,
        remedy,
        file=document.file,
        line=document.line(path),
        where=_place(path) or None,
    )


def _place(path: Path) -> str:
    """Write a path for people, who count the items of a list from 1."""
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in path)


def _data_path(loc: tuple[str | int, ...], data: Any) -> tuple[Path, bool]:
    """Keep the parts of a location that exist in the data; the others name union members."""
    path: list[str | int] = []
    here = data
    tagged = False
    for part in loc:
        known = (isinstance(here, dict) and isinstance(part, str) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        if not known:
            tagged = True
            continue
        here = here[part]
        path.append(part)
    return tuple(path), tagged


def _keys(path: Path) -> Iterator[str]:
    """Give the keys allowed at a place of the file."""
    annotations: list[Any] = [CaseSpec]
    for part in path:
        step: list[Any] = []
        for annotation in annotations:
            for option in _options(annotation):
                origin, args = typing.get_origin(option), typing.get_args(option)
                if isinstance(option, type) and issubclass(option, BaseModel):
                    step += [
                        field.annotation
                        for name, field in option.model_fields.items()
                        if part in (name, field.alias)
                    ]
                elif origin is dict:
                    step.append(args[1])
                elif origin in (list, tuple):
                    # one block may stand for a list of one
                    step.append(args[0])
        annotations = step
    for annotation in annotations:
        for option in _options(annotation):
            if isinstance(option, type) and issubclass(option, BaseModel):
                yield from (field.alias or name for name, field in option.model_fields.items())
            elif typing.get_origin(option) is list:
                yield from (
                    field.alias or name
                    for inner in _options(typing.get_args(option)[0])
                    if isinstance(inner, type) and issubclass(inner, BaseModel)
                    for name, field in inner.model_fields.items()
                )


def _options(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _options(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for inner in typing.get_args(annotation):
            yield from _options(inner)
    else:
        yield annotation


def _without(data: dict[str, Any], dropped: list[Path]) -> dict[str, Any]:
    result = copy.deepcopy(data)
    for path in dropped:
        here: Any = result
        for part in path[:-1]:
            here = here[part]
        del here[path[-1]]
    return result


def _name(path: Path) -> str:
    if path and isinstance(path[-1], int):
        named = next((str(p) for p in reversed(path) if isinstance(p, str)), "the list")
        return f"item {path[-1] + 1} of {named}"
    return str(path[-1]) if path else "the case"


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    names = {dict: "a block of keys", list: "a list", str: "text", bool: "true/false"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "a value")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
