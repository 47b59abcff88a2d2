"""Fixtures that several test packages share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source data kept beside the checkout, which is not part of the repository."""
    for folder in (REPOSITORY.parent / "shared", REPOSITORY / "shared"):
        if folder.is_dir():
            return folder
    pytest.skip("no folder 'shared' beside the checkout: its data may not be redistributed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for tests marked `browser`."""
    named = os.environ.get("RIVALRY_CHROMIUM")
    candidates = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    for name in candidates:
        found = shutil.which(name)
        if found:
            return found
    pytest.skip(f"no browser ({', '.join(candidates)}): run scripts/install-system.sh")
