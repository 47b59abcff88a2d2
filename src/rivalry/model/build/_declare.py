"""First pass: time, dimensions, and every name with its unit."""

from __future__ import annotations

from rivalry.foundation import Month
from rivalry.model.build._context import RESERVED, Context, Path
from rivalry.model.build._units import NUMBER, UNKNOWN, Unit, UnitError, combine, read_unit
from rivalry.model.ir import TimeGrid
from rivalry.model.spec._base import Documented

#: Section -> kind of its names. The order is that of messages about clashes.
_SECTIONS = {
    "parameters": "parameter",
    "inputs": "input",
    "lookups": "lookup",
    "stocks": "stock",
    "levels": "level",
    "noise": "noise",
    "auxiliaries": "auxiliary",
    "flows": "flow",
    "accumulators": "accumulator",
    "shocks": "shock",
    "observations": "observation",
}
_WITHOUT_DIMENSIONS = {"lookups", "inputs", "accumulators", "shocks", "observations"}
#: A model of more than a century of months is a mistake in a date.
_MAX_MONTHS = 1800


def declare_time(context: Context) -> None:
    """Read start and end; faults end the build, since every date depends on them."""
    spec = context.spec.time
    months: list[Month] = []
    for key, text in (("start", spec.start), ("end", spec.end)):
        try:
            months.append(Month.parse(text))
        except ValueError as error:
            context.problem("R0505", str(error), "Write YYYY-MM.", ("time", key))
    if len(months) == 2:
        start, end = months
        if end < start:
            context.problem(
                "R0504",
                f"the model ends ({end}) before it starts ({start})",
                "Swap the dates.",
                ("time", "end"),
            )
        elif end - start >= _MAX_MONTHS:
            context.problem(
                "R0504",
                f"{end - start + 1} months are more than {_MAX_MONTHS}",
                "Check the years.",
                ("time", "end"),
            )
        else:
            context.time = TimeGrid(start, end, spec.substeps)
    context.problems.raise_if_errors()


def declare_dimensions(context: Context) -> None:
    """Read dimensions and their second names."""
    for name, elements in context.spec.dimensions.items():
        path: Path = ("dimensions", name)
        if not context.is_name(name):
            context.problem("R0310", f"{name!r} is not a name", "Use letters, digits and _.", path)
        elif name in RESERVED:
            context.problem(
                "R0312", f"{name!r} has a meaning of its own", "Choose another name.", path
            )
        if isinstance(elements, str):
            repeated = context.spec.dimensions.get(elements)
            if not isinstance(repeated, list):
                context.problem(
                    "R0304",
                    f"there is no dimension {elements!r} to repeat",
                    context.suggest(elements, list(context.spec.dimensions))
                    + "A dimension is a list of elements, or the name of another one.",
                    path,
                )
                continue
            elements = repeated
        if not elements:
            context.problem("R0503", f"dimension {name!r} is empty", "Give it elements.", path)
        for i, element in enumerate(elements):
            if not context.is_name(element):
                context.problem(
                    "R0310",
                    f"{element!r} is not a name for an element",
                    "Use letters, digits and _, starting with a letter.",
                    (*path, i),
                )
            elif element in context.spec.dimensions:
                context.problem(
                    "R0311",
                    f"{element!r} is both a dimension and an element of {name}",
                    "Rename one of them: in brackets it could mean either.",
                    (*path, i),
                )
        if len(set(elements)) != len(elements):
            context.problem(
                "R0503", f"dimension {name!r} repeats an element", "Remove one of the two.", path
            )
        context.dimensions[name] = tuple(elements)
    context.problems.raise_if_errors()


def declare_names(context: Context) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Enter every name of every section.

    Returns
    -------
    dict
        ``section.key`` -> (name, dimensions) for the keys that could be read.
    """
    keys: dict[str, tuple[str, tuple[str, ...]]] = {}
    for section, kind in _SECTIONS.items():
        for key, item in getattr(context.spec, section).items():
            path: Path = (section, key)
            split = context.split_key(key, path)
            if split is None:
                continue
            name, dims = split
            if dims and section in _WITHOUT_DIMENSIONS:
                context.problem(
                    "R0304", f"{section} have no dimensions", f"Write {name} alone.", path
                )
                dims = ()
            elif section in _WITHOUT_DIMENSIONS and key != name:
                context.problem(
                    "R0310", f"{key!r} has blanks around the name", f"Write {name}.", path
                )
                continue
            if not context.declare(name, kind, dims, path):
                continue
            keys[f"{section}.{key}"] = (name, dims)
            if kind in ("lookup", "shock", "observation"):
                continue
            unit = getattr(item, "unit", None)
            if kind == "flow":
                unit = None
            if kind == "noise":
                unit = ""
            documented = item if isinstance(item, Documented) else None
            context.register(context.symbols[name], documented, unit)
    return keys


def check_actors(context: Context) -> None:
    """Check the names of actors and dyads, which have a space of their own."""
    for section in ("actors", "dyads"):
        for key in getattr(context.spec, section):
            if not context.is_name(key):
                context.problem(
                    "R0310",
                    f"{key!r} is not a name",
                    "Use letters, digits and _, starting with a letter; people read the label.",
                    (section, key),
                )


def declared_units(context: Context) -> dict[str, Unit]:
    """Units of all names so far; unreadable ones are problems.

    Levels without a unit are plain numbers, flows are their stock's unit a month.
    """
    units: dict[str, Unit] = {}
    for name, element in context.elements.items():
        symbol = context.symbols.get(element.base)
        path = symbol.path if symbol else ()
        text = element.unit
        if text is None and element.kind == "level":
            text = ""
        if element.kind == "status" and element.name != "time":
            # switches by date or status are like written numbers: 40 * after('2014-01')
            units[name] = NUMBER
            continue
        try:
            units[name] = read_unit(text)
        except UnitError as error:
            context.problem(error.code, error.message, error.remedy, (*path, "unit"))
            units[name] = UNKNOWN
    return units


def flow_unit(stock: Unit) -> Unit:
    """Return the unit of a flow out of or into a stock: people a month."""
    return combine(stock, read_unit("month"), -1.0)
