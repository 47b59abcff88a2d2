"""What can forecast a panel, by name."""

from __future__ import annotations

import re

from rivalry.forecast._auto import auto_forecast, local_level
from rivalry.forecast._baselines import BASELINES, Baseline, baseline
from rivalry.foundation import Problem, RivalryError, nearest

_OWN: dict[str, Baseline] = {"auto": auto_forecast, "local_level": local_level}
#: Every name, but for `conflictology_<months>`.
MODELS = (*_OWN, *BASELINES)


def forecaster(name: str) -> Baseline:
    """Return the function that forecasts a panel by the model of this name.

    Parameters
    ----------
    name : str
        ``auto``, ``local_level``, or the name of a baseline.

    Returns
    -------
    callable
        Called as ``f(panel, origin, steps, n_draws=..., seed=...)``; gives `Draws`.

    Raises
    ------
    RivalryError
        R1040 for an unknown name.
    """
    if name in _OWN:
        return _OWN[name]
    if name in BASELINES or re.fullmatch(r"conflictology_[1-9]\d{0,3}", name):
        return baseline(name)
    close = nearest(name, MODELS)
    raise RivalryError(
        Problem(
            "R1040",
            f"there is no model {name!r} for panels",
            (f"Did you mean {close!r}? " if close else "")
            + f"Known: {', '.join(MODELS)}, and conflictology_<months>.",
        ),
        exit_code=2,
    )
