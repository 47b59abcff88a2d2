"""Second pass over the finished parts: whether units fit."""

from __future__ import annotations

from rivalry.model.build._context import Context, Path
from rivalry.model.build._declare import declared_units, flow_unit
from rivalry.model.build._families import FAMILIES, UNIT_ARGUMENTS
from rivalry.model.build._units import (
    PLAIN,
    Unit,
    UnitChecker,
    UnitError,
    combine,
    read_unit,
    same,
    show,
)
from rivalry.model.ir import (
    Accumulator,
    Auxiliary,
    Expr,
    Flow,
    Level,
    Noise,
    Observation,
    Shock,
    ShockAction,
    Stock,
)


class UnitPass:
    """Checks every equation; each declared element is reported at most once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._units = declared_units(context)
        self._seen: set[str] = set()
        lookups = {}
        for name, spec in context.spec.lookups.items():
            try:
                # a graphical function works on plain numbers unless it says otherwise
                lookups[name] = (read_unit(spec.x_unit or ""), read_unit(spec.unit or ""))
            except UnitError as error:
                context.problem(error.code, error.message, error.remedy, ("lookups", name))
                lookups[name] = (PLAIN, PLAIN)
        self._checker = UnitChecker(self._units, lookups)

    def run(
        self,
        stocks: list[Stock],
        levels: list[Level],
        noise: list[Noise],
        auxiliaries: list[Auxiliary],
        flows: list[Flow],
        accumulators: list[Accumulator],
        shocks: list[Shock],
        observations: list[Observation],
    ) -> None:
        """Check all parts, auxiliaries first, since others rest on their inferred units."""
        month = read_unit("month")
        for aux in auxiliaries:
            declared = self._units.get(aux.name, PLAIN)
            inferred = self._check(aux.name, aux.expr, declared, "value")
            if declared.kind == "unknown" and inferred is not None:
                self._units[aux.name] = inferred
        for flow in flows:
            stock = flow.source or flow.target
            assert stock is not None
            people = self._units[stock]
            self._units[flow.name] = flow_unit(people)
            if flow.source and flow.target and not same(people, self._units[flow.target]):
                self._report(
                    flow.name, "R0402",
                    f"{flow.source} is in {show(people)}, {flow.target} in "
                    f"{show(self._units[flow.target])}", "Flows keep their unit.", "to",
                )  # fmt: skip
            wanted = combine(PLAIN, month, -1.0) if flow.kind == "hazard" else flow_unit(people)
            self._check(flow.name, flow.expr, wanted, flow.kind)
            if flow.dispersion is not None:
                self._check(flow.name, flow.dispersion, PLAIN, "dispersion")
        for stock_ in stocks:
            self._check(stock_.name, stock_.initial, self._units[stock_.name], "initial")
        for level in levels:
            unit = self._units[level.name]
            self._check(level.name, level.initial, unit, "initial")
            self._check(level.name, level.change, combine(unit, month, -1.0), "change")
        for process in noise:
            scale = "sd" if process.kind == "ar1" else "variance"
            self._check(process.name, process.scale, PLAIN, scale)
            if process.half_life is not None:
                self._check(process.name, process.half_life, month, "half_life")
        for acc in accumulators:
            summed = self._sum_unit(acc, month)
            if summed is not None and self._units.get(acc.name, PLAIN).kind == "unknown":
                self._units[acc.name] = summed
        for shock in shocks:
            for action in shock.actions:
                self._shock(shock.name, action)
        for observation in observations:
            self._observation(observation)

    def _sum_unit(self, acc: Accumulator, month: Unit) -> Unit | None:
        section = self._context.spec.accumulators[acc.name]
        declared = self._units.get(acc.name, PLAIN)
        which = next(k for k in ("count", "integral", "violence") if getattr(section, k))
        try:
            found = combine(self._checker.infer(acc.expr), month)
        except UnitError as error:
            self._report(acc.name, error.code, error.message, error.remedy, which)
            return None
        if not same(found, declared):
            self._report(
                acc.name, "R0402", f"it sums to {show(found)}, but is declared {show(declared)}",
                "Mend the unit or the expression.", which,
            )  # fmt: skip
        return found

    def _check(self, name: str, expr: Expr, wanted: Unit, field: str) -> Unit | None:
        try:
            found = self._checker.infer(expr)
        except UnitError as error:
            self._report(name, error.code, error.message, error.remedy, field)
            return None
        if not same(found, wanted):
            self._report(
                name,
                "R0402",
                f"{field} of {name} is in {show(found)}, but {show(wanted)} is wanted",
                "Multiply or divide by a parameter with the right unit.",
                field,
            )
        return found

    def _shock(self, name: str, action: ShockAction) -> None:
        wanted = PLAIN
        target = action.target or action.source
        if action.kind in ("add", "set", "hold_set", "move_number") and target is not None:
            wanted = self._units.get(target, PLAIN)
        if action.kind.startswith("move") and action.source and action.target:
            ends = [self._units[action.source], self._units[action.target]]
            if not same(*ends):
                self._context.problem(
                    "R0402",
                    f"{action.source} is in {show(ends[0])}, {action.target} in {show(ends[1])}",
                    "A move keeps its unit.",
                    ("shocks", name),
                )
                return
        try:
            found = self._checker.infer(action.amount)
        except UnitError as error:
            self._context.problem(error.code, error.message, error.remedy, ("shocks", name))
            return
        if not same(found, wanted):
            self._context.problem(
                "R0402",
                f"the amount of {name} is in {show(found)}, but {show(wanted)} is wanted",
                "Mend the unit of the parameter.",
                ("shocks", name),
            )

    def _observation(self, observation: Observation) -> None:
        path: Path = ("observations", observation.name, "as")
        spec = self._context.spec.observations[observation.name]
        try:
            data_unit = read_unit(spec.unit)
            for arg_name, arg in zip(FAMILIES[observation.family], observation.args, strict=True):
                found = self._checker.infer(arg)
                scale_argument = observation.family == "normal" and arg_name == "sd"
                wanted = data_unit if arg_name in UNIT_ARGUMENTS or scale_argument else PLAIN
                if not same(found, wanted):
                    raise UnitError(
                        "R0402",
                        f"{arg_name} is in {show(found)}, but {show(wanted)} is wanted",
                        "Mend the unit of the observation or of what it names.",
                    )
        except UnitError as error:
            self._context.problem(error.code, error.message, error.remedy, path)

    def _report(self, name: str, code: str, message: str, remedy: str, field: str) -> None:
        element = self._context.elements[name]
        if element.origin in self._seen:
            return
        self._seen.add(element.origin)
        symbol = self._context.symbols.get(element.base)
        path = (*symbol.path, field) if symbol else ()
        self._context.problem(code, message, remedy, path)
