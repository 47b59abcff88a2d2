"""Which feedback loop drives a variable, month by month, over draws of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine import simulate
from rivalry.engine._schedule import Schedule, build_schedule
from rivalry.engine._simulate import count_threads, month_index
from rivalry.foundation import Problem, RivalryError
from rivalry.model import Model
from rivalry.whatif._loop_changes import expected_changes
from rivalry.whatif._loop_links import Links
from rivalry.whatif._loop_network import (
    OUTSIDE,
    NamedLoop,
    Network,
    build_network,
    default_variables,
    find_variables,
    named_loops,
)
from rivalry.whatif._loop_trace import Key, Method, Sign, Traced, trace

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

#: Draws scored together, and those that decide which unnamed loops are listed.
_CHUNK = 25
#: Pools of the loops that are neither named nor listed.
POOLS = {"+": "all other reinforcing loops", "-": "all other balancing loops"}


@dataclass(frozen=True)
class LoopRow:
    """One loop, or the pool of all others of one polarity.

    Attributes
    ----------
    id : str
        The case's id; ``L4~`` for all loops through the stocks and levels of L4 in their order,
        with its polarity, by other routes; ``own +`` and ``own -`` for those through the variable
        and no other stock or level; ``N1``, ``N2`` for others; ``other +`` and ``other -``.
    label : str
    kind : {"named", "listed", "pool"}
    polarity : {"reinforcing", "balancing"}
        As scored; of a named loop as the case claims it.
    states : tuple of str
        The variable, and the stocks and levels that the loop passes; empty for a pool.
    """

    id: str
    label: str
    kind: Literal["named", "listed", "pool"]
    polarity: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoopStrength:
    """Loop scores of one variable.

    Attributes
    ----------
    variable, label : str
    loops : tuple of LoopRow
        In the order of the axis ``loop``.
    scores : xarray.Dataset
        ``share`` (draw, month, loop): part of the month's change, positive where the loop is
        reinforcing, negative where it is balancing; ``outside`` (draw, month, source) and
        ``untraced`` (draw, month): parts no loop makes; all absolute values sum to 1. NaN in
        months in which the variable does not change. ``largest_other`` (draw, year): yearly
        strength of the largest single loop inside the pools.
    method : {"relative", "published"}
    max_states : int
    absent : tuple of str
        Named loops that do not run through the variable.
    """

    variable: str
    label: str
    loops: tuple[LoopRow, ...]
    scores: xr.Dataset
    method: Method
    max_states: int
    absent: tuple[str, ...]


def loop_strength(
    model: Model,
    variables: Sequence[str] | None = None,
    n_draws: int = 200,
    seed: int = 1,
    *,
    parameters: NDArray[np.float64] | None = None,
    scenario: str | None = None,
    method: Method = "relative",
    max_states: int = 6,
    listed: int = 4,
    focus: Sequence[int] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[LoopStrength, ...]:
    """Score the feedback loops through some variables over an ensemble of trajectories.

    The method is Loops that Matter (Schoenberg, Davidsen & Eberlein 2020, with the flows of
    Schoenberg, Hayward & Eberlein 2023): each variable is computed again with one input changed
    and all others held; what that alone would have changed is the input's contribution, and the
    score of a loop is the product of such contributions round it.

    Parameters
    ----------
    model : Model
    variables : sequence of str, optional
        Stocks, levels, auxiliaries or flows; default: the fewest stocks and levels on which all
        loops lie that the case names.
    n_draws, seed : int
        As for `rivalry.engine.simulate`; `n_draws` is ignored when `parameters` is given.
    parameters : ndarray (n_draws, n_parameters), optional
        Such as draws of a posterior; default: draws from the priors.
    scenario : str, optional
        Score the trajectories of this scenario; default: the reference.
    method : {"relative", "published"}
        What a contribution is a share of, at each stock and level on the way: ``relative``, the
        sizes of all contributions but the state's own (relative link scores; detours round loops
        of two and three states are cut out of a way), so that nothing counts twice and all ways
        together are the whole; ``published``, the change itself, as in the loop score of 2020,
        which contributions that cancel can make as large as they like.
    max_states : int
        Unnamed loops through more stocks and levels than that are not looked for.
    listed : int
        Loops to list one by one besides the named ones, those by other routes and the variable's
        own: those that are the largest in most draws of some year. All others are pooled.
    focus : sequence of int
        Years in which to look for those; default: all.
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Returns
    -------
    tuple of LoopStrength
        One for each scalar variable.

    Raises
    ------
    RivalryError
        R1140 for an unknown variable, R1141 where no loop runs through it, R1142 for a model of
        fewer than three months, and what `rivalry.engine.simulate` raises.
    """
    if model.time.n_months < 3:
        raise RivalryError(
            Problem(
                "R1142",
                f"the model covers {model.time.n_months} month(s)",
                "Loops are scored on changes from month to month: give it three months or more.",
            )
        )
    network = build_network(model)
    named = named_loops(network)
    if variables is None:
        chosen = default_variables(network, named)
    else:
        chosen = tuple(dict.fromkeys(n for v in variables for n in find_variables(network, v)))
    noise = [p.name for p in model.noise if p.kind == "ar1"]
    ensemble = simulate(
        model, n_draws, seed, outputs=[*network.states, *noise], observations=False,
        parameters=parameters, scenario=scenario, threads=threads,
    )  # fmt: skip
    work = _Work(
        network, named, ensemble, build_schedule(model, scenario), chosen, method, max_states
    )
    total = ensemble.sizes["draw"]
    pieces = [slice(i, min(i + _CHUNK, total)) for i in range(0, total, _CHUNK)]
    years = np.array([m.year for m in model.months])[1:]
    first = work.trace(pieces[0])
    tables = {v: _Rows.choose(network, v, named, first[v], years, listed, focus) for v in chosen}
    parts = {v: [tables[v].lay_out(first[v], years)] for v in chosen}
    if progress is not None:
        progress(pieces[0].stop, total)

    def score(piece: slice) -> dict[str, dict[str, Array]]:
        found = work.trace(piece)
        return {v: tables[v].lay_out(found[v], years) for v in chosen}

    with ThreadPoolExecutor(max_workers=count_threads(threads)) as pool:
        futures = [pool.submit(score, piece) for piece in pieces[1:]]
        try:
            for piece, future in zip(pieces[1:], futures, strict=True):
                for v, part in future.result().items():
                    parts[v].append(part)
                if progress is not None:
                    progress(piece.stop, total)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    months = month_index(model)[1:]
    return tuple(
        LoopStrength(
            v,
            label_of(model, v),
            tables[v].rows,
            _dataset(tables[v], parts[v], months, years),
            method,
            max_states,
            tuple(loop.id for loop in named if not loop.through(v)),
        )
        for v in chosen
    )


@dataclass(frozen=True)
class _Work:
    """What scoring a piece of the draws needs."""

    network: Network
    named: tuple[NamedLoop, ...]
    ensemble: xr.Dataset
    schedule: Schedule
    variables: tuple[str, ...]
    method: Method
    max_states: int

    def trace(self, draws: slice) -> dict[str, Traced]:
        changes = expected_changes(self.network, self.ensemble, self.schedule, draws)
        states = [v for v in self.variables if v in self.network.states]
        groups = [states] if states else []
        groups += [[v] for v in self.variables if v not in states]
        found: dict[str, Traced] = {}
        for group in groups:
            links = Links(self.network, changes, group)
            for v in group:
                found[v] = trace(links, v, self.named, self.max_states, self.method)
        return found


@dataclass(frozen=True)
class _Rows:
    """Which loops of a variable get a row, and where each of the others is pooled."""

    rows: tuple[LoopRow, ...]
    listed: tuple[Key, ...]

    @classmethod
    def choose(
        cls,
        network: Network,
        variable: str,
        named: Sequence[NamedLoop],
        found: Traced,
        years: NDArray[np.int64],
        n: int,
        focus: Sequence[int],
    ) -> _Rows:
        model = network.model
        rows = [
            LoopRow(loop.id, loop.label, "named", loop.polarity, found.routes[loop.id])
            for loop in named
            if loop.id in found.named
        ]
        strength = {key: yearly(x, found.moves, years) for key, x in found.others.items()}
        size = {key: float(x.mean()) for key, x in strength.items()}
        wins = _wins(
            {key: x for key, x in strength.items() if len(key[0]) > 1},
            np.isin(np.unique(years), years if not focus else np.array(focus)),
        )
        keys: list[Key] = []

        def add(id: str, key: Key) -> None:
            if size.get(key, 0.0) > 0 and key not in keys:
                keys.append(key)
                polarity = "reinforcing" if key[1] == "+" else "balancing"
                rows.append(LoopRow(id, _chain(model, key[0]), "listed", polarity, key[0]))

        for loop in named:
            if loop.id in found.named and len(found.routes[loop.id]) > 1:
                claimed: Sign = "+" if loop.polarity == "reinforcing" else "-"
                add(f"{loop.id}~", (found.routes[loop.id], claimed))
        add("own +", ((variable,), "+"))
        add("own -", ((variable,), "-"))
        ranked = sorted(size, key=lambda key: (-wins.get(key, 0), -size[key], key))
        for i, key in enumerate([k for k in ranked if k not in keys][:n]):
            add(f"N{i + 1}", key)
        for sign, label in POOLS.items():
            polarity = "reinforcing" if sign == "+" else "balancing"
            rows.append(LoopRow(f"other {sign}", label, "pool", polarity))
        return cls(tuple(rows), tuple(keys))

    def lay_out(self, found: Traced, years: NDArray[np.int64]) -> dict[str, Array]:
        """Turn what was traced into arrays; see `LoopStrength.scores`."""
        shape = found.moves.shape
        columns = [found.named[row.id] for row in self.rows if row.kind == "named"]
        nothing = np.zeros(shape)
        for key in self.listed:
            columns.append(_signed(key, found.others.get(key, nothing)))
        every = np.unique(years)
        largest = np.zeros((shape[0], every.size))
        for sign in POOLS:
            pool = np.zeros(shape)
            for key, share in found.others.items():
                if key[1] == sign and key not in self.listed:
                    pool = pool + share
                    largest = np.maximum(largest, yearly(share, found.moves, years))
            columns.append(pool if sign == "+" else -pool)
        blank = np.where(found.moves, 0.0, np.nan)
        outside = [found.outside[kind] for kind in OUTSIDE]
        return {
            "share": np.stack(columns, axis=-1) + blank[:, :, None],
            "outside": np.stack(outside, axis=-1) + blank[:, :, None],
            "untraced": found.untraced + blank,
            "largest_other": largest,
        }


def _wins(strength: dict[Key, Array], columns: NDArray[np.bool_]) -> dict[Key, int]:
    """Count in how many draws each of some loops is the largest of them, in its best year."""
    if not strength or not columns.any():
        return {}
    keys = list(strength)
    sizes = np.stack([strength[key][:, columns] for key in keys])
    largest = (sizes == sizes.max(axis=0)) & (sizes > 0)
    counts = largest.sum(axis=1).max(axis=1)
    return {key: int(n) for key, n in zip(keys, counts, strict=True)}


def yearly(share: Array, moves: NDArray[np.bool_], years: NDArray[np.int64]) -> Array:
    """Mean size over the months of each year in which the variable moves; (n_draws, n_years).

    Years, in order, as many as there are months; 0 where the variable never moves in a year.
    """
    starts = np.flatnonzero(np.diff(years, prepend=years[0] - 1))
    total = np.add.reduceat(np.where(moves, np.abs(share), 0.0), starts, axis=1)
    count = np.add.reduceat(moves.astype(np.int64), starts, axis=1)
    return np.asarray(total / np.maximum(count, 1))


def label_of(model: Model, name: str) -> str:
    """Label of an element, with actors by their own labels."""
    element = model.elements[name]
    head, colon, tail = element.label.rpartition(": ")
    if colon and element.index and tail == ", ".join(element.index):
        actors = {a.name: a.label for a in model.actors}
        return head + ": " + ", ".join(actors.get(i, i.replace("_", " ")) for i in element.index)
    return element.label


def _chain(model: Model, states: Sequence[str]) -> str:
    if len(states) == 1:
        return "its own, through no other stock or level"
    return "through " + ", then ".join(label_of(model, s) for s in states[1:])


def _signed(key: Key, share: Array) -> Array:
    return share if key[1] == "+" else -share


def _dataset(
    table: _Rows, parts: list[dict[str, Array]], months: pd.DatetimeIndex, years: Array
) -> xr.Dataset:
    dims = {
        "share": ("draw", "month", "loop"),
        "outside": ("draw", "month", "source"),
        "untraced": ("draw", "month"),
        "largest_other": ("draw", "year"),
    }
    data = {
        name: (dim, np.concatenate([part[name] for part in parts])) for name, dim in dims.items()
    }
    coords = {
        "draw": np.arange(data["untraced"][1].shape[0]),
        "month": months,
        "year": np.unique(years),
        "loop": [row.id for row in table.rows],
        "source": list(OUTSIDE),
        "label": ("loop", [row.label for row in table.rows]),
        "kind": ("loop", [row.kind for row in table.rows]),
        "polarity": ("loop", [row.polarity for row in table.rows]),
    }
    return xr.Dataset(data, coords=coords)
