"""What the grammar reads, and in which order it groups."""

from __future__ import annotations

import math

import pytest

from rivalry.model.expressions import (
    Binary,
    Call,
    Conditional,
    Name,
    Node,
    Number,
    Text,
    Unary,
    names_in,
    parse_expression,
    to_text,
    walk,
)


def brackets(node: Node) -> str:
    """The tree with every operation in brackets of its own."""
    match node:
        case Number(value=v):
            return f"{v:g}"
        case Text(value=v):
            return repr(v)
        case Name(name=n, subscripts=s):
            return n + (f"[{','.join(s)}]" if s else "")
        case Unary(op=op, operand=x):
            return f"({op} {brackets(x)})"
        case Binary(op=op, left=a, right=b):
            return f"({brackets(a)} {op} {brackets(b)})"
        case Call(function=f, args=args, keywords=kw):
            parts = [brackets(a) for a in args] + [f"{k}={brackets(v)}" for k, v in kw]
            return f"{f}({', '.join(parts)})"
        case Conditional(condition=c, then=a, otherwise=b):
            return f"if({brackets(c)}, {brackets(a)}, {brackets(b)})"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", "1"),
        ("1.5e3", "1500"),
        (".5", "0.5"),
        ("2.", "2"),
        ("1E-2", "0.01"),
        ("x", "x"),
        ("_x1", "_x1"),
        ("x[a]", "x[a]"),
        ("x[a, b]", "x[a,b]"),
        ("x[*]", "x[*]"),
        ("f()", "f()"),
        ("f(1, x)", "f(1, x)"),
        ("f(1, size=x)", "f(1, size=x)"),
        ("f(x,)", "f(x)"),
        ("if(a, b, c)", "if(a, b, c)"),
        ("after('2015-03')", "after('2015-03')"),
        ('after("2015-03")', "after('2015-03')"),
        (" \t x \n", "x"),
        ("(x)", "x"),
        # left to right
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("a - b + c", "((a - b) + c)"),
        ("a or b or c", "((a or b) or c)"),
        # powers from the right, and before signs
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("a ** b", "(a ^ b)"),
        ("-a ^ 2", "(- (a ^ 2))"),
        ("(-a) ^ 2", "((- a) ^ 2)"),
        ("a ^ -b", "(a ^ (- b))"),
        ("a ^ -b ^ c", "(a ^ (- (b ^ c)))"),
        ("2 * -a", "(2 * (- a))"),
        ("- - a", "(- (- a))"),
        ("+a", "(+ a)"),
        # products before sums before comparisons before logic
        ("a + b * c", "(a + (b * c))"),
        ("a * b + c", "((a * b) + c)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("a + b < c * d", "((a + b) < (c * d))"),
        ("not a < b", "(not (a < b))"),
        ("not a and b", "((not a) and b)"),
        ("a and not b or c", "((a and (not b)) or c)"),
        ("a or b and c", "(a or (b and c))"),
        ("a < b and c < d", "((a < b) and (c < d))"),
        ("a < b == c < d or e", None),
        # comparisons of comparisons need brackets
        ("(a < b) == c", "((a < b) == c)"),
        ("a == (b < c)", "(a == (b < c))"),
    ],
)
def test_table(text: str, tree: str | None):
    if tree is None:
        with pytest.raises(ValueError, match="chained"):
            parse_expression(text)
        return
    assert brackets(parse_expression(text)) == tree


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", "and", "or"])
def test_every_binary_operator(op):
    node = parse_expression(f"a {op} b")
    assert isinstance(node, Binary)
    assert node.op == op
    assert node.column == 3


@pytest.mark.parametrize("number", [0, 3, -2.5, 1e300])
def test_a_number_stands_for_itself(number):
    assert parse_expression(number) == Number(1, float(number))


def test_columns_count_from_one():
    node = parse_expression("a + exp(bc)")
    assert {(n.column, type(n).__name__) for n in walk(node)} == {
        (3, "Binary"),
        (1, "Name"),
        (5, "Call"),
        (9, "Name"),
    }


def test_names_in_looks_into_keywords_and_conditions():
    node = parse_expression("if(a > 1, f(b, size=c[x]), -d)")
    assert names_in(node) == {"a", "b", "c", "d"}


def test_precision_is_kept():
    node = parse_expression("0.1")
    assert isinstance(node, Number)
    assert node.value == 0.1
    assert to_text(parse_expression(repr(math.pi))) == repr(math.pi)
