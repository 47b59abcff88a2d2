"""Room for the case being wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rivalry.forecast._draws import Draws

#: Share of futures drawn without the case. One in eight was chosen among 0, 5, 10, 15, 20 and 30%
#: on the rolling origins of the Afghanistan case; docs/explanation/forecasts-from-a-case.md.
DOUBT = 0.125


def with_doubt(case: Draws, other: Draws, share: float = DOUBT) -> Draws:
    """Replace a share of a case's futures by those of a model that knows no mechanism.

    A case holds what its author thought of. What it left out, such as the fall of a government
    that no earlier month announced, comes about all the same, and its own intervals cannot hold
    it. In a mixture each draw comes from one of the two (linear pool).

    Parameters
    ----------
    case, other : Draws
        Of the same origin and steps; `other` has all units of `case`.
    share : float
        From 0 to 1, of draws that come from `other`.

    Returns
    -------
    Draws
        As many as `case` has; the first ones are the case's own, in their order.

    References
    ----------
    Stone (1961), The opinion pool, Annals of Mathematical Statistics 32(4); Gneiting & Ranjan
    (2013), Combining predictive distributions, Electronic Journal of Statistics 7.
    """
    if (case.origin, case.steps) != (other.origin, other.steps):
        raise ValueError("draws of another origin or other steps cannot be mixed")
    doubted = round(share * case.n_draws)
    if doubted == 0:
        return case
    rows = other.select(case.units.tolist()).array
    # evenly over the other's draws, which may be stratified or fewer
    chosen = (np.arange(doubted) * rows.shape[2]) // doubted
    kept = case.array[:, :, : case.n_draws - doubted]
    return replace(case, array=np.concatenate([kept, rows[:, :, chosen]], axis=2))
