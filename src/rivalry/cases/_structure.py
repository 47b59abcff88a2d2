"""Whether claims and loops run through the model as the case says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rivalry.cases._spec import CaseSpec
from rivalry.foundation import Document, Problems, nearest
from rivalry.model import Model

if TYPE_CHECKING:
    import networkx as nx

    from rivalry.model.diagram import PathCheck

Path = tuple[str | int, ...]


def check_report(spec: CaseSpec, model: Model, document: Document, problems: Problems) -> None:
    """Check that what the report puts first exists (R0218)."""
    observations = set(spec.observations)
    known = {"headline": observations | set(model.recordable), "stocks": set(), "levels": set()}
    for name in model.recordable:
        element = model.elements[name]
        if element.kind == "stock":
            known["stocks"] |= {name, element.base}
        elif element.kind in ("level", "auxiliary"):
            known["levels"] |= {name, element.base}
        known["headline"].add(element.base)
    for key, names in known.items():
        for i, name in enumerate(getattr(spec.report, key)):
            if name not in names:
                close = nearest(name, names)
                problems.add(
                    "R0218",
                    f"report.{key} names {name!r}, which is not among the model's {key}"
                    if key != "headline"
                    else f"report.headline names {name!r}, which nothing in the model is called",
                    f"Did you mean {close!r}?" if close else "Correct or remove the name.",
                    file=document.file,
                    line=document.line(("report", key, i)),
                    where=f"report.{key}",
                )


def check_fit(spec: CaseSpec, model: Model, document: Document, problems: Problems) -> None:
    """Check that what is to be fitted exists and has a prior (R0218)."""
    uncertain = {p.name for p in model.parameters if p.prior is not None}
    for i, name in enumerate(spec.fit.parameters):
        if name in uncertain or uncertain.intersection(model.resolve(name)):
            continue
        close = nearest(name, uncertain)
        problems.add(
            "R0218",
            f"fit.parameters names {name!r}, which is not a parameter with a prior",
            f"Did you mean {close!r}?" if close else "Correct or remove the name.",
            file=document.file,
            line=document.line(("fit", "parameters", i)),
            where="fit.parameters",
        )


_CARRIERS = ("shocks", "inputs", "lookups", "actors", "dyads", "observations", "levers")


def check_structure(spec: CaseSpec, model: Model, document: Document, problems: Problems) -> None:
    """Compare bindings and loops with the dependencies of the model.

    A path may be written with scalar names (``fighters[taliban]``) or whole arrays (``fighters``),
    which stand for any of their elements.

    Parameters
    ----------
    spec, model, document
    problems : Problems
        Receives R0219 to R0222, and R0223 as a warning.
    """
    if not spec.bindings and not spec.loops:
        return
    from rivalry.model.diagram import build_graph, check_path, find_loop

    graph = build_graph(model)
    check = _Reporter(graph, document, problems)
    carriers = {
        *model.elements,
        *model.groups,
        *(name for section in _CARRIERS for name in getattr(spec, section)),
    }
    for id, binding in spec.bindings.items():
        at: Path = ("bindings", id)
        for i, name in enumerate(binding.by):
            if name not in carriers:
                check.unknown(name, carriers, (*at, "by", i))
        if not binding.path and not binding.by:
            check.add("R0219", f"{id} is bound to nothing", "Give path or by.", at)
        if binding.path:
            found = check_path(graph, binding.path)
            if check.exists(id, found, binding.path, (*at, "path"), "R0220") and binding.sign:
                chain = " -> ".join(binding.path)
                check.sign(f"{id} says {binding.sign}: {chain}", found.sign, binding.sign, at)
    for id, loop in spec.loops.items():
        at = ("loops", id)
        if not loop.through:
            check.add("R0222", f"{id} runs through nothing", "Name its stations.", at)
            continue
        found = find_loop(graph, loop.through)
        if check.exists(id, found, loop.through, (*at, "through"), "R0222"):
            chain = " -> ".join([*loop.through, loop.through[0]])
            wanted = "+" if loop.polarity == "reinforcing" else "-"
            check.sign(f"{id} is called {loop.polarity}: {chain}", found.sign, wanted, at)


class _Reporter:
    """Turns what a path check found into problems at the right lines."""

    def __init__(self, graph: nx.DiGraph[str], document: Document, problems: Problems) -> None:
        self._graph = graph
        self._document = document
        self._problems = problems

    def exists(self, id: str, found: PathCheck, names: list[str], at: Path, code: str) -> bool:
        """Report unknown names and steps that are no dependency; True if there are none."""
        known = {*self._graph, *self._groups}
        for name in found.unknown:
            self.unknown(name, known, (*at, names.index(name)))
        for cause, effect in found.missing:
            if cause in found.unknown or effect in found.unknown:
                continue
            what = f"{effect} does not depend on {cause}"
            self.add(
                code,
                f"{id} is not a cycle: {what}" if code == "R0222" else what,
                self._causes(effect),
                (*at, names.index(effect)),
            )
        return found.exists

    def sign(self, what: str, found: str, wanted: str, at: Path) -> None:
        """Report a sign other than the one wanted."""
        if found == wanted:
            return
        if found == "?":
            self.add(
                "R0223",
                f"{what}; but its sign depends on the state",
                "Say in a note when the claimed sign holds.",
                at,
                severity="warning",
            )
            return
        ending = {"+": "has the sign +", "-": "has the sign -", "0": "has no effect"}[found]
        if at[0] == "loops" and found != "0":
            ending = "is reinforcing" if found == "+" else "is balancing"
        self.add(
            "R0221",
            f"{what}; but in the model this {'cycle' if at[0] == 'loops' else 'path'} {ending}",
            "Correct the sign, the names, or the equation that turns it round.",
            at,
        )

    @property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = self._graph.graph.get("groups", {})
        return groups

    def _causes(self, effect: str) -> str:
        nodes = (effect,) if effect in self._graph else self._groups.get(effect, ())
        causes = sorted({c for n in nodes if n in self._graph for c in self._graph.predecessors(n)})
        shown = ", ".join(causes[:8]) + (", ..." if len(causes) > 8 else "")
        return f"It depends on: {shown}." if causes else "It depends on nothing."

    def unknown(self, name: str, known: set[str], at: Path) -> None:
        """Report a name that the model does not have (R0219)."""
        close = nearest(name, sorted(known))
        self.add(
            "R0219",
            f"the model has nothing called {name!r}",
            f"Did you mean {close!r}?" if close else "Name an element of the model.",
            at,
        )

    def add(
        self, code: str, message: str, remedy: str, at: Path, *, severity: str = "error"
    ) -> None:
        """Record a problem at a place of the case."""
        self._problems.add(
            code,
            message,
            remedy,
            file=self._document.file,
            line=self._document.line(at),
            where=".".join(str(p) for p in at if not isinstance(p, int)),
            severity=severity,
        )
