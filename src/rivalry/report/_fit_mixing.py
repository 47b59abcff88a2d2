"""Trace and rank plots as paths of small drawings: a lane for each chain, no colours to tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from rivalry.report._numbers import human

Array = NDArray[np.float64]
#: Units of a lane's height, and columns of a rank plot.
LANE, BARS = 24, 20
#: Lanes drawn; a fit with more chains shows the first of them.
LANES = 8
#: Bytes that all traces of a page may take.
BUDGET = 100_000


@dataclass(frozen=True)
class Mixing:
    """Trace and rank plot of one parameter.

    Parameters
    ----------
    name, label, unit : str
    alt : str
        What both drawings show.
    ends : str
        Lowest and highest draw: the ends of every lane.
    facts : str
        R-hat and effective draws.
    lanes, points : int
        Chains drawn and points of a trace, which give the drawing's frame.
    trace, ranks : str
        SVG paths in units of a lane's height (24) and of a point, or of a bar.
    """

    name: str
    label: str
    unit: str
    alt: str
    ends: str
    facts: str
    lanes: int
    points: int
    trace: str
    ranks: str

    @property
    def height(self) -> int:
        """Height of both drawings in pixels."""
        return self.lanes * LANE

    @property
    def expected(self) -> str:
        """Path of the lines at which bars of well-mixed chains end."""
        return "".join(f"M0 {LANE * k + LANE // 2}h{BARS}" for k in range(self.lanes))

    @property
    def floors(self) -> str:
        """Path of the lines between lanes."""
        return "".join(f"M0 {LANE * k}h{max(self.points, BARS)}" for k in range(1, self.lanes))


def points_for(parameters: int, chains: int) -> int:
    """Points of a trace so that all traces together keep within their budget."""
    room = BUDGET // max(1, 4 * parameters * min(chains, LANES))
    return int(np.clip(room, 40, 160))


def mixing(
    name: str, label: str, unit: str, draws: Array, rhat: float, bulk: float, tail: float,
    points: int,
) -> Mixing:  # fmt: skip
    """Draw one parameter.

    Parameters
    ----------
    draws : ndarray (chains, draws)
    points : int
        At most so many points of a trace: every k-th draw, never a mean, which would hide spread.
    """
    shown = draws[:LANES]
    step = -(-draws.shape[1] // points)
    thin = shown[:, ::step]
    low, high = float(draws.min()), float(draws.max())
    counts = rank_counts(draws)[:LANES]
    facts = f"R-hat {rhat:.3f}, bulk ESS {bulk:,.0f}, tail ESS {tail:,.0f}"
    middles = ", ".join(human(float(np.median(c))) for c in shown)
    return Mixing(
        name,
        label,
        unit,
        f"{label}: draws of {len(shown)} chains in their order, and how the ranks of each chain's "
        f"draws spread. {facts}. Medians of the chains: {middles}.",
        f"{human(low)} to {human(high)}",
        facts,
        len(shown),
        thin.shape[1] - 1,
        _trace(thin, low, high),
        _ranks(counts),
    )


def rank_counts(draws: Array) -> Array:
    """Share of each chain's draws in each twentieth of all ranks, times 20; 1 where chains agree.

    Rank plots after Vehtari et al. (2021).

    Returns
    -------
    ndarray (chains, 20)
    """
    ranks = rankdata(draws, method="average").reshape(draws.shape)
    bins = np.minimum(((ranks - 0.5) / draws.size * BARS).astype(int), BARS - 1)
    counts = np.array([np.bincount(b, minlength=BARS) for b in bins], dtype=np.float64)
    return np.asarray(counts * (BARS / draws.shape[1]))


def _trace(thin: Array, low: float, high: float) -> str:
    width = high - low
    scaled = np.full(thin.shape, 0.5) if width == 0.0 else (high - thin) / width
    y = np.rint(1 + scaled * (LANE - 2)).astype(int)
    path = ""
    for k, lane in enumerate(y):
        path += f"M0 {LANE * k + lane[0]}l"
        path += _pairs(np.ones(len(lane) - 1, dtype=int), np.diff(lane))
    return path


def _ranks(counts: Array) -> str:
    """Outlines of bars; half a lane is what chance would give, a whole one the most drawn."""
    heights = np.rint(np.minimum(counts * (LANE / 2), LANE - 1)).astype(int)
    path = ""
    for k, lane in enumerate(heights):
        path += f"M0 {LANE * (k + 1)}"
        before = 0
        for h in lane:
            path += (f"v{before - h}" if h != before else "") + "h1"
            before = h
        path += f"v{before}z"
    return path


def _pairs(dx: NDArray[np.int_], dy: NDArray[np.int_]) -> str:
    # a minus sign parts two numbers by itself
    text = " ".join(f"{a}{'' if b < 0 else ' '}{b}" for a, b in zip(dx, dy, strict=True))
    return text or "0 0"
