"""The model as a graph: who depends on whom, with which sign, and through which loops."""

from rivalry.model.diagram._check import PathCheck, check_bindings, check_path, find_loop
from rivalry.model.diagram._graph import build_graph

__all__ = ["PathCheck", "build_graph", "check_bindings", "check_path", "find_loop"]
