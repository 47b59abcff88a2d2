"""Names that system-dynamics programs accept: letters, digits, underscores, none twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Words that mean something in XMILE equations (OASIS XMILE 1.0, section 3.3).
_TAKEN = frozenset(
    {
        "abs",
        "arccos",
        "arcsin",
        "arctan",
        "cos",
        "exp",
        "inf",
        "int",
        "ln",
        "log10",
        "max",
        "min",
        "pi",
        "sin",
        "sqrt",
        "tan",
        "time",
        "dt",
        "starttime",
        "stoptime",
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "mod",
        "step",
        "ramp",
        "pulse",
        "delay",
        "smth1",
        "init",
        "previous",
        "self",
        "random",
        "normal",
        "poisson",
        "uniform",
        "exprnd",
        "lognormal",
        "history",
        "lookup",
    }
)


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Map names such as ``fighters[iskp]`` to ``fighters_iskp``.

    Returns
    -------
    dict of str to str
        Values differ without regard to case.
    """
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_") or "x"
        if plain[0].isdigit() or plain.lower() in _TAKEN:
            plain = f"x_{plain}"
        own, number = plain, 2
        while own.lower() in used:
            own, number = f"{plain}_{number}", number + 1
        used.add(own.lower())
        found[name] = own
    return found
