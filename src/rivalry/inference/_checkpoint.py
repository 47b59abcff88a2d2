"""Chains on disk: written whole or not at all, and refused when they belong to another fit."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rivalry.engine import engine_digest
from rivalry.foundation import Problem, RivalryError, atomic_write, read_bytes
from rivalry.inference._chain import ChainSettings, ChainState
from rivalry.inference._space import PriorSpace

_ARRAYS = ("u", "mean", "cov", "draws", "logs", "accepted")
_NUMBERS = ("chain", "iteration", "log_likelihood", "log_scale")


def fit_digest(space: PriorSpace, settings: ChainSettings) -> str:
    """Hash of all that shapes a chain: model, data, priors, engine, settings, moving parameters."""
    model = space.model
    digest = hashlib.sha256(engine_digest().encode())
    digest.update(model.structure_hash.encode())
    digest.update(repr([(p.name, p.value, p.prior, p.bounds) for p in model.parameters]).encode())
    for series in model.inputs:
        digest.update(np.ascontiguousarray(series.values).tobytes())
    for shock in model.shocks:
        digest.update(np.ascontiguousarray(shock.fire).tobytes())
    for observation in model.observations:
        digest.update(np.ascontiguousarray(observation.data).tobytes())
        if observation.high is not None:
            digest.update(np.ascontiguousarray(observation.high).tobytes())
    digest.update(repr((str(model.time.start), model.time.n_months)).encode())
    # a longer run continues a shorter one, so the number of iterations is no part of it
    shape = {k: v for k, v in asdict(settings).items() if k != "iterations"}
    digest.update(repr((space.names, sorted(shape.items()))).encode())
    return digest.hexdigest()


def save_checkpoint(path: Path, states: Sequence[ChainState], digest: str) -> None:
    """Write all chains; a kill at any moment leaves the last whole checkpoint."""
    arrays: dict[str, np.ndarray] = {}
    for i, state in enumerate(states):
        for name in (*_ARRAYS, *_NUMBERS):
            arrays[f"{i}.{name}"] = np.asarray(getattr(state, name))
    head = json.dumps({"digest": digest, "chains": len(states)})
    arrays["head"] = np.frombuffer(head.encode(), dtype=np.uint8)
    with atomic_write(path, "wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]


def load_checkpoint(path: Path, digest: str) -> list[ChainState]:
    """Read chains back.

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
            )
            for i in range(int(head["chains"]))
        ]
        found = str(head["digest"])
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile):
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
    return states
