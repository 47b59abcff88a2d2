"""The notebook's cells run in their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_the_notebook_runs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = json.loads((repository / "examples" / "afghanistan.ipynb").read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    names: dict[str, object] = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []  # no figures that nobody renews
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    said = capsys.readouterr().out
    assert said.count("of months inside the 90% band") == 4
    assert "cooperation[west]" in said
