"""The distributions of the language and their arguments in canonical order."""

from __future__ import annotations

#: Observation family -> argument names.
FAMILIES: dict[str, tuple[str, ...]] = {
    "poisson": ("mean",),
    "negative_binomial": ("mean", "size"),
    "contaminated_negative_binomial": ("mean", "size", "outliers", "outlier_size"),
    "zero_inflated_poisson": ("mean", "zero"),
    "zero_inflated_negative_binomial": ("mean", "size", "zero"),
    "hurdle_poisson": ("mean", "zero"),
    "hurdle_negative_binomial": ("mean", "size", "zero"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sd"),
    "binomial": ("n", "p"),
    "between": ("value", "sd"),
}

#: Families whose data are counts: 0, 1, 2, ...
COUNTS = {name for name in FAMILIES if "poisson" in name or "binomial" in name}

#: Arguments that share the unit of the data; all others are plain numbers.
UNIT_ARGUMENTS = {"mean", "median", "value", "n"}

#: Prior family -> argument names.
PRIORS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("mu", "sigma"),
    "uniform": ("low", "high"),
    "beta": ("a", "b"),
    "gamma": ("shape", "scale"),
    "half_normal": ("sd",),
    "exponential": ("mean",),
}

#: Arguments that must be above zero.
POSITIVE = {"sd", "sigma", "a", "b", "shape", "scale"}
