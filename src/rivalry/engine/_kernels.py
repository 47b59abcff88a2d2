"""Generated source on disk, so that Numba's cache finds it again.

The file name is a hash of everything that shapes the machine code: the model's structure, the
samplers' and generators' own sources, and the versions of Numba and Python.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numba

from rivalry.engine.codegen import filter_source, simulate_source
from rivalry.engine.random import source_digest
from rivalry.foundation import atomic_write
from rivalry.model import Model

_LOCK = threading.Lock()
_LOADED: dict[str, ModuleType] = {}

Kernel = Callable[..., None]


@cache
def cache_folder() -> Path:
    """Folder for generated kernels: ``$RIVALRY_CACHE``, the user's cache, or a temporary one."""
    choices = [os.environ.get("RIVALRY_CACHE")]
    if sys.platform == "win32":
        choices.append(os.environ.get("LOCALAPPDATA"))
    else:
        home = os.path.expanduser("~")
        mac = os.path.join(home, "Library", "Caches")
        choices.append(os.environ.get("XDG_CACHE_HOME"))
        choices.append(mac if sys.platform == "darwin" else os.path.join(home, ".cache"))
    for i, choice in enumerate(choices):
        if not choice:
            continue
        folder = Path(choice) if i == 0 else Path(choice) / "rivalry"
        try:
            folder = folder / "kernels"
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="rivalry-kernels-"))


@cache
def engine_digest() -> str:
    """Hash of the engine's own sources and of the compiler's version."""
    digest = hashlib.sha256(source_digest().encode())
    here = Path(__file__).parent
    for file in sorted([here / "_support.py", *(here / "codegen").glob("*.py")]):
        digest.update(file.read_bytes())
    digest.update(f"{numba.__version__} {sys.version_info[:3]} {sys.platform}".encode())
    return digest.hexdigest()


def _load(source: str, kind: str) -> ModuleType:
    digest = hashlib.sha256((engine_digest() + source).encode()).hexdigest()[:24]
    name = f"rivalry_{kind}_{digest}"
    with _LOCK:
        if name in _LOADED:
            return _LOADED[name]
        path = cache_folder() / f"{name}.py"
        if not path.exists():
            with atomic_write(path) as stream:
                stream.write(source)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        _LOADED[name] = module
        return module


def simulate_kernel(model: Model) -> Kernel:
    """Return the compiled-on-first-call kernel that simulates trajectories."""
    kernel: Any = _load(simulate_source(model), "simulate").simulate
    return kernel  # type: ignore[no-any-return]


def swarm_kernel(model: Model) -> Kernel:
    """Return the kernel in which every particle has parameters of its own."""
    kernel: Any = _load(filter_source(model, swarm=True), "swarm").advance
    return kernel  # type: ignore[no-any-return]


def filter_kernel(model: Model) -> Kernel:
    """Return the compiled-on-first-call kernel that moves and weighs particles."""
    kernel: Any = _load(filter_source(model), "filter").advance
    return kernel  # type: ignore[no-any-return]
