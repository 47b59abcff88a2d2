"""Source of one substep: shocks, auxiliaries, draws, updates.

All flows out of one stock are drawn together from the state at the start of the substep: the
total exit is binomial with probability 1 - exp(-sum of hazards * dt) and is split by conditional
binomials, which is a multinomial draw (Breto & Ionides 2011, Euler-multinomial scheme).
"""

from __future__ import annotations

from rivalry.engine.codegen._numbers import LEVELS, STOCKS
from rivalry.engine.codegen._plan import DRAW, MONTH, STEP, Plan, element_key
from rivalry.model.ir import Const, Expr, Flow, Shock

#: A chance per month above this is not a hazard but an overflow.
HUGE = "1e15"


class Step:
    """Builds the lines of one substep.

    `fail` is the statement that ends a draw (or a particle) after an error is noted. With
    `keyed`, every draw of random numbers is preceded by a switch to its own keyed stream when
    the run-time flag says so.
    """

    def __init__(self, plan: Plan, *, keyed: bool) -> None:
        self.plan = plan
        self.model = plan.model
        self.keyed = keyed
        self.dt = plan.model.time.dt

    # -- what the substep needs ----------------------------------------------------------------

    def expressions(self) -> list[Expr]:
        """Everything that a substep evaluates."""
        m = self.model
        found: list[Expr] = [f.expr for f in m.flows]
        found += [f.dispersion for f in m.flows if f.dispersion is not None]
        found += [x.change for x in m.levels]
        found += [x.sd for x in m.levels if x.sd is not None]
        found += [a.expr for a in m.accumulators]
        found += [n.scale for n in m.noise if n.kind == "gamma"]
        return found

    def key(self, name: str) -> list[str]:
        """Switch to the stream of an element, in keyed runs."""
        if not self.keyed:
            return []
        return [f"rekey(rs, keyed, seed, draw, int64({element_key(name)}), tick)"]

    # -- tiers ---------------------------------------------------------------------------------

    def parameter_lines(self, source: str) -> list[str]:
        """Read parameters; `source` is the array expression with one hole for the column."""
        return [
            f"{self.plan.local(p.name)} = {source.format(j)}"
            for j, p in enumerate(self.model.parameters)
        ]

    def month_lines(self, names: list[str], source: str) -> list[str]:
        """Scheduled parameters, lasting shocks, monthly inputs and month-tier auxiliaries."""
        plan, model = self.plan, self.model
        lines = []
        for s, name in enumerate(model.schedulable):
            j = model.parameter_index[name]
            lines.append(
                f"{plan.local(name)} = {source.format(j)} * sched[t, {s}, 0] + sched[t, {s}, 1]"
            )
        for i, shock in enumerate(model.shocks):
            if not shock.lasting:
                continue
            lines.append(f"if fire[t, {i}] != 0:")
            for action in shock.actions:
                assert action.target is not None
                target = plan.local(action.target)
                amount = plan.code(action.amount)
                op = "=" if action.kind == "hold_set" else "*="
                lines.append(f"    {target} {op} {amount}")
        monthly = [(i, x) for i, x in enumerate(model.inputs) if plan.tiers[x.name] == MONTH]
        lines += [f"{plan.local(x.name)} = inputs[t, 0, {i}]" for i, x in monthly]
        for process in model.noise:
            if process.kind == "ar1":
                assert process.half_life is not None
                x = plan.local(process.name)
                lines += [
                    f"sd_{x} = {plan.code(process.scale)}",
                    f"phi_{x} = math.exp(-0.6931471805599453 / ({plan.code(process.half_life)}))",
                    f"move_{x} = sd_{x} * math.sqrt(1.0 - phi_{x} * phi_{x})",
                ]
            elif plan.tier(process.scale) < STEP:
                x = plan.local(process.name)
                lines.append(f"shape_{x} = {self.dt!r} / ({plan.code(process.scale)})")
        lines += plan.aux_lines(names, MONTH)
        return lines

    def draw_aux_lines(self, names: list[str]) -> list[str]:
        """Auxiliaries that depend on parameters only."""
        return self.plan.aux_lines(names, DRAW)

    # -- start ---------------------------------------------------------------------------------

    def start_lines(self) -> list[str]:
        """Start values of stocks and levels, from parameters that no scenario has moved yet."""
        plan, lines = self.plan, []
        for stock in self.model.stocks:
            text = f"whole({plan.code(stock.initial)})"
            lines.append(f"start_{plan.local(stock.name)} = {text}")
        for level in self.model.levels:
            text = self._clamp(plan.code(level.initial), level.lower, level.upper)
            lines.append(f"start_{plan.local(level.name)} = {text}")
        return lines

    def initial_lines(self) -> list[str]:
        """Put stocks, levels, noise and accumulators at their start."""
        plan, lines = self.plan, []
        for part in (self.model.stocks, self.model.levels):
            lines += [f"{plan.local(x.name)} = start_{plan.local(x.name)}" for x in part]
        for process in self.model.noise:
            x = plan.local(process.name)
            lines += [f"raw_{x} = 0.0", f"{x} = 0.0"] if process.kind == "ar1" else [f"{x} = 1.0"]
        lines += [f"{plan.local(a.name)} = 0.0" for a in self.model.accumulators]
        return lines

    def month_start_lines(self) -> list[str]:
        """Set accumulators back and move AR(1) noise, once a month."""
        plan, lines = self.plan, []
        for acc in self.model.accumulators:
            if acc.period == 1:
                lines.append(f"{plan.local(acc.name)} = 0.0")
            elif acc.period > 1:
                lines.append(f"if (month0 + t) % {acc.period} == 0: {plan.local(acc.name)} = 0.0")
        for process in self.model.noise:
            if process.kind != "ar1":
                continue
            x = plan.local(process.name)
            lines += ["tick = t * 1024", *self.key(process.name)]
            lines += [
                "z = normal(rs)",
                f"raw_{x} = sd_{x} * z if t == 0 else phi_{x} * raw_{x} + move_{x} * z",
                *self.noise_value(process.name, process.log),
            ]
        return lines

    def noise_value(self, name: str, log: bool) -> list[str]:
        """Value that an AR(1) process shows to formulas."""
        x = self.plan.local(name)
        return [f"{x} = math.exp(raw_{x})" if log else f"{x} = raw_{x}"]

    # -- substep -------------------------------------------------------------------------------

    def substep_lines(self, names: list[str], fail: list[str]) -> list[str]:
        """Lines inside ``for k in range(substeps)``."""
        lines = ["tick = t * 1024 + k + 1"]
        for i, shock in enumerate(self.model.shocks):
            if not shock.lasting:
                lines.append(f"if fire[t, {i}] == k + 1:")
                lines += ["    " + x for x in self._shock(shock)]
        lines += self._gamma()
        lines += self.fine_input_lines("k")
        lines += self.plan.aux_lines(names, STEP)
        lines += self._flows(fail)
        lines += self._updates()
        return lines

    def fine_input_lines(self, k: str) -> list[str]:
        """Read inputs that change within the month."""
        plan = self.plan
        return [
            f"{plan.local(x.name)} = inputs[t, {k}, {i}]"
            for i, x in enumerate(self.model.inputs)
            if plan.tiers[x.name] == STEP
        ]

    def _gamma(self) -> list[str]:
        plan, lines = self.plan, []
        for process in self.model.noise:
            if process.kind == "gamma":
                x = plan.local(process.name)
                lines += self.key(process.name)
                # a variance of 0 is an infinite shape, whose factor is 1
                lines.append(
                    f"{x} = 1.0 if shape_{x} == math.inf else gamma(rs, shape_{x}) / shape_{x}"
                )
        return lines

    def _shock(self, shock: Shock) -> list[str]:
        plan, lines = self.plan, []
        kinds = {s.name for s in self.model.stocks}
        for n, action in enumerate(shock.actions):
            amount = plan.code(action.amount)
            if action.kind in ("move_share", "move_number"):
                lines += self.key(f"{shock.name}.{n}")
                source = None if action.source is None else plan.local(action.source)
                if action.kind == "move_share":
                    lines.append(f"moved = binomial(rs, {source}, clamp({amount}, 0.0, 1.0))")
                else:
                    number = f"whole({amount})"
                    lines.append(
                        f"moved = {number}"
                        if source is None
                        else f"moved = least({number}, {source})"
                    )
                if source is not None:
                    lines.append(f"{source} -= moved")
                if action.target is not None:
                    lines.append(f"{plan.local(action.target)} += moved")
                continue
            assert action.target is not None
            target = plan.local(action.target)
            value = {
                "add": f"{target} + {amount}",
                "scale": f"{target} * {amount}",
                "set": amount,
            }[action.kind]
            if action.target in kinds:
                lines.append(f"{target} = whole({value})")
            else:
                level = next(x for x in self.model.levels if x.name == action.target)
                lines.append(f"{target} = {self._clamp(value, level.lower, level.upper)}")
        return lines

    def _flows(self, fail: list[str]) -> list[str]:
        plan, lines = self.plan, []
        by_source: dict[str | None, list[Flow]] = {}
        for flow in self.model.flows:
            by_source.setdefault(flow.source, []).append(flow)
        for flow in self.model.flows:
            lines.append(f"h_{plan.local(flow.name)} = {plan.code(flow.expr)}")
        lines += self._check_hazards(fail)
        for flow in self.model.flows:
            f = plan.local(flow.name)
            if flow.source is not None and flow.kind == "rate":
                lines.append(f"h_{f} = ratio(h_{f}, {plan.local(flow.source)}, 0.0)")
        for source, flows in by_source.items():
            if source is None:
                for flow in flows:
                    lines += self._entry(flow)
            else:
                lines += self._exits(source, flows)
        return lines

    def _check_hazards(self, fail: list[str]) -> list[str]:
        """End the draw at a hazard that is negative, infinite or not a number.

        One test for all flows, without branches: a way out after each of them would make the
        compiler merge every local variable at each, which took most of the compile time.
        """
        checked = [
            (i, f"h_{self.plan.local(f.name)}")
            for i, f in enumerate(self.model.flows)
            if not (isinstance(f.expr, Const) and f.expr.value >= 0)
        ]
        if not checked:
            return []
        # one comparison pair catches negative, infinite and NaN values alike
        lines = ["sound = True"]
        for at in range(0, len(checked), 8):
            tests = " & ".join(f"({h} >= 0.0) & ({h} < {HUGE})" for _, h in checked[at : at + 8])
            lines.append(f"sound = sound & {tests}")
        return [
            *lines,
            "if not sound:",
            *[f"    note_bad(err, int64({i}), t, {h})" for i, h in checked],
            *["    " + x for x in fail],
        ]

    def _entry(self, flow: Flow) -> list[str]:
        f = self.plan.local(flow.name)
        lines = self.key(flow.name)
        if flow.dispersion is None:
            return [*lines, f"{f} = poisson(rs, h_{f} * {self.dt!r})"]
        size = self.plan.code(flow.dispersion)
        return [
            *lines,
            f"{f} = negative_binomial(rs, h_{f} * {self.dt!r}, ({size}) * {self.dt!r})",
        ]

    def _exits(self, source: str, flows: list[Flow]) -> list[str]:
        s = self.plan.local(source)
        locals_ = [self.plan.local(f.name) for f in flows]
        dt = "" if self.dt == 1.0 else f" * {self.dt!r}"
        total = " + ".join(f"h_{f}" for f in locals_)
        if len(flows) == 1:
            return [
                *self.key(flows[0].name),
                f"{locals_[0]} = binomial_exit(rs, {s}, h_{locals_[0]}{dt})",
            ]
        lines = [
            f"left_{s} = {total}",
            *self.key(source),
            f"rest_{s} = binomial_exit(rs, {s}, left_{s}{dt})",
        ]
        for flow, f in zip(flows[:-1], locals_[:-1], strict=True):
            lines += [
                *self.key(flow.name),
                f"{f} = binomial(rs, rest_{s}, ratio(h_{f}, left_{s}, 0.0))",
                f"rest_{s} -= {f}",
                f"left_{s} -= h_{f}",
            ]
        lines.append(f"{locals_[-1]} = rest_{s}")
        return lines

    def _updates(self) -> list[str]:
        plan, lines = self.plan, []
        m = self.model
        for level in m.levels:
            x = plan.local(level.name)
            text = f"{x} + {self.dt!r} * ({plan.code(level.change)})"
            if level.sd is not None:
                lines += self.key(level.name)
                text += f" + ({plan.code(level.sd)}) * {self.dt**0.5!r} * normal(rs)"
            lines.append(f"new_{x} = {self._clamp(text, level.lower, level.upper)}")
        for acc in m.accumulators:
            dt = "" if acc.kind == "count" else f"{self.dt!r} * "
            lines.append(f"{plan.local(acc.name)} += {dt}({plan.code(acc.expr)})")
        for stock in m.stocks:
            out = [plan.local(f.name) for f in m.flows if f.source == stock.name]
            into = [plan.local(f.name) for f in m.flows if f.target == stock.name]
            terms = "".join(f" + {f}" for f in into) + "".join(f" - {f}" for f in out)
            if terms:
                x = plan.local(stock.name)
                lines.append(f"{x} = {x}{terms}")
        lines += [f"{plan.local(x.name)} = new_{plan.local(x.name)}" for x in m.levels]
        return lines

    def check_lines(self, fail: list[str]) -> list[str]:
        """End the draw at a stock or level that is not finite."""
        lines = ["sound = True"]
        checked = []
        for code, names in (
            (STOCKS, [x.name for x in self.model.stocks]),
            (LEVELS, [x.name for x in self.model.levels]),
        ):
            checked += [(code + i, self.plan.local(x)) for i, x in enumerate(names)]
        for at in range(0, len(checked), 8):
            tests = " & ".join(f"(abs({x}) < 1e300)" for _, x in checked[at : at + 8])
            lines.append(f"sound = sound & {tests}")
        return [
            *lines,
            "if not sound:",
            *[f"    note_wild(err, int64({code}), t, {x})" for code, x in checked],
            *["    " + x for x in fail],
        ]

    @staticmethod
    def _clamp(text: str, lower: float, upper: float) -> str:
        # written as comparisons that let NaN through, so that it is noticed
        if lower == float("-inf") and upper == float("inf"):
            return text
        return f"clamp({text}, {_bound(lower)}, {_bound(upper)})"


def _bound(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return "math.inf" if value > 0 else "(-math.inf)"
    return f"({value!r})"
