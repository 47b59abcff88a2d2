"""What the ranks say: uniform or not, how often intervals cover, how well truth is recovered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rivalry.inference._sbc_record import DataSetRanks
from rivalry.inference._sbc_test import (
    Band,
    chi_square_p_value,
    counts_below,
    ecdf_band,
    ecdf_p_value,
    histogram,
    share_interval,
)

#: Central intervals whose coverage is counted.
INTERVALS = (0.5, 0.8, 0.9)
#: Probability that a correct fit is called into question, over all quantities together.
FALSE_ALARM = 0.05


@dataclass(frozen=True)
class Coverage:
    """How often a central interval held the truth; `low`, `high` its exact 95% interval."""

    nominal: float
    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the data sets."""
        return self.hits / self.n

    @property
    def as_stated(self) -> bool:
        """Whether the nominal share lies in the binomial interval."""
        return self.low <= self.nominal <= self.high


@dataclass(frozen=True)
class QuantityCheck:
    """One test quantity over all fitted data sets.

    `histogram` counts ranks in equal bins; `below` are numbers of ranks below 1..n_draws, to be
    held against `band`; `p_ecdf` is the exact p-value of that comparison, `p_chi_square` that of
    the histogram. `coverage`, `contraction` (mean over data sets) and `recovery` (correlation of
    truth and posterior mean in normal scores) are for parameters only.
    """

    name: str
    histogram: list[int]
    below: list[int]
    band: Band
    p_ecdf: float
    p_chi_square: float
    uniform: bool
    shape: str
    coverage: tuple[Coverage, ...] = ()
    contraction: float | None = None
    recovery: float | None = None


@dataclass(frozen=True)
class CalibrationSummary:
    """All test quantities, and the data sets behind them.

    `false_alarm` is the largest probability that a correct fit shows any quantity as not uniform;
    each is tested at its share of it, `level` (Bonferroni). `thin` are data sets whose chains
    hold fewer effective draws than were ranked.
    """

    quantities: tuple[QuantityCheck, ...]
    datasets: int
    fitted: int
    failed: tuple[DataSetRanks, ...]
    thin: tuple[int, ...]
    n_draws: int
    false_alarm: float
    level: float
    median_ess: float

    @property
    def suspect(self) -> tuple[QuantityCheck, ...]:
        """Quantities whose ranks are not uniform."""
        return tuple(q for q in self.quantities if not q.uniform)


def summarize_ranks(
    found: Sequence[DataSetRanks], n_draws: int, false_alarm: float = FALSE_ALARM
) -> CalibrationSummary:
    """Test the ranks of a calibration.

    Parameters
    ----------
    found : sequence of DataSetRanks
    n_draws : int
        Draws that each rank was taken among.
    false_alarm : float
        Largest probability of calling a correct fit into question.

    Returns
    -------
    CalibrationSummary
        Without quantities if no data set could be fitted.
    """
    fitted = [r for r in found if r.failed is None]
    names = list(fitted[0].ranks) if fitted else []
    level = false_alarm / max(len(names), 1)
    return CalibrationSummary(
        quantities=tuple(_check(name, fitted, n_draws, level) for name in names),
        datasets=len(found),
        fitted=len(fitted),
        failed=tuple(r for r in found if r.failed is not None),
        thin=tuple(r.index for r in fitted if r.ess < n_draws),
        n_draws=n_draws,
        false_alarm=false_alarm,
        level=level,
        median_ess=float(np.median([r.ess for r in fitted])) if fitted else float("nan"),
    )


def _check(name: str, fitted: Sequence[DataSetRanks], n_draws: int, level: float) -> QuantityCheck:
    ranks = [r.ranks[name] for r in fitted]
    p = ecdf_p_value(ranks, n_draws)
    check = QuantityCheck(
        name=name,
        histogram=histogram(ranks, n_draws),
        below=[int(c) for c in counts_below(ranks, n_draws)],
        band=ecdf_band(len(ranks), n_draws, level),
        p_ecdf=p,
        p_chi_square=chi_square_p_value(ranks, n_draws),
        uniform=p > level,
        shape=describe_ranks(ranks, n_draws),
    )
    if name not in fitted[0].below:
        return check
    below = np.array([r.below[name] for r in fitted])
    truth = np.array([r.scores[name] for r in fitted])
    means = np.array([r.means[name] for r in fitted])
    coverage = []
    for share in INTERVALS:
        hits = int((np.abs(below - 0.5) <= 0.5 * share).sum())
        coverage.append(Coverage(share, hits, len(below), *share_interval(hits, len(below))))
    spread = len(fitted) > 2 and truth.std() > 0 and means.std() > 0
    return QuantityCheck(
        **{
            **check.__dict__,
            "coverage": tuple(coverage),
            "contraction": float(np.mean([r.contraction[name] for r in fitted])),
            "recovery": float(np.corrcoef(truth, means)[0, 1]) if spread else None,
        }
    )


def describe_ranks(ranks: Sequence[int], n_draws: int) -> str:
    """Say in words which way the ranks lean most: the direction in which a fit would be wrong.

    Their mean tells of bias, their spread of a posterior too narrow or too wide; whichever lies
    further from its value for uniform ranks is named.
    """
    n, cells = len(ranks), n_draws + 1
    z = (np.asarray(ranks, dtype=float) + 0.5) / cells - 0.5
    var = (cells**2 - 1) / (12.0 * cells**2)
    fourth = float(np.mean(((np.arange(cells) + 0.5) / cells - 0.5) ** 4))
    lean = float(z.mean()) / np.sqrt(var / n)
    wide = float((z**2).mean() - var) / np.sqrt((fourth - var**2) / n)
    if abs(lean) >= abs(wide):
        return "the fit lies too low" if lean > 0 else "the fit lies too high"
    return "the fit is too narrow" if wide > 0 else "the fit is too wide"
