"""Chains on disk: written whole or not at all, and refused when they belong to another fit."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rivalry.engine import RESULTS_VERSION
from rivalry.foundation import Problem, RivalryError, atomic_write, read_bytes
from rivalry.inference._chain import ChainSettings, ChainState
from rivalry.inference._digests import case_digest, data_digest
from rivalry.inference._scout import ScoutSettings, ScoutState
from rivalry.inference._space import PriorSpace

_ARRAYS = ("u", "mean", "cov", "draws", "logs", "accepted")
_NUMBERS = ("chain", "iteration", "log_likelihood", "log_scale", "leap")
_SCOUT = ("mean", "cov", "points", "logs")


def fit_digest(
    space: PriorSpace, settings: ChainSettings, scout: ScoutSettings | None = None
) -> str:
    """Hash of all that shapes a chain: model, data, priors, engine, settings, moving parameters."""
    model = space.model
    digest = hashlib.sha256(f"{case_digest(model)} {data_digest(model)} {RESULTS_VERSION}".encode())
    # held values, as of a profile, are part of the point about which parameters move
    digest.update(np.ascontiguousarray(space.model_point()).tobytes())
    # a longer run continues a shorter one, so the number of iterations is no part of it
    shape = {k: v for k, v in asdict(settings).items() if k != "iterations"}
    scouting = None if scout is None else sorted(asdict(scout).items())
    digest.update(repr((space.names, sorted(shape.items()), scouting)).encode())
    return digest.hexdigest()


def save_checkpoint(
    path: Path, states: Sequence[ChainState], digest: str, scout: ScoutState | None = None
) -> None:
    """Write scouts and chains; a kill at any moment leaves the last whole checkpoint."""
    arrays: dict[str, np.ndarray] = {}
    for i, state in enumerate(states):
        for name in (*_ARRAYS, *_NUMBERS):
            arrays[f"{i}.{name}"] = np.asarray(getattr(state, name))
    if scout is not None:
        arrays |= {f"scout.{name}": getattr(scout, name) for name in _SCOUT}
    head = json.dumps({"digest": digest, "chains": len(states), "scout": scout is not None})
    arrays["head"] = np.frombuffer(head.encode(), dtype=np.uint8)
    with atomic_write(path, "wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]


def load_checkpoint(path: Path, digest: str) -> tuple[list[ChainState], ScoutState | None]:
    """Read chains and scouts back; there are no chains yet where scouts were still under way.

    Raises
    ------
    RivalryError
        R0822 if the file is broken, R0823 if it belongs to another case, data, engine or setting.
    """
    raw = read_bytes(path)
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            head = json.loads(bytes(file["head"]))
            arrays = {name: file[name] for name in file.files}
        states = [
            ChainState(
                **{n: arrays[f"{i}.{n}"] for n in _ARRAYS},
                chain=int(arrays[f"{i}.chain"]),
                iteration=int(arrays[f"{i}.iteration"]),
                log_likelihood=float(arrays[f"{i}.log_likelihood"]),
                log_scale=float(arrays[f"{i}.log_scale"]),
                leap=float(arrays[f"{i}.leap"]),
            )
            for i in range(int(head["chains"]))
        ]
        scout = ScoutState(**{n: arrays[f"scout.{n}"] for n in _SCOUT}) if head["scout"] else None
        found = str(head["digest"])
    except (
        ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile, RuntimeError,
        OverflowError, MemoryError, SyntaxError, struct.error, zlib.error,
    ):  # fmt: skip
        raise RivalryError(
            Problem(
                "R0822",
                "the checkpoint is cut off or was not written by rivalry",
                "Delete it and start the fit anew, without --resume.",
                str(path),
            )
        ) from None
    if found != digest:
        raise RivalryError(
            Problem(
                "R0823",
                "the checkpoint belongs to another fit: the case, its data, the engine, the seed, "
                "the particles, the warm-up or the fitted parameters differ",
                "Repeat the settings it was made with, or start anew without --resume.",
                str(path),
            )
        )
    return states, scout
