"""Tree back to text, with as few brackets as reading allows."""

from __future__ import annotations

from rivalry.model.expressions._nodes import (
    Binary,
    Call,
    Conditional,
    Name,
    Node,
    Number,
    Text,
    Unary,
)

_POWER = {"or": 1, "and": 2, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4}
_POWER |= {"+": 5, "-": 5, "*": 6, "/": 6, "^": 8}


def to_text(node: Node) -> str:
    """Print an expression so that parsing it again gives the same tree."""
    return _print(node, 0)


def _print(node: Node, outer: int) -> str:
    match node:
        case Number(value=v):
            return repr(int(v)) if v == int(v) and abs(v) < 1e15 else repr(v)
        case Text(value=v):
            return f'"{v}"' if "'" in v else f"'{v}'"
        case Name(name=n, subscripts=s):
            return n + (f"[{', '.join(s)}]" if s else "")
        case Unary(op=op, operand=x):
            text = f"not {_print(x, 3)}" if op == "not" else f"{op}{_print(x, 7)}"
            return f"({text})" if outer > (3 if op == "not" else 7) else text
        case Binary(op=op, left=a, right=b):
            power = _POWER[op]
            if op == "^":
                text = f"{_print(a, 9)}^{_print(b, 7)}"
            else:
                # a comparison on the left of a comparison needs its own brackets
                left = _print(a, power + 1 if power == 4 else power)
                text = f"{left} {op} {_print(b, power + 1)}"
            return f"({text})" if power < outer else text
        case Call(function=f, args=args, keywords=keywords):
            parts = [_print(a, 0) for a in args] + [f"{k}={_print(v, 0)}" for k, v in keywords]
            return f"{f}({', '.join(parts)})"
        case Conditional(condition=c, then=a, otherwise=b):
            return f"if({_print(c, 0)}, {_print(a, 0)}, {_print(b, 0)})"
    raise TypeError(f"not an expression node: {node!r}")
