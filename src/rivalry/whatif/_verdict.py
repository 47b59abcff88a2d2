"""The rule that turns draws of a claimed effect into a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rivalry.whatif._ensemble import Array

Verdict = Literal["supported", "assumed", "contradicted", "undecided", "checked", "outside"]
VERDICTS: tuple[Verdict, ...] = (
    "supported", "assumed", "contradicted", "undecided", "checked", "outside",
)  # fmt: skip

#: Posterior probability of the claimed sign from which a claim holds, and up to which it fails.
HOLDS, FAILS = 0.9, 0.1
#: The data moved a sign if its odds rose or fell by this factor at least ("substantial" in the
#: scale of Jeffreys 1961, app. B, who puts it at the root of ten; rounded down).
FACTOR = 3.0
#: One-sided 99.5% of a standard normal: how surely the odds must have moved, given the draws. A
#: ledger asks this of dozens of claims at once.
SURE = 2.576
#: A change smaller than this share of the reference counts as none, where none is claimed.
NEGLIGIBLE = 0.05


@dataclass(frozen=True)
class Sides:
    """How often draws have the claimed sign; a draw with no difference counts half.

    Attributes
    ----------
    hits : float
    draws : int
    effective : float or None
        Independent draws that they are worth, where they come from a chain.
    """

    hits: float
    draws: int
    effective: float | None = None

    @property
    def share(self) -> float:
        """Probability of the claimed sign."""
        return self.hits / self.draws

    @property
    def log_odds(self) -> float:
        """Log odds, half a draw added to each side so that they are finite."""
        return math.log((self.hits + 0.5) / (self.draws - self.hits + 0.5))

    @property
    def variance(self) -> float:
        """Variance of the log odds from the number of draws."""
        worth = min(self.effective or self.draws, self.draws) / self.draws
        hits, misses = worth * self.hits, worth * (self.draws - self.hits)
        return 1 / (hits + 0.5) + 1 / (misses + 0.5)


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes
    ----------
    verdict : str
    prior, posterior : Sides
    factor : float
        By how much the data changed the odds of the claimed sign: the Bayes factor for it.
    moved : {"+", "-", ""}
        Whether that is at least 3 either way, beyond what the number of draws leaves open.
    reason : str
    """

    verdict: Verdict
    prior: Sides
    posterior: Sides
    factor: float
    moved: Literal["+", "-", ""]
    reason: str


def count_sides(
    values: Array, sign: str, reference: Array | None = None, effective: float | None = None
) -> Sides:
    """Count the draws that bear a claim out.

    Parameters
    ----------
    values : ndarray (n_draws,)
        Differences, or effects along a path; draws without a finite one count half.
    sign : {"+", "-", "0"}
    reference : ndarray (n_draws,), optional
        For ``0``: the reference's values. A difference under 5% of their median is none.
    effective : float, optional
    """
    finite = np.where(np.isfinite(values), values, 0.0)
    if sign == "0":
        size = np.abs(np.median(reference)) if reference is not None else 0.0
        hits = float((np.abs(finite) <= NEGLIGIBLE * size).sum())
        return Sides(hits, len(finite), effective)
    claimed = finite > 0 if sign == "+" else finite < 0
    return Sides(float(claimed.sum() + 0.5 * (finite == 0).sum()), len(finite), effective)


def judge(prior: Sides, posterior: Sides, *, by_construction: bool) -> Judgement:
    """Return the verdict on a claim.

    Parameters
    ----------
    prior, posterior : Sides
        Of draws with the same random numbers.
    by_construction : bool
        The model can hardly have it otherwise, so that data cannot bear it out.

    Notes
    -----
    *supported*: probability of the sign at least 0.9, and the data raised its odds by a factor of
    3 or more. *contradicted*: at most 0.1, and the data lowered them as much. *assumed*: at least
    0.9 without that. *undecided*: all else. Without data prior and posterior are the same, so that
    nothing is supported or contradicted.
    """
    shift = posterior.log_odds - prior.log_odds
    error = math.sqrt(prior.variance + posterior.variance)
    sure = abs(shift) >= math.log(FACTOR) and abs(shift) > SURE * error
    moved: Literal["+", "-", ""] = ("+" if shift > 0 else "-") if sure else ""
    p, before = posterior.share, prior.share
    told = f"probability of the claimed sign {_share(p)}, before the data {_share(before)}"
    verdict: Verdict
    if p >= HOLDS:
        if by_construction:
            verdict, why = "assumed", "the sign follows from how the model is built"
        elif moved == "+":
            verdict, why = "supported", f"the data raised its odds {_times(shift)}"
        elif before >= HOLDS:
            verdict, why = "assumed", "the priors have this sign already and the data add little"
        else:
            verdict, why = "assumed", "the data moved it too little to count as support"
    elif p <= FAILS:
        if moved == "-":
            verdict, why = "contradicted", f"the data lowered its odds {_times(-shift)}"
        else:
            verdict = "undecided"
            why = "the model itself leans the other way and the data add little"
    else:
        verdict = "undecided"
        why = {
            "+": f"the data raised its odds {_times(shift)}, not enough to settle it",
            "-": f"the data lowered its odds {_times(-shift)}, not enough to settle it",
            "": "the data do not settle the sign",
        }[moved]
    return Judgement(verdict, prior, posterior, math.exp(shift), moved, f"{_capital(why)}: {told}.")


def _share(p: float) -> str:
    if 0.995 <= p < 1:
        return "over 0.99"
    return "under 0.01" if 0 < p < 0.005 else f"{p:.2f}"


def _times(shift: float) -> str:
    factor = math.exp(shift)
    return f"{factor:.0f}-fold" if factor < 1000 else "more than 1000-fold"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
