"""Charts: Vega-Lite specifications made with Altair, and quantiles as their data."""

from rivalry.report._charts._bundle import vega_bundle
from rivalry.report._charts._figure import Figure, slug
from rivalry.report._charts._series import (
    data_end,
    observation_inside,
    observed_figures,
    recorded,
    simulated,
    state_figures,
)
from rivalry.report._charts._spec import strip_spec
from rivalry.report._charts._theme import config

__all__ = [
    "Figure",
    "config",
    "data_end",
    "observation_inside",
    "observed_figures",
    "recorded",
    "simulated",
    "slug",
    "state_figures",
    "strip_spec",
    "vega_bundle",
]
