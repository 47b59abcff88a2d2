"""Source that weighs a state against data, or draws the data it would give."""

from __future__ import annotations

from rivalry.engine.codegen._numbers import OBSERVATIONS
from rivalry.engine.codegen._plan import STEP, Plan, element_key
from rivalry.model.ir import Expr, Observation


def observation_expressions(plan: Plan) -> list[Expr]:
    """Everything that observations evaluate."""
    return [a for o in plan.model.observations for a in o.args]


def draw_lines(plan: Plan, observation: Observation, column: int, keyed: bool) -> list[str]:
    """Lines that draw a value into ``outy[draw, month, column]``."""
    args = [plan.code(a) for a in observation.args]
    family = observation.family
    call = {
        "poisson": "poisson(rs, {0})",
        "negative_binomial": "negative_binomial(rs, {0}, {1})",
        "contaminated_negative_binomial":
            "contaminated_negative_binomial(rs, {0}, {1}, {2}, {3})",
        "zero_inflated_poisson": "(0.0 if uniform(rs) < {1} else poisson(rs, {0}))",
        "zero_inflated_negative_binomial":
            "(0.0 if uniform(rs) < {2} else negative_binomial(rs, {0}, {1}))",
        "hurdle_poisson": "(0.0 if uniform(rs) < {1} else positive_poisson(rs, {0}))",
        "hurdle_negative_binomial":
            "(0.0 if uniform(rs) < {2} else positive_negative_binomial(rs, {0}, {1}))",
        "normal": "({0}) + ({1}) * normal(rs)",
        "lognormal": "({0}) * math.exp(({1}) * normal(rs))",
        "binomial": "binomial(rs, {0}, {1})",
        "between": "({0}) * math.exp(({1}) * normal(rs))",
    }[family].format(*args)  # fmt: skip
    lines = []
    if keyed:
        key = element_key("y:" + observation.name)
        lines.append(f"rekey(rs, keyed, seed, draw, int64({key}), tick)")
    return [
        *lines,
        f"y = {call}",
        f"outy[d - first, t - begin, {column}] = y",
        # a broken argument gives NaN or infinity, which must not pass for missing data
        "if not (abs(y) < 1e300):",
        f"    note(err, int64({OBSERVATIONS + column}), t, y)",
    ]


def constant_lines(plan: Plan, observation: Observation, column: int) -> list[str]:
    """Lines before the particle loop: the datum, whether there is one, and constant terms."""
    y = f"y{column}"
    lines = [f"{y} = data[t, {column}]", f"{y}_high = high[t, {column}]"]
    if observation.family == "between":
        lines.append(f"{y}_is = not ({y} != {y} and {y}_high != {y}_high)")
    else:
        lines.append(f"{y}_is = {y} == {y}")
    if observation.family == "negative_binomial" and _early(plan, observation.args[1]):
        size = plan.code(observation.args[1])
        lines.append(f"{y}_const = nb_const({y}, {size}) if {y}_is else 0.0")
    if observation.family == "poisson":
        lines.append(f"{y}_const = poisson_const({y}) if {y}_is else 0.0")
    return lines


def weight_lines(plan: Plan, observation: Observation, column: int) -> list[str]:
    """Lines that add the log density of the datum to ``lw``."""
    y = f"y{column}"
    args = [plan.code(a) for a in observation.args]
    if observation.family == "negative_binomial" and _early(plan, observation.args[1]):
        call = f"{y}_const + nb_var({y}, {args[0]}, {args[1]})"
    elif observation.family == "poisson":
        call = f"{y}_const + poisson_var({y}, {args[0]})"
    else:
        call = {
            "negative_binomial": "log_negative_binomial({y}, {0}, {1})",
            "contaminated_negative_binomial":
                "log_contaminated_negative_binomial({y}, {0}, {1}, {2}, {3})",
            "zero_inflated_poisson": "log_zero_inflated_poisson({y}, {0}, {1})",
            "zero_inflated_negative_binomial":
                "log_zero_inflated_negative_binomial({y}, {0}, {1}, {2})",
            "hurdle_poisson": "log_hurdle_poisson({y}, {0}, {1})",
            "hurdle_negative_binomial": "log_hurdle_negative_binomial({y}, {0}, {1}, {2})",
            "normal": "log_normal({y}, {0}, {1})",
            "lognormal": "log_lognormal({y}, math.log({0}), {1})",
            "binomial": "log_binomial({y}, {0}, {1})",
            "between": "log_range({0}, {y}, {y}_high, {1})",
        }[observation.family].format(*args, y=y)  # fmt: skip
    return [
        f"if {y}_is:",
        f"    term = {call}",
        "    if not (term < math.inf):",
        f"        note(err, int64({OBSERVATIONS + column}), t, term)",
        "        term = -math.inf",
        "    lw += term",
    ]


def _early(plan: Plan, expr: Expr) -> bool:
    return plan.tier(expr) < STEP
