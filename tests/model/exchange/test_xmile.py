"""The export, run by PySD, against the expected course of the model worked out here."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from rivalry.cases import load_case
from rivalry.model import Model, prior_medians
from rivalry.model.exchange import xmile
from rivalry.model.exchange._names import plain_names
from rivalry.model.ir import Apply, Const, Expr, Ref, evaluate

SPACE = {"x": "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"}
LITTLE = Path(__file__).parents[2] / "forecast" / "little.yaml"


class Expected:
    """The model with every draw at its mean, stepped one substep at a time."""

    def __init__(self, model: Model) -> None:
        self.model, self.dt = model, model.time.dt
        self.tables = {t.name: t for t in model.lookups}
        self.base = {p.name: v for p, v in zip(model.parameters, prior_medians(model), strict=True)}
        self.now: dict[str, float] = dict(self.base)
        for noise in model.noise:
            self.now[noise.name] = 1.0 if noise.log or noise.kind == "gamma" else 0.0
        for stock in model.stocks:
            self.now[stock.name] = self.of(stock.initial)
        for level in model.levels:
            self.now[level.name] = min(max(self.of(level.initial), level.lower), level.upper)
        for acc in model.accumulators:
            self.now[acc.name] = 0.0

    def of(self, expr: Expr) -> float:
        return float(evaluate(expr, self.now, self.tables))

    def inputs(self, t: int, k: int) -> None:
        for i in self.model.inputs:
            self.now[i.name] = float(i.values[t, k] if i.fine else i.values[t])

    def look(self) -> None:
        for aux in self.model.auxiliaries:
            self.now[aux.name] = self.of(aux.expr)

    def run(self, names: list[str]) -> np.ndarray:
        months = []
        for t in range(self.model.time.n_months):
            self.month(t)
            months.append([self.now[n] for n in names])
        return np.array(months)

    def month(self, t: int) -> None:
        model = self.model
        self.now.update(self.base)
        for shock in model.shocks:
            if shock.lasting and shock.fire[t]:
                for a in shock.actions:
                    factor = self.base[a.target] if a.kind == "hold_scale" else 1.0
                    self.now[a.target] = self.of(a.amount) * factor
        for acc in model.accumulators:
            if acc.period and (model.time.start.month - 1 + t) % acc.period == 0:
                self.now[acc.name] = 0.0
        for k in range(model.time.substeps):
            self.substep(t, k)

    def substep(self, t: int, k: int) -> None:
        model, dt = self.model, self.dt
        self.inputs(t, k)
        for shock in model.shocks:
            if not shock.lasting and shock.fire[t] == k + 1:
                self.look()
                self.shock(shock)
        self.look()
        moved = {}
        for flow in model.flows:
            rate = self.of(flow.expr)
            if flow.source is None:
                moved[flow.name] = rate * dt
                continue
            people = self.now[flow.source]

            def hazard(f: object, people: float = people) -> float:
                value = self.of(f.expr)
                return value if f.kind == "hazard" else value / people if people > 0 else 0.0

            total = sum(hazard(f) for f in model.flows if f.source == flow.source)
            share = hazard(flow) / total if total > 0 else 0.0
            moved[flow.name] = people * -np.expm1(-total * dt) * share
        self.now.update(moved)
        levels = {
            x.name: min(max(self.now[x.name] + dt * self.of(x.change), x.lower), x.upper)
            for x in model.levels
        }
        for acc in model.accumulators:
            self.now[acc.name] += self.of(acc.expr) * (1.0 if acc.kind == "count" else dt)
        for flow in model.flows:
            for end, sign in ((flow.source, -1.0), (flow.target, 1.0)):
                if end is not None:
                    self.now[end] += sign * moved[flow.name]
        self.now.update(levels)

    def shock(self, shock: object) -> None:
        bounds = {x.name: (x.lower, x.upper) for x in self.model.levels}
        for a in shock.actions:
            amount, now = self.of(a.amount), self.now
            if a.kind in ("move_share", "move_number"):
                if a.source is None:
                    moved = max(amount, 0.0)
                elif a.kind == "move_share":
                    moved = now[a.source] * min(max(amount, 0.0), 1.0)
                else:
                    moved = min(max(amount, 0.0), now[a.source])
                for end, sign in ((a.source, -1.0), (a.target, 1.0)):
                    if end is not None:
                        now[end] += sign * moved
                continue
            new = {"add": now[a.target] + amount, "scale": now[a.target] * amount, "set": amount}
            low, high = bounds.get(a.target, (0.0, np.inf))
            now[a.target] = min(max(new[a.kind], low), high)


def by_pysd(model: Model, folder: Path, names: list[str]) -> np.ndarray:
    pysd = pytest.importorskip("pysd")
    path = folder / "model.xmile"
    path.write_text(xmile(model), encoding="utf-8")
    plain = plain_names([*model.recordable])
    other = pysd.read_xmile(str(path))
    last = model.time.n_months
    found = other.run(
        return_columns=[plain[n] for n in names], return_timestamps=range(1, last + 1)
    )
    return found[[plain[n] for n in names]].to_numpy()


def of_case(name: str | Path) -> Model:
    return load_case(name).model


@pytest.mark.parametrize("name", ["two_groups", LITTLE, "afghanistan"])
def test_the_export_runs_to_the_expected_course(name: str | Path, tmp_path: Path) -> None:
    model = of_case(name)
    names = [x.name for x in (*model.stocks, *model.levels, *model.accumulators)]
    here = Expected(model).run(names)
    there = by_pysd(model, tmp_path, names)
    scale = np.maximum(np.abs(here).max(axis=0), 1e-9)
    assert np.abs(here - there).max(axis=0) / scale == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", ["two_groups", "afghanistan"])
def test_it_follows_the_schema_and_every_name_is_defined_once(name: str) -> None:
    root = ET.fromstring(xmile(of_case(name), version="1"))
    assert root.tag == f"{{{SPACE['x']}}}xmile"
    assert [c.tag.split("}")[1] for c in root] == ["header", "sim_specs", "model"]
    variables = root.find("x:model/x:variables", SPACE)
    assert variables is not None
    names = [v.get("name", "") for v in variables]
    assert len({n.lower() for n in names}) == len(names)
    assert all(n.replace("_", "a").isalnum() for n in names)
    flows = {v.get("name") for v in variables.findall("x:flow", SPACE)}
    used = {e.text for e in variables.iter() if e.tag.split("}")[1] in ("inflow", "outflow")}
    assert used <= flows


def test_names_differ_without_regard_to_case() -> None:
    names = plain_names(["a[x]", "a_x", "A_X", "time", "2nd", "ü.b"])
    assert len({n.lower() for n in names.values()}) == 6
    assert names["a[x]"] == "a_x"
    assert names["time"] == "x_time"


def test_expressions_read_back() -> None:
    from rivalry.model.exchange._equation import equation, number

    assert number(-2.0) == "(-2)"
    assert number(1e-9) == "1e-09"
    three = Apply("max", (Ref("a"), Const(1.0), Ref("b")))
    assert equation(three, str.upper) == "MAX(A, MAX(1, B))"
    truth = Apply("*", (Apply("and", (Apply("<", (Ref("a"), Const(2.0))), Ref("b"))), Const(3.0)))
    assert equation(truth, str.upper) == "((IF (A < 2) AND (B <> 0) THEN 1 ELSE 0) * 3)"
