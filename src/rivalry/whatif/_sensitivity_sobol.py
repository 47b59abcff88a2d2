"""Shares of variance (Sobol' 1993, 2001), with chance and the inputs not named as factors too.

The estimators are those that Saltelli et al. (2010) recommend: for first-order indices their
table 2 (b), for total ones (f), which is Jansen's (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from rivalry.whatif._ensemble import Array
from rivalry.whatif._sensitivity_morris import Function

_RESAMPLES = 400
#: Resamples handled at once, for memory.
_AT_ONCE = 50


@dataclass(frozen=True)
class Shares:
    """Indices of several factors for several outputs.

    Attributes
    ----------
    first, total : ndarray (factors, outputs)
    first_ends, total_ends : ndarray (2, factors, outputs)
        Bootstrap intervals.
    values : ndarray (2 n, outputs)
        The output over the whole range of the inputs and over chance.
    kept : int
        Base points of which no run broke.
    """

    first: Array
    total: Array
    first_ends: Array
    total_ends: Array
    values: Array
    kept: int


@dataclass(frozen=True)
class Base:
    """Two independent samples of the inputs, and their random numbers.

    Attributes
    ----------
    a, b : ndarray (n, inputs)
        Probabilities, halves of one scrambled Sobol' sequence.
    """

    a: Array
    b: Array

    @classmethod
    def draw(cls, inputs: int, n: int, seed: int) -> Base:
        """Draw `n` points, a power of 2."""
        rng = np.random.default_rng([seed, *b"sobol"])
        both = qmc.Sobol(2 * inputs, rng=rng).random(n)
        return cls(both[:, :inputs], both[:, inputs:])


def shares(
    f: Function, base: Base, groups: Sequence[Sequence[int]], seed: int, level: float = 0.9
) -> Shares:
    """Estimate shares of variance.

    Parameters
    ----------
    f : callable (u, keys)
    base : Base
    groups : sequence of sequences of int
        Inputs that are exchanged together: one factor each. A last factor, chance, is added: the
        random numbers.
    seed : int
        Of the bootstrap.
    level : float
        Of the intervals.

    Returns
    -------
    Shares
        One row for each group, and chance last. A factor that does nothing has indices of exactly
        0. Rows with a broken run are left out.

    Notes
    -----
    An output is a function f(x, z) of inputs and random numbers z, which are independent. z is
    one more factor: sample A has its own, B others, and the sample in which a factor comes from B
    keeps those of A. The total index of chance is E[Var(f | x)] / Var(f): the share of variance
    that would stay if every input were known.
    """
    n = len(base.a)
    keys = np.arange(n, dtype=np.int64)
    rows, numbers = [base.a, base.b], [keys, keys + n]
    for group in groups:
        mixed = base.a.copy()
        mixed[:, list(group)] = base.b[:, list(group)]
        rows.append(mixed)
        numbers.append(keys)
    rows.append(base.a)
    numbers.append(keys + n)
    found = f(np.concatenate(rows), np.concatenate(numbers)).reshape(len(rows), n, -1)
    sound = np.isfinite(found).all(axis=(0, 2))
    found = found[:, sound]
    first, total = indices(found[0], found[1], found[2:])
    rng = np.random.default_rng([seed, *b"bootstrap"])
    kept = int(sound.sum())
    firsts, totals = [], []
    for _ in range(_RESAMPLES // _AT_ONCE if kept else 0):
        chosen = rng.integers(0, kept, (_AT_ONCE, kept))
        one = [indices(found[0, c], found[1, c], found[2:, c]) for c in chosen]
        firsts += [o[0] for o in one]
        totals += [o[1] for o in one]
    tails = ((1 - level) / 2, (1 + level) / 2)
    shape = (2, *first.shape)
    return Shares(
        first, total,
        np.quantile(firsts, tails, axis=0) if firsts else np.full(shape, np.nan),
        np.quantile(totals, tails, axis=0) if totals else np.full(shape, np.nan),
        np.concatenate([found[0], found[1]]), kept,
    )  # fmt: skip


def indices(a: Array, b: Array, mixed: Array) -> tuple[Array, Array]:
    """Estimate first-order and total indices.

    Parameters
    ----------
    a, b : ndarray (n, outputs)
    mixed : ndarray (factors, n, outputs)
        As `a`, with one factor as in `b`.

    Returns
    -------
    first, total : ndarray (factors, outputs)
        0 for an output that does not vary.
    """
    both = np.concatenate([a, b])
    middle, variance = both.mean(axis=0), both.var(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # the mean is taken off first: it would only add noise (Sobol' & Levitan 1999)
        first = ((b - middle) * (mixed - a)).mean(axis=1) / variance
        total = 0.5 * ((mixed - a) ** 2).mean(axis=1) / variance
    return np.nan_to_num(first), np.nan_to_num(total)
