"""The deterministic part of a model in XMILE, for Stella, PySD, sdeverywhere and others.

What the engine draws is put at what it is expected to be: of the people in a stock, a substep
takes ``1 - exp(-h dt)`` at a total hazard h. Noise stands at its middle, parameters at their prior
medians or at given values. Events come at the start of a substep; what they change is seen by the
equations of that substep, so every affected state has a second variable with its value after
events. Data, distributions, scenarios and claims are not part of XMILE (OASIS, 2015, XML
Interchange Language for System Dynamics 1.0) and are left out.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from rivalry.model._priors import prior_medians
from rivalry.model.exchange._equation import equation, number
from rivalry.model.exchange._names import plain_names
from rivalry.model.ir import Apply, Const, Expr, Flow, Model, Ref, Shock, refs, substitute

_SPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
Array = NDArray[np.float64]


def xmile(model: Model, parameters: Array | None = None, *, version: str = "") -> str:
    """Return the deterministic part of a model as XMILE.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_parameters,), optional
        Prior medians if not given.
    version : str
        Of this program, for the header.

    Returns
    -------
    str
        XML. Time is in months from the model's start.
    """
    values = prior_medians(model) if parameters is None else np.asarray(parameters, dtype=float)
    return _Writer(model, values, version).text()


class _Writer:
    def __init__(self, model: Model, values: Array, version: str) -> None:
        self.model, self.values, self.version = model, values, version
        self.dt = model.time.dt
        states = [*(s.name for s in model.stocks), *(x.name for x in model.levels)]
        sums = [*(x.name for x in model.levels), *(a.name for a in model.accumulators)]
        self.flows = {f.name for f in model.flows}
        self.shocks = [s for s in model.shocks if not s.lasting and s.fire.any()]
        self.deltas: dict[str, list[str]] = {}
        own = [*model.recordable, *(p.name for p in model.parameters)]
        own += [i.name for i in model.inputs] + [t.name for t in model.lookups]
        own += [s.name for s in model.shocks]
        extra = [f"{n} after events" for n in states]
        extra += [f"exits of {s.name}" for s in model.stocks]
        extra += [f"change of {n}" for n in sums] + [f"events in {n}" for n in states]
        for shock in self.shocks:
            extra += [f"{shock.name} {k}" for k in range(1, len(shock.actions) + 1)]
        self.names = plain_names(dict.fromkeys([*own, *extra]))
        self.root = ET.Element("xmile", {"version": "1.0", "xmlns": _SPACE})

    def text(self) -> str:
        self._head()
        body = ET.SubElement(ET.SubElement(self.root, "model"), "variables")
        self.body = body
        self._given()
        for shock in self.shocks:
            self._shock(shock)
        for name in self.deltas:
            total = " + ".join([self.names[name], *self.deltas[name]])
            self._aux(f"{name} after events", total, f"{name} after the events of this moment")
        for aux in self.model.auxiliaries:
            self._aux(aux.name, self._equation(aux.expr))
        self._stocks()
        self._levels()
        self._accumulators()
        ET.indent(self.root)
        return ET.tostring(self.root, encoding="unicode", xml_declaration=True) + "\n"

    def _head(self) -> None:
        model = self.model
        header = ET.SubElement(self.root, "header")
        ET.SubElement(header, "vendor").text = "rivalry"
        product = ET.SubElement(header, "product", {"version": self.version, "lang": "en"})
        product.text = "rivalry"
        ET.SubElement(header, "name").text = model.title
        ET.SubElement(
            header, "caption"
        ).text = (
            f"Deterministic part. Time 0 is the start of {model.time.start}; a unit is a month."
        )
        specs = ET.SubElement(self.root, "sim_specs", {"method": "euler", "time_units": "months"})
        ET.SubElement(specs, "start").text = "0"
        ET.SubElement(specs, "stop").text = str(model.time.n_months)
        ET.SubElement(specs, "dt").text = number(self.dt)

    def _name(self, name: str) -> str:
        return self.names[f"{name} after events" if name in self.deltas else name]

    def _equation(self, expr: Expr) -> str:
        """Write an equation; a flow in it counts people in a substep, in XMILE people a month."""
        return equation(self._monthly(expr), self._name)

    def _monthly(self, expr: Expr) -> Expr:
        if isinstance(expr, Apply) and expr.table == "per month":
            return expr.args[0]  # a rate as it stands
        if isinstance(expr, Apply):
            return Apply(expr.op, tuple(self._monthly(a) for a in expr.args), expr.table)
        if isinstance(expr, Ref) and expr.name in self.flows:
            return Apply("*", (expr, Const(self.dt)))
        return expr

    def _variable(self, tag: str, name: str, equation: str, doc: str = "") -> ET.Element:
        variable = ET.SubElement(self.body, tag, {"name": self.names[name]})
        element = self.model.elements.get(name)
        words = [doc or (element.label if element else "")]
        if element and element.claims:
            words.append(f"Claims: {', '.join(element.claims)}.")
        if self.names[name] != name:
            words.append(f"In the case: {name}.")
        ET.SubElement(variable, "doc").text = " ".join(w for w in words if w)
        ET.SubElement(variable, "eqn").text = equation
        if element and element.unit:
            ET.SubElement(variable, "units").text = element.unit
        return variable

    def _aux(self, name: str, equation: str, doc: str = "") -> ET.Element:
        return self._variable("aux", name, equation, doc)

    def _given(self) -> None:
        model = self.model
        held: dict[str, list[str]] = {}
        for shock in model.shocks:
            if shock.lasting and shock.fire.any():
                self._aux(shock.name, self._during(shock.fire > 0), "1 while it lasts")
                for action in shock.actions:
                    assert action.target is not None
                    amount = self._equation(action.amount)
                    now = f"{number(self._value(action.target))}"
                    if action.kind == "hold_scale":
                        amount = f"{amount} * {now}"
                    held.setdefault(action.target, []).append(
                        f"IF {self.names[shock.name]} = 1 THEN {amount} ELSE "
                    )
        for p in model.parameters:
            text = number(self._value(p.name))
            for clause in held.get(p.name, ()):
                text = f"({clause}{text})"
            self._aux(p.name, text)
        for noise in model.noise:
            middle = 1.0 if noise.kind == "gamma" or noise.log else 0.0
            self._aux(noise.name, number(middle), "noise, held at its middle")
        for series in model.inputs:
            fine = np.broadcast_to(
                series.values if series.fine else series.values[:, None],
                (model.time.n_months, model.time.substeps),
            ).ravel()
            self._graph(self._aux(series.name, "TIME"), *self._steps(fine))
        for table in model.lookups:
            variable = ET.SubElement(self.body, "gf", {"name": self.names[table.name]})
            self._points(variable, np.array(table.x), np.array(table.y))

    def _value(self, name: str) -> float:
        return float(self.values[self.model.parameter_index[name]])

    def _steps(self, fine: Array) -> tuple[Array, Array]:
        """Keep the ends of stretches that do not change: between them steps of one dt remain."""
        jump = np.flatnonzero(np.diff(fine) != 0)
        kept = np.unique(np.concatenate([[0], jump, jump + 1, [len(fine) - 1]]))
        kept = kept if len(kept) > 1 else np.array([0, max(len(fine) - 1, 1)])
        return kept * self.dt, fine[np.minimum(kept, len(fine) - 1)]

    def _graph(self, variable: ET.Element, x: Array, y: Array) -> None:
        self._points(ET.SubElement(variable, "gf"), x, y)

    def _points(self, gf: ET.Element, x: Array, y: Array) -> None:
        ET.SubElement(gf, "xpts").text = ",".join(repr(float(v)) for v in x)
        ET.SubElement(gf, "ypts").text = ",".join(repr(float(v)) for v in y)

    def _during(self, months: NDArray[np.bool_]) -> str:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], months.astype(int), [0]])))
        half = self.dt / 2
        spans = [
            f"(IF TIME > {number(a - half)} AND TIME < {number(b - half)} THEN 1 ELSE 0)"
            for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]
        return " + ".join(spans) or "0"

    def _shock(self, shock: Shock) -> None:
        half = self.dt / 2
        at = [m + (k - 1) * self.dt for m, k in enumerate(shock.fire.tolist()) if k]
        now = " + ".join(
            f"(IF TIME > {number(t - half)} AND TIME < {number(t + half)} THEN 1 ELSE 0)"
            for t in at
        )
        self._aux(shock.name, now, "1 when it happens")
        on = self.names[shock.name]
        inlined = {a.name: a.expr for a in self.model.auxiliaries}
        bounds = {x.name: (x.lower, x.upper) for x in self.model.levels}
        new: list[tuple[str, str]] = []
        for k, action in enumerate(shock.actions, 1):
            amount = equation(self._monthly(_inline(action.amount, inlined)), self._so_far)
            own = f"{shock.name} {k}"
            if action.kind in ("move_share", "move_number"):
                if action.source is None:
                    moved = f"MAX({amount}, 0)"
                elif action.kind == "move_share":
                    moved = f"{self._so_far(action.source)} * MIN(MAX({amount}, 0), 1)"
                else:
                    moved = f"MIN(MAX({amount}, 0), {self._so_far(action.source)})"
                self._aux(own, f"{on} * {moved}", "people moved")
                if action.source is not None:
                    new.append((action.source, f"(0 - {self.names[own]})"))
                if action.target is not None:
                    new.append((action.target, self.names[own]))
            else:
                assert action.target is not None
                old = self._so_far(action.target)
                after = {
                    "add": f"({old} + {amount})", "scale": f"({old} * {amount})", "set": amount
                }[action.kind]  # fmt: skip
                low, high = bounds.get(action.target, (0.0, np.inf))
                self._aux(own, f"{on} * ({_clipped(after, low, high)} - {old})", "change")
                new.append((action.target, self.names[own]))
            for name, delta in new:
                self.deltas.setdefault(name, []).append(delta)
            new.clear()

    def _so_far(self, name: str) -> str:
        """Write what an element is after the events before the present one."""
        if not self.deltas.get(name):
            return self.names[name]
        return f"({' + '.join([self.names[name], *self.deltas[name]])})"

    def _stocks(self) -> None:
        model = self.model
        for stock in model.stocks:
            leaving = [f for f in model.flows if f.source == stock.name]
            if leaving:
                total = " + ".join(self._hazard(f) for f in leaving)
                self._aux(f"exits of {stock.name}", total, "hazard of leaving, a month")
        for flow in model.flows:
            if flow.source is None:
                self._variable("flow", flow.name, self._equation(flow.expr))
                continue
            people, total = self._name(flow.source), self.names[f"exits of {flow.source}"]
            gone = f"{people} * (1 - EXP(0 - {total} * {number(self.dt)})) / {number(self.dt)}"
            share = f"{self._hazard(flow)} / {total}"
            self._variable("flow", flow.name, f"IF {total} > 0 THEN {gone} * {share} ELSE 0")
        for stock in model.stocks:
            variable = self._variable("stock", stock.name, self._initial(stock.initial))
            for flow in model.flows:
                if flow.target == stock.name:
                    ET.SubElement(variable, "inflow").text = self.names[flow.name]
                if flow.source == stock.name:
                    ET.SubElement(variable, "outflow").text = self.names[flow.name]
            self._events(stock.name, variable)

    def _hazard(self, flow: Flow) -> str:
        text = self._equation(flow.expr)
        if flow.kind == "hazard" or flow.source is None:
            return text
        people = self._name(flow.source)
        return f"(IF {people} > 0 THEN {text} / {people} ELSE 0)"

    def _events(self, name: str, variable: ET.Element) -> None:
        """Add the flow by which events reach a state."""
        if name not in self.deltas:
            return
        change = f"({self._name(name)} - {self.names[name]}) / {number(self.dt)}"
        self._variable("flow", f"events in {name}", change, "what events change, a month")
        ET.SubElement(variable, "inflow").text = self.names[f"events in {name}"]

    def _initial(self, expr: Expr) -> str:
        """Write a start value, in which no event has come yet."""
        return equation(expr, self.names.__getitem__)

    def _levels(self) -> None:
        for level in self.model.levels:
            now = self._name(level.name)
            step = f"({now} + {number(self.dt)} * {self._equation(level.change)})"
            change = f"({_clipped(step, level.lower, level.upper)} - {now}) / {number(self.dt)}"
            own = f"change of {level.name}"
            self._variable("flow", own, change, "change, a month, within bounds")
            start = _clipped(self._initial(level.initial), level.lower, level.upper)
            variable = self._variable("stock", level.name, start)
            ET.SubElement(variable, "inflow").text = self.names[own]
            self._events(level.name, variable)

    def _accumulators(self) -> None:
        start = self.model.time.start.month - 1
        for acc in self.model.accumulators:
            gain = self._equation(acc.expr)
            gain = gain if acc.kind == "integral" else f"{gain} / {number(self.dt)}"
            if acc.period:
                months = (start + np.arange(self.model.time.n_months)) % acc.period == 0
                half = self.dt / 2
                reset = " OR ".join(
                    f"(TIME > {number(t - half)} AND TIME < {number(t + half)})"
                    for t in np.flatnonzero(months).tolist()
                )
                if len(np.flatnonzero(months)) > 1:
                    # the remainder says it in less
                    first = float(np.flatnonzero(months)[0])
                    since = f"TIME - {number(first - half)}"
                    periods = f"INT(({since}) / {acc.period})"
                    reset = (
                        f"{since} >= 0 AND {since} - {acc.period} * {periods} < {number(self.dt)}"
                    )
                own = self.names[acc.name]
                gain = f"{gain} - (IF {reset} THEN {own} / {number(self.dt)} ELSE 0)"
            name = f"change of {acc.name}"
            self._variable("flow", name, gain, "what is counted, a month")
            variable = self._variable("stock", acc.name, "0")
            ET.SubElement(variable, "inflow").text = self.names[name]


def _inline(expr: Expr, auxiliaries: dict[str, Expr]) -> Expr:
    """Write an expression over states alone: auxiliaries would bring in what events change."""
    while used := {n: auxiliaries[n] for n in refs(expr) if n in auxiliaries}:
        expr = substitute(expr, used)
    return expr


def _clipped(text: str, low: float, high: float) -> str:
    if np.isfinite(low):
        text = f"MAX({text}, {number(low)})"
    return f"MIN({text}, {number(high)})" if np.isfinite(high) else text
