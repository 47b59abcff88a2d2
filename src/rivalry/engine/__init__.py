"""The engine: generated kernels, random numbers, ensembles, the particle filter's step."""

from rivalry.engine._deaths import Death, find_death
from rivalry.engine._filter import BootstrapFilter, FilterResult
from rivalry.engine._history import FilterHistory
from rivalry.engine._kernels import cache_folder, engine_digest
from rivalry.engine._reference import simulate_reference
from rivalry.engine._repeat import LikelihoodEstimate, estimate_likelihood
from rivalry.engine._schedule import Schedule, build_schedule
from rivalry.engine._simulate import (
    Start,
    count_threads,
    default_outputs,
    month_index,
    observed,
    simulate,
)
from rivalry.engine._swarm import Swarm
from rivalry.engine._version import RESULTS_VERSION
from rivalry.model._priors import draw_parameters, prior_distribution

__all__ = [
    "RESULTS_VERSION",
    "BootstrapFilter",
    "Death",
    "FilterHistory",
    "FilterResult",
    "LikelihoodEstimate",
    "Schedule",
    "Start",
    "Swarm",
    "build_schedule",
    "cache_folder",
    "count_threads",
    "default_outputs",
    "draw_parameters",
    "engine_digest",
    "estimate_likelihood",
    "find_death",
    "month_index",
    "observed",
    "prior_distribution",
    "simulate",
    "simulate_reference",
]
