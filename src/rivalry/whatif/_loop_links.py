"""How much of the change of each stock and level comes from which other, along every path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rivalry.model.ir import evaluate
from rivalry.whatif._loop_changes import Changes
from rivalry.whatif._loop_network import OUTSIDE, Network, Outside

Array = NDArray[np.float64]

#: A change smaller than this share of the value is rounding.
_ROUNDING = 1e-13


@dataclass(frozen=True)
class Pull:
    """A contribution to a change: sizes over paths of positive and of negative polarity."""

    plus: Array
    minus: Array

    @property
    def size(self) -> Array:
        """Both together."""
        return np.asarray(self.plus + self.minus)


class Links:
    """Contributions between anchors: the states, and the variables asked about.

    Parameters
    ----------
    network : Network
    changes : Changes
    variables : sequence of str
        States; or one auxiliary or flow, which then is an anchor too.
    """

    def __init__(self, network: Network, changes: Changes, variables: Sequence[str]) -> None:
        self._network = network
        self._changes = changes
        nodes = set(variables).union(*(network.reach(v, network.causes) for v in variables))
        self._lookups = {t.name: t for t in network.model.lookups}
        #: Auxiliaries and flows that changes pass through.
        self._middle = [n for n in network.order if n in nodes and n not in variables]
        self.anchors = tuple(n for n in dict.fromkeys((*network.states, *variables)) if n in nodes)
        #: Draws and months.
        self.shape = np.shape(changes.before[variables[0]])
        self._gains = {
            (cause, effect): self._gain(cause, effect)
            for effect in (*self._middle, *self.anchors)
            for cause in network.causes[effect]
        }
        #: (cause, effect) to contribution, between anchors.
        self.pulls: dict[tuple[str, str], Pull] = {}
        for source in self.anchors:
            self._spread(source)
        #: anchor to contributions of what no loop makes.
        self.outside: dict[str, dict[Outside, Array]] = {a: {} for a in self.anchors}
        for kind in OUTSIDE:
            self._enter(kind)

    def path(self, names: Sequence[str]) -> Array:
        """Return the signed contribution of the first name to the last along one path."""
        found = np.abs(self._changes.change(names[0]))
        for cause, effect in pairwise(names):
            found = found * self._gains[cause, effect]
        return found

    def net(self, anchor: str) -> Array:
        """Return the size of the change of an anchor's speed (of its value, if no state)."""
        before, after = self._changes.before, self._changes.after
        if anchor not in self._network.states:
            return np.abs(self._changes.change(anchor))
        equation = self._network.equations[anchor]
        speed = [evaluate(equation, values, self._lookups) for values in (before, after)]
        return np.abs(speed[1] - speed[0])

    def _gain(self, cause: str, effect: str) -> Array:
        """Change of an effect for one unit of change of this cause alone."""
        before, after = self._changes.before, self._changes.after
        old, new = before[cause], after[cause]
        moved = new - old
        if not np.any(moved):
            return np.zeros(np.shape(moved))
        equation = self._network.equations[effect]
        base = (
            evaluate(equation, before, self._lookups)
            if effect in self._network.states
            else before[effect]
        )
        alone = evaluate(equation, {**before, cause: new}, self._lookups)
        moves = np.abs(moved) > _ROUNDING * np.maximum(np.abs(old), np.abs(new))
        gain = np.where(moves, (alone - base) / np.where(moves, moved, 1.0), 0.0)
        return np.nan_to_num(gain, nan=0.0, posinf=0.0, neginf=0.0)

    def _spread(self, source: str) -> None:
        """Follow the change of one anchor through formulas to the next anchors."""
        reached = {source: Pull(*_pair(np.abs(self._changes.change(source))))}
        for effect in self._middle:
            if effect != source:
                pull = self._gather(effect, reached)
                if pull is not None:
                    reached[effect] = pull
        for effect in self.anchors:
            pull = self._gather(effect, reached)
            if pull is not None and np.any(pull.size):
                self.pulls[source, effect] = pull

    def _gather(self, effect: str, reached: dict[str, Pull]) -> Pull | None:
        plus: Array | None = None
        minus: Array | None = None
        for cause in self._network.causes[effect]:
            pull = reached.get(cause)
            if pull is None:
                continue
            gain = self._gains[cause, effect]
            up, down = np.maximum(gain, 0.0), np.maximum(-gain, 0.0)
            more, less = pull.plus * up + pull.minus * down, pull.plus * down + pull.minus * up
            plus = more if plus is None else plus + more
            minus = less if minus is None else minus + less
        return None if plus is None or minus is None else Pull(plus, minus)

    def _enter(self, kind: Outside) -> None:
        """Follow changes that come from outside to the first anchors."""
        reached: dict[str, Array] = {
            name: np.abs(self._changes.change(name))
            for name, what in self._network.outside.items()
            if what == kind and np.any(self._changes.change(name))
        }
        for effect in (*self._middle, *self.anchors):
            parts = [
                reached[cause] * np.abs(self._gains[cause, effect])
                for cause in self._network.causes[effect]
                if cause in reached
            ]
            if kind == "events" and effect in self._changes.jumps:
                # an event that moves people in a month changes the speed by so many a month
                parts.append(np.abs(self._changes.jumps[effect]))
            if not parts:
                continue
            total = np.sum(np.broadcast_arrays(*parts), axis=0)
            if effect in self.outside:
                self.outside[effect][kind] = total
            else:
                reached[effect] = total


def _pair(size: Array) -> tuple[Array, Array]:
    return size, np.zeros_like(size)
