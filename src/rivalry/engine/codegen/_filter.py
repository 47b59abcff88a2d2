"""Source of the kernels that move and weigh particles, one month a call."""

from __future__ import annotations

from rivalry.engine.codegen._observe import (
    constant_lines,
    observation_expressions,
    weight_lines,
)
from rivalry.engine.codegen._plan import STEP, Plan
from rivalry.engine.codegen._step import Step
from rivalry.engine.codegen._text import HEADER, indent
from rivalry.model.ir import Model


def state_names(model: Model) -> list[str]:
    """Columns of the particle array, in order."""
    parts = (model.stocks, model.levels, model.noise, model.accumulators)
    return [x.name for part in parts for x in part]


def filter_source(model: Model, *, swarm: bool = False) -> str:
    """Return the source of ``advance(...)``: move particles one month and weigh them.

    One parameter vector serves all particles of a call, so everything that depends on
    parameters and month alone is computed before the particle loop. In a swarm, each particle
    has its own (``params`` is (n_particles, n_parameters)), as iterated filtering needs. Random
    streams belong to blocks of particles, keyed by (seed, filter and block, month).
    """
    plan = Plan(model)
    step = Step(plan, keyed=False)
    inside = plan.needed(step.expressions())
    at_end = plan.needed(observation_expressions(plan))
    everything = plan.needed([*observation_expressions(plan), *step.expressions()])
    fail = ["failed = True", "break"]
    moving = [
        "if t == 0:",
        *indent(step.initial_lines() or ["pass"]),
        "else:",
        *indent(load_lines(plan, "i") or ["pass"]),
        *step.month_start_lines(),
        f"for k in range({model.time.substeps}):",
        *indent(step.substep_lines(inside, fail)),
        *step.check_lines(["failed = True"]),
        *_store(plan),
        "if failed:",
        "    logw[i] = -math.inf",
        "    continue",
        "if weigh:",
        "    lw = 0.0",
        *indent(_end_of_month(step, at_end)),
        *indent(
            [
                line
                for column, o in enumerate(model.observations)
                for line in weight_lines(plan, o, column)
            ]
        ),
        "    logw[i] = lw",
    ]
    source = "params[i, {}]" if swarm else "params[{}]"
    given = [
        *step.parameter_lines(source),
        *step.draw_aux_lines(everything),
        *step.start_lines(),
        *step.month_lines(everything, source),
        "weigh = False",
        *[
            line
            for column, o in enumerate(model.observations)
            for line in [*constant_lines(plan, o, column), f"weigh = weigh or y{column}_is"]
        ],
    ]
    body = [
        "err = errors",
        *([] if swarm else given),
        "for block in range(first // BLOCK, (last + BLOCK - 1) // BLOCK):",
        "    seed_stream(rs, seed, stream * 1048576 + block, t + 1)",
        "    for i in range(max(first, block * BLOCK), min(last, (block + 1) * BLOCK)):",
        "        failed = False",
        "        logw[i] = 0.0",
        *indent(given if swarm else [], 2),
        *indent(moving, 2),
    ]
    lines = [
        HEADER,
        "BLOCK = 1024",
        "",
        "@njit(**OPTIONS)",
        "def advance(rs, first, last, t, month0, state, logw, params, sched, fire, inputs, data,",
        "            high, seed, stream, errors):",
        *indent(body),
    ]
    return "\n".join(lines) + "\n"


def load_lines(plan: Plan, row: str) -> list[str]:
    """Lines that take a row of the particle array as the state at the end of a month."""
    lines = []
    ar1 = {n.name: n.log for n in plan.model.noise if n.kind == "ar1"}
    for j, name in enumerate(state_names(plan.model)):
        raw = "raw_" if name in ar1 else ""
        lines.append(f"{raw}{plan.local(name)} = state[{row}, {j}]")
    return lines


def _store(plan: Plan) -> list[str]:
    ar1 = {n.name for n in plan.model.noise if n.kind == "ar1"}
    return [
        f"state[i, {j}] = {'raw_' if name in ar1 else ''}{plan.local(name)}"
        for j, name in enumerate(state_names(plan.model))
    ]


def _end_of_month(step: Step, names: list[str]) -> list[str]:
    last = str(step.model.time.substeps - 1)
    return [*step.fine_input_lines(last), *step.plan.aux_lines(names, STEP)]
