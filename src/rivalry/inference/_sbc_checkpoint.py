"""Finished data sets on disk, so that a calibration that was killed goes on after the last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path

from rivalry.foundation import Problem, RivalryError, atomic_write, read_bytes
from rivalry.inference._chain import ChainSettings
from rivalry.inference._checkpoint import fit_digest
from rivalry.inference._sbc_record import CalibrationSettings, DataSetRanks
from rivalry.inference._space import PriorSpace


def calibration_digest(
    space: PriorSpace, settings: CalibrationSettings, fitting: PriorSpace
) -> str:
    """Hash of all that shapes the ranks, except how many data sets there are."""
    chain = ChainSettings(
        seed=settings.seed,
        particles=settings.particles,
        warmup=settings.warmup,
        iterations=settings.iterations,
        walks=settings.walks,
    )
    digest = hashlib.sha256(fit_digest(space, chain).encode())
    digest.update(fit_digest(fitting, chain).encode())
    digest.update(repr(astuple(replace(settings, datasets=0))).encode())
    return digest.hexdigest()


def save_ranks(path: Path, found: Sequence[DataSetRanks], digest: str) -> None:
    """Write all finished data sets; a kill at any moment leaves the last whole file."""
    with atomic_write(path) as stream:
        json.dump({"digest": digest, "datasets": [asdict(r) for r in found]}, stream)


def load_ranks(path: Path, digest: str) -> list[DataSetRanks]:
    """Read finished data sets back.

    Raises
    ------
    RivalryError
        R0822 if the file is broken, R0823 if it belongs to another calibration.
    """
    raw = read_bytes(path)
    try:
        content = json.loads(raw)
        ranks = [DataSetRanks(**one) for one in content["datasets"]]
        found = str(content["digest"])
    except (ValueError, KeyError, TypeError):
        raise RivalryError(
            Problem(
                "R0822",
                "the checkpoint is cut off or was not written by 'rivalry calibrate'",
                "Delete it and start the calibration anew, without --resume.",
                str(path),
            )
        ) from None
    if found != digest:
        raise RivalryError(
            Problem(
                "R0823",
                "the checkpoint belongs to another calibration: the case, its data, its priors, "
                "the engine, the seed or another setting differs",
                "Repeat the settings it was made with, or start anew without --resume.",
                str(path),
            )
        )
    return ranks
