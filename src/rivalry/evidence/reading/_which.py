"""Which of several actors a shared name means: the places and names around it decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rivalry.evidence.reading._aliases import Entry, states
from rivalry.evidence.reading._scene import Hit, Scene

#: What is said of a group's relation to the organisation that it belongs to.
_PARENT_PHRASES = frozenset(
    {"allegiance to", "branch of", "affiliate of", "franchise of", "offshoot of", "chapter of",
     "province of", "arm of", "loyalty to", "affiliated with", "affiliated to"}
)  # fmt: skip


class Chooser:
    """Decides for each name of a document.

    Parameters
    ----------
    scenes : sequence of Scene
    totals : Counter
        How often each cue occurs in the document.
    """

    def __init__(self, scenes: Sequence[Scene], totals: Counter[str]) -> None:
        self._scenes = scenes
        self._totals = totals

    def choose(self, position: int, hit: Hit) -> tuple[Entry | None, list[str]]:
        """Return the likeliest meaning of a name and the other actors it may mean."""
        actors = [e for e in hit.entries if e.what == "actor"]
        # Of a name that all share, only those are meant for whom something in the text speaks.
        usable = [
            e for e in actors if not (e.required or e.weak) or any(self._totals[w] for w in e.where)
        ]
        keys = list(dict.fromkeys(e.key for e in usable))
        if not keys:
            return None, []
        if len(keys) == 1:
            return usable[0], []
        scores = {e.key: self._score(position, e) for e in usable}
        if "islamic-state" in scores and self._means_parent(position, hit, keys):
            scores["islamic-state"] += 100.0
        best = max(keys, key=lambda k: (scores[k], -keys.index(k)))
        chosen = next(e for e in usable if e.key == best)
        others = [k for k in sorted(keys, key=lambda k: -scores[k]) if k != best]
        near = [k for k in others if scores[k] > 0 or k == "islamic-state"]
        return chosen, near[:4]

    def _means_parent(self, position: int, hit: Hit, keys: Sequence[str]) -> bool:
        """Tell whether the whole organisation is meant, set beside one of its branches.

        It is if the branch stands under its own name in the same sentence, or if the words before
        are such as "branch of"; not if that name is what the short one abbreviates.
        """
        scene = self._scenes[position]
        before = [t.text.lower() for t in scene.tokens[max(0, hit.start - 3) : hit.start]]
        if before and before[-1] == "the":
            before.pop()
        pledged = "pledged" in (t.text for t in scene.tokens[max(0, hit.start - 6) : hit.start])
        phrase = " ".join(before[-2:])
        if phrase in _PARENT_PHRASES and (phrase != "allegiance to" or pledged):
            # "the Somali branch of the Islamic State" is that branch
            where = next(
                (h for h in scene.hits[:200] if h.start < hit.start - 2 <= h.stop + 1), None
            )
            named = where is not None and any(e.what == "adjective" for e in where.entries)
            return not named
        return any(
            len({e.key for e in other.entries}) == 1
            and other.entries[0].key in keys
            and other.entries[0].key != "islamic-state"
            for other in scene.hits[:200]
            if other is not hit
        )

    def _score(self, position: int, entry: Entry) -> float:
        total = 0.0
        here = self._scenes[position]
        for word in entry.where:
            # a place says more than a name: rivals are named together everywhere
            total += (3.0 if word in states() else 2.0) * min(here.cues[word], 2)
            for near in (position - 1, position + 1):
                if 0 <= near < len(self._scenes):
                    other = self._scenes[near]
                    close = other.sentence.paragraph == here.sentence.paragraph
                    total += (0.5 if close else 0.2) * min(other.cues[word], 1)
        whole = sum(self._totals.values())
        share = sum(self._totals[w] for w in entry.where) / whole if whole else 0.0
        return total + 3.0 * share
