"""The typed model: scalar elements, resolved names, sorted equations.

Built by `rivalry.model.build_model`; read by the engine, the diagram and the report.
"""

from rivalry.model.ir._evaluate import OPERATIONS, describe, evaluate
from rivalry.model.ir._expr import Apply, Const, Expr, Ref, refs, substitute
from rivalry.model.ir._model import (
    Accumulator,
    Actor,
    Auxiliary,
    Dyad,
    Element,
    Flow,
    Input,
    Level,
    LookupTable,
    Model,
    Noise,
    Observation,
    Parameter,
    Shock,
    ShockAction,
    Stock,
    TimeGrid,
)

__all__ = [
    "OPERATIONS",
    "Accumulator",
    "Actor",
    "Apply",
    "Auxiliary",
    "Const",
    "Dyad",
    "Element",
    "Expr",
    "Flow",
    "Input",
    "Level",
    "LookupTable",
    "Model",
    "Noise",
    "Observation",
    "Parameter",
    "Ref",
    "Shock",
    "ShockAction",
    "Stock",
    "TimeGrid",
    "describe",
    "evaluate",
    "refs",
    "substitute",
]
