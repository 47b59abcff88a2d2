"""A small case whose what-ifs can be reasoned out by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rivalry.cases import Case, load_case
from rivalry.model import Model, draw_parameters


@pytest.fixture(scope="session")
def rivals_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the case of two rivals, with deaths reported for 2013 to 2015."""
    folder = tmp_path_factory.mktemp("whatif") / "rivals"
    folder.mkdir()
    text = (Path(__file__).parent / "rivals.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(text)
    shutil.copy(Path(__file__).parent / "rivals_ledger.yaml", folder / "ledger.yaml")
    rows = [f"{2013 + i // 12}-{i % 12 + 1:02d},{100 + 7 * (i % 5)}" for i in range(36)]
    (folder / "deaths.csv").write_text("month,deaths\n" + "\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="session")
def rivals(rivals_folder: Path) -> Case:
    """Return the case of two rivals."""
    return load_case(rivals_folder)


@pytest.fixture(scope="session")
def drawn(rivals: Case) -> np.ndarray:
    """Sixty parameter vectors of it."""
    model: Model = rivals.model
    return draw_parameters(model, 60, 3)
