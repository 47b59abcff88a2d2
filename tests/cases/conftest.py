"""Cases for the tests of reading them: one good, many broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def good(tmp_path) -> Path:
    """A copy of a sound case that uses every section of the language."""
    return Path(shutil.copytree(HERE / "good", tmp_path / "good"))


@pytest.fixture
def changed(good) -> Callable[..., Path]:
    """The good case with texts replaced; returns its folder."""

    def change(*edits: tuple[str, str]) -> Path:
        file = good / "case.yaml"
        text = file.read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the case"
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        return good

    return change
