"""What a what-if changes: scenarios of the case, joined, and changes made up on the spot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rivalry.foundation import Month, Problem, Problems, RivalryError, nearest, parse_date
from rivalry.model import Model
from rivalry.model.spec import ScenarioSpec

_SET = re.compile(r"\s*([^=@]+?)\s*=\s*([^=@]+?)\s*(?:@\s*([^=@]+?)\s*)?")
_FIRE = re.compile(r"\s*([^=@]+?)\s*@\s*([^=@]+?)\s*")


@dataclass(frozen=True)
class Part:
    """One set of changes: a scenario of the case, or one made up on the spot."""

    name: str
    spec: ScenarioSpec


@dataclass(frozen=True)
class WhatIf:
    """What a run changes.

    Attributes
    ----------
    name : str
        ``relax+invest``; names of files and tables.
    label : str
        For people.
    parts : tuple of Part
        Applied together; none is the reference itself.
    """

    name: str
    label: str
    parts: tuple[Part, ...] = ()


REFERENCE = WhatIf("reference", "The reference")


def named_scenario(model: Model, text: str) -> WhatIf:
    """Return a scenario of the case, or several joined by ``+``.

    Parameters
    ----------
    model : Model
    text : str
        ``relax``, ``relax+invest`` or ``reference``.

    Raises
    ------
    RivalryError
        R0805 for scenarios that the case does not have, all at once.
    """
    names = [n.strip() for n in text.split("+")]
    problems = Problems()
    for name in names:
        if name in model.scenarios or name == "reference":
            continue
        near = nearest(name, model.scenarios)
        problems.add(
            "R0805",
            f"there is no scenario {name!r}",
            (f"Did you mean {near!r}? " if near else "")
            + f"Scenarios: {', '.join(model.scenarios) or 'none'}.",
        )
    _refuse(problems)
    kept = list(dict.fromkeys(n for n in names if n != "reference"))
    parts = tuple(Part(n, model.scenarios[n]) for n in kept)
    labels = [p.spec.label or p.name.replace("_", " ") for p in parts]
    return WhatIf("+".join(kept), "; ".join(labels), parts) if parts else REFERENCE


def join(first: WhatIf, second: WhatIf) -> WhatIf:
    """Put the changes of two what-ifs together."""
    if not first.parts:
        return second
    if not second.parts:
        return first
    return WhatIf(
        f"{first.name}+{second.name}", f"{first.label}; {second.label}", first.parts + second.parts
    )


def made_up(
    model: Model,
    *,
    sets: Sequence[str] = (),
    fire: Sequence[str] = (),
    without: Sequence[str] = (),
    month: Month,
) -> WhatIf:
    """Read changes as a user types them.

    Parameters
    ----------
    model : Model
    sets : sequence of str
        ``lever=value`` or ``lever=value@date``; a lever of the case, or a parameter that a lever
        or scenario moves. Several dates of one lever follow each other.
    fire : sequence of str
        ``shock@date``; a shock, or a lever bound to one.
    without : sequence of str
        Shocks that do not happen.
    month : Month
        Of changes without a date.

    Raises
    ------
    RivalryError
        R1101 for names, R1102 for what cannot be read, R1106 for values outside a range, R1107
        where a shock is set or a parameter fired; all at once.
    """
    problems = Problems()
    parts: list[Part] = []
    settings: dict[str, list[tuple[Month, str, float]]] = {}
    for text in sets:
        read = _read_set(model, text, month, problems)
        if read is not None:
            settings.setdefault(read[0], []).append(read[1])
    for parameter, rows in settings.items():
        rows.sort(key=lambda r: r[0].ordinal)
        for i, (begin, word, value) in enumerate(rows):
            data: dict[str, Any] = {"from": str(begin), "set": {parameter: value}}
            if i + 1 < len(rows) and rows[i + 1][0] > begin:
                data["until"] = str(rows[i + 1][0])
            parts.append(Part(f"{word}={value:g}@{begin}", ScenarioSpec.model_validate(data)))
    for text in fire:
        found = _read_fire(model, text, problems)
        if found is not None:
            shock, date = found
            spec = ScenarioSpec.model_validate({"fire": {shock: date}})
            parts.append(Part(f"{shock}@{date}", spec))
    for name in without:
        absent = _shock(model, name, problems)
        if absent is not None:
            spec = ScenarioSpec.model_validate({"without": [absent]})
            parts.append(Part(f"no_{absent}", spec))
    _refuse(problems)
    names = [p.name for p in parts]
    return WhatIf("+".join(names), ", ".join(names), tuple(parts)) if parts else REFERENCE


def moved_to(model: Model, what: WhatIf, month: Month) -> WhatIf:
    """Let a what-if begin in another month: settings and fired shocks keep their distances.

    Shocks left out have dates of their own, which stay.
    """
    dates = [begin for p in what.parts if (begin := _begins(model, p.spec)) is not None]
    if not dates:
        return what
    by = month - min(dates)
    parts = []
    for part in what.parts:
        spec = part.spec
        changed: dict[str, Any] = {
            "from_": None if spec.from_ is None else str(parse_date(spec.from_)[0] + by),
            "until": None if spec.until is None else str(parse_date(spec.until)[0] + by),
            "fire": {s: str(parse_date(d)[0] + by) for s, d in spec.fire.items()},
        }
        parts.append(replace(part, spec=spec.model_copy(update=changed)))
    return replace(what, parts=tuple(parts))


def first_month(model: Model, what: WhatIf) -> Month:
    """Return the first month in which a what-if can differ from the reference.

    Without a date it is the model's first month.
    """
    begins = []
    for part in what.parts:
        begin = _begins(model, part.spec)
        begins += [] if begin is None else [begin]
        for name in part.spec.without if part.spec.from_ is None else ():
            for shock in model.shocks:
                if shock.name == name and shock.fire.any():
                    begins.append(model.time.start + int(shock.fire.nonzero()[0][0]))
    return min(begins, key=lambda m: m.ordinal, default=model.time.start)


def _begins(model: Model, spec: ScenarioSpec) -> Month | None:
    """Month of the first dated change of a part; None when all it does is leave shocks out."""
    dates = [parse_date(d)[0] for d in spec.fire.values()]
    if spec.from_ is not None:
        dates.append(parse_date(spec.from_)[0])
    elif spec.set or spec.scale:
        dates.append(model.time.start)
    return min(dates, key=lambda m: m.ordinal, default=None)


def _read_set(
    model: Model, text: str, month: Month, problems: Problems
) -> tuple[str, tuple[Month, str, float]] | None:
    match = _SET.fullmatch(text)
    if match is None:
        problems.add(
            "R1102", f"--set {text} is no change", "Write lever=value or lever=value@2025-01."
        )
        return None
    word, number, date = match.groups()
    begin = month if date is None else _month(date, f"--set {text}", problems)
    try:
        value = float(number)
    except ValueError:
        problems.add("R1102", f"--set {text}: {number!r} is no number", "Write a number.")
        return None
    lever = model.levers.get(word)
    if lever is not None and lever.parameter is None:
        problems.add(
            "R1107",
            f"the lever {word} is a shock, {lever.shock}, which has no value",
            f"Write --fire {word}@{begin or month}.",
        )
        return None
    name = word if lever is None or lever.parameter is None else lever.parameter
    scalars = [n for n in model.resolve(name) if n in model.schedulable]
    if not scalars:
        problems.add("R1101", f"no lever is called {word!r}", _levers(model, word))
        return None
    if begin is None:
        return None
    low, high = _range(model, word, scalars)
    if not low <= value <= high or value in (float("inf"), float("-inf")):
        problems.add(
            "R1106",
            f"{word} is set to {value:g}, outside {low:g} to {high:g}",
            "Choose a value within the range, or widen it in the case.",
        )
        return None
    return name, (begin, word, value)


def _range(model: Model, word: str, scalars: Sequence[str]) -> tuple[float, float]:
    """Range of a lever; of a parameter, that of its lever or else its bounds."""
    base = {model.elements[n].base for n in scalars} | set(scalars)
    for key, lever in model.levers.items():
        if lever.range is not None and (key == word or lever.parameter in base):
            return lever.range
    bounds = [model.parameters[model.parameter_index[n]].bounds for n in scalars]
    return max(b[0] for b in bounds), min(b[1] for b in bounds)


def _read_fire(model: Model, text: str, problems: Problems) -> tuple[str, str] | None:
    match = _FIRE.fullmatch(text)
    if match is None:
        problems.add("R1102", f"--fire {text} names no date", "Write shock@2025-01.")
        return None
    word, date = match.groups()
    shock = _shock(model, word, problems)
    month = _month(date, f"--fire {text}", problems)
    return None if shock is None or month is None else (shock, date)


def _shock(model: Model, word: str, problems: Problems) -> str | None:
    lever = model.levers.get(word)
    if lever is not None and lever.shock is not None:
        return lever.shock
    shocks = [s.name for s in model.shocks]
    if word in shocks:
        return word
    if lever is not None or model.resolve(word):
        problems.add(
            "R1107", f"{word} is no shock: it cannot happen or not happen at a date",
            f"Write --set {word}=VALUE.",
        )  # fmt: skip
        return None
    near = nearest(word, [*shocks, *model.levers])
    problems.add(
        "R1101",
        f"no shock is called {word!r}",
        f"Did you mean {near!r}?" if near else "See 'rivalry show CASE' for the shocks.",
    )
    return None


def _month(text: str, where: str, problems: Problems) -> Month | None:
    try:
        return parse_date(text)[0]
    except (ValueError, RivalryError):
        problems.add("R1102", f"{where}: {text!r} is no date", "Write YYYY-MM, such as 2025-01.")
        return None


def _levers(model: Model, word: str) -> str:
    names = [*model.levers, *model.schedulable]
    near = nearest(word, names)
    known = ", ".join(k for k, v in model.levers.items() if v.parameter is not None)
    return (f"Did you mean {near!r}? " if near else "") + f"Levers: {known or 'none'}."


def _refuse(problems: Problems) -> None:
    if problems.errors:
        raise RivalryError(list(problems.errors), exit_code=2)


def outside_time(what: WhatIf, month: Month, model: Model) -> RivalryError:
    """Return the fault of a change before the model begins."""
    return RivalryError(
        Problem(
            "R1103",
            f"{what.name} begins in {month}, before the model does in {model.time.start}",
            f"Name a month from {model.time.start} on.",
        ),
        exit_code=2,
    )
