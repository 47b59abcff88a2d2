"""The groups of a posterior file, as xarray data sets."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError, read_bytes

Array = NDArray[np.float64]
#: No posterior of a case is as large; a larger file is something else.
_MAX_BYTES = 500_000_000
#: What is read of a file; all but the first may be absent.
GROUPS = (
    "posterior",
    "prior",
    "sample_stats",
    "diagnostics",
    "log_likelihood",
    "posterior_predictive",
    "observed_data",
    "smoothed_states",
    "origin_states",
)


@dataclass(frozen=True)
class FitFile:
    """A posterior file in memory.

    Parameters
    ----------
    path : Path
    groups : mapping
        Data sets by the names of `GROUPS`; absent groups are not in it.
    """

    path: Path
    groups: Mapping[str, xr.Dataset]

    @property
    def attributes(self) -> dict[str, Any]:
        """Provenance of the fit, as written with it."""
        return {str(k): v for k, v in self.groups["posterior"].attrs.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Fitted parameters, in the file's order."""
        posterior = self.groups["posterior"]
        return tuple(str(n) for n, v in posterior.data_vars.items() if v.dims == ("chain", "draw"))

    def draws(self, name: str) -> Array:
        """Posterior draws of a parameter, (chains, draws)."""
        return np.asarray(self.groups["posterior"][name].values, dtype=np.float64)

    def prior(self, name: str) -> Array | None:
        """Prior draws of a parameter, (n,); None where the file has none."""
        prior = self.groups.get("prior")
        if prior is None or name not in prior:
            return None
        return np.asarray(prior[name].values, dtype=np.float64).ravel()

    def whole(self, name: str) -> dict[str, float]:
        """Return what was computed from all draws of a parameter; a file keeps only some."""
        table = self.groups.get("diagnostics")
        if table is None or "parameter" not in table.coords:
            return {}
        if name not in table["parameter"].values:
            return {}
        row = table.sel(parameter=name)
        return {str(k): float(v.values) for k, v in row.data_vars.items() if v.dims == ()}

    def statistic(self, name: str) -> Array | None:
        """Return a sample statistic (chains, draws), or None."""
        stats = self.groups.get("sample_stats")
        if stats is None or name not in stats:
            return None
        return np.asarray(stats[name].values, dtype=np.float64)


def open_fit(path: Path) -> FitFile:
    """Read a posterior file whole.

    Raises
    ------
    RivalryError
        R0826 if it is no posterior of a fit, or cut off; R01xx if it cannot be read at all.
    """
    raw = read_bytes(path, limit=_MAX_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with h5netcdf.File(io.BytesIO(raw), "r") as file:
                present = set(file.groups)
            groups = {name: _group(raw, name) for name in GROUPS if name in present}
        fit = FitFile(path, groups)
        if not fit.names or min(groups["posterior"].sizes.values()) == 0:
            raise ValueError("no draws")
        if not all(np.isfinite(fit.draws(n)).all() for n in fit.names):
            raise ValueError("absent draws")
    # on a damaged file the HDF5 library raises whatever its parser stumbles over
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise RivalryError(
            Problem(
                "R0826",
                "the posterior cannot be read: it is cut off, damaged, or holds no draws of "
                "parameters by chain",
                "Name the posterior.nc of a fit, or make it anew with 'rivalry fit'.",
                str(path),
            )
        ) from None
    return fit


def _group(raw: bytes, name: str) -> xr.Dataset:
    with xr.open_dataset(io.BytesIO(raw), group=name, engine="h5netcdf") as data:
        return data.load()
