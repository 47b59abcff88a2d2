"""Effects of claims in words: a figure with the unit that it is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rivalry.model import Model

#: Below this a share, index or rate that could go from 0 to 1 hardly moves.
_NOTHING = 1e-3
_HAZARD = "a month"
_CONTRAST = re.compile(r"\s*(sum|mean|last|max|min)\(([^)]+)\)")


def effect_words(
    model: Model, expectation: str, way: str, figures: tuple[float, float, float]
) -> str:
    """Say an effect with its unit, or that there is practically none.

    Parameters
    ----------
    model : Model
    expectation : str
        What was asked, as in `rivalry.whatif.ClaimRow`: the path, or ``mean(control) over ...``.
    way : {"path", "contrast", "shock"}
    figures : tuple of float
        Median and 5% and 95% quantiles. Along a path they are a derivative, which for a cause
        counted in people is told for 1,000 or 1,000,000 of them.
    """
    if way == "path":
        names = [n.strip() for n in expectation.removeprefix("effect along ").split(" > ")]
        cause, effect = _unit(model, names[0]), _unit(model, names[-1])
        most, times = max(map(abs, figures)), 1
        while cause == "people" and most * times < 0.1 and times < 1_000_000:
            times *= 1000
        if 0 < most < _NOTHING and not cause and effect in ("", _HAZARD):
            return f"practically none: under {_NOTHING:g}{_of(effect)} per unit of {names[0]}"
        tail = f"{_of(effect)} per {f'{times:,} ' if times > 1 else ''}{_one(cause)}"
        return _spread(tuple(f * times for f in figures)) + f"{tail} of {names[0]}"
    asked = _CONTRAST.match(expectation)
    unit = _unit(model, asked[2].strip()) if asked else ""
    if asked and asked[1] == "sum":
        unit = unit.removesuffix("/month")
    if asked and 0 < max(map(abs, figures)) < _NOTHING and not unit:
        return f"practically none: under {_NOTHING:g}"
    return _spread(figures) + _of(unit)


def _unit(model: Model, name: str) -> str:
    """Return the unit of an element, a parameter or, for a base name, of its first element."""
    for found in (name, *model.resolve(name)):
        if found in model.elements:
            element = model.elements[found]
            unit = "people/month" if element.kind == "flow" else element.unit or ""
            return {"1": "", "1/month": _HAZARD}.get(unit, unit)
    return ""


def _one(unit: str) -> str:
    """Return what a derivative is taken by: a 'unit' of what has none of its own."""
    return unit if unit and unit != _HAZARD else "unit"


def _of(unit: str) -> str:
    return f" {unit}" if unit else ""


def _spread(figures: tuple[float, ...]) -> str:
    median, low, high = (plain(f) for f in figures)
    return f"{median} (90% of draws {low} to {high})"


def plain(value: float) -> str:
    """Return a figure to three digits, never with an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.8f}".rstrip("0").rstrip(".")


def of_100(share: float) -> str:
    """Write a share of draws as a number out of 100; nearly all is not all."""
    count = round(100 * share)
    if count == 100 and share < 1:
        return "over 99"
    return "under 1" if count == 0 and share > 0 else str(count)
