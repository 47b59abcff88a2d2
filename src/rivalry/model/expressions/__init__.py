"""The expression language: text to tree, and the functions a model may call."""

from rivalry.model.expressions._functions import FUNCTIONS, Function
from rivalry.model.expressions._lexer import MAX_EXPRESSION
from rivalry.model.expressions._nodes import (
    Binary,
    Call,
    Conditional,
    Name,
    Node,
    Number,
    Text,
    Unary,
    names_in,
    walk,
)
from rivalry.model.expressions._parser import ExpressionError, parse_expression
from rivalry.model.expressions._printer import to_text

__all__ = [
    "FUNCTIONS",
    "MAX_EXPRESSION",
    "Binary",
    "Call",
    "Conditional",
    "ExpressionError",
    "Function",
    "Name",
    "Node",
    "Number",
    "Text",
    "Unary",
    "names_in",
    "parse_expression",
    "to_text",
    "walk",
]
