"""What cannot be read, the column it is reported at, and the limits of size."""

from __future__ import annotations

import pytest

from rivalry.model.expressions import MAX_EXPRESSION, ExpressionError, parse_expression


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "too early"),
        ("   ", 4, "too early"),
        ("a +", 4, "too early"),
        ("(a", 3, r"expected '\)'"),
        ("a)", 2, r"unexpected '\)'"),
        ("a b", 3, "after a complete expression"),
        ("2x", 1, "runs into 'x'"),
        ("2_000", 1, "runs into '_'"),
        ("2é", 1, "runs into"),
        ("1e", 1, "runs into 'e'"),
        ("3 4", 3, "after a complete expression"),
        ("1.2.3", 4, "after a complete expression"),
        ("1e999", 1, "too large"),
        ("a + 1e999", 5, "too large"),
        ("a $ b", 3, r"unexpected character '\$'"),
        ("a && b", 3, "unexpected character"),
        ("a ? b", 3, "unexpected character"),
        ("été", 1, "unexpected character"),
        ("٣", 1, "unexpected character"),
        ("'open", 1, "unexpected character"),
        ("a < b < c", 7, "chained"),
        ("a == b != c", 8, "chained"),
        ("a < b + c < d", 11, "chained"),
        ("and b", 1, "needs a left side"),
        ("* b", 1, r"unexpected '\*'"),
        ("a = b", 3, "after a complete expression"),
        ("x[", 3, "subscript"),
        ("x[]", 3, "subscript"),
        ("x['*']", 3, "subscript"),
        ("x[a", 4, "expected ','"),
        ("x[a b]", 5, "expected ','"),
        ("x[a + b]", 5, "expected ','"),
        ("exp(", 5, "too early"),
        ("exp(a", 6, "expected ','"),
        ("exp(a,", 7, "too early"),
        ("exp(,)", 5, "unexpected ','"),
        ("f(a=1, a=2)", 8, "given twice"),
        ("f(a=1, 2)", 8, "cannot follow a named one"),
        ("f(a=)", 5, r"unexpected '\)'"),
        ("if(a, b)", 1, "if needs"),
        ("if(a, b, c, d)", 1, "if needs"),
        ("if(a, b, otherwise=c)", 1, "if needs"),
    ],
)
def test_column_and_message(text, column, words):
    with pytest.raises(ExpressionError, match=words) as caught:
        parse_expression(text)
    assert caught.value.code == "R0301"
    assert caught.value.column == column


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_are_finite(number):
    with pytest.raises(ExpressionError, match="not finite"):
        parse_expression(number)


@pytest.mark.parametrize("value", [True, False])
def test_truth_values_are_not_numbers(value):
    with pytest.raises(ExpressionError, match="write 1 or 0"):
        parse_expression(value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "1" + ")" * 200,
        "-" * 200 + "1",
        "not " * 200 + "1",
        "2" + "^2" * 200,
        "f(" * 200 + "1" + ")" * 200,
        "if(1, " * 200 + "1" + ", 2)" * 200,
        "1" + " + 1" * 400,
        "x" * (MAX_EXPRESSION + 1),
        " " * (MAX_EXPRESSION + 1),
    ],
)
def test_size_is_limited(text):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.code == "R0302"


def test_size_within_the_limits_is_read():
    parse_expression("(" * 90 + "1" + ")" * 90)
    parse_expression("1" + " + 1" * 200)
    parse_expression("x" * MAX_EXPRESSION)
