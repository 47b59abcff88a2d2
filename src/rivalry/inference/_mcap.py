"""Monte Carlo adjusted profiles: an interval from a profile that is known only with noise.

Ionides, Breto, Park, Smith & King (2017), "Monte Carlo profile confidence intervals for dynamic
systems", J. R. Soc. Interface 14: 20170126. The profile is smoothed by local quadratic regression,
and a quadratic fitted round the smooth curve's maximum says how much of the uncertainty of that
maximum is statistical (its curvature) and how much comes from the noise of the simulations (the
variance of its coefficients). The cutoff below the maximum is raised by the second part.

One thing differs from the paper: the maximum quoted is that of the fitted quadratic, where it lies
within a statistical standard error of the smooth curve's. The standard error from the noise is the
quadratic's; the smooth curve's own highest point scatters about twice as much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
#: Share of the points that the local regression uses round each place.
SPAN = 0.75
#: With fewer points the regression leaves no residuals worth speaking of.
MIN_POINTS = 6
_FINE = 1001


@dataclass(frozen=True)
class ProfileInterval:
    """An interval of one level.

    `low` and `high` are the ends, where the smooth curve crosses `cutoff` below its maximum;
    None where it does not within the profiled span: the data do not bound the parameter there.
    `pieces` is the number of separate stretches above the cutoff (more than one: several modes).
    """

    level: float
    cutoff: float
    low: float | None
    high: float | None
    pieces: int

    @property
    def bounded(self) -> str:
        """Which sides are bounded: ``both``, ``below``, ``above`` or ``neither``."""
        sides = (self.low is not None, self.high is not None)
        return {
            (True, True): "both", (True, False): "below", (False, True): "above",
        }.get(sides, "neither")  # fmt: skip


@dataclass(frozen=True)
class Mcap:
    """A Monte Carlo adjusted profile, in the coordinate of the points given.

    `grid` and `smooth` are the smooth curve, `top` its highest value, `peak` the place of the
    maximum. `se_stat` is the
    standard error from the curvature, `se_mc` that of the maximum's place from the noise,
    `se` both together; NaN where the quadratic has no maximum. `noise` is the standard deviation
    of the points round the smooth curve.
    """

    grid: Array
    smooth: Array
    peak: float
    top: float
    se_stat: float
    se_mc: float
    se: float
    noise: float
    intervals: tuple[ProfileInterval, ...]


def mcap(x: Array, logs: Array, levels: Sequence[float] = (0.90, 0.95), span: float = SPAN) -> Mcap:
    """Adjust a profile for Monte Carlo noise.

    Parameters
    ----------
    x : ndarray (n,)
        Values at which the parameter was held; several points may share one.
    logs : ndarray (n,)
        Log-likelihoods found there. Minus infinity: no particle could give the data; such points
        carry no noise and end the interval where they lie beyond all others.
    levels : sequence of float
        Confidence levels of the intervals.
    span : float
        Share of the points in each local regression.

    Raises
    ------
    ValueError
        With fewer than six finite points at four places.
    """
    x, logs = np.asarray(x, dtype=float), np.asarray(logs, dtype=float)
    finite = np.isfinite(logs)
    wall_low, wall_high = _walls(x, finite)
    x, logs = x[finite], logs[finite]
    if len(x) < MIN_POINTS or len(np.unique(x)) < 4:
        raise ValueError("too few points with a likelihood above zero")
    grid = np.linspace(x.min(), x.max(), _FINE)
    smooth = local_quadratic(x, logs, grid, span)
    at = int(np.argmax(smooth))
    peak, top = float(grid[at]), float(smooth[at])
    rest = logs - local_quadratic(x, logs, x, span)
    a, se_mc, shift = _curvature(x, logs, peak, span)
    se_stat = 1.0 / math.sqrt(2.0 * a) if a > 0 else math.nan
    if abs(shift) <= se_stat and grid[0] <= peak + shift <= grid[-1]:
        peak += shift
    # without a quadratic maximum there is nothing to adjust; the plain cutoff is the least
    widening = 2.0 * a * se_mc**2 if a > 0 and math.isfinite(se_mc) else 0.0
    intervals = tuple(
        _interval(grid, smooth, at, level, (1.0 + widening) / 2.0, wall_low, wall_high)
        for level in levels
    )
    return Mcap(
        grid, smooth, peak, top, se_stat, se_mc, math.hypot(se_stat, se_mc),
        float(np.sqrt((rest**2).sum() / max(len(x) - 4, 1))), intervals,
    )  # fmt: skip


def local_quadratic(x: Array, y: Array, at: Array, span: float = SPAN) -> Array:
    """Smooth by quadratics fitted to the nearest points with tricube weights (Cleveland 1979).

    Returns
    -------
    ndarray, of the shape of `at`
    """
    gaps = x[None, :] - at[:, None]
    width = _width(np.abs(gaps), _window(len(x), span))[:, None]
    z = gaps / width
    weight = _tricube(np.abs(z))
    basis = np.stack([np.ones_like(z), z, z * z], axis=2)
    left = np.einsum("pi,pij,pik->pjk", weight, basis, basis)
    # points that share a few places leave a quadratic undetermined: the flattest one is taken
    left += 1e-10 * np.trace(left, axis1=1, axis2=2)[:, None, None] * np.diag([0.0, 1.0, 1.0])
    right = np.einsum("pi,pij,i->pj", weight, basis, y)
    return np.asarray(np.linalg.solve(left, right[:, :, None])[:, 0, 0])


def _window(n: int, span: float) -> int:
    return min(n, max(4, int(span * n)))


def _width(gaps: Array, count: int) -> Array:
    """Distance (places,) to the `count`-th nearest point of each row (places, points)."""
    edge = np.sort(gaps, axis=1)[:, count - 1]
    # a little wider than the farthest point used, which would else have no weight at all
    return np.asarray(1.0001 * np.where(edge > 0, edge, gaps.max(axis=1)))


def _tricube(ratio: Array) -> Array:
    return np.clip(1.0 - np.clip(ratio, 0.0, 1.0) ** 3, 0.0, 1.0) ** 3


def _curvature(x: Array, logs: Array, peak: float, span: float) -> tuple[float, float, float]:
    """Fit c + b z - a z^2 with z = x - peak; return a, the standard error of b / (2 a), b / (2 a).

    Without a maximum (a <= 0) the latter two are not numbers.
    """
    z = x - peak
    gaps = np.abs(z)
    weight = _tricube(gaps / _width(gaps[None, :], _window(len(x), span)))
    used = weight > 0
    z, y, weight = z[used], logs[used], weight[used]
    scale = float(np.abs(z).max())
    basis = np.stack([np.ones_like(z), z / scale, -((z / scale) ** 2)], axis=1)
    root = np.sqrt(weight)
    found, _, rank, _ = np.linalg.lstsq(basis * root[:, None], y * root, rcond=None)
    if rank < 3 or len(z) <= 3:
        return math.nan, math.nan, math.nan
    rest = y - basis @ found
    variance = float((weight * rest**2).sum()) / (len(z) - 3)
    cov = variance * np.linalg.inv(basis.T @ (basis * weight[:, None]))
    b, a = float(found[1]), float(found[2])
    if not a > 0:
        return a / scale**2, math.nan, math.nan
    # the place of the maximum is b / (2a); its variance by the delta method
    place = (cov[1, 1] - 2.0 * b / a * cov[1, 2] + (b / a) ** 2 * cov[2, 2]) / (4.0 * a * a)
    return a / scale**2, math.sqrt(max(place, 0.0)) * scale, b / (2.0 * a) * scale


def _interval(
    grid: Array, smooth: Array, at: int, level: float, half: float, wall_low: bool, wall_high: bool
) -> ProfileInterval:
    cutoff = float(stats.chi2.ppf(level, 1)) * half
    inside = smooth >= smooth[at] - cutoff
    where = np.flatnonzero(inside)
    first, last = int(where[0]), int(where[-1])
    pieces = 1 + int((np.diff(where) > 1).sum())
    return ProfileInterval(
        level, cutoff,
        float(grid[first]) if first > 0 or wall_low else None,
        float(grid[last]) if last < len(grid) - 1 or wall_high else None,
        pieces,
    )  # fmt: skip


def _walls(x: Array, finite: NDArray[np.bool_]) -> tuple[bool, bool]:
    """Say whether impossible points lie below, or above, all possible ones."""
    if finite.all() or not finite.any():
        return False, False
    possible, not_ = x[finite], x[~finite]
    return bool(not_.min() < possible.min()), bool(not_.max() > possible.max())
