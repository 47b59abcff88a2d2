"""What a run leaves behind besides its report: ensemble, and how it was made."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rivalry
from rivalry.foundation import atomic_write

if TYPE_CHECKING:
    import xarray as xr

    from rivalry.cases import Case

#: Whose release can change a result.
_PACKAGES = ("numpy", "numba", "scipy", "pandas", "xarray", "h5netcdf", "altair")


class Clock:
    """Seconds spent on each part of a run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Add the time of the block to `part`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[part] = round(self.seconds.get(part, 0.0) + spent, 3)

    @property
    def total(self) -> float:
        """Seconds since the clock was made."""
        return round(time.perf_counter() - self._start, 3)


def provenance(case: Case, clock: Clock, started: str, **settings: Any) -> dict[str, Any]:
    """Return what anybody needs to make the same result again."""
    return {
        "case": case.name,
        "title": case.title,
        "command": "rivalry " + " ".join(sys.argv[1:]),
        "started": started,
        **settings,
        "versions": versions(),
        "hashes": case.hashes,
        "digest": case.digest,
        "structure": case.model.structure_hash,
        "timings": {**clock.seconds, "total": clock.total},
        "warnings": [p.as_dict() for p in case.warnings],
        "fitted": False,
    }


def versions() -> dict[str, str]:
    """Return the releases of this program, Python and the packages that compute."""
    found = {"rivalry": rivalry.__version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    found["platform"] = f"{platform.system()} {platform.machine()}"
    return found


def write_ensemble(ensemble: xr.Dataset, path: Path) -> None:
    """Write an ensemble as compressed NetCDF-4, single precision."""
    encoding: dict[Any, dict[str, Any]] = {}
    for name, variable in ensemble.data_vars.items():
        settings: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
        if variable.dtype.kind == "f":
            settings["dtype"] = "float32"
        if variable.dtype.kind in "fiu" and variable.size:
            encoding[name] = settings
    ensemble.to_netcdf(path, engine="h5netcdf", encoding=encoding)


def write_json(value: Any, path: Path) -> None:
    """Write a value as JSON."""
    from rivalry.cli._say import json_text

    with atomic_write(path) as stream:
        stream.write(json_text(value) + "\n")


def summary(ensemble: xr.Dataset, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return mean and quantiles of each series at its last month with values."""
    import numpy as np

    found: dict[str, Any] = {}
    for name, variable in ensemble.data_vars.items():
        if set(variable.dims) != {"draw", "month"} or (names is not None and name not in names):
            continue
        values = variable.transpose("draw", "month").values
        present = np.isfinite(values).any(axis=0)
        if not present.any():
            continue
        at = int(np.flatnonzero(present)[-1])
        column = values[:, at]
        column = column[np.isfinite(column)]
        low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
        found[str(name)] = {
            "month": str(ensemble["month"].values[at])[:7],
            "unit": variable.attrs.get("unit", ""),
            "mean": float(column.mean()),
            "q05": float(low),
            "median": float(middle),
            "q95": float(high),
        }
    return found
