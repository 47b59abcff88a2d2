"""Priors in the words of the case file, which say more than the numbers they were read as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rivalry.model.spec import ModelSpec


def authored_prior(spec: ModelSpec, name: str) -> str | None:
    """Return the prior of a parameter as its author wrote it.

    Parameters
    ----------
    spec : ModelSpec
    name : str
        Scalar name of a parameter: ``r0``, ``effort[a]``, ``initial.fighters[a]``, or the size of
        a shock such as ``raid.share``.

    Returns
    -------
    str or None
        Such as ``lognormal(log(0.08), 0.4)``; None when the case file writes no prior for it.
    """
    head, dot, rest = name.partition(".")
    if dot and head == "initial":
        base, index = _split(rest)
        for section in (spec.stocks, spec.levels):
            for key, item in section.items():
                if _split(key)[0] == base:
                    return _uncertain(_of(item.initial, index))
        return None
    if dot and head in spec.shocks:
        return _size(spec, head, rest)
    base, index = _split(name)
    for key, parameter in spec.parameters.items():
        if _split(key)[0] == base:
            text = _of(parameter.prior, index)
            return None if text is None else str(text).strip()
    return None


def _size(spec: ModelSpec, shock: str, rest: str) -> str | None:
    item = spec.shocks[shock]
    for place, move in enumerate(item.move):
        # a shock with several moves numbers them from 1
        suffix = "" if len(item.move) == 1 else str(place + 1)
        for kind in ("share", "number"):
            if rest == kind + suffix and getattr(move, kind) is not None:
                return _uncertain(getattr(move, kind))
    for section in (item.add, item.scale, item.set):
        if rest in section:
            return _uncertain(section[rest])
    return None


def _split(name: str) -> tuple[str, str]:
    base, bracket, index = name.partition("[")
    return base.strip(), index.rstrip("]").replace(" ", "") if bracket else ""


def _of(value: Any, index: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    return next((v for k, v in value.items() if str(k).replace(" ", "") == index), None)


def _uncertain(value: Any) -> str | None:
    text = str(value).strip()
    return text[1:].strip() if text.startswith("~") else None
