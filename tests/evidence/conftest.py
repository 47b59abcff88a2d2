"""The bundled ledger, and the two texts it was read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivalry.evidence import Ledger, load_ledger


@pytest.fixture(scope="session")
def bundled_path(repository: Path) -> Path:
    return repository / "src" / "rivalry" / "cases" / "afghanistan" / "ledger.yaml"


@pytest.fixture(scope="session")
def bundled(bundled_path: Path) -> Ledger:
    return load_ledger(bundled_path)


@pytest.fixture(scope="session")
def article(shared: Path) -> str:
    path = shared / "evidence" / "S1-article.txt"
    if not path.is_file():
        pytest.skip("no shared/evidence/S1-article.txt: the article may not be redistributed")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def hand_reading(shared: Path) -> str:
    path = shared / "evidence" / "S1-ledger.md"
    if not path.is_file():
        pytest.skip("no shared/evidence/S1-ledger.md: the hand reading is not redistributed")
    return path.read_text(encoding="utf-8")
