"""From the typed model to the source of its Numba kernels."""

from rivalry.engine.codegen._filter import filter_source, state_names
from rivalry.engine.codegen._plan import Plan, element_key
from rivalry.engine.codegen._simulate import simulate_source

__all__ = ["Plan", "element_key", "filter_source", "simulate_source", "state_names"]
