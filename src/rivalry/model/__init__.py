"""The modelling language: from a specification to the typed model."""

from rivalry.model._priors import draw_parameters, prior_distribution, prior_medians
from rivalry.model.build import FAMILIES, PRIORS, ModelData, build_model
from rivalry.model.ir import Model
from rivalry.model.spec import ModelSpec

__all__ = [
    "FAMILIES",
    "PRIORS",
    "Model",
    "ModelData",
    "ModelSpec",
    "build_model",
    "draw_parameters",
    "prior_distribution",
    "prior_medians",
]
