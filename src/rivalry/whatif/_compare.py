"""Which structure the data prefer: marginal likelihoods of a case and its variants."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Month, Problem, RivalryError, nearest
from rivalry.inference import (
    OnlineSettings,
    Posterior,
    PriorSpace,
    default_origin,
    learn_online,
    with_priors,
)
from rivalry.model import Model, prior_distribution
from rivalry.model._priors import truncated_mass
from rivalry.model.ir import Parameter
from rivalry.model.spec import VariantSpec

Array = NDArray[np.float64]

#: The case itself, as it is called beside its variants.
BASE = "base"


@dataclass(frozen=True)
class Evidence:
    """What the data say of one structure.

    Attributes
    ----------
    name, label : str
    increments : ndarray (seeds, months)
        Log density of each month's data given the months before, parameters averaged over what
        was known of them.
    """

    name: str
    label: str
    increments: Array

    @property
    def log_evidence(self) -> float:
        """Logarithm of the mean over seeds of the estimated marginal likelihoods."""
        sums = self.increments.sum(axis=1)
        return float(np.logaddexp.reduce(sums) - math.log(len(sums)))

    @property
    def error(self) -> float:
        """Standard error of a seed's logarithm over the root of their number; NaN with one."""
        sums = self.increments.sum(axis=1)
        if len(sums) < 2:
            return math.nan
        return float(sums.std(ddof=1) / math.sqrt(len(sums)))


@dataclass(frozen=True)
class Comparison:
    """A case and its variants, each learnt from the same data.

    Attributes
    ----------
    structures : tuple of Evidence
        The case first.
    months : tuple of Month
    """

    structures: tuple[Evidence, ...]
    months: tuple[Month, ...]

    def against_base(self, name: str) -> tuple[float, float]:
        """Log Bayes factor of a variant over the case, and its Monte Carlo standard error.

        The same seeds are used for both, so that their errors are taken seed by seed.
        """
        base = self.structures[0]
        other = next(s for s in self.structures if s.name == name)
        apart = other.increments.sum(axis=1) - base.increments.sum(axis=1)
        error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else math.nan
        return other.log_evidence - base.log_evidence, error


def variant_space(model: Model, variant: VariantSpec | None) -> PriorSpace:
    """Return the space of a case's parameters as a variant has it; None for the case itself.

    Raises
    ------
    RivalryError
        R0840 for a prior without weight in its bounds, R03xx for one that cannot be read.
    """
    if variant is None:
        return PriorSpace(model)
    bounds = {n: _open(b) for name, b in variant.bounds.items() for n in model.resolve(name)}
    model = replace(
        model,
        parameters=tuple(
            replace(p, bounds=_narrower(p, bounds[p.name])) if p.name in bounds else p
            for p in model.parameters
        ),
    )
    priors = {n: text for name, text in variant.priors.items() for n in model.resolve(name)}
    if priors:
        model = with_priors(model, priors)
    for name in bounds:
        parameter = model.parameters[model.parameter_index[name]]
        if parameter.prior is None or not truncated_mass(parameter) > 0:
            raise RivalryError(
                Problem(
                    "R0840",
                    f"the variant leaves {name} no prior within {bounds[name]}",
                    "Move the bounds, or give it another prior there.",
                )
            )
    held = {n: value for name, value in variant.set.items() for n in model.resolve(name)}
    return PriorSpace(model, held=held)


def compare(
    model: Model,
    names: Sequence[str] | None = None,
    *,
    settings: OnlineSettings | None = None,
    seeds: Sequence[int] = (1, 2, 3),
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Estimate the marginal likelihood of a case and of its variants.

    Parameters
    ----------
    model : Model
    names : sequence of str, optional
        Variants of the case; default: all.
    settings : OnlineSettings, optional
        Its seed is replaced by each of `seeds`.
    seeds : sequence of int
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional
        Of months filtered.

    Returns
    -------
    Comparison

    Raises
    ------
    RivalryError
        R1160 for an unknown variant or a case without any, R0821 where no particle could have
        given the data.

    Notes
    -----
    Parameters that a variant leaves free are learnt anew, from their priors, so that a structure
    pays for what it leaves open. The estimate is that of a filter over states and parameters; the
    smoothing of parameters (see `learn_online`) makes it approximate.

    References
    ----------
    Kass & Raftery (1995), Bayes factors, Journal of the American Statistical Association 90(430).
    """
    variants = model.spec.variants
    wanted = list(variants if names is None else names)
    unknown = [n for n in wanted if n not in variants]
    if unknown or not wanted:
        near = nearest(unknown[0], variants) if unknown else None
        raise RivalryError(
            Problem(
                "R1160",
                f"there is no variant {unknown[0]!r}" if unknown else "the case has no variants",
                (f"Did you mean {near!r}? " if near else "")
                + (
                    f"Variants: {', '.join(variants)}."
                    if variants
                    else "Declare them under 'variants'."
                ),
            ),
            exit_code=2,
        )
    how = settings or OnlineSettings()
    # to the last datum of any kind
    end = model.time.start + _last(model)
    span = end - model.time.start + 1
    found: list[Evidence] = []
    total = span * len(seeds) * (len(wanted) + 1)
    for i, name in enumerate([BASE, *wanted]):
        space = variant_space(model, None if name == BASE else variants[name])
        rows = []
        for j, seed in enumerate(seeds):
            before = span * (i * len(seeds) + j)
            report = None if progress is None else _shifted(progress, before, total)
            learned = learn_online(
                space, replace(how, seed=seed), [end], threads=threads, progress=report
            )
            rows.append(learned.increments)
        label = "The case itself" if name == BASE else variants[name].label or name
        found.append(Evidence(name, label, np.array(rows)))
    return Comparison(tuple(found), tuple(model.months[:span]))


def words(log_factor: float, error: float) -> str:
    """Say what a log Bayes factor means (Kass & Raftery 1995), or that it is lost in noise."""
    if not math.isnan(error) and abs(log_factor) < 2 * error:
        return "not to be told apart: the difference is within twice its Monte Carlo error"
    size = abs(log_factor)
    strength = (
        "hardly"
        if size < 1
        else "weakly"
        if size < 3
        else "strongly"
        if size < 5
        else "very strongly"
    )
    return f"the data {strength} prefer {'this variant' if log_factor > 0 else 'the case itself'}"


def posterior_factor(
    model: Model, variant: VariantSpec, posterior: Posterior
) -> tuple[float, float] | None:
    """Log Bayes factor of a variant over the case from a fitted posterior, and its error.

    Only for a variant that restricts one fitted parameter: held at a value (the density ratio of
    Dickey 1971), or kept within bounds (the share of the posterior inside over that of the prior;
    Klugkist & Hoijtink 2007). None for any other.

    Parameters
    ----------
    model : Model
    variant : VariantSpec
    posterior : Posterior
        Of the case itself.

    References
    ----------
    Dickey (1971), The weighted likelihood ratio, Annals of Mathematical Statistics 42(1).
    Klugkist & Hoijtink (2007), The Bayes factor for inequality and about equality constrained
    models, Computational Statistics & Data Analysis 51(12).
    """
    if variant.priors or len(variant.set) + len(variant.bounds) != 1:
        return None
    (name,) = (*variant.set, *variant.bounds)
    if name not in posterior.names:
        return None
    draws = posterior.values[:, posterior.names.index(name)]
    ess = next((d.ess_bulk for d in posterior.diagnostics if d.name == name), float(len(draws)))
    prior = prior_distribution(model.parameters[model.parameter_index[name]])
    if variant.bounds:
        low, high = _open(variant.bounds[name])
        before = float(prior.cdf(high) - prior.cdf(low))
        inside = float(((draws >= low) & (draws <= high)).mean())
        # half a draw in and half a draw out: no share is taken for certain
        share = (inside * ess + 0.5) / (ess + 1)
        error = math.sqrt((1 - share) / (share * (ess + 1)))
        return math.log(share) - math.log(before), error
    from scipy.stats import gaussian_kde

    at = variant.set[name]
    density = gaussian_kde(draws)
    here, width = float(density(at)[0]), float(draws.std() * density.factor)
    if here <= 0:
        return -math.inf, math.inf
    # variance of a kernel estimate with a Gaussian kernel
    error = math.sqrt(1 / (2 * math.sqrt(math.pi) * width * ess * here))
    return math.log(here) - math.log(float(prior.pdf(at))), error


def _last(model: Model) -> int:
    rows = [np.flatnonzero(np.isfinite(o.data)) for o in model.observations]
    rows += [np.flatnonzero(np.isfinite(o.high)) for o in model.observations if o.high is not None]
    found = [int(r[-1]) for r in rows if len(r)]
    return max(found, default=model.time.index(default_origin(model)))


def _shifted(
    progress: Callable[[int, int], None], before: int, total: int
) -> Callable[[int, int], None]:
    return lambda done, _of: progress(before + done, total)


def _open(bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = bounds
    return -math.inf if low is None else low, math.inf if high is None else high


def _narrower(parameter: Parameter, bounds: tuple[float, float]) -> tuple[float, float]:
    return max(parameter.bounds[0], bounds[0]), min(parameter.bounds[1], bounds[1])
