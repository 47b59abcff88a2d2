"""The finished pieces of an evaluation, kept so that it can be stopped and taken up."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from rivalry.forecast._scores_table import _KEYS, QUANTILES, SCORES
from rivalry.foundation import Problem, RivalryError, atomic_write, read_bytes
from rivalry.foundation._files import cannot_write

#: A model, the month_id of an origin, a seed.
Piece = tuple[str, int, int]
_ABOUT = "about.json"
_COLUMNS = [*_KEYS, "observed", "mean", *QUANTILES, *SCORES, "pit"]


class Checkpoint:
    """A folder with a file for each finished piece, and one that says what they belong to.

    Parameters
    ----------
    folder : Path or None
        None keeps nothing.
    digest : str
        Of panel and options; pieces of another one are refused.
    """

    def __init__(self, folder: Path | None, digest: str) -> None:
        self.folder, self.digest = folder, digest
        self.remarks: list[Problem] = []

    def clear(self) -> dict[Piece, pd.DataFrame]:
        """Begin anew: remove what an earlier evaluation left, and return no piece."""
        if self.folder is None:
            return {}
        try:
            if self.folder.is_dir():
                # only what this class wrote: the folder's name was the user's choice
                for file in (self.folder / _ABOUT, *self.folder.glob("*.piece.parquet")):
                    file.unlink(missing_ok=True)
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        with atomic_write(self.folder / _ABOUT) as stream:
            json.dump({"digest": self.digest}, stream)
        return {}

    def load(self, pieces: Iterable[Piece]) -> dict[Piece, pd.DataFrame]:
        """Return the finished ones among these pieces.

        Raises
        ------
        RivalryError
            R1045 when nothing was kept here, R1044 when it belongs to another evaluation.
        """
        if self.folder is None or not (self.folder / _ABOUT).is_file():
            raise RivalryError(
                Problem(
                    "R1045",
                    f"no evaluation was kept in {self.folder}",
                    "Name the same --out as before, or leave --resume out.",
                )
            )
        about = self.folder / _ABOUT
        try:
            found = json.loads(read_bytes(about))["digest"]
        except (ValueError, KeyError, TypeError):
            found = None
        if found != self.digest:
            raise RivalryError(
                Problem(
                    "R1044",
                    "the finished parts here belong to another evaluation: the panel, its columns, "
                    "the steps, the draws or the release differ",
                    "Repeat what they were made with, or start anew without --resume.",
                    file=str(self.folder),
                )
            )
        return {p: t for p in pieces if (t := self._read(p)) is not None}

    def keep(self, piece: Piece, table: pd.DataFrame) -> None:
        """Write a finished piece, whole or not at all."""
        if self.folder is None:
            return
        with atomic_write(self._path(piece), "wb") as stream:
            table.to_parquet(stream, index=False)

    def _path(self, piece: Piece) -> Path:
        assert self.folder is not None
        model, origin, seed = piece
        # with the digest, so that another evaluation at work in this folder is never taken for ours
        return self.folder / f"{model}.{origin}.{seed}.{self.digest[:12]}.piece.parquet"

    def _read(self, piece: Piece) -> pd.DataFrame | None:
        path = self._path(piece)
        if not path.exists():
            return None
        try:
            table = pd.read_parquet(io.BytesIO(read_bytes(path)))
            whole = list(table.columns) == _COLUMNS and len(table) > 0
            if whole and (table["model"] == piece[0]).all() and (table["origin"] == piece[1]).all():
                return table
        except RivalryError:
            raise
        except Exception:  # pyarrow has no one class for a broken file
            pass
        self.remarks.append(
            Problem(
                "R1046",
                f"{path.name} cannot be read; this part is made anew",
                file=str(path),
                severity="warning",
            )
        )
        return None
