"""Intervals on a common scale, drawn as strips in the cells of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rivalry.whatif import Spread

#: Width of a strip in its own units; the page stretches it.
WIDTH = 100.0


@dataclass(frozen=True)
class Strip:
    """A strip's marks from 0 to `WIDTH`.

    Parameters
    ----------
    low, left, middle, right, high : float
        Ends of the 90% interval, of the 50% interval, and the median.
    zero : float
        Where no change stands.
    """

    low: float
    left: float
    middle: float
    right: float
    high: float
    zero: float


@dataclass(frozen=True)
class Scale:
    """A linear scale that holds no change and all 90% intervals given."""

    low: float
    high: float

    @classmethod
    def of(cls, spreads: Iterable[Spread]) -> Scale:
        """Make the scale of several strips."""
        ends = [0.0]
        for s in spreads:
            ends += [v for v in (s.q05, s.q95) if v == v]
        low, high = min(ends), max(ends)
        if low == high:
            return cls(-1.0, 1.0)
        room = 0.03 * (high - low)
        return cls(low - room, high + room)

    def place(self, value: float) -> float:
        """Place a value between 0 and `WIDTH`."""
        return round(WIDTH * (value - self.low) / (self.high - self.low), 2)

    def strip(self, s: Spread) -> Strip:
        """Place an interval."""
        return Strip(*(self.place(v) for v in (s.q05, s.q25, s.median, s.q75, s.q95, 0.0)))
