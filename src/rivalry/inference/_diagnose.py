"""Everything that a fit's own file can say about how far it is to be trusted."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.foundation import Problem
from rivalry.inference._diag_file import FitFile
from rivalry.inference._diag_identify import Direction, Pair, directions, unidentified_pairs
from rivalry.inference._diag_noise import ROUGH_SD, LikelihoodNoise, noise_between
from rivalry.inference._diag_predict import SeriesCheck, check_all
from rivalry.inference._diag_scores import normal_scores, rank_scores
from rivalry.inference._posterior import MOVED
from rivalry.model import Model, prior_medians

Array = NDArray[np.float64]
#: Targets of Vehtari et al. (2021).
RHAT, ESS = 1.01, 400.0
#: Draws with which covariances are computed; more add nothing.
_ENOUGH = 4000


@dataclass(frozen=True)
class ParameterDiagnosis:
    """One parameter.

    `low` and `high` end the 90% interval, `prior_low` and `prior_high` that of the prior.
    `contraction` is 1 - posterior / prior variance and `shift` the posterior mean, both in normal
    scores of the prior (Betancourt 2018); `score_low`, `score_mid`, `score_high` the 5, 50 and 95%
    quantiles there. `rhat`, `ess_bulk`, `ess_tail` are rank-normalised and split (Vehtari et al.
    2021): of all draws where the file tells them, else of those it holds, as ArviZ gives them.
    """

    name: str
    mean: float
    low: float
    high: float
    prior_low: float
    prior_high: float
    rhat: float
    ess_bulk: float
    ess_tail: float
    contraction: float
    shift: float
    score_low: float
    score_mid: float
    score_high: float

    @property
    def moved(self) -> bool:
        """Whether the data narrowed or shifted it noticeably."""
        return self.contraction >= MOVED or abs(self.shift) >= 1.0

    @property
    def settled(self) -> bool:
        """Whether chains agree and hold enough independent draws."""
        return self.rhat <= RHAT and self.ess_bulk >= ESS


@dataclass(frozen=True)
class Diagnosis:
    """What a posterior file says of itself.

    `exact` tells whether normal scores were computed from the priors of the case, or from ranks
    among the prior draws of the file. `notes` say in sentences what could not be told, and why.
    """

    chains: int
    draws: int
    exact: bool
    parameters: tuple[ParameterDiagnosis, ...]
    acceptance: tuple[float, ...]
    pairs: tuple[Pair, ...]
    directions: tuple[Direction, ...]
    series: tuple[SeriesCheck, ...]
    noise: LikelihoodNoise | None
    notes: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether all parameters are."""
        return all(p.settled for p in self.parameters)

    def warnings(self) -> list[Problem]:
        """Return R0825 if the chains have not settled, R0812 if the likelihood is too noisy."""
        found = []
        unsure = [p for p in self.parameters if not p.rhat <= RHAT]
        few = [p for p in self.parameters if not p.ess_bulk >= ESS]
        if unsure or few:
            worst = max(self.parameters, key=lambda p: p.rhat if p.rhat == p.rhat else np.inf)
            least = min(self.parameters, key=lambda p: p.ess_bulk)
            found.append(
                Problem(
                    "R0825",
                    f"the chains have not settled: {len(unsure)} of {len(self.parameters)} "
                    f"parameters with R-hat above {RHAT} (largest {worst.rhat:.2f}, {worst.name}), "
                    f"{len(few)} with fewer than {ESS:.0f} effective draws (fewest "
                    f"{least.ess_bulk:.0f}, {least.name})",
                    "Go on with 'rivalry fit --resume' and more --iterations, or fit fewer "
                    "--parameters.",
                    severity="warning",
                )
            )
        if self.noise is not None and not self.noise.sd <= ROUGH_SD:
            found.append(
                Problem(
                    "R0812",
                    f"the log-likelihood estimate has a standard deviation of {self.noise.sd:.1f} "
                    f"with {self.noise.particles:,} particles",
                    f"Fit with about {self.noise.asked:,} --particles for one of about 1.2.",
                    severity="warning",
                )
            )
        return found


def diagnose(
    fit: FitFile, model: Model | None = None, noise: LikelihoodNoise | None = None
) -> Diagnosis:
    """Diagnose a fit.

    Parameters
    ----------
    fit : FitFile
    model : Model, optional
        The model that was fitted: its priors give exact normal scores.
    noise : LikelihoodNoise, optional
        As `measure_noise` found it; default: by `noise_between` from the file, if it has what
        that needs.

    Returns
    -------
    Diagnosis
    """
    notes: list[str] = []
    parameters, scores = [], []
    names: list[str] = []
    exact = model is not None
    for name in fit.names:
        draws, prior = fit.draws(name), fit.prior(name)
        u = None if model is None else normal_scores(model, name, draws)
        if u is None:
            exact = False
            if prior is not None:
                u = rank_scores(prior, draws)
        if u is not None:
            names.append(name)
            scores.append(u)
        parameters.append(_parameter(name, draws, prior, u, fit.whole(name)))
    n_chains, n_draws = fit.draws(fit.names[0]).shape
    if len(scores) < len(parameters):
        notes.append(
            f"For {len(parameters) - len(scores)} parameters there is no prior to compare with: "
            "the file holds no prior draws of them, and no case was given."
        )
    flat = np.array([u.ravel() for u in scores]).T
    flat = flat[:: max(1, len(flat) // _ENOUGH)]
    few = len(flat) <= 2 * len(names)
    if names and few:
        notes.append("Fewer than two draws a parameter: too few to look for pairs and directions.")
    accepted = fit.statistic("accepted")
    if accepted is None:
        notes.append("The file does not say which proposals were accepted.")
    predictive, observed = (
        fit.groups.get("posterior_predictive"),
        fit.groups.get("observed_data"),
    )
    series: list[SeriesCheck] = []
    if predictive is None or observed is None:
        notes.append(
            "The file holds no posterior predictive draws with the data: coverage and calibration "
            "are left out."
        )
    else:
        series = check_all(observed, predictive)
    noise = noise or _noted(fit)
    if noise is None:
        notes.append(
            "The noise of the likelihood was not measured and cannot be told from the file: "
            "'rivalry diagnose' measures it when --case names the case."
        )
    tails = sum(not p.ess_tail >= ESS for p in parameters)
    if tails:
        notes.append(
            f"Tail ESS is under {ESS:.0f} for {tails} of {len(parameters)} parameters: the ends of "
            "their 90% intervals are less sure than their means."
        )
    return Diagnosis(
        n_chains,
        n_draws,
        exact,
        tuple(parameters),
        () if accepted is None else tuple(float(x) for x in accepted.mean(axis=1)),
        () if few else tuple(unidentified_pairs(names, flat)),
        () if few else tuple(directions(names, flat)),
        tuple(series),
        noise,
        tuple(notes),
    )


def posterior_mean(fit: FitFile, model: Model) -> Array:
    """Full parameter vector at the posterior mean in normal scores; others at prior medians.

    Parameters of the file that the model has no prior for stay at the model's values.
    """
    from rivalry.inference._space import PriorSpace

    known = [
        n
        for n in fit.names
        if n in model.parameter_index and model.parameters[model.parameter_index[n]].prior
    ]
    if not known:
        return prior_medians(model)
    space = PriorSpace(model, known)
    means = [normal_scores(model, n, fit.draws(n)) for n in space.names]
    return space.parameters(np.array([float(np.mean(m)) for m in means if m is not None]))


def _parameter(
    name: str, draws: Array, prior: Array | None, u: Array | None, whole: dict[str, float]
) -> ParameterDiagnosis:
    if not {"rhat", "ess_bulk", "ess_tail"} <= whole.keys():
        whole = {**whole, **_mixing(draws)}
    low, high = np.quantile(draws, (0.05, 0.95))
    ends = (np.nan, np.nan) if prior is None else np.quantile(prior, (0.05, 0.95))
    none = np.full(3, np.nan)
    quantiles = none if u is None else np.quantile(u, (0.05, 0.5, 0.95))
    contraction = np.nan if u is None else float(1.0 - u.var())
    shift = np.nan if u is None else float(u.mean())
    return ParameterDiagnosis(
        name,
        whole.get("mean", float(draws.mean())),
        whole.get("low", float(low)),
        whole.get("high", float(high)),
        float(ends[0]),
        float(ends[1]),
        whole["rhat"],
        whole["ess_bulk"],
        whole["ess_tail"],
        whole.get("contraction", contraction),
        whole.get("shift", shift),
        float(quantiles[0]),
        float(quantiles[1]),
        float(quantiles[2]),
    )


def _mixing(draws: Array) -> dict[str, float]:
    """R-hat and effective draws of (chains, draws), from ArviZ."""
    az: Any = importlib.import_module("arviz")  # its functions carry no types
    chains = draws
    if len(chains) == 1:
        # a lone chain is held against itself: its two halves stand for two chains
        half = chains.shape[1] // 2
        chains = np.concatenate([chains[:, :half], chains[:, half : 2 * half]])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        rhat, bulk, tail = (
            float(az.rhat(chains)),
            float(az.ess(chains, method="bulk")),
            float(az.ess(chains, method="tail")),
        )
    return {"rhat": rhat, "ess_bulk": bulk, "ess_tail": tail}


def _noted(fit: FitFile) -> LikelihoodNoise | None:
    """Compare new filters at draws of the file with the estimates that the chains kept there."""
    stats, months = fit.groups.get("sample_stats"), fit.groups.get("log_likelihood")
    particles = fit.attributes.get("particles")
    if stats is None or months is None or particles is None or "log_likelihood" not in stats:
        return None
    each = months.get("data")
    if each is None or not {"chain", "draw", "month"} <= set(each.dims):
        return None
    # thinned differently, so matched by the chain's own count of draws
    kept, fresh = xr.align(stats["log_likelihood"], each.sum("month", skipna=False), join="inner")
    return noise_between(
        int(particles),
        np.asarray(fresh.transpose("chain", "draw").values, dtype=np.float64).ravel(),
        np.asarray(kept.transpose("chain", "draw").values, dtype=np.float64).ravel(),
    )
