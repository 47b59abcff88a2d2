"""What a user may ask of the model: levers, scenarios and expectations, and what nothing uses."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from rivalry.model.build._context import Context, Path
from rivalry.model.build._resolve import Resolver
from rivalry.model.ir import Const, Flow
from rivalry.model.spec import ExpectationSpec, LeverSpec, ScenarioSpec, VariantSpec

_OVER = re.compile(r"\s*0*[1-9][0-9]*\s*(months?|years?)\s*")
_OF = re.compile(r"\s*(sum|mean|last)\(\s*([^()]+?)\s*\)\s*")
#: Kinds of names that a simulation can write; see `rivalry.model.Model.recordable`.
_RECORDABLE = {"stock", "level", "noise", "auxiliary", "flow", "accumulator"}


def check_use(
    context: Context, resolver: Resolver, scheduled: Iterable[str], flows: list[Flow]
) -> None:
    """Warn about parameters, inputs and auxiliaries that nothing uses."""
    moved = {context.elements[n].base for n in scheduled}
    for name, symbol in context.symbols.items():
        if symbol.kind in ("parameter", "input", "lookup", "noise") and name not in (
            resolver.used | moved
        ):
            context.problem(
                "R0520", f"nothing uses {name}", "Remove it, or use it.", symbol.path,
                severity="warning",
            )  # fmt: skip
    for flow in flows:
        if isinstance(flow.expr, Const) and flow.expr.value == 0:
            context.problem(
                "R0520", f"{flow.name} is always zero", "Remove it.",
                context.symbols[context.elements[flow.name].base].path, severity="warning",
            )  # fmt: skip


def check_questions(context: Context) -> tuple[str, ...]:
    """Check levers, scenarios, expectations and variants.

    Returns
    -------
    tuple of str
        Scalar parameters that a scenario or lever may move.
    """
    scheduled: dict[str, None] = {}
    for key, lever in context.spec.levers.items():
        scheduled |= dict.fromkeys(_lever(context, key, lever))
    for key, scenario in context.spec.scenarios.items():
        scheduled |= dict.fromkeys(_scenario(context, key, scenario))
    for key, expectation in context.spec.expectations.items():
        _expectation(context, key, expectation)
    for key, variant in context.spec.variants.items():
        _variant(context, key, variant)
    return tuple(scheduled)


def _lever(context: Context, key: str, lever: LeverSpec) -> list[str]:
    path: Path = ("levers", key)
    moved: list[str] = []
    if (lever.parameter is None) == (lever.shock is None):
        context.problem(
            "R0512", f"lever {key} needs either a parameter or a shock", "Keep one.", path
        )
    if lever.parameter is not None:
        moved = _parameters(context, lever.parameter, (*path, "parameter"))
    if lever.shock is not None:
        _shock(context, lever.shock, (*path, "shock"))
    if lever.range is not None and not -math.inf < lever.range[0] < lever.range[1] < math.inf:
        context.problem(
            "R0512",
            f"the range of lever {key} is empty or has no end",
            "Write range: [lowest, highest].",
            (*path, "range"),
        )
    return moved


def _scenario(context: Context, key: str, scenario: ScenarioSpec) -> list[str]:
    path: Path = ("scenarios", key)
    if key == "reference":
        context.problem("R0513", "'reference' is the case itself", "Rename it.", path)
    moved: dict[str, str] = {}
    for which in ("set", "scale"):
        for name, value in getattr(scenario, which).items():
            at = (*path, which, name)
            if not math.isfinite(value):
                context.problem("R0513", f"{name} is {value}", "Give a finite number.", at)
            elif which == "scale" and value < 0:
                context.problem(
                    "R0513",
                    f"{name} is scaled by {value:g}",
                    "A factor is 0 or above; to turn a parameter round, use set.",
                    at,
                )
            for scalar in _parameters(context, name, at):
                if moved.setdefault(scalar, which) != which:
                    context.problem(
                        "R0513", f"{key} both sets and scales {scalar}", "Keep one.", at
                    )
    for name, date in scenario.fire.items():
        _shock(context, name, (*path, "fire", name))
        _inside(context, date, (*path, "fire", name))
    for name in scenario.without:
        _shock(context, name, (*path, "without"))
    first = last = None
    if scenario.from_ is not None:
        first = _inside(context, scenario.from_, (*path, "from"))
    if scenario.until is not None:
        # the month before which it ends may be the one after the last
        last = _inside(context, scenario.until, (*path, "until"), after=1)
    if first is not None and last is not None and last <= first:
        context.problem(
            "R0505",
            f"'until' {scenario.until} is not in a month after 'from' {scenario.from_}",
            "Scenarios change whole months; swap the dates or move one.",
            path,
        )
    if not (scenario.set or scenario.scale or scenario.fire or scenario.without):
        context.problem(
            "R0513", f"scenario {key} changes nothing", "Give set, scale, fire or without.", path
        )
    return list(moved)


def _expectation(context: Context, key: str, expectation: ExpectationSpec) -> None:
    path: Path = ("expectations", key)
    scenarios = context.spec.scenarios
    for which in ("scenario", "against"):
        name = getattr(expectation, which)
        if name != "reference" and name not in scenarios:
            context.problem(
                "R0514",
                f"there is no scenario {name!r}",
                context.suggest(name, list(scenarios)) + "Declare it under scenarios.",
                (*path, which),
            )
    if expectation.scenario == expectation.against:
        context.problem(
            "R0514",
            f"{key} compares {expectation.scenario} with itself",
            "Name another scenario under 'scenario' or 'against'.",
            path,
        )
    if not _OVER.fullmatch(expectation.over):
        context.problem(
            "R0514",
            f"{expectation.over!r} is not a time",
            "Write '12 months'.",
            (*path, "over"),
        )
    match = _OF.fullmatch(expectation.of)
    if match is None:
        context.problem(
            "R0514",
            f"{expectation.of!r} cannot be read",
            "Write sum(name), mean(name) or last(name).",
            (*path, "of"),
        )
        return
    name = match.group(2).replace(" ", "")
    found = [name] if name in context.elements else list(context.groups.get(name, ()))
    if not found:
        context.problem(
            "R0303",
            f"nothing is called {match.group(2)!r}",
            context.suggest(name, list(context.elements)) + "Name something that is simulated.",
            (*path, "of"),
        )
    elif context.elements[found[0]].kind not in _RECORDABLE:
        context.problem(
            "R0514",
            f"{name} is a {context.elements[found[0]].kind}, which no simulation changes",
            "Name a stock, level, noise, auxiliary, flow or accumulator.",
            (*path, "of"),
        )


def _variant(context: Context, key: str, variant: VariantSpec) -> None:
    path: Path = ("variants", key)
    if key == "base":
        context.problem("R0521", "'base' is the case itself", "Rename it.", path)
    taken: dict[str, str] = {}
    for which in ("set", "priors", "bounds"):
        for name, value in getattr(variant, which).items():
            at = (*path, which, name)
            if which == "set" and not math.isfinite(value):
                context.problem("R0521", f"{name} is held at {value}", "Give a finite number.", at)
            if which == "bounds" and None not in value and not value[0] < value[1]:
                context.problem(
                    "R0521", f"the bounds of {name} are empty", "Write [lowest, highest].", at
                )
            for scalar in _parameters(context, name, at):
                before = taken.setdefault(scalar, which)
                if "set" in (before, which) and before != which:
                    context.problem(
                        "R0521",
                        f"{key} holds {scalar} at a value and gives it {which}",
                        "Keep one.",
                        at,
                    )
    if not taken:
        context.problem(
            "R0521", f"variant {key} changes nothing", "Give set, priors or bounds.", path
        )


def _parameters(context: Context, name: str, path: Path) -> list[str]:
    names = [name] if name in context.elements else list(context.groups.get(name, ()))
    if not names or context.elements[names[0]].kind != "parameter":
        known = [n for n, e in context.elements.items() if e.kind == "parameter"]
        context.problem(
            "R0513",
            f"{name!r} is not a parameter",
            context.suggest(name, known) + "Levers and scenarios move parameters.",
            path,
        )
        return []
    return names


def _shock(context: Context, name: str, path: Path) -> None:
    if name not in context.spec.shocks:
        context.problem(
            "R0513", f"there is no shock {name!r}",
            context.suggest(name, list(context.spec.shocks)) + "Declare it under shocks.", path,
        )  # fmt: skip


def _inside(context: Context, text: str, path: Path, after: int = 0) -> int | None:
    """Return the month of a date within the model's time, or up to `after` months past it."""
    position = context.position(text, path)
    if position is None:
        return None
    if not 0 <= position[0] < context.time.n_months + after:
        context.problem(
            "R0505",
            f"{text} lies outside the model's time ({context.time.start} to {context.time.end})",
            "Move the date, or the time of the model.",
            path,
        )
        return None
    return position[0]
