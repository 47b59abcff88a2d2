"""Inference in normal scores of the prior: particle MCMC with checkpoints, iterated filtering."""

from rivalry.inference._calibrate import LOG_LIKELIHOOD, calibrate, rank_one
from rivalry.inference._chain import ChainSettings, ChainState, advance_chain, start_chain
from rivalry.inference._checkpoint import fit_digest, load_checkpoint, save_checkpoint
from rivalry.inference._diag_file import FitFile, open_fit
from rivalry.inference._diag_identify import Direction, Pair
from rivalry.inference._diag_noise import LikelihoodNoise, measure_noise, particles_for
from rivalry.inference._diag_predict import SeriesCheck, predictive_draws, record
from rivalry.inference._diag_surprise import Smoothed, Spell, smoothed, spells
from rivalry.inference._diagnose import Diagnosis, ParameterDiagnosis, diagnose, posterior_mean
from rivalry.inference._digests import case_digest, data_digest
from rivalry.inference._fit import fit_pmcmc
from rivalry.inference._if2 import Climb, ClimbSettings, climb, climb_all
from rivalry.inference._mcap import Mcap, ProfileInterval, mcap
from rivalry.inference._online import Cloud, Learned, OnlineSettings, learn_online
from rivalry.inference._origin import OriginDraws, default_origin, load_origin, origin_states
from rivalry.inference._points import likelihood_tasks, with_filter
from rivalry.inference._pool import Pool, Shared, make_pool
from rivalry.inference._posterior import ParameterSummary, posterior_data, summarize
from rivalry.inference._posterior_file import Posterior, load_posterior, write_posterior
from rivalry.inference._predictive import Checks, run_checks
from rivalry.inference._profile import (
    Profile,
    ProfilePoint,
    ProfileSettings,
    profile,
    profile_grid,
)
from rivalry.inference._sbc_data import simulate_data, with_data
from rivalry.inference._sbc_priors import with_priors
from rivalry.inference._sbc_ranks import rank, thin
from rivalry.inference._sbc_record import CalibrationSettings, DataSetRanks
from rivalry.inference._sbc_summary import (
    CalibrationSummary,
    Coverage,
    QuantityCheck,
    summarize_ranks,
)
from rivalry.inference._sbc_test import (
    Band,
    chi_square_p_value,
    counts_below,
    ecdf_band,
    ecdf_p_value,
    share_interval,
)
from rivalry.inference._scout import ScoutSettings, ScoutState, advance_scout, start_scout
from rivalry.inference._screen import ScreenSettings, screen, screen_digest
from rivalry.inference._screen_fit import Screen, ScreenedParameter, read_screen
from rivalry.inference._shipped import (
    case_posterior,
    check_posterior,
    posterior_parameters,
    posterior_path,
)
from rivalry.inference._space import PriorSpace
from rivalry.inference._surrogate import Gaussian, Surface, fit_surface, refine

__all__ = [
    "LOG_LIKELIHOOD",
    "Band",
    "CalibrationSettings",
    "CalibrationSummary",
    "ChainSettings",
    "ChainState",
    "Checks",
    "Climb",
    "ClimbSettings",
    "Cloud",
    "Coverage",
    "DataSetRanks",
    "Diagnosis",
    "Direction",
    "FitFile",
    "Gaussian",
    "Learned",
    "LikelihoodNoise",
    "Mcap",
    "OnlineSettings",
    "OriginDraws",
    "Pair",
    "ParameterDiagnosis",
    "ParameterSummary",
    "Pool",
    "Posterior",
    "PriorSpace",
    "Profile",
    "ProfileInterval",
    "ProfilePoint",
    "ProfileSettings",
    "QuantityCheck",
    "ScoutSettings",
    "ScoutState",
    "Screen",
    "ScreenSettings",
    "ScreenedParameter",
    "SeriesCheck",
    "Shared",
    "Smoothed",
    "Spell",
    "Surface",
    "advance_chain",
    "advance_scout",
    "calibrate",
    "case_digest",
    "case_posterior",
    "check_posterior",
    "chi_square_p_value",
    "climb",
    "climb_all",
    "counts_below",
    "data_digest",
    "default_origin",
    "diagnose",
    "ecdf_band",
    "ecdf_p_value",
    "fit_digest",
    "fit_pmcmc",
    "fit_surface",
    "learn_online",
    "likelihood_tasks",
    "load_checkpoint",
    "load_origin",
    "load_posterior",
    "make_pool",
    "mcap",
    "measure_noise",
    "open_fit",
    "origin_states",
    "particles_for",
    "posterior_data",
    "posterior_mean",
    "posterior_parameters",
    "posterior_path",
    "predictive_draws",
    "profile",
    "profile_grid",
    "rank",
    "rank_one",
    "read_screen",
    "record",
    "refine",
    "run_checks",
    "save_checkpoint",
    "screen",
    "screen_digest",
    "share_interval",
    "simulate_data",
    "smoothed",
    "spells",
    "start_chain",
    "start_scout",
    "summarize",
    "summarize_ranks",
    "thin",
    "with_data",
    "with_filter",
    "with_priors",
    "write_posterior",
]
