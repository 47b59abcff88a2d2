"""What may be changed to see whether a conclusion stands: one parameter, held elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rivalry.inference import PriorSpace
from rivalry.model import Model
from rivalry.whatif._ensemble import Array

#: How far to look: prior standard deviations, and a factor for what has no prior.
REACH_SD, REACH_FACTOR = 3.0, 10.0
#: What screening walks over: the middle 90% of a prior, and half to double a fixed value.
SCREEN_SD, SCREEN_FACTOR = 1.645, 2.0


@dataclass(frozen=True)
class Knob:
    """A parameter that can be held at other values.

    Attributes
    ----------
    name : str
    column : int
        In parameter vectors.
    source : {"assumed", "fixed"}
        It has a prior and was not fitted, or it has no prior.
    centre : float
        Its prior median, or its value.
    low, high : float
        Ends of the search, as positions: normal scores, or logarithms of a factor.
    """

    name: str
    column: int
    source: Literal["assumed", "fixed"]
    centre: float
    low: float
    high: float

    @property
    def screen(self) -> float:
        """Half the length that screening walks over, as a position."""
        return SCREEN_SD if self.source == "assumed" else math.log(SCREEN_FACTOR)


class Knobs:
    """All parameters that were not fitted; those fixed at 0 have no scale and are left out.

    Parameters
    ----------
    model : Model
    fitted : sequence of str
    """

    def __init__(self, model: Model, fitted: Sequence[str]) -> None:
        self.model = model
        self._space: PriorSpace | None = None
        if any(p.prior is not None for p in model.parameters):
            self._space = PriorSpace(model)
        self._number = {n: i for i, n in enumerate(self._space.names)} if self._space else {}
        self.knobs: list[Knob] = []
        for column, p in enumerate(model.parameters):
            if p.name in fitted:
                continue
            if p.prior is not None:
                centre = self._score_value(p.name, 0.0)
                self.knobs.append(Knob(p.name, column, "assumed", centre, -REACH_SD, REACH_SD))
                continue
            value = float(p.value or 0.0)
            if value == 0 or not math.isfinite(value):
                continue
            low, high = _factors(value, *p.bounds)
            if low < high:
                self.knobs.append(Knob(p.name, column, "fixed", value, low, high))

    def value(self, knob: Knob, position: float) -> float:
        """Value of a parameter at a position."""
        if knob.source == "assumed":
            return self._score_value(knob.name, position)
        low, high = self.model.parameters[knob.column].bounds
        return min(max(knob.centre * math.exp(position), low), high)

    def _score_value(self, name: str, score: float) -> float:
        assert self._space is not None
        return self._space.value(self._number[name], score)

    def held(self, parameters: Array, knob: Knob, position: float) -> Array:
        """Return parameter vectors with one parameter held."""
        changed = parameters.copy()
        changed[:, knob.column] = self.value(knob, position)
        return changed

    def screening(self, parameters: Array, points: Array) -> Array:
        """Return parameter vectors (n, n_parameters) at points (n, knobs) of the unit cube."""
        changed = parameters.copy()
        for i, knob in enumerate(self.knobs):
            positions = np.clip((2 * points[:, i] - 1) * knob.screen, knob.low, knob.high)
            changed[:, knob.column] = [self.value(knob, float(x)) for x in positions]
        return changed


def _factors(value: float, low: float, high: float) -> tuple[float, float]:
    """Logarithms of the factors by which a value may change within its bounds."""
    ends = sorted((low / value, high / value))
    most = math.log(REACH_FACTOR)
    below = max(-most, math.log(ends[0])) if ends[0] > 0 else -most
    return below, min(most, math.log(ends[1])) if ends[1] > 0 else 0.0
