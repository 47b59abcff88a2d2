"""A quadratic surface through noisy log-likelihoods, and the Gaussian posterior it implies.

Filters give the log-likelihood at a point with an error of about one; a quadratic through many
points averages the error out (as in the Monte Carlo adjusted profile; Ionides et al. 2017). With
the prior, a standard normal in these coordinates, the surface gives a Gaussian near the posterior.
It serves as a proposal that fits and as a screen of parameters, never as the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, eigh

Array = NDArray[np.float64]
#: Prior standard deviations tried for curvatures, in units of the present Gaussian.
_CURVATURES = (0.03, 0.1, 0.3, 1.0)
_NOISES = (1.0, 2.0, 4.0, 8.0)
#: Points so far below the best are left out even if most are.
_HOPELESS = 1e5
#: The posterior is never taken to be wider than the prior by more than this in variance.
_WIDEST = 1.25


@dataclass(frozen=True)
class Gaussian:
    """A normal distribution of normal scores: `mean` (size,) and `cov` (size, size)."""

    mean: Array
    cov: Array

    @property
    def factor(self) -> Array:
        """Lower Cholesky factor of the covariance."""
        return np.asarray(np.linalg.cholesky(self.cov), dtype=np.float64)


@dataclass(frozen=True)
class Surface:
    """Quadratic log-likelihood ``slope @ x - x @ curvature @ x / 2`` and its residual spread."""

    slope: Array
    curvature: Array
    spread: float


def refine(points: Array, logs: Array, now: Gaussian) -> Gaussian:
    """Fit a surface to log-likelihoods and return the Gaussian posterior that it implies.

    Parameters
    ----------
    points : ndarray (n, size)
        Normal scores.
    logs : ndarray (n,)
        Log-likelihood estimates; minus infinity is left out.
    now : Gaussian
        Present guess, about which the surface is expanded.

    Returns
    -------
    Gaussian
        `now` if there are fewer than ``2 * size + 2`` usable points.
    """
    near = _near(points, logs)
    if near.sum() < 2 * points.shape[1] + 2:
        return now
    factor = now.factor
    x: Array = np.linalg.solve(factor, (points[near] - now.mean).T).T.astype(np.float64)
    surface = fit_surface(x, logs[near])
    prior = factor.T @ factor
    precision = surface.curvature + prior
    # directions in which noise bends the surface upwards keep about the prior's width
    values, vectors = eigh(precision, prior)
    values = np.maximum(values, 1.0 / _WIDEST)
    covariance = (vectors / values) @ vectors.T
    step = covariance @ (surface.slope - factor.T @ now.mean)
    far = float(np.linalg.norm(step)) / (1.5 * np.sqrt(len(step)))
    step = step / max(far, 1.0)  # a surface is not to be trusted far outside its points
    cov = factor @ covariance @ factor.T
    return Gaussian(now.mean + factor @ step, 0.5 * (cov + cov.T))


def fit_surface(x: Array, logs: Array) -> Surface:
    """Bayesian regression of log-likelihoods on linear, square and product terms.

    The spread of the curvatures and of the noise are those with the highest evidence on a grid,
    so that products that the data do not show are shrunk to nothing.

    Parameters
    ----------
    x : ndarray (n, size)
        Points in coordinates in which curvatures are comparable.
    logs : ndarray (n,)
        Finite.
    """
    n, d = x.shape
    first, second = np.triu_indices(d)
    square = first == second
    products = x[:, first] * x[:, second] * np.where(square, -0.5, -1.0)
    features = np.hstack([x, products])
    center = features.mean(axis=0)
    features = features - center
    y = logs - logs.mean()
    gram, moment, total = features.T @ features, features.T @ y, float(y @ y)
    best: tuple[float, Array, float] | None = None
    for curvature in _CURVATURES:
        scale = np.concatenate([np.full(d, 10.0), np.where(square, 3.0 * curvature, curvature)])
        for noise in _NOISES:
            inner = (scale[:, None] * gram * scale) / noise**2
            inner[np.diag_indices_from(inner)] += 1.0
            factor = cho_factor(inner, lower=True)
            right = scale * moment / noise**2
            solved = cho_solve(factor, right)
            evidence = -0.5 * (
                2.0 * n * np.log(noise)
                + 2.0 * np.log(np.diag(factor[0])).sum()
                + total / noise**2
                - float(right @ solved)
            )
            if best is None or evidence > best[0]:
                best = (evidence, scale * solved, noise)
    assert best is not None
    coefficients = best[1]
    curvature_matrix = np.zeros((d, d))
    curvature_matrix[first, second] = coefficients[d:]
    curvature_matrix[second, first] = coefficients[d:]
    spread = float(np.sqrt(np.mean((y - features @ coefficients) ** 2)))
    # slope at the origin: the features were centred, which moves the constant only
    return Surface(coefficients[:d], curvature_matrix, spread)


def _near(points: Array, logs: Array) -> NDArray[np.bool_]:
    """Points that a sampler of the posterior may visit, and at least the better 40%."""
    d = points.shape[1]
    height = np.where(np.isfinite(logs), logs - 0.5 * (points**2).sum(axis=1), -np.inf)
    usable: NDArray[np.bool_] = np.isfinite(height)
    if not usable.any():
        return usable
    # no surface joins a possible point and one that is all but impossible
    usable &= height >= height.max() - _HOPELESS
    depth = 0.5 * d + 3.0 * np.sqrt(0.5 * d) + 10.0
    limit = min(height.max() - depth, float(np.quantile(height[usable], 0.6)))
    return np.asarray(usable & (height >= limit))
