"""What all build steps share: the specification, its names, and the problems found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from rivalry.foundation import Month, Problems, nearest, parse_date
from rivalry.model.expressions import FUNCTIONS
from rivalry.model.expressions._functions import BUILTIN_NAMES
from rivalry.model.ir import Element, TimeGrid
from rivalry.model.spec import ModelSpec
from rivalry.model.spec._base import Documented

Path = tuple[str | int, ...]
Locate = Callable[[Path], tuple[str | None, int | None]]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\[([^\]]*)\])?\s*")
#: Words of the grammar, which no formula can use as a name.
WORDS = frozenset({"if", "and", "or", "not"})
RESERVED = set(FUNCTIONS) | set(BUILTIN_NAMES) | WORDS
#: Beyond this many scalar elements the generated code would take minutes to compile.
MAX_ELEMENTS = 4000


@dataclass(frozen=True)
class Symbol:
    """A declared name: which section it is in and over which dimensions."""

    name: str
    kind: str
    dims: tuple[str, ...]
    path: Path


@dataclass
class Context:
    """State of one build."""

    spec: ModelSpec
    locate: Locate
    problems: Problems = field(default_factory=Problems)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    dimensions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    time: TimeGrid = field(default_factory=lambda: TimeGrid(Month(0), Month(0), 1))

    def problem(
        self, code: str, message: str, remedy: str, path: Path, *, severity: str = "error",
        at: tuple[str, int] | None = None,
    ) -> None:  # fmt: skip
        """Record a problem at a place of the case, or at a file and line of its own."""
        file, line = at or self.locate(path)
        self.problems.add(
            code, message, remedy, file=file, line=line, where=place(path), severity=severity
        )

    def suggest(self, name: str, known: Iterator[str] | list[str] | set[str]) -> str:
        """Return 'Did you mean x?' or an empty text."""
        found = nearest(name, known)
        return f"Did you mean {found!r}? " if found else ""

    # -- names -------------------------------------------------------------------------------

    @staticmethod
    def is_name(text: str) -> bool:
        """Say whether formulas can name it: ASCII letters, digits and _, no word of the grammar."""
        return _NAME.fullmatch(text) is not None and text not in WORDS

    def split_key(self, key: str, path: Path) -> tuple[str, tuple[str, ...]] | None:
        """Split ``fighters[group]`` into its name and dimensions, reporting faults."""
        match = _KEY.fullmatch(key)
        if match is None:
            self.problem(
                "R0310",
                f"{key!r} is not a name",
                "Names are letters, digits and _, with dimensions in brackets: fighters[group].",
                path,
            )
            return None
        name = match.group(1)
        dims = tuple(d.strip() for d in (match.group(2) or "").split(",") if d.strip())
        if match.group(2) is not None and not dims:
            self.problem("R0310", f"{key!r} has empty brackets", "Name a dimension.", path)
            return None
        for dim in dims:
            if dim not in self.dimensions:
                self.problem(
                    "R0304",
                    f"there is no dimension {dim!r}",
                    self.suggest(dim, list(self.dimensions)) + "Declare it under dimensions.",
                    path,
                )
                return None
        if len(set(dims)) != len(dims):
            self.problem(
                "R0304",
                f"{key!r} names a dimension twice",
                "Declare a second name for it: dimensions: {rival: group}.",
                path,
            )
            return None
        return name, dims

    def declare(self, name: str, kind: str, dims: tuple[str, ...], path: Path) -> bool:
        """Enter a name; a clash or a reserved word is a problem."""
        if name in RESERVED:
            self.problem(
                "R0312", f"{name!r} has a meaning of its own", "Choose another name.", path
            )
            return False
        if name in self.dimensions:
            self.problem("R0311", f"{name!r} is already a dimension", "Choose another name.", path)
            return False
        old = self.symbols.get(name)
        if old is not None:
            _, line = self.locate(old.path)
            at = f", line {line}" if line else ""
            self.problem(
                "R0311",
                f"{name!r} is already a name under {old.path[0]}{at}",
                "Names are shared by all sections; rename one of them.",
                path,
            )
            return False
        self.symbols[name] = Symbol(name, kind, dims, path)
        return True

    def indices(self, dims: tuple[str, ...]) -> list[tuple[str, ...]]:
        """All element combinations of some dimensions, in declared order."""
        return [tuple(c) for c in product(*(self.dimensions[d] for d in dims))]

    def register(self, symbol: Symbol, documented: Documented | None, unit: str | None) -> None:
        """Create the scalar elements of a declared name."""
        names = []
        size = prod(len(self.dimensions[d]) for d in symbol.dims)
        # counted before the elements are made, which would fill the memory
        if len(self.elements) + size > MAX_ELEMENTS:
            self.problem(
                "R0502",
                f"the model has more than {MAX_ELEMENTS} scalar elements",
                "Use fewer elements in the dimensions.",
                symbol.path,
            )
            self.problems.raise_if_errors()
        for index in self.indices(symbol.dims):
            name = scalar_name(symbol.name, index)
            label = (documented.label if documented else None) or symbol.name.replace("_", " ")
            if index:
                label = f"{label}: {', '.join(i.replace('_', ' ') for i in index)}"
            self.elements[name] = Element(
                name=name,
                base=symbol.name,
                index=index,
                kind=symbol.kind,  # type: ignore[arg-type]
                unit=unit,
                label=label,
                origin=".".join(str(p) for p in symbol.path),
                claims=tuple(documented.claims) if documented else (),
                source=tuple(documented.source) if documented else (),
                note=documented.note if documented else None,
            )
            names.append(name)
        self.groups[symbol.name] = tuple(names)

    def expand(
        self, value: str | float | Mapping[str, str | float], dims: tuple[str, ...], path: Path
    ) -> list[tuple[tuple[str, ...], str | float, Path]]:
        """Make one entry for each element: its index, its text or number, and where that stands.

        The order is that of the dimensions, whatever the order of a mapping.
        """
        indices = self.indices(dims)
        if not isinstance(value, Mapping):
            return [(index, value, path) for index in indices]
        if not dims:
            self.problem(
                "R0313", "a mapping needs dimensions", "Add them to the name: name[group].", path
            )
            return []
        known = {",".join(index): index for index in indices}
        given: dict[str, str] = {}
        for original in value:
            key = original.replace(" ", "")
            if key in given:
                self.problem(
                    "R0313", f"{key!r} is given twice", "Remove one of the two.", (*path, original)
                )
            given[key] = original
            if key not in known:
                self.problem(
                    "R0304",
                    f"{original!r} is not an element of {', '.join(dims)}",
                    self.suggest(key, list(known)) + f"Elements: {'; '.join(known)}.",
                    (*path, original),
                )
        missing = [key for key in known if key not in given]
        if missing:
            self.problem(
                "R0313",
                f"no value for {', '.join(missing)}",
                "Give every element a value, or one expression for all.",
                path,
            )
        return [
            (index, value[given[key]], (*path, given[key]))
            for key, index in known.items()
            if key in given
        ]

    # -- dates -------------------------------------------------------------------------------

    def position(self, text: str, path: Path) -> tuple[int, int] | None:
        """Month index and substep of a date; None (and a problem) if it is not a date."""
        try:
            month, fraction = read_date(text)
        except ValueError as error:
            self.problem("R0505", str(error), "Write YYYY-MM or YYYY-MM-DD.", path)
            return None
        return self.time.index(month), self.time.substep(fraction)


class ResolveError(Exception):
    """A name or call in an expression is wrong; carried to the element that holds it."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def read_date(text: str) -> tuple[Month, float]:
    """Read a date as `parse_date` does; the ValueError names the text, whatever is wrong."""
    try:
        return parse_date(text)
    except ValueError as error:
        said = str(error)
        if repr(text) in said:
            raise
        raise ValueError(f"{text!r} is not a date: {said}") from None


def place(path: Path) -> str:
    """Write a path for people: ``actors.north.status.2`` is the second of the list."""
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in path)


def scalar_name(base: str, index: tuple[str, ...]) -> str:
    """``fighters`` and ``(taliban,)`` give ``fighters[taliban]``."""
    return f"{base}[{','.join(index)}]" if index else base
