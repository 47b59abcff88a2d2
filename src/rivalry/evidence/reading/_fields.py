"""Fields of a ledger's rows, for people who fill them in one by one."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, Literal

from rivalry.evidence._load import _ROW_MODELS

FieldKind = Literal["text", "number", "bool", "list"]


def field_names(section: str) -> list[str]:
    """Return the names of the fields of a section's rows that hold words, numbers or lists."""
    model = _ROW_MODELS[section]
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [n for n in names if field_kind(section, n) is not None]


def field_kind(section: str, name: str) -> FieldKind | None:
    """Return what a field holds; None if there is none of this name, or one that holds blocks."""
    for own, field in _ROW_MODELS[section].model_fields.items():
        if (field.alias or own) == name:
            return _kind(field.annotation)
    return None


def _kind(annotation: Any) -> FieldKind | None:
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _kind(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        kinds = [_kind(a) for a in typing.get_args(annotation) if a is not type(None)]
        return kinds[0] if kinds else None
    if origin is list:
        item = _kind(typing.get_args(annotation)[0])
        return "list" if item == "text" else None
    if origin is Literal or annotation is str:
        return "text"
    if annotation is bool:
        return "bool"
    return "number" if annotation in (int, float) else None
