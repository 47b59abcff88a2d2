"""Posteriors on disk: NetCDF that ArviZ, xarray and R open, and what a run takes from it."""

from __future__ import annotations

import hashlib
import io
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError, read_bytes
from rivalry.foundation._files import cannot_write
from rivalry.inference._posterior import FORMAT, ParameterSummary, draws_digest
from rivalry.inference._predictive import MISSING

#: No posterior of a case is as large; a larger file is something else.
_MAX_BYTES = 500_000_000


@dataclass(frozen=True)
class Posterior:
    """Draws of a posterior, read by `load_posterior`.

    Attributes
    ----------
    path : Path
    names : tuple of str
        Fitted parameters.
    values : ndarray (n, size)
        Draws of all chains, one after another.
    case_digest, data_digest : str
        What it was fitted to; see `rivalry.inference.case_digest`.
    results_version : int
        Engine whose results it is.
    sha256 : str
        Hash of the file.
    provenance : mapping
        All attributes of the posterior group: seed, particles, when it was made, and so on.
    diagnostics : tuple of ParameterSummary
        Of the whole chains, one a fitted parameter.
    """

    path: Path
    names: tuple[str, ...]
    values: NDArray[np.float64]
    case_digest: str
    data_digest: str
    results_version: int
    sha256: str
    provenance: Mapping[str, Any] = field(default_factory=dict)
    diagnostics: tuple[ParameterSummary, ...] = ()

    @property
    def n_draws(self) -> int:
        """Number of draws, all chains together."""
        return len(self.values)

    @property
    def made(self) -> str:
        """When the fit began, as an ISO date and time."""
        return str(self.provenance.get("started") or self.provenance.get("created_at", ""))


def write_posterior(groups: Mapping[str, xr.Dataset], path: Path) -> None:
    """Write the groups of a posterior as compressed NetCDF-4, whole or not at all.

    Large arrays carry checksums, and the posterior's draws a hash, so that a file damaged on its
    way is refused.

    Parameters
    ----------
    groups : mapping of str to xarray.Dataset
        As from `posterior_data`.
    path : Path

    Raises
    ------
    RivalryError
        R0105 if the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            draft = Path(folder) / "posterior.nc"
            for i, (name, group) in enumerate(groups.items()):
                group.to_netcdf(
                    draft, mode="a" if i else "w", group=name, engine="h5netcdf",
                    encoding=_encoding(group),
                )  # fmt: skip
            draft.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None


def _encoding(group: xr.Dataset) -> dict[str, dict[str, Any]]:
    encoding: dict[str, dict[str, Any]] = {}
    for name, variable in group.variables.items():
        if variable.dtype.kind not in "fiub" or not variable.size:
            continue  # texts are of varying length, which HDF5 does not compress
        settings: dict[str, Any] = {}
        if variable.size > 2000:
            # one chunk: the library's own guess would cut these arrays into dozens; below, a
            # chunk's index takes more than compression saves
            settings |= {
                "zlib": True, "complevel": 6, "shuffle": True, "fletcher32": True,
                "chunksizes": variable.shape,
            }  # fmt: skip
        if variable.dtype == np.int32 and (variable.values == MISSING).any():
            settings["_FillValue"] = MISSING
        elif variable.dtype.kind == "f":
            settings["_FillValue"] = np.nan
        encoding[str(name)] = settings
    return encoding


def load_posterior(path: str | Path) -> Posterior:
    """Read what a run needs of a posterior file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Posterior

    Raises
    ------
    RivalryError
        R0101 or R0102 if there is no such file, R0826 if it is cut off, damaged, or not a
        posterior of this program.
    """
    path = Path(path)
    raw = read_bytes(path, limit=_MAX_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            draws = _group(raw, "posterior")
            table = _group(raw, "diagnostics")
    # on a damaged file the HDF5 library raises whatever its parser stumbles over
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise _broken(path, "it is cut off, damaged, or not a posterior of rivalry") from None
    form = draws.attrs.get("rivalry_posterior")
    if form is None:
        raise _broken(path, "it is a NetCDF file, but not a posterior of rivalry")
    if int(form) != FORMAT:
        raise _broken(path, f"its layout is number {form}; this version reads {FORMAT}")
    try:
        return _build(path, raw, draws, table)
    except (KeyError, TypeError, ValueError):
        raise _broken(path, "parts of it are missing, altered, or not numbers") from None


def _group(raw: bytes, name: str) -> xr.Dataset:
    with xr.open_dataset(io.BytesIO(raw), engine="h5netcdf", group=name) as file:
        return file.load()


def _build(path: Path, raw: bytes, draws: xr.Dataset, table: xr.Dataset) -> Posterior:
    names = tuple(str(n) for n in draws.data_vars)
    stacked = np.stack([draws[n].transpose("chain", "draw").values for n in names], axis=-1)
    if not stacked.size or not np.isfinite(stacked).all():
        raise ValueError("absent draws")
    if draws_digest(stacked) != draws.attrs["draws_sha256"]:
        raise ValueError("draws other than those written")
    values = stacked.reshape(-1, len(names)).astype(np.float64)
    provenance = {str(k): v.item() if hasattr(v, "item") else v for k, v in draws.attrs.items()}
    numbers = [f.name for f in fields(ParameterSummary) if f.name != "name"]
    columns = {k: np.asarray(table[k].values, dtype=np.float64) for k in numbers}
    found = tuple(
        ParameterSummary(str(n), **{k: float(v[i]) for k, v in columns.items()})
        for i, n in enumerate(table["parameter"].values)
    )
    return Posterior(
        path=path,
        names=names,
        values=values,
        case_digest=str(provenance["case_digest"]),
        data_digest=str(provenance["data_digest"]),
        results_version=int(provenance["results_version"]),
        sha256=hashlib.sha256(raw).hexdigest(),
        provenance=provenance,
        diagnostics=found,
    )


def _broken(path: Path, what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R0826",
            f"the posterior cannot be read: {what}",
            "Fetch it again or fit anew with 'rivalry fit'; --prior does without it.",
            str(path),
        )
    )
