"""Which claims, loops, levers and outlooks a model carries, and which it leaves out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rivalry.evidence._ledger import Ledger
from rivalry.foundation import Problem, nearest

#: Sections of which every row must be bound or explained.
COVERED_SECTIONS = ("claims", "loops", "levers", "outlooks")


@dataclass(frozen=True)
class Coverage:
    """How a model covers a ledger.

    Attributes
    ----------
    bound : dict of str to tuple of str
        Row id to the model elements that carry it.
    outside : dict of str to str
        Row id to the reason why the model does not represent it.
    missing : tuple of str
        Rows that are neither.
    unknown : dict of str to str or None
        Ids named by the model that the ledger does not have, to the nearest one it has.
    both : tuple of str
        Rows that are said to be bound and outside at once.
    unexplained : tuple of str
        Rows said to be outside without a reason.
    other : dict of str to tuple of str
        Bound rows of sections that need no coverage (events, quantities, ...).
    section : dict of str to str
        Section of every row that needs coverage, in ledger order.
    """

    bound: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unknown: dict[str, str | None] = field(default_factory=dict)
    both: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    other: dict[str, tuple[str, ...]] = field(default_factory=dict)
    section: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """True when every row is bound or outside with a reason, and no id is unknown."""
        return not (self.missing or self.unknown or self.both or self.unexplained)

    def status(self, id: str) -> Literal["bound", "outside", "missing"]:
        """Say how one row is covered (KeyError when it is no row that needs coverage)."""
        if id not in self.section:
            raise KeyError(id)
        if id in self.bound:
            return "bound"
        return "outside" if id in self.outside else "missing"

    def counts(self) -> dict[str, dict[str, int]]:
        """Count rows by section and status, as ``{"claims": {"bound": 60, ...}, ...}``."""
        result = {s: {"bound": 0, "outside": 0, "missing": 0} for s in COVERED_SECTIONS}
        for id, section in self.section.items():
            result[section][self.status(id)] += 1
        return result

    def problems(self, file: str | None = None) -> list[Problem]:
        """List what is wrong: unknown ids and contradictions as errors, gaps as warnings."""
        found = [
            Problem(
                "R0720",
                f"the ledger has no row {id}",
                f"Did you mean {close!r}?" if close else "Check the id against the ledger.",
                file=file,
            )
            for id, close in self.unknown.items()
        ]
        found += [
            Problem(
                "R0721",
                f"{id} is bound to {', '.join(self.bound[id])} and also listed as outside",
                "Remove one of the two.",
                file=file,
            )
            for id in self.both
        ]
        found += [
            Problem("R0722", f"{id} is outside without a reason", "Say why.", file=file)
            for id in self.unexplained
        ]
        if self.missing:
            found.append(
                Problem(
                    "R0723",
                    f"{self._missing()} neither bound to a model element nor outside",
                    "Name each in the claims: of an element, or under outside: with a reason.",
                    file=file,
                    severity="warning",
                )
            )
        return found

    def _missing(self) -> str:
        """Name the rows that are missing, in one warning: one for each would bury the others."""
        if len(self.missing) == 1:
            return f"{self.missing[0]} ({self.section[self.missing[0]]}) is"
        by: dict[str, list[str]] = {}
        for id in self.missing:
            by.setdefault(self.section[id], []).append(id)
        listed = "; ".join(f"{section} {', '.join(ids)}" for section, ids in by.items())
        return f"{len(self.missing)} rows of the ledger ({listed}) are"


def coverage(
    ledger: Ledger, bound: Mapping[str, Iterable[str]], outside: Mapping[str, str]
) -> Coverage:
    """Compare what a model names with what its ledger holds.

    Parameters
    ----------
    ledger : Ledger
    bound : mapping of str to iterable of str
        Row id to the names of model elements that carry it; an empty list binds nothing.
    outside : mapping of str to str
        Row id to the reason why it is not represented.

    Returns
    -------
    Coverage
    """
    home = {row.id: section for section, row in ledger.rows()}
    needed = {id: s for id, s in home.items() if s in COVERED_SECTIONS}
    elements = {id: tuple(dict.fromkeys(names)) for id, names in bound.items()}
    elements = {id: names for id, names in elements.items() if names}
    named = dict.fromkeys([*bound, *outside])
    return Coverage(
        bound={id: elements[id] for id in needed if id in elements},
        outside={id: outside[id].strip() for id in needed if id in outside},
        missing=tuple(id for id in needed if id not in elements and id not in outside),
        unknown={id: nearest(id, home) for id in named if id not in home},
        both=tuple(id for id in needed if id in elements and id in outside),
        unexplained=tuple(id for id in needed if id in outside and not outside[id].strip()),
        other={id: e for id, e in elements.items() if id in home and id not in needed},
        section=needed,
    )
