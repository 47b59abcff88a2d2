"""What is said when no particle could have given some month's data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import find_death
from rivalry.foundation import Problem, RivalryError
from rivalry.model import Model


def impossible_data(
    model: Model,
    point: NDArray[np.float64],
    particles: int,
    seed: int,
    otherwise: tuple[str, str],
) -> RivalryError:
    """Name month, series and datum by a filter at one point (R0821).

    Parameters
    ----------
    model : Model
    point : ndarray (n_parameters,)
        In the middle of the particles that died.
    particles, seed : int
        Of that filter.
    otherwise : tuple of str
        Message and remedy if that filter survives or breaks.
    """
    message, remedy = otherwise
    try:
        death = find_death(model, point, particles, seed)
    except RivalryError:  # every particle of that filter broke: there is nothing to compare with
        death = None
    if death is not None:
        message, remedy = death.message(model), death.remedy(model)
    return RivalryError(Problem("R0821", message, remedy))
