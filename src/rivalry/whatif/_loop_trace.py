"""Following a variable's change back until it comes round to the variable or leaves the loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivalry.whatif._loop_links import Links, Pull
from rivalry.whatif._loop_network import OUTSIDE, NamedLoop, Outside

Array = NDArray[np.float64]
Sign = Literal["+", "-"]
#: A loop by the anchors it passes, from the variable on, and its polarity.
Key = tuple[tuple[str, ...], Sign]
Method = Literal["relative", "published"]

#: A path that never carries more than this share of a change is not followed further.
FAINT = 1e-3
#: Going round and round adds at most a factor of a hundred: links of 1 would go round for ever.
_MOST_ROUND = 0.99


@dataclass
class Traced:
    """Where the changes of a variable come from, as shares of each month's change.

    Attributes
    ----------
    named : dict of str to ndarray (n_draws, n_months)
        Signed shares of the loops that the case names.
    others : dict of Key to ndarray (n_draws, n_months)
        Shares (not negative) of all other loops.
    outside : dict of str to ndarray (n_draws, n_months)
        Shares of what no loop makes.
    untraced : ndarray (n_draws, n_months)
        The rest: ways back that go round other loops again and again, too long or too faint ones.
    moves : ndarray (n_draws, n_months) of bool
        Where the variable changes at all; all shares are 0 elsewhere.
    routes : dict of str to tuple of str
        Of each named loop the anchors it passes, from the variable on.
    """

    named: dict[str, Array]
    others: dict[Key, Array]
    outside: dict[Outside, Array]
    untraced: Array
    moves: NDArray[np.bool_]
    routes: dict[str, tuple[str, ...]]


@dataclass
class _Tally:
    others: dict[Key, Array] = field(default_factory=dict)
    outside: dict[Outside, Array] = field(default_factory=dict)


def trace(
    links: Links,
    variable: str,
    named: Sequence[NamedLoop],
    max_states: int,
    method: Method = "relative",
) -> Traced:
    """Give every loop through a variable its share of the variable's change.

    Parameters
    ----------
    links : Links
    variable : str
        One of those that `links` was made for.
    named : sequence of NamedLoop
        Those not through the variable are left out.
    max_states : int
        Loops through more stocks and levels than that are not looked for (named ones are scored).
    method : {"relative", "published"}
        What a contribution is compared with at each stock or level on the way; see
        `rivalry.whatif.loop_strength`.

    Returns
    -------
    Traced
    """
    weights = _Weights(links, variable, method)
    tally = _Tally()
    tally.outside = {kind: np.zeros(links.shape) for kind in OUTSIDE}
    one = Pull(np.ones(links.shape), np.zeros(links.shape))
    _back(weights, tally, (variable,), one, max_states, method == "relative")
    scores: dict[str, Array] = {}
    routes: dict[str, tuple[str, ...]] = {}
    for loop in named:
        if loop.through(variable):
            routes[loop.id], scores[loop.id] = _take(weights, tally, loop, variable)
    everything = [*map(np.abs, scores.values()), *tally.others.values(), *tally.outside.values()]
    found: Array = np.sum(everything, axis=0)
    # published scores are relative to the loops found; shares of all contributions need no scaling
    # but where rounding takes them past 1
    whole = found if method == "published" else np.maximum(found, 1.0)
    moves = found > 0
    scale = np.where(moves, 1.0 / np.where(moves, whole, 1.0), 0.0)
    return Traced(
        {id: score * scale for id, score in scores.items()},
        {key: score * scale for key, score in tally.others.items() if np.any(score)},
        {kind: score * scale for kind, score in tally.outside.items()},
        np.where(moves, np.clip(1.0 - found * scale, 0.0, 1.0), 0.0),
        moves,
        routes,
    )


def _take(
    weights: _Weights, tally: _Tally, loop: NamedLoop, variable: str
) -> tuple[tuple[str, ...], Array]:
    """Score a named loop, and take it out of the others."""
    total: Array = np.zeros(weights.links.shape)
    anchors: tuple[str, ...] = ()
    for cycle in loop.cycles:
        if variable not in cycle:
            continue
        anchors, score = _score(weights, _from(cycle, variable))
        parts: tuple[tuple[Key, Array], ...] = (
            ((anchors, "+"), np.maximum(score, 0.0)),
            ((anchors, "-"), np.maximum(-score, 0.0)),
        )
        for key, part in parts:
            if key in tally.others:
                tally.others[key] = np.maximum(tally.others[key] - part, 0.0)
        total = total + score
    return anchors, total


@dataclass(frozen=True)
class _Rounds:
    """Detours at a state: all together, and each with the states it passes."""

    total: Array
    each: list[tuple[frozenset[str], Array]]


class _Weights:
    """Contributions as shares of what moves each anchor."""

    def __init__(self, links: Links, variable: str, method: Method) -> None:
        self.links = links
        self._whole: dict[str, Array] = {}
        #: Where nothing but itself moves a state: it settles from its start or from a past event.
        self.settling: dict[str, Array] = {}
        for anchor in links.anchors:
            if method == "published" and anchor != variable:
                whole = links.net(anchor)
            else:
                # what a state does to itself is a loop of its own, through the variable only if
                # it is the variable
                parts = [
                    pull.size
                    for (cause, effect), pull in links.pulls.items()
                    if effect == anchor and (cause != anchor or anchor == variable)
                ]
                parts += links.outside[anchor].values()
                whole = np.sum(np.broadcast_arrays(*parts), axis=0) if parts else np.zeros(())
            works = whole > 0
            # (a published score has no such part: there its own loop is one of the loops)
            alone = method == "relative" and anchor != variable
            self.settling[anchor] = np.where(works, 0.0, float(alone))
            self._whole[anchor] = np.where(works, 1.0 / np.where(works, whole, 1.0), 0.0)
        self.links_to: dict[str, list[tuple[str, Pull]]] = {a: [] for a in links.anchors}
        for (cause, effect), pull in links.pulls.items():
            scale = self._whole[effect]
            self.links_to[effect].append((cause, Pull(pull.plus * scale, pull.minus * scale)))
        #: effect to its causes, with the size of the link; the variable is no cause here.
        self._size_to = {
            effect: {c: pull.size for c, pull in pulls if c not in (effect, variable)}
            for effect, pulls in self.links_to.items()
        }
        self._detours = method == "relative"
        self._rounds: dict[str, _Rounds] = {}
        self.outside_to = {
            anchor: {kind: size * self._whole[anchor] for kind, size in kinds.items()}
            for anchor, kinds in links.outside.items()
        }

    def path(self, names: Sequence[str]) -> Array:
        """Signed share of the last name's change that comes from the first along one path."""
        return self.links.path(names) * self._whole[names[-1]]

    def detours(self, here: str, passed: Sequence[str]) -> Array | float:
        """Factor by which going round loops of two or three states at `here` adds to a way.

        A way that comes back to where it was before it goes on counts for the way that is left
        when the detour is cut out (loop erasure; Lawler 1980). What has been passed is not passed
        again: such a detour belongs to the state where it began.
        """
        if not self._detours:
            return 1.0
        rounds = self._rounds_at(here)
        back = rounds.total
        for members, size in rounds.each:
            if not members.isdisjoint(passed):
                back = back - size
        return 1.0 / (1.0 - np.clip(back, 0.0, _MOST_ROUND))

    def _rounds_at(self, here: str) -> _Rounds:
        """Loops of two and three states through one of them, and the product of their links."""
        if here not in self._rounds:
            each: list[tuple[frozenset[str], Array]] = []
            for first, one in self._size_to[here].items():
                for second, two in self._size_to[first].items():
                    if second == here:
                        each.append((frozenset([first]), one * two))
                    elif here in self._size_to[second]:
                        three = one * two * self._size_to[second][here]
                        each.append((frozenset([first, second]), three))
            total: Array = np.zeros(self.links.shape)
            for _, size in each:
                total = total + size
            self._rounds[here] = _Rounds(total, each)
        return self._rounds[here]


def _back(
    weights: _Weights, tally: _Tally, path: tuple[str, ...], carried: Pull, left: int, prune: bool
) -> None:
    """Go back from the first name of `path`, which leads on to the variable, its last."""
    here, variable = path[0], path[-1]
    if here != variable:
        more = weights.detours(here, path[1:])
        carried = Pull(carried.plus * more, carried.minus * more)
    size = carried.size
    for kind, share in weights.outside_to[here].items():
        tally.outside[kind] = tally.outside[kind] + size * share
    tally.outside["settling"] = tally.outside["settling"] + size * weights.settling[here]
    for cause, pull in weights.links_to[here]:
        if cause != variable and (cause in path or left <= 1):
            continue
        plus = carried.plus * pull.plus + carried.minus * pull.minus
        minus = carried.plus * pull.minus + carried.minus * pull.plus
        if cause == variable:
            key = (variable, *path[:-1])
            tally.others[key, "+"] = plus
            tally.others[key, "-"] = minus
        elif not prune or float((plus + minus).max()) > FAINT:
            _back(weights, tally, (cause, *path), Pull(plus, minus), left - 1, prune)


def _from(cycle: Sequence[str], name: str) -> tuple[str, ...]:
    """Turn a cycle so that it begins with `name`."""
    at = list(cycle).index(name)
    return (*cycle[at:], *cycle[:at])


def _score(weights: _Weights, cycle: tuple[str, ...]) -> tuple[tuple[str, ...], Array]:
    """Anchors of a cycle from the variable on, and its signed score."""
    stops = [i for i, name in enumerate(cycle) if name in weights.links.anchors]
    closed = (*cycle, cycle[0])
    anchors = tuple(cycle[i] for i in stops)
    score: Array = np.ones(())
    for i, (first, last) in enumerate(zip(stops, [*stops[1:], len(cycle)], strict=True)):
        score = score * weights.path(closed[first : last + 1])
        if i:  # what a way back has passed when it reaches this one
            score = score * weights.detours(anchors[i], anchors[i + 1 :])
    return anchors, score
