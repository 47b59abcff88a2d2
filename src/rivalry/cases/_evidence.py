"""How a case's model meets its ledger."""

from __future__ import annotations

from collections.abc import Iterator

from rivalry.cases._spec import CaseSpec
from rivalry.evidence import Coverage, Ledger, Loop, coverage
from rivalry.foundation import Document, Problems, nearest
from rivalry.model.spec._base import Documented

Path = tuple[str | int, ...]

#: Sections whose elements should rest on a claim or a source.
_SUPPORTED = (
    "stocks",
    "levels",
    "auxiliaries",
    "lookups",
    "flows",
    "noise",
    "parameters",
    "inputs",
    "shocks",
)
_CLAIMING = (
    *_SUPPORTED,
    "actors",
    "dyads",
    "accumulators",
    "observations",
    "levers",
    "scenarios",
)


def meet(
    spec: CaseSpec, ledger: Ledger, document: Document, problems: Problems, *, gaps: bool
) -> Coverage:
    """Compare what the case names with what its ledger holds.

    A row is bound by a binding, by a loop of its id, or by the ``claims:`` of an element, lever or
    scenario. An expectation binds nothing: it questions a claim that something else carries.

    Parameters
    ----------
    spec, ledger, document
    problems : Problems
        Receives R0213 to R0215, R0720 to R0723.
    gaps : bool
        Whether rows that are neither bound nor outside are worth a warning.
    """
    bound: dict[str, list[str]] = {}
    for id, name, _ in _claims(spec):
        bound.setdefault(id, []).append(name)
    for id, binding in spec.bindings.items():
        bound.setdefault(id, []).extend([*binding.path, *binding.by])
    for id, loop in spec.loops.items():
        bound.setdefault(id, []).extend(loop.through)
    result = coverage(ledger, bound, spec.outside)
    if spec.ledger is None:
        _without_ledger(spec, document, problems)
        return result
    _unknown_rows(spec, ledger, document, problems)
    for id in (*result.both, *result.unexplained):
        code = "R0721" if id in result.both else "R0722"
        carried = ", ".join(result.bound.get(id, ()))
        problems.add(
            code,
            f"{id} is bound to {carried} and also listed as outside"
            if id in result.both
            else f"{id} is outside without a reason",
            "Remove one of the two." if id in result.both else "Say why.",
            file=document.file,
            line=document.line(("outside", id)),
            where=f"outside.{id}",
        )
    _polarities(spec, ledger, document, problems)
    if gaps:
        problems.extend(p for p in result.problems(document.file) if p.severity == "warning")
    return result


def assumptions(spec: CaseSpec) -> tuple[list[str], list[str]]:
    """Return the elements with neither claims nor source, and all that could have them."""
    every: list[str] = []
    bare: list[str] = []
    named = {name for b in spec.bindings.values() for name in (*b.path, *b.by)}
    for section in _SUPPORTED:
        for key, item in getattr(spec, section).items():
            every.append(f"{section}.{key}")
            carried = _base(key) in named or any(_base(name) == _base(key) for name in named)
            if not (item.claims or item.source or carried):
                bare.append(f"{section}.{key}")
    return bare, every


def _base(key: str) -> str:
    return key.split("[", 1)[0].strip()


def _claims(spec: CaseSpec) -> Iterator[tuple[str, str, Path]]:
    """Give (row id, name of the element, place in the file) of every ``claims:``."""
    for section in _CLAIMING:
        for key, item in getattr(spec, section).items():
            if isinstance(item, Documented):
                for i, id in enumerate(item.claims):
                    yield id, _base(key), (section, key, "claims", i)


def _named_rows(spec: CaseSpec) -> Iterator[tuple[str, Path, str | None]]:
    """Give (row id, place, section of the ledger it must be in) of every mention of a row."""
    for id, _, path in _claims(spec):
        yield id, path, None
    for section in (*_CLAIMING, "expectations"):
        for key, item in getattr(spec, section).items():
            if isinstance(item, Documented):
                for i, id in enumerate(item.source):
                    yield id, (section, key, "source", i), "sources"
    for name, actor in spec.actors.items():
        for i, id in enumerate(actor.ledger):
            yield id, ("actors", name, "ledger", i), "actors"
    for section, home in (
        ("bindings", None),
        ("outside", None),
        ("expectations", None),
        ("loops", "loops"),
    ):
        for id in getattr(spec, section):
            yield id, (section, id), home


def _unknown_rows(spec: CaseSpec, ledger: Ledger, document: Document, problems: Problems) -> None:
    home = {row.id: section for section, row in ledger.rows()}
    for id, path, wanted in _named_rows(spec):
        where = ".".join(str(p) for p in path if not isinstance(p, int))
        if id not in home:
            known = [i for i, s in home.items() if wanted in (None, s)]
            close = nearest(id, known)
            problems.add(
                "R0720",
                f"the ledger has no row {id}",
                f"Did you mean {close!r}?" if close else "Check the id against the ledger.",
                file=document.file,
                line=document.line(path),
                where=where,
            )
        elif wanted is not None and home[id] != wanted:
            problems.add(
                "R0214",
                f"{id} is a row of {home[id]}, not of {wanted}",
                f"Name a row of {wanted}.",
                file=document.file,
                line=document.line(path),
                where=where,
            )


def _polarities(spec: CaseSpec, ledger: Ledger, document: Document, problems: Problems) -> None:
    rows = {row.id: row for row in ledger.loops}
    for id, loop in spec.loops.items():
        row: Loop | None = rows.get(id)
        if row is not None and row.polarity != loop.polarity:
            problems.add(
                "R0215",
                f"{id} is {loop.polarity} here, {row.polarity} in the ledger",
                "Correct the polarity, or the ledger if the source was misread.",
                file=document.file,
                line=document.line(("loops", id, "polarity")),
                where=f"loops.{id}.polarity",
            )


def _without_ledger(spec: CaseSpec, document: Document, problems: Problems) -> None:
    # `source:` may then name a work in words, and loops have names of their own.
    named = [(id, path) for id, path, home in _named_rows(spec) if home is None]
    if named:
        id, path = named[0]
        more = len({id for id, _ in named}) - 1
        problems.add(
            "R0213",
            f"{id} is named" + f" (and {more} other rows)" * bool(more) + ", but the case has no "
            "ledger",
            "Add ledger: ledger.yaml, or remove the ids.",
            file=document.file,
            line=document.line(path),
            where=".".join(str(p) for p in path if not isinstance(p, int)),
        )
