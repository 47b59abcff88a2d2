"""The generated source: stable, tiered, and cached under what shapes it."""

from __future__ import annotations

import ast
import subprocess
import sys

import numpy as np
import pytest

from rivalry.engine import cache_folder
from rivalry.engine.codegen import Plan, element_key, filter_source, simulate_source
from rivalry.model.ir import Apply, Const, Ref, evaluate

TINY = """
rivalry: 1
title: Tiny
time: {start: 2013-01, end: 2013-06, substeps: 2}
stocks: {s: {initial: 10}}
levels: {x: {initial: 0.5, bounds: [0, 1], change: "rate * (1 - x)"}}
parameters: {rate: {value: 0.1, unit: 1/month}, twice: {value: 2}}
auxiliaries: {fixed: rate * twice, moving: fixed * x}
flows: {leave: {from: s, hazard: moving}}
observations: {y: {unit: people, as: "poisson(mean=s)"}}
"""


def test_source_is_the_same_every_time(everything):
    assert simulate_source(everything) == simulate_source(everything)
    assert filter_source(everything) == filter_source(everything)


def test_source_is_python(everything):
    for source in (simulate_source(everything), filter_source(everything)):
        ast.parse(source)


def test_what_depends_on_parameters_alone_is_computed_once(make_model):
    source = filter_source(make_model(TINY))
    before, inside = source.split("for i in range(max(first", 1)
    assert "x_fixed = (x_rate * x_twice)" in before
    assert "x_fixed = " not in inside
    assert "x_moving = " in inside


def test_exits_are_drawn_together(everything):
    source = simulate_source(everything)
    assert source.count("rest_x_fighters_blue = binomial_exit(") == 1
    assert f"rekey(rs, keyed, seed, draw, int64({element_key('capture')})" in source


def test_keys_depend_on_names_only():
    assert element_key("defection") == element_key("defection")
    assert element_key("defection") != element_key("recruitment")


def test_local_names_never_collide(make_model):
    model = make_model(TINY)
    plan = Plan(model)
    names = ["a[b]", "a_b", "a b", "a__b", "a[b,c]", "a_b_c"]
    assert len({plan.local(n) for n in names}) == len(names)
    assert all(plan.local(n).isidentifier() for n in names)


_HELPERS = ("ratio", "hill", "logistic", "interpolate", "least", "greatest", "clamp")


@pytest.mark.parametrize(
    "expr",
    [
        Apply("^", (Ref("a"), Const(2.0))),
        Apply("^", (Ref("a"), Const(-1.5))),
        Apply("if", (Apply("<", (Ref("a"), Ref("b"))), Ref("a"), Const(-3.0))),
        Apply("and", (Apply(">", (Ref("a"), Const(1.0))), Apply("not", (Ref("b"),)))),
        Apply("min", (Ref("a"), Ref("b"), Const(2.0))),
        Apply("clip", (Ref("a"), Const(0.0), Const(1.0))),
        Apply("ratio", (Ref("a"), Const(0.0), Const(7.0))),
        Apply("hill", (Ref("a"), Ref("b"), Const(2.0))),
        Apply("logistic", (Apply("neg", (Ref("a"),)),)),
        Apply("tanh", (Apply("-", (Ref("a"), Ref("b"))),)),
    ],
)
def test_generated_expressions_agree_with_the_evaluator(make_model, expr):
    import math

    from rivalry.engine import _support

    plan = Plan(make_model(TINY))
    code = plan.code(expr)
    space = {
        "math": math,
        **{n: getattr(_support, n) for n in _HELPERS},
    }
    for a, b in ((0.5, 2.0), (2.0, 0.5), (1.0, 1.0), (3.0, 0.0)):
        values = {"a": np.array([a]), "b": np.array([b])}
        local = {plan.local("a"): a, plan.local("b"): b}
        assert eval(code, space, local) == pytest.approx(float(evaluate(expr, values)[0]))


def test_a_second_process_finds_the_kernel_on_disk(tmp_path, monkeypatch):
    code = (
        "from rivalry.cases import load_case\n"
        "from rivalry.engine import simulate\n"
        "ds = simulate(load_case('two_groups', check=False).model, 4, seed=1)\n"
        "print(float(ds['deaths'].sum()))\n"
    )
    import os

    environment = {**os.environ, "RIVALRY_CACHE": str(tmp_path)}
    outs, made = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        outs.append(done.stdout)
        # the machine code itself: compiling again would write it again
        files = sorted((tmp_path / "kernels").rglob("*.nbc"))
        assert len(files) == 1
        made.append(files[0].stat().st_mtime_ns)
    assert outs[0] == outs[1]
    assert made[0] == made[1]


def test_cache_folder_can_be_written():
    assert cache_folder().is_dir()
