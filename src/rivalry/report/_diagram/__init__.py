"""The causal-loop diagram: loops, their drawings, and the graph for looking around."""

from rivalry.report._diagram._draw import Diagram, diagram
from rivalry.report._diagram._geometry import Arrow, Box, Drawing, make_box
from rivalry.report._diagram._layout import column, ring, web
from rivalry.report._diagram._loops import LoopView, Step, loops, node_label

__all__ = [
    "Arrow",
    "Box",
    "Diagram",
    "Drawing",
    "LoopView",
    "Step",
    "column",
    "diagram",
    "loops",
    "make_box",
    "node_label",
    "ring",
    "web",
]
