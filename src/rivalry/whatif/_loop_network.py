"""The equations of a model as links between its variables, for scoring feedback loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.model import Model
from rivalry.model.ir import Apply, Const, Expr, Ref, refs

#: Where a change comes from that no loop of the model makes.
Outside = Literal["series", "chance", "events", "settling"]
OUTSIDE: tuple[Outside, ...] = ("series", "chance", "events", "settling")


@dataclass(frozen=True)
class Network:
    """Links of a model.

    A stock or level depends on what sets its speed: a stock on its flows, a level on what its
    change names (itself included). An auxiliary or flow depends on what its formula names.

    Attributes
    ----------
    model : Model
    equations : dict of str to Expr
        Of auxiliaries and flows the value (flows: people of one substep, as formulas read them);
        of stocks, levels and sums the speed, in their unit a month.
    states : tuple of str
        Stocks, levels, and sums that a formula reads.
    order : tuple of str
        Auxiliaries and flows, each after those it uses.
    outside : dict of str to str
        Names that no equation moves, with the kind of change they bring.
    """

    model: Model
    equations: dict[str, Expr]
    states: tuple[str, ...]
    order: tuple[str, ...]
    outside: dict[str, Outside]

    @cached_property
    def causes(self) -> dict[str, tuple[str, ...]]:
        """Direct causes of every name that has an equation."""
        known = {*self.equations, *self.outside}
        return {name: tuple(sorted(refs(expr) & known)) for name, expr in self.equations.items()}

    @cached_property
    def effects(self) -> dict[str, tuple[str, ...]]:
        """Direct effects of every name."""
        found: dict[str, list[str]] = {}
        for name, causes in self.causes.items():
            for cause in causes:
                found.setdefault(cause, []).append(name)
        return {name: tuple(effects) for name, effects in found.items()}

    def reach(self, name: str, links: dict[str, tuple[str, ...]]) -> set[str]:
        """Names that `links` lead to from `name`, itself only if a loop leads back."""
        found: set[str] = set()
        stack = list(links.get(name, ()))
        while stack:
            current = stack.pop()
            if current not in found:
                found.add(current)
                stack.extend(links.get(current, ()))
        return found

    def on_loops(self, name: str) -> bool:
        """Tell whether any feedback loop runs through `name`."""
        return name in self.reach(name, self.effects)


def build_network(model: Model) -> Network:
    """Read the links of a model off its equations.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Network
    """
    dt = model.time.dt
    equations: dict[str, Expr] = {aux.name: aux.expr for aux in model.auxiliaries}
    speeds: dict[str, list[tuple[str, str]]] = {stock.name: [] for stock in model.stocks}
    for flow in model.flows:
        rate = flow.expr
        if flow.source is not None:
            people = Ref(flow.source)
            if flow.kind == "hazard":
                rate = Apply("*", (rate, people))
            else:
                rate = Apply("if", (Apply(">", (people, Const(0.0))), rate, Const(0.0)))
            speeds[flow.source].append(("-", flow.name))
        if flow.target is not None:
            speeds[flow.target].append(("+", flow.name))
        equations[flow.name] = Apply("*", (rate, Const(dt)))
    for name, parts in speeds.items():
        total: Expr = Const(0.0)
        for sign, flow_name in parts:
            total = Apply(sign, (total, Apply("/", (Ref(flow_name), Const(dt)))))
        equations[name] = total
    equations |= {level.name: level.change for level in model.levels}
    read = {name for expr in equations.values() for name in refs(expr)}
    sums = [acc for acc in model.accumulators if acc.name in read]
    for acc in sums:
        weight = 1.0 if acc.kind == "integral" else 1.0 / dt
        equations[acc.name] = Apply("*", (acc.expr, Const(weight)))
    outside: dict[str, Outside] = {series.name: "series" for series in model.inputs}
    outside |= {process.name: "chance" for process in model.noise}
    moved = set(model.schedulable)
    moved |= {a.target for s in model.shocks if s.lasting for a in s.actions if a.target}
    outside |= {p.name: "events" for p in model.parameters if p.name in moved}
    return Network(
        model,
        equations,
        (*(s.name for s in model.stocks), *(x.name for x in model.levels), *(a.name for a in sums)),
        (*(a.name for a in model.auxiliaries), *(f.name for f in model.flows)),
        outside,
    )


def find_variables(network: Network, name: str) -> tuple[str, ...]:
    """Scalar names meant by `name`, each on a feedback loop.

    A base name such as ``fighters`` stands for those of its elements that lie on a loop.

    Raises
    ------
    RivalryError
        R1140 for a name that the model does not have or that nothing moves, R1141 where no
        feedback loop runs through it.
    """
    model = network.model
    found = [n for n in model.resolve(name) if n in network.equations]
    if not found:
        near = nearest(name, [*network.equations, *model.groups])
        there = model.resolve(name)
        why = (
            f"{name!r} is {_kind(model, there[0])}, which no equation moves"
            if there
            else f"there is no variable {name!r}"
        )
        raise RivalryError(
            Problem(
                "R1140",
                why,
                (f"Did you mean {near!r}? " if near and near != name else "")
                + "Name a stock, level, auxiliary or flow of the case.",
            ),
            exit_code=2,
        )
    looped = tuple(n for n in found if network.on_loops(n))
    if not looped:
        others = loop_states(network)
        raise RivalryError(
            Problem(
                "R1141",
                f"no feedback loop of the model runs through {name!r}",
                f"These lie on loops: {', '.join(others[:8])}{', ...' * (len(others) > 8)}."
                if others
                else "The model has no feedback loop at all: nothing to compare.",
            )
        )
    return looped


def _kind(model: Model, name: str) -> str:
    kind = model.elements[name].kind if name in model.elements else "element"
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


def loop_states(network: Network) -> list[str]:
    """Stocks, levels and sums through which a feedback loop runs, in the case's order."""
    return [n for n in network.states if network.on_loops(n)]


@dataclass(frozen=True)
class NamedLoop:
    """A loop that the case names.

    Attributes
    ----------
    id, label : str
    polarity : str
        As the case claims it: ``reinforcing`` or ``balancing``.
    cycles : tuple of tuple of str
        Closed chains of links that the name stands for: one, or several where a station is the
        base name of an array. Empty if the model has no such loop.
    """

    id: str
    label: str
    polarity: str
    cycles: tuple[tuple[str, ...], ...]

    def through(self, name: str) -> bool:
        """Tell whether the loop runs through `name`."""
        return any(name in cycle for cycle in self.cycles)


def named_loops(network: Network) -> tuple[NamedLoop, ...]:
    """Loops of the case's section ``loops``, followed through the model's links."""
    found = []
    for id, spec in network.model.spec.loops.items():
        names = list(spec.through)
        if len(names) > 1 and names[0] == names[-1]:
            names.pop()
        found.append(NamedLoop(id, spec.label or id, spec.polarity, _cycles(network, names)))
    return tuple(found)


def _cycles(network: Network, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    if not names:
        return ()
    layers = [[n for n in network.model.resolve(x) if n in network.equations] for x in names]
    chains: list[tuple[str, ...]] = [(n,) for n in layers[0]]
    for layer in layers[1:]:
        chains = [
            (*chain, n)
            for chain in chains
            for n in layer
            if chain[-1] in network.causes[n] and n not in chain
        ]
    return tuple(c for c in chains if c[-1] in network.causes[c[0]])


def default_variables(network: Network, named: Sequence[NamedLoop]) -> tuple[str, ...]:
    """Choose the fewest stocks and levels on which all named loops lie.

    Taken one by one, each the one on most of the loops not yet met; among equals stocks go before
    levels, then the case's order decides. Without named loops: the stocks and levels of the
    report's first page that lie on loops, else the first state that does.

    Raises
    ------
    RivalryError
        R1141 if the model has no feedback loop.
    """
    left = [loop for loop in named if loop.cycles]
    chosen: list[str] = []
    while left:
        best = max(network.states, key=lambda n: sum(loop.through(n) for loop in left))
        if not any(loop.through(best) for loop in left):
            break
        chosen.append(best)
        left = [loop for loop in left if not loop.through(best)]
    if chosen:
        return tuple(chosen)
    states = loop_states(network)
    if not states:
        raise RivalryError(
            Problem(
                "R1141",
                "the model has no feedback loop",
                "Nothing to compare: no variable depends, directly or through others, on itself.",
            )
        )
    report = getattr(network.model.spec, "report", None)
    headline = [] if report is None else list(report.headline)
    shown = [n for name in headline for n in network.model.resolve(name) if n in states]
    return tuple(shown or states[:1])
