"""Which dyad is meant by an id, a name, or a part of a name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from rivalry.foundation import Problem, RivalryError

_SHOWN = 6
#: Below this likeness a suggestion would be noise; difflib's own default is 0.6.
_LIKE = 0.45


@dataclass(frozen=True)
class Known:
    """A dyad that the store has: enough to find it, and to tell it from others in a message."""

    id: str
    name: str
    deaths: int
    dataset: str
    monthly: bool


def find_dyad(wanted: str, known: Sequence[Known]) -> Known:
    """Find the dyad that a user means.

    An id, a whole name with its sides in either order, or a part of a name that fits one dyad
    alone; in any case of letters. Of a dyad that has both events and yearly figures, the events.

    Parameters
    ----------
    wanted : str
    known : sequence of Known

    Raises
    ------
    RivalryError
        R1230, with the nearest names, where none fits; R1231 where several do.
    """
    text = " ".join(wanted.split())
    low = text.casefold()
    pair = _sides(low)
    for fits in (
        lambda k: k.id == text,
        lambda k: k.name.casefold() == low,
        lambda k: len(pair) == 2 and sorted(_sides(k.name.casefold())) == sorted(pair),
        lambda k: len(pair) == 2 and _within(pair, _sides(k.name.casefold())),
        lambda k: low in _sides(k.name.casefold()),
        lambda k: bool(low) and low in k.name.casefold(),
    ):
        found = [k for k in known if fits(k)]
        if len({k.id for k in found}) == 1:
            return min(found, key=lambda k: not k.monthly)
        if found:
            raise RivalryError(
                Problem(
                    "R1231",
                    f"{wanted!r} fits {len({k.id for k in found})} dyads: {_list(found)}",
                    "Give the id or the whole name of the one you mean; 'rivalry data dyads "
                    "--contains WORD' lists all.",
                ),
                exit_code=2,
            )
    close = nearest_dyads(text, known)
    raise RivalryError(
        Problem(
            "R1230",
            f"the store has no dyad {wanted!r}",
            (f"The nearest: {_list(close)}. " if close else "")
            + "'rivalry data dyads --contains WORD' lists dyads.",
        ),
        exit_code=2,
    )


def nearest_dyads(wanted: str, known: Sequence[Known]) -> list[Known]:
    """Return the dyads whose names are most like a text, the likest first.

    Names are compared whole and in the other order of their sides.
    """
    low = wanted.casefold()
    pair = _sides(low)
    forms = {low, " - ".join(reversed(pair))}

    def likeness(name: str) -> float:
        return max(difflib.SequenceMatcher(None, f, name.casefold()).ratio() for f in forms)

    scored = [(likeness(k.name), k.deaths, k) for k in {k.id: k for k in known}.values()]
    best = sorted((s for s in scored if s[0] >= _LIKE), key=lambda s: (-s[0], -s[1]))
    return [k for _, _, k in best[:_SHOWN]]


def _sides(name: str) -> list[str]:
    return [part.strip() for part in name.split(" - ") if part.strip()]


def _within(pair: list[str], sides: list[str]) -> bool:
    """Whether each wanted side is part of one side, and the two of different ones."""
    if len(sides) != 2:
        return False
    (a, b), (c, d) = pair, sides
    return (a in c and b in d) or (a in d and b in c)


def _list(found: Sequence[Known]) -> str:
    unique = sorted({k.id: k for k in found}.values(), key=lambda k: -k.deaths)
    shown = "; ".join(
        f"{k.name if k.id == k.name else f'{k.id} {k.name}'} ({k.deaths:,} deaths)"
        for k in unique[:_SHOWN]
    )
    return shown + (f" and {len(unique) - _SHOWN} more" if len(unique) > _SHOWN else "")
