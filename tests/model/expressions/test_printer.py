"""Printing a tree and reading it again gives the same tree."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivalry.model.expressions import (
    Binary,
    Call,
    Conditional,
    ExpressionError,
    Name,
    Node,
    Number,
    Text,
    Unary,
    parse_expression,
    to_text,
)

WORDS = st.sampled_from(["a", "b1", "_c", "fighters", "iff", "nothing", "e5"])
OPERATORS = ["or", "and", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", "^"]
NUMBERS = st.one_of(
    st.integers(0, 10**18).map(float),
    st.floats(0, 1e300, allow_nan=False),
)
LEAVES = st.one_of(
    NUMBERS.map(lambda v: Number(0, v)),
    st.builds(
        lambda n, s: Name(0, n, tuple(s)),
        WORDS,
        st.lists(st.one_of(WORDS, st.just("*")), max_size=3),
    ),
    st.text('ab 1-é"[(', max_size=5).map(lambda t: Text(0, t)),
    st.just(Text(0, "it's")),
)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    keywords = st.lists(st.tuples(WORDS, inner), max_size=2, unique_by=lambda k: k[0])
    return st.one_of(
        st.builds(lambda op, x: Unary(0, op, x), st.sampled_from(["-", "+", "not"]), inner),
        st.builds(lambda op, a, b: Binary(0, op, a, b), st.sampled_from(OPERATORS), inner, inner),
        st.builds(
            lambda f, a, k: Call(0, f, tuple(a), tuple(k)),
            WORDS,
            st.lists(inner, max_size=3),
            keywords,
        ),
        st.builds(lambda c, a, b: Conditional(0, c, a, b), inner, inner, inner),
    )


TREES = st.recursive(LEAVES, _grow, max_leaves=25)


def without_columns(node: Node) -> Node:
    changes: dict[str, object] = {"column": 0}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changes[field.name] = without_columns(value)
        elif field.name == "args":
            changes["args"] = tuple(without_columns(a) for a in value)
        elif field.name == "keywords":
            changes["keywords"] = tuple((k, without_columns(v)) for k, v in value)
    return replace(node, **changes)  # type: ignore[arg-type]


# hypothesis would like to print the recursive strategy
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=400, deadline=None)
@given(TREES)
def test_round_trip(tree):
    assert without_columns(parse_expression(to_text(tree))) == tree


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c",
        "(a + b) * c",
        "a - (b - c)",
        "-a^2",
        "(-a)^2",
        "a^b^c",
        "(a^b)^c",
        "not (a or b)",
        "not a or b",
        "(a < b) == c",
        "if(a > 1, x[north], 0)",
        "f(a, size=2)",
        "2.5e-07",
    ],
)
def test_texts_a_person_would_write_come_back_unchanged(text):
    assert to_text(parse_expression(text)) == text


@settings(max_examples=400, deadline=None)
@given(st.text("ab1.e+-*/^()[],<>=!'\"~: \n_é$", max_size=30))
def test_any_text_is_read_or_refused_with_a_column(text):
    try:
        tree = parse_expression(text)
    except ExpressionError as error:
        refused = error
    else:
        again = parse_expression(to_text(tree))
        assert without_columns(again) == without_columns(tree)
        return
    assert 1 <= refused.column <= len(text) + 1
    assert refused.code in ("R0301", "R0302")
