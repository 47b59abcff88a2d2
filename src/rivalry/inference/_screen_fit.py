"""Which parameters move the likelihood: a regression on noisy log-likelihoods.

Log-likelihoods at points scattered about the prior medians are regressed on a linear and a square
term of every parameter's normal score (a quadratic response surface without products; Box & Wilson
1951), with a weak Gaussian prior on the coefficients. Products are left out: with d parameters
there are d (d - 1) / 2 of them, more than there are points. What they do ends in the residuals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivalry.foundation import Problem, RivalryError

Array = NDArray[np.float64]
#: A parameter is chosen if its slope is so many standard errors from zero, on either side,
SLOPE_LIMIT = 2.3
#: or its curvature so many above zero. Below zero the likelihood has a valley: no contraction.
CURVATURE_LIMIT = 2.1
#: Share of the points, the best, with which the regression begins: far out nothing is quadratic.
BEST = 0.88
#: Residuals beyond so many robust standard deviations weigh no more than those at it (Huber 1964).
#: To leave low points out instead would flatten slopes and understate their errors.
_CLIP = 1.345
_ROUNDS = 200
#: Fewest degrees of freedom from which a standard error is read.
_FEWEST = 10


@dataclass(frozen=True)
class ScreenedParameter:
    """What a screen says of one parameter, per prior standard deviation.

    Attributes
    ----------
    name : str
    slope, slope_error : float
        First derivative of the log-likelihood at the prior median, and its standard error.
    curvature, curvature_error : float
        Minus the second derivative, and its standard error.
    """

    name: str
    slope: float
    slope_error: float
    curvature: float
    curvature_error: float

    @property
    def precision(self) -> float:
        """Expected precision of the posterior in units of the prior's, at least 1."""
        return 1.0 + max(self.curvature, 0.0)

    @property
    def shift(self) -> float:
        """Expected shift of the posterior, in prior standard deviations."""
        return self.slope / self.precision

    @property
    def contraction(self) -> float:
        """Expected loss of variance, as a share of the prior's."""
        return 1.0 - 1.0 / self.precision

    @property
    def moves(self) -> bool:
        """Whether slope or curvature stand out of the noise."""
        return (
            abs(self.slope) > SLOPE_LIMIT * self.slope_error
            or self.curvature > CURVATURE_LIMIT * self.curvature_error
        )

    @property
    def gain(self) -> float:
        """Expected information in nats: Kullback-Leibler divergence of posterior from prior."""
        return 0.5 * (self.shift**2 - self.contraction + math.log(self.precision))


@dataclass(frozen=True)
class Screen:
    """Result of a screen.

    Attributes
    ----------
    parameters : tuple of ScreenedParameter
        Those chosen first, each part by `gain` from high to low.
    points, used, impossible : int
        Filters run; those the regression took; those without a likelihood.
    residual : float
        Standard deviation, with the tails drawn in, of what the regression leaves: noise of the
        filters, products of parameters, and shapes that are not quadratic.
    explained : float
        Share of the variance of the log-likelihoods used that the regression explains, adjusted
        for the number of its terms.
    false_alarm : float
        Probability that a parameter which does nothing is chosen.
    """

    parameters: tuple[ScreenedParameter, ...]
    points: int
    used: int
    impossible: int
    residual: float
    explained: float
    false_alarm: float

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the parameters that the data can move."""
        return tuple(p.name for p in self.parameters if p.moves)

    @property
    def false_alarms(self) -> float:
        """Parameters to expect among the chosen if the data could move none."""
        return self.false_alarm * len(self.parameters)


def fewest_points(size: int) -> int:
    """Points that a screen of `size` parameters needs at least, if all have a likelihood."""
    return math.ceil((2 * size + 1 + _FEWEST) / BEST) + 1


def read_screen(names: Sequence[str], points: Array, logs: Array, spread: float) -> Screen:
    """Regress log-likelihoods on linear and square terms of all parameters.

    Parameters
    ----------
    names : sequence of str (size,)
    points : ndarray (n, size)
        Normal scores of the prior, scattered about zero independently of each other.
    logs : ndarray (n,)
        Log-likelihoods; minus infinity where there is none.
    spread : float
        Standard deviation with which the points were scattered.

    Returns
    -------
    Screen

    Raises
    ------
    RivalryError
        R0836 if fewer points have a likelihood than the regression needs.
    """
    n, size = points.shape
    finite = np.isfinite(logs)
    need = 2 * size + 1 + _FEWEST
    start = _best(logs, finite)
    if start.sum() < need:
        raise RivalryError(
            Problem(
                "R0836",
                f"{int(finite.sum())} of {n} points have a likelihood, and the best {BEST:.0%} of "
                f"all points hold {int(start.sum())} of them, but {size} parameters need {need}",
                "Give more --points, or a smaller --spread if many points have no likelihood.",
            )
        )
    fit = _regress(_design(points[finite], spread), logs[finite], start[finite], spread)
    beta, errors, free = fit.beta, fit.errors, fit.free
    found = [
        ScreenedParameter(name, *(float(v) for v in (beta[i], errors[i], beta[j], errors[j])))
        for name, i, j in zip(
            names, range(1, size + 1), range(size + 1, 2 * size + 1), strict=True
        )
    ]  # fmt: skip
    found.sort(key=lambda p: (not p.moves, -p.gain, p.name))
    quiet = 1.0 - 2.0 * float(stats.t.sf(SLOPE_LIMIT, free))
    quiet *= 1.0 - float(stats.t.sf(CURVATURE_LIMIT, free))
    return Screen(
        parameters=tuple(found),
        points=n,
        used=int(finite.sum()),
        impossible=int(n - finite.sum()),
        residual=fit.residual,
        explained=max(0.0, 1.0 - (fit.residual / fit.scatter) ** 2) if fit.scatter else 0.0,
        false_alarm=1.0 - quiet,
    )


@dataclass(frozen=True)
class _Regression:
    """Coefficients with errors over repeated screens; robust spread after and before."""

    beta: Array
    errors: Array
    free: float
    residual: float
    scatter: float


def _design(x: Array, spread: float) -> Array:
    return np.hstack([np.ones((len(x), 1)), x, -0.5 * (x**2 - spread**2)])


def _regress(design: Array, logs: Array, start: NDArray[np.bool_], spread: float) -> _Regression:
    """Huber regression with a weak Gaussian prior, from the least squares of the points `start`."""
    n, terms = design.shape
    center = float(np.median(logs))
    y = logs - center
    least = 1e-9 * (1.0 + abs(center))  # what rounding leaves
    scatter = max(_scale(y), least)
    # weak: one parameter alone may well explain all the scatter there is
    prior = np.full(terms, scatter / spread)
    prior[1 + terms // 2 :] *= math.sqrt(2.0) / spread
    prior[0] = np.inf
    ridge = (scatter / prior) ** 2
    part = design[start]
    first = np.linalg.solve(part.T @ part + np.diag(ridge), part.T @ y[start])
    beta: Array = np.asarray(first, dtype=np.float64)
    gram = design.T @ design
    inverse = np.linalg.inv(gram + np.diag(ridge))
    for _ in range(_ROUNDS):
        rest = y - design @ beta
        limit = _CLIP * max(_scale(rest), least)
        step = inverse @ (design.T @ np.clip(rest, -limit, limit) - ridge * beta)
        beta = beta + step
        if np.abs(step / prior).max() < 1e-7:
            break
    rest = y - design @ beta
    scale = max(_scale(rest), least)
    clipped = np.clip(rest, -_CLIP * scale, _CLIP * scale)
    inside = float(np.mean(np.abs(rest) < _CLIP * scale))
    inside = max(inside, 1.0 / n)
    free = n - float(np.sum(inverse * gram))
    # Huber's variance of an M-estimate with his correction for many terms; errors as over
    # repeated screens and not the spread of a belief: only so is the rate of false alarms the
    # one stated
    correction = 1.0 + (n - free) / n * (1.0 - inside) / inside
    variance = correction**2 * float(clipped @ clipped) / free / inside**2
    shape = np.sum((inverse @ gram) * inverse, axis=1)
    errors = np.sqrt(max(variance, least**2) * shape)
    return _Regression(beta, errors, free, _spread(rest) * math.sqrt(n / free), _spread(y))


def _scale(values: Array) -> float:
    """Median absolute deviation, in standard deviations of a normal distribution."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _best(logs: Array, finite: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the best share of all points, those without a likelihood counted among the worst."""
    wanted = math.ceil(BEST * len(logs))
    order = np.argsort(-np.where(finite, logs, -np.inf), kind="stable")[:wanted]
    kept = np.zeros(len(logs), dtype=np.bool_)
    kept[order] = True
    return kept & finite


def _spread(values: Array) -> float:
    """Return the standard deviation after drawing in what lies beyond three robust ones."""
    middle, limit = float(np.median(values)), 3.0 * _scale(values)
    return float(np.std(np.clip(values, middle - limit, middle + limit)))
