"""The parsed form of an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; `column` (from 1) is where it starts in the text."""

    column: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal number. In sums it takes the unit of its neighbour; in products it has none."""

    value: float


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text: a date or a status, only allowed as an argument."""

    value: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name with subscripts: element names, dimension names, or ``*``."""

    name: str
    subscripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x``, ``+x`` or ``not x``."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic, comparison or logic with two sides."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call; `keywords` keep their order."""

    function: str
    args: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``if(condition, then, otherwise)``."""

    condition: Node
    then: Node
    otherwise: Node


def children(node: Node) -> tuple[Node, ...]:
    """Direct children of a node."""
    match node:
        case Unary(operand=x):
            return (x,)
        case Binary(left=a, right=b):
            return (a, b)
        case Call(args=args, keywords=keywords):
            return (*args, *(v for _, v in keywords))
        case Conditional(condition=c, then=a, otherwise=b):
            return (c, a, b)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def names_in(node: Node) -> set[str]:
    """All names used in an expression, without their subscripts."""
    return {n.name for n in walk(node) if isinstance(n, Name)}
