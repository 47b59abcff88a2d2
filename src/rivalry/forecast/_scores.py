"""Scores of draws against what came true, one number a forecast.

All take draws of shape (..., k) and observations of shape (...), and give (...), NaN where the
observation is. Lower is better, but for `covered` and `pit`, which are not scores.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.floating] | npt.NDArray[np.integer]

#: Lower ends of the ViEWS bins 0, 1-2, 3-5, 6-10, 11-25, ..., 501-1000, 1001 and more.
IGNORANCE_EDGES = (0, 1, 3, 6, 11, 26, 51, 101, 251, 501, 1001)
#: Every forecast counts as this many draws, so that one with more is not punished less.
_AS_DRAWS = 1000
#: Draws looked at together: keeps the working copies of a grid of cells within some 100 MB.
_CHUNK = 4_000_000


def crps(draws: npt.ArrayLike, observed: npt.ArrayLike, *, fair: bool = False) -> Array:
    """Return the continuous ranked probability score of the draws' empirical distribution.

    CRPS = mean |x_i - y| - sum_ij |x_i - x_j| / (2 k^2), which is exact: the draws are taken as
    the forecast itself. The field's figures are of this kind.

    Parameters
    ----------
    draws : array_like, shape (..., k)
    observed : array_like, shape (...)
    fair : bool
        Divide by 2 k (k - 1) instead: unbiased for the distribution that the draws come from.
        For conflictology's 12 draws that is lower by up to a tenth, and not negligible either
        way, so never compare one kind with the other.

    References
    ----------
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal
    of the American Statistical Association 102(477). Ferro (2014), Fair scores for ensemble
    forecasts, Quarterly Journal of the Royal Meteorological Society 140(683).
    """
    x, y = _pair(draws, observed)
    out = np.empty(len(y))
    for part in _chunks(x):
        out[part] = _crps(x[part].astype(np.float64), y[part], "fair" if fair else "qd")
    return _shaped(out, y, observed)


def ignorance(
    draws: npt.ArrayLike,
    observed: npt.ArrayLike,
    *,
    resample: str = "expected",
    edges: tuple[int, ...] = IGNORANCE_EDGES,
) -> Array:
    """Return the ignorance score: -log2 of the probability of the bin that came true, in bits.

    The draws are resampled to 1,000, one pseudo-count is added to each of the 11 bins, and the
    probability is the bin's share of the 1,011. The top bin has no end. So the score lies
    between log2(1011/1001) = 0.014 and log2(1011) = 9.98.

    Parameters
    ----------
    draws : array_like, shape (..., k)
    observed : array_like, shape (...)
    resample : {"expected", "fourier"}
        How other than 1,000 draws become 1,000. "expected": the expected counts of drawing 1,000
        with replacement, without the noise of doing so. "fourier": as in the code of the ViEWS
        challenge up to 2024, by `scipy.signal.resample`, cut at 0. That is meant for a signal in
        time: it takes the draws' order for a time, swings beside a spike, and so turns draws of 0
        into others; it is here to reproduce figures published by that code.
    edges : tuple of int
        Lower ends of the bins, the first 0.

    References
    ----------
    Roulston & Smith (2002), Evaluating probabilistic forecasts using information theory, Monthly
    Weather Review 130(6). Hegre et al. (2024), arXiv:2407.11045, for bins and pseudo-counts.
    """
    if resample not in ("expected", "fourier"):
        raise ValueError(f"resample is {resample!r}, not 'expected' or 'fourier'")
    x, y = _pair(draws, observed)
    ends = np.asarray(edges)
    hit = np.searchsorted(ends, np.where(np.isnan(y), 0, y), side="right") - 1
    out = np.empty(len(y))
    for part in _chunks(x):
        block = x[part]
        if resample == "fourier" and block.shape[1] != _AS_DRAWS:
            from scipy.signal import resample as by_fourier

            block = np.maximum(by_fourier(block.astype(np.float64), _AS_DRAWS, axis=1), 0)
            # a resampled value is no whole number: between two bins the nearer one has it
            bins = np.searchsorted(ends - 0.5, block, side="right") - 1
        else:
            bins = np.searchsorted(ends, block, side="right") - 1
        share = (bins == hit[part, None]).mean(axis=1)
        out[part] = -np.log2((_AS_DRAWS * share + 1) / (_AS_DRAWS + len(ends)))
    return _shaped(out, y, observed)


def interval_score(draws: npt.ArrayLike, observed: npt.ArrayLike, *, level: float = 0.9) -> Array:
    """Return the interval score of the central interval; its mean is the field's MIS.

    The width, and 2 / (1 - level) times the distance by which the observation misses it. Bounds
    are quantiles by linear interpolation, as in the ViEWS challenge, which scores the 90% interval
    although its function's default is 95%.

    References
    ----------
    Gneiting & Raftery (2007), section 6.2.
    """
    import scoringrules

    x, y = _pair(draws, observed)
    low, high = _central(x, level)
    with np.errstate(invalid="ignore"):
        out = scoringrules.interval_score(y, low, high, 1 - level, backend="numpy")
    return _shaped(np.asarray(out, dtype=np.float64), y, observed)


def brier(draws: npt.ArrayLike, observed: npt.ArrayLike, *, at_least: int) -> Array:
    """Return the Brier score of the probability of `at_least` or more, from 0 to 1.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather
    Review 78(1).
    """
    x, y = _pair(draws, observed)
    return _shaped(((x >= at_least).mean(axis=1) - (y >= at_least)) ** 2, y, observed)


def covered(draws: npt.ArrayLike, observed: npt.ArrayLike, *, level: float) -> Array:
    """Return 1 where the observation lies within the central interval, ends included, 0 elsewhere.

    Bounds as in `interval_score`. With counts, and many zeros among them, such intervals cover
    more than their level even in a perfect forecast; the spread of `pit` shows it without that.
    """
    x, y = _pair(draws, observed)
    low, high = _central(x, level)
    with np.errstate(invalid="ignore"):
        return _shaped(((low <= y) & (y <= high)).astype(np.float64), y, observed)


def pit(draws: npt.ArrayLike, observed: npt.ArrayLike, *, seed: int = 1) -> Array:
    """Return the randomised probability integral transform: uniform if the forecast is calibrated.

    F(y - 1) + u (F(y) - F(y - 1)) with u uniform, which spreads the lumps of counts evenly.

    Parameters
    ----------
    draws : array_like, shape (..., k)
    observed : array_like, shape (...)
    seed : int
        For u.

    References
    ----------
    Czado, Gneiting & Held (2009), Predictive model assessment for count data, Biometrics 65(4).
    """
    x, y = _pair(draws, observed)
    below = (x < y[:, None]).mean(axis=1)
    upto = (x <= y[:, None]).mean(axis=1)
    u = np.random.default_rng(seed).random(len(y))
    return _shaped(below + u * (upto - below), y, observed)


def _crps(x: Array, y: Array, estimator: str) -> Array:
    """Call scoringrules, always naming the estimator: its default has changed between releases."""
    import scoringrules

    if x.shape[1] == 1:
        if estimator == "fair":
            raise ValueError("the fair CRPS needs two draws or more")
        return np.abs(x[:, 0] - y)
    return np.asarray(
        scoringrules.crps_ensemble(y, x, estimator=estimator, backend="numpy"), dtype=np.float64
    )


def _pair(draws: npt.ArrayLike, observed: npt.ArrayLike) -> tuple[Numbers, Array]:
    x, y = np.asarray(draws), np.asarray(observed, dtype=np.float64)
    if x.ndim != y.ndim + 1 or x.shape[:-1] != y.shape or x.shape[-1] == 0:
        raise ValueError(f"draws have shape {x.shape}, observations {y.shape}: not (..., k), (...)")
    return x.reshape(-1, x.shape[-1]), y.reshape(-1)


def _shaped(out: Array, y: Array, observed: npt.ArrayLike) -> Array:
    return np.where(np.isnan(y), np.nan, out).reshape(np.shape(observed))


def _chunks(x: Numbers) -> list[slice]:
    rows = max(1, _CHUNK // x.shape[1])
    return [slice(i, i + rows) for i in range(0, len(x), rows)]


def _central(x: Numbers, level: float) -> tuple[Array, Array]:
    if not 0 < level < 1:
        raise ValueError(f"level {level} is not between 0 and 1")
    tail = round((1 - level) / 2, 12)
    low, high = np.empty(len(x)), np.empty(len(x))
    for part in _chunks(x):
        low[part], high[part] = np.quantile(x[part], [tail, 1 - tail], axis=1)
    # a bound of 94.999999 for 95 would leave out the very count that it stands for
    return np.round(low, 9), np.round(high, 9)
