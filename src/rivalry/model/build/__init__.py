"""From the language to the typed model: names, units and structure checked."""

from rivalry.model.build._build import ModelData, build_model
from rivalry.model.build._families import FAMILIES, PRIORS

__all__ = ["FAMILIES", "PRIORS", "ModelData", "build_model"]
