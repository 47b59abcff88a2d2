"""The local-level model: a latent log intensity, a quiet state, negative binomial counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr
from scipy.stats import nbinom

from rivalry.forecast._auto_grid import CELLS, UPPER
from rivalry.forecast._auto_kernels import filter_grid, multiply

Array = npt.NDArray[np.float64]

#: Deaths a month at the ends of the grid of intensities, and its points.
_RANGE = (0.3, 30_000.0)
_POINTS = 44
#: Rounds of the estimate of how common each class is.
_ROUNDS = 4
#: From quiet to the state in which a unit's record is taken to begin.
_YEARS = 10


@dataclass(frozen=True)
class LevelParameters:
    """What all units share; times are months, intensities logarithms of deaths a month.

    Attributes
    ----------
    persistence : float
        Of the intensity's distance from its class's level; 1 is a random walk.
    step_sd : float
        Standard deviation of the monthly change.
    jump_share, jump_factor : float
        This share of changes is as many times wider: the heavy tail.
    size : float
        Of the negative binomial: variance = mean + mean^2 / size.
    silence : float
        Chance that nothing is recorded in a month of an active conflict: zero inflation.
    quiet_at, quiet_slope : float
        The chance to fall quiet is ``expit(quiet_at - quiet_slope * intensity)``.
    onset_at, onset_slope : float
        The chance that a quiet unit flares up is ``expit(onset_at + onset_slope * (level - 1))``.
    onset_level, onset_shift, onset_sd : float
        Normal distribution of the intensity at which it does:
        mean ``onset_level + onset_shift * (level - 1)``.
    levels : tuple of float
        Level of each class of units.
    shares : tuple of float
        How common the classes are before a panel is seen.
    share_units : float
        That opinion counts as this many units.
    """

    persistence: float = 0.993
    step_sd: float = 0.25
    jump_share: float = 0.07
    jump_factor: float = 3.0
    size: float = 1.6
    silence: float = 0.05
    quiet_at: float = -0.5
    quiet_slope: float = 0.8
    onset_at: float = -3.2
    onset_slope: float = 0.7
    onset_level: float = 1.5
    onset_shift: float = 0.3
    onset_sd: float = 1.2
    levels: tuple[float, ...] = (-1.0, 1.0, 3.0, 5.0)
    shares: tuple[float, ...] = (0.55, 0.2, 0.15, 0.1)
    share_units: float = 20.0


_INTENSITY: Array = np.linspace(np.log(_RANGE[0]), np.log(_RANGE[1]), _POINTS)
#: Mean counts of the states: quiet, then the grid of intensities.
_MEANS: Array = np.append(0.0, np.exp(_INTENSITY))
_EDGES: Array = np.concatenate([[-np.inf], (_INTENSITY[1:] + _INTENSITY[:-1]) / 2, [np.inf]])


def transitions(p: LevelParameters) -> Array:
    """Return monthly transition probabilities, shape (classes, states, states)."""
    states = _POINTS + 1
    moves = np.zeros((len(p.levels), states, states))
    fall = expit(p.quiet_at - p.quiet_slope * _INTENSITY)
    for k, level in enumerate(p.levels):
        target = level + p.persistence * (_INTENSITY - level)
        gap = _EDGES[None, :] - target[:, None]
        below = (1 - p.jump_share) * ndtr(gap / p.step_sd)
        below += p.jump_share * ndtr(gap / (p.step_sd * p.jump_factor))
        moves[k, 1:, 1:] = np.diff(below, axis=1) * (1 - fall)[:, None]
        moves[k, 1:, 0] = fall
        onset = expit(p.onset_at + p.onset_slope * (level - 1))
        entry = p.onset_level + p.onset_shift * (level - 1)
        moves[k, 0, 0] = 1 - onset
        moves[k, 0, 1:] = onset * np.diff(ndtr((_EDGES - entry) / p.onset_sd))
    return moves


def emissions(p: LevelParameters) -> Array:
    """Return probabilities of the cells of counts in each state, shape (states, cells)."""
    chance = p.size / (p.size + _MEANS[1:])
    below = nbinom.cdf(UPPER[None, :] - 1, p.size, chance[:, None])
    below[:, -1] = 1.0
    masses = np.zeros((_POINTS + 1, CELLS))
    masses[0, 0] = 1.0
    masses[1:] = np.diff(below, axis=1, prepend=0.0) * (1 - p.silence)
    masses[1:, 0] += p.silence
    return masses


@dataclass(frozen=True)
class LevelFilter:
    """Filtered states of a panel at some origins, and what follows from them.

    Attributes
    ----------
    states : ndarray, shape (origins, n, classes, states)
    moves : ndarray, shape (classes, states, states)
    emit : ndarray, shape (states, cells)
    """

    states: Array
    moves: Array
    emit: Array

    def masses(self, steps: Sequence[int], origin: int = 0) -> Array:
        """Return forecasts as cell probabilities, shape (n, len(steps), cells)."""
        state = self.states[origin]
        found = np.zeros((state.shape[0], len(steps), CELLS))
        for k in range(state.shape[1]):
            now, reached = np.ascontiguousarray(state[:, k]), 0
            for place, step in enumerate(steps):
                for _ in range(step - reached):
                    now = multiply(now, self.moves[k])
                reached = step
                found[:, place] += multiply(now, self.emit)
        return found


def class_shares(counts: Array, parameters: LevelParameters) -> Array:
    """Estimate how common the classes of units are in a panel.

    Empirical Bayes: the shares are re-estimated from the units' posterior probabilities (EM), with
    those of `parameters` as a Dirichlet prior. They are the one thing that a unit's local level
    takes from other units.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        Nothing after the origin of the forecast; NaN where missing.
    parameters : LevelParameters

    Returns
    -------
    ndarray, shape (classes,)
    """
    prior = np.array(parameters.shares) / np.sum(parameters.shares)
    shares = prior
    last = [counts.shape[1] - 1]
    for _ in range(_ROUNDS):
        joint = filter_level(counts, last, shares, parameters).states[0]
        held = joint.sum(axis=(0, 2)) + parameters.share_units * prior
        shares = held / held.sum()
    return np.asarray(shares)


def filter_level(
    counts: Array, origins: Sequence[int], shares: Array, parameters: LevelParameters
) -> LevelFilter:
    """Filter the counts of units up to each of some origins.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        NaN where missing.
    origins : sequence of int
        Rising columns.
    shares : ndarray, shape (classes,)
    parameters : LevelParameters
    """
    p = parameters
    moves = transitions(p)
    # What a unit is like before its first month: what a quiet one has become after ten years.
    start = np.zeros((len(moves), moves.shape[1]))
    start[:, 0] = 1.0
    for _ in range(_YEARS * 12):
        for k in range(len(moves)):
            start[k] = multiply(start[k : k + 1], moves[k])[0]
    states, _fit = filter_grid(
        np.ascontiguousarray(counts, dtype=np.float64),
        moves,
        _MEANS,
        p.size,
        p.silence,
        shares[:, None] * start,
        np.asarray(origins, dtype=np.int64),
    )
    return LevelFilter(states, moves, emissions(p))
