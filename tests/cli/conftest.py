"""Running the command line in this process and in one of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import rivalry
from rivalry.cli import main

GOOD = Path(__file__).parents[1] / "cases" / "good"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def good(tmp_path) -> Path:
    """A copy of a sound case that uses every section of the language."""
    return Path(shutil.copytree(GOOD, tmp_path / "good"))


@pytest.fixture
def call(capsys) -> Callable[..., Answer]:
    """Run a command in this process."""

    def run(*words: object) -> Answer:
        capsys.readouterr()
        code = main([str(w) for w in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def process(tmp_path) -> Callable[..., subprocess.Popen[str]]:
    """Start a command in a process of its own, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()

    def start(*words: object, **environment: str) -> subprocess.Popen[str]:
        source = str(Path(rivalry.__file__).parents[1])
        return subprocess.Popen(
            [sys.executable, "-m", "rivalry.cli", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": source, **environment},
            # tests run in the background of a shell inherit an ignored Ctrl-C
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return start
