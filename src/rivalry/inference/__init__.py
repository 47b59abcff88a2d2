"""Inference in normal scores of the prior: particle MCMC with checkpoints, iterated filtering."""

from rivalry.inference._chain import ChainSettings, ChainState, advance_chain, start_chain
from rivalry.inference._checkpoint import fit_digest, load_checkpoint, save_checkpoint
from rivalry.inference._fit import fit_pmcmc
from rivalry.inference._if2 import Climb, ClimbSettings, climb, climb_all
from rivalry.inference._posterior import (
    ParameterSummary,
    posterior_data,
    summarize,
    write_posterior,
)
from rivalry.inference._space import PriorSpace

__all__ = [
    "ChainSettings",
    "ChainState",
    "Climb",
    "ClimbSettings",
    "ParameterSummary",
    "PriorSpace",
    "advance_chain",
    "climb",
    "climb_all",
    "fit_digest",
    "fit_pmcmc",
    "load_checkpoint",
    "posterior_data",
    "save_checkpoint",
    "start_chain",
    "summarize",
    "write_posterior",
]
