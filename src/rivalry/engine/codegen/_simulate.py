"""Source of the kernel that simulates trajectories."""

from __future__ import annotations

from rivalry.engine.codegen._filter import load_lines
from rivalry.engine.codegen._observe import draw_lines, observation_expressions
from rivalry.engine.codegen._plan import STEP, Plan
from rivalry.engine.codegen._step import Step
from rivalry.engine.codegen._text import HEADER, indent
from rivalry.model.ir import Expr, Model, Ref


def simulate_source(model: Model) -> str:
    """Return the source of ``simulate(...)``.

    The kernel runs draws ``first..last-1`` over the months ``begin..n_months-1``: from the start
    of the model, or, if ``begin`` is not 0, from ``state`` (n_draws, states), which holds the end
    of the month before. Each draw has its own random stream, so results do not depend on how
    draws are shared out among threads. ``out`` and ``outy`` hold the draws and months of this
    call only. ``rs`` (4,) and ``buf`` (recordable names,) are working memory: a kernel that
    allocates would count references to its arrays at every draw of random numbers.
    """
    plan = Plan(model)
    step = Step(plan, keyed=True)
    inside = plan.needed(step.expressions())
    at_end: list[Expr] = [Ref(a.name) for a in model.auxiliaries]
    at_end += observation_expressions(plan)
    end_aux = plan.needed(at_end)
    everything = plan.needed([*at_end, *step.expressions()])
    fail = ["failed = True", "break"]
    substep = step.substep_lines(inside, fail)
    flows = [plan.local(f.name) for f in model.flows]
    substep += [f"total_{f} += {f}" for f in flows]
    month = [
        *step.month_lines(everything, "params[d, {}]"),
        *step.month_start_lines(),
        *[f"total_{f} = 0.0" for f in flows],
        f"for k in range({model.time.substeps}):",
        *indent(substep),
        "if failed: break",
        *step.check_lines(fail),
        "if n_rec > 0 or n_obs > 0:",
        *indent(step.fine_input_lines(str(model.time.substeps - 1))),
        *indent(plan.aux_lines(end_aux, STEP)),
        *indent(["pass"]),
        "if n_rec > 0:",
        *indent(_record(plan)),
    ]
    for column, observation in enumerate(model.observations):
        month += [
            f"if n_obs > 0 and due[t, {column}] != 0:",
            "    tick = t * 1024 + 1000",
            *indent(draw_lines(plan, observation, column, keyed=True)),
        ]
    draw = [
        "draw = ids[d]",
        "failed = False",
        "err = errors[d]",
        "seed_stream(rs, seed, draw, 0)",
        *step.parameter_lines("params[d, {}]"),
        *step.draw_aux_lines(everything),
        *step.start_lines(),
        "if begin == 0:",
        *indent(step.initial_lines() or ["pass"]),
        "else:",
        *indent(load_lines(plan, "d") or ["pass"]),
        "for t in range(begin, n_months):",
        *indent(month),
    ]
    body = [
        "n_rec = rec.shape[0]",
        "n_obs = outy.shape[2]",
        "for d in range(first, last):",
        *indent(draw),
    ]
    lines = [
        HEADER,
        "@njit(**OPTIONS)",
        "def simulate(rs, buf, first, last, n_months, month0, ids, params, sched, fire, inputs,",
        "             due, seed, keyed, rec, out, outy, errors, begin, state):",
        *indent(body),
    ]
    return "\n".join(lines) + "\n"


def _record(plan: Plan) -> list[str]:
    model = plan.model
    flows = {f.name for f in model.flows}
    lines = []
    for i, name in enumerate(model.recordable):
        local = plan.local(name)
        lines.append(f"buf[{i}] = {'total_' + local if name in flows else local}")
    lines += ["for j in range(n_rec):", "    out[d - first, t - begin, j] = buf[rec[j]]"]
    return lines
