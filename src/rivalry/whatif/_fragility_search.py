"""How far a conclusion is from another one, and where along a parameter it becomes one."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from rivalry.whatif._ensemble import Array
from rivalry.whatif._verdict import FAILS, HOLDS, NEGLIGIBLE

#: Length of the bracket at which a search ends, as a position (prior standard deviations).
PRECISION = 0.05
#: Steps of a search, and how many of them try to be clever before the rest only halve.
_MOST, _CLEVER = 24, 7
#: Part of the trajectories that may break at a value that is looked at.
_BROKEN = 0.05

Kind = Literal["verdict", "sign"]
Key = TypeVar("Key", bound=Hashable)


def margins(effect: Array, reference: Array, sign: str) -> Array:
    """How far each draw is from not bearing the claim out: above 0 it does (n,).

    Draws that broke are left out; too many of them leave none.
    """
    sound = np.isfinite(effect)
    if sound.mean() < 1 - _BROKEN:
        return np.empty(0)
    kept = effect[sound]
    if sign == "0":
        return np.asarray(NEGLIGIBLE * abs(float(np.median(reference[sound]))) - np.abs(kept))
    return np.asarray(kept if sign == "+" else -kept)


@dataclass(frozen=True)
class Aim:
    """A change of the conclusion that is looked for.

    Attributes
    ----------
    kind : {"verdict", "sign"}
    rises : bool
        The claim comes to hold (or a sign turns to the claimed one), rather than ceasing to.
    share : float
        Of the draws that must have a margin above 0 for the claim to be on its upper side.
    """

    kind: Kind
    rises: bool
    share: float

    def distance(self, margin: Array) -> float:
        """Distance to the change in units of the effect: above 0 before it, at most 0 after."""
        if not len(margin):
            return math.nan
        ordered = np.sort(margin)
        n = len(ordered)
        if self.kind == "sign":
            middle = float(np.median(ordered))
            # an effect that vanishes has no sign, and so has not changed it
            return (-middle if self.rises else middle) or math.ulp(0.0)
        # the draw whose sign decides: above 0 if and only if so many draws are
        from_top = (
            math.ceil(self.share * n) if self.share >= 0.5 else math.floor(self.share * n) + 1
        )
        place = float(ordered[max(n - from_top, 0)])
        return (-place or math.ulp(0.0)) if self.rises else place


def aims(verdict: str, sign: str, margin: Array) -> tuple[Aim, ...]:
    """Say which changes of a conclusion there are to look for.

    Of a conclusion that it ends; of none that it is reached, or that the median turns.
    """
    if verdict in ("supported", "assumed"):
        return (Aim("verdict", False, HOLDS),)
    if verdict == "contradicted":
        return (Aim("verdict", True, FAILS),)
    found = []
    if float((margin > 0).mean()) < HOLDS:
        found.append(Aim("verdict", True, HOLDS))
    middle = float(np.median(margin)) if len(margin) else 0.0
    if sign != "0" and middle != 0:
        found.append(Aim("sign", middle < 0, 0.5))
    return tuple(found)


class Bracket:
    """Where one distance falls to 0, from above 0 at `near` to below at `far`.

    A chord, a look just before what it finds, which closes the bracket if the chord was right, and
    halving where it was not.

    Parameters
    ----------
    end : float
        Positive.
    start_value, end_value : float
        Distances at 0 and at `end`.
    """

    def __init__(self, end: float, start_value: float, end_value: float) -> None:
        self.near, self.far = 0.0, end
        self._f_near, self._f_far = start_value, end_value
        self._look_before, self._step = False, 0

    @property
    def width(self) -> float:
        """Length that is left; 0 once the search is over."""
        length = self.far - self.near
        return length if length > PRECISION and self._step < _MOST else 0.0

    def propose(self) -> float:
        """Return the next position to look at."""
        width = self.far - self.near
        at = self.near + width / 2
        if self._step >= _CLEVER:
            return at
        if self._look_before:
            at = self.far - 0.95 * PRECISION
        elif self._step % 3 != 2 and self._f_near > self._f_far:
            chord = width * self._f_near / (self._f_near - self._f_far)
            at = self.near + chord + 0.45 * PRECISION
        edge = 0.05 * PRECISION
        return min(max(at, self.near + edge), self.far - edge)

    def update(self, at: float, value: float) -> None:
        """Take in a distance; NaN, where nothing can be said, counts as no change yet."""
        self._step += 1
        if value <= 0:
            self.far, self._f_far, self._look_before = at, value, not self._look_before
        else:
            self.near, self._look_before = at, False
            self._f_near = self._f_near / 2 if math.isnan(value) else value


def cross(
    distances: Callable[[float, list[Key]], Mapping[Key, float]], brackets: dict[Key, Bracket]
) -> dict[Key, float]:
    """Find where distances fall to 0, looking at all that are open at each position.

    Parameters
    ----------
    distances : callable (position, keys)
    brackets : dict

    Returns
    -------
    dict
        Positions at which the change was seen to have happened, at most `PRECISION` beyond one at
        which it was seen not to.
    """
    while True:
        open_ = [k for k, b in brackets.items() if b.width > 0]
        if not open_:
            return {k: b.far for k, b in brackets.items()}
        at = brackets[max(open_, key=lambda k: brackets[k].width)].propose()
        inside = [k for k in open_ if brackets[k].near < at < brackets[k].far]
        for key, value in distances(at, inside).items():
            brackets[key].update(at, value)
