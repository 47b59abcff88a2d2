"""Speed and exactness of the engine on the two-group model, with peers in the same run."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.cli._bench_peers import numpy_filter, particles_filter

Array = NDArray[np.float64]
#: Log-likelihood of every correct filter on the bundled data at 10,000 particles.
EXPECTED = -482.7


@dataclass
class Row:
    """One measured filter; times are the smallest and the median of the repeats."""

    name: str
    particles: int
    best_ns: float
    median_ns: float
    log_likelihood: float
    spread: float


def _measure(name: str, n: int, repeats: int, months: int, run: Callable[[int], float]) -> Row:
    times, values = [], []
    run(0)
    for seed in range(1, repeats + 1):
        started = time.perf_counter()
        values.append(run(seed))
        times.append((time.perf_counter() - started) / (n * months) * 1e9)
    return Row(
        name, n, min(times), float(np.median(times)), float(np.mean(values)), float(np.std(values))
    )


def _compile_seconds() -> tuple[float, float]:
    """Cold and warm start of the filter kernel, each in a process of its own."""
    import subprocess

    code = (
        "import time; t = time.perf_counter()\n"
        "from rivalry.cases import load_case\n"
        "from rivalry.engine import BootstrapFilter\n"
        "import numpy as np\n"
        "m = load_case('two_groups', check=False).model\n"
        "t = time.perf_counter()\n"
        "BootstrapFilter(m, 10).run(np.array([p.value for p in m.parameters]), 1, n_months=1)\n"
        "print(time.perf_counter() - t)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RIVALRY_CACHE": folder, "NUMBA_CACHE_DIR": folder}
        seconds = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code],
                    env=environment, capture_output=True, text=True, check=True,
                ).stdout
            )
            for _ in range(2)
        ]  # fmt: skip
    return seconds[0], seconds[1]


def run_bench(*, seed: int, as_json: bool, quiet: bool) -> None:
    """Measure and print; see ``rivalry bench --help``."""
    from rivalry.cases import load_case
    from rivalry.engine import BootstrapFilter

    def say(text: str) -> None:
        if not (quiet or as_json):
            print(text, file=sys.stderr)

    model = load_case("two_groups", check=False).model
    parameters = np.array([p.value for p in model.parameters], dtype=float)
    data = model.observations[0].data
    months = len(data)
    say("compiling in fresh processes ...")
    cold, warm = _compile_seconds()
    rows: list[Row] = []
    for n in (1_000, 10_000):
        say(f"{n:,} particles ...")
        mine = BootstrapFilter(model, n)
        rows.append(
            _measure(
                "rivalry", n, 15, months,
                lambda s, mine=mine: mine.run(parameters, seed, s).log_likelihood,  # type: ignore[misc]
            )
        )  # fmt: skip
        rows.append(
            _measure("NumPy", n, 5, months, lambda s, n=n: numpy_filter(data, n, seed + s))  # type: ignore[misc]
        )
        if importlib.util.find_spec("particles") is not None:
            rows.append(
                _measure(
                    "particles", n, 5, months,
                    lambda s, n=n: particles_filter(data, n, seed + s),  # type: ignore[misc]
                )
            )  # fmt: skip
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if as_json:
        print(
            json.dumps(
                {
                    "model": "two_groups",
                    "months": months,
                    "cores": 1,
                    "expected_log_likelihood": EXPECTED,
                    "compile_seconds": {"cold": round(cold, 2), "warm": round(warm, 2)},
                    "peak_memory_mb": round(memory),
                    "rows": [row.__dict__ for row in rows],
                },
                indent=2,
            )
        )
        return
    _print(rows, cold, warm, memory)


def _print(rows: list[Row], cold: float, warm: float, memory: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title="Two-group model: bootstrap filter, 120 months, one core",
        caption="ns per particle-step; times this = median relative to rivalry in this run",
    )
    for column in ("filter", "particles", "best ns", "median ns", "times this", "log-lik.", "sd"):
        table.add_column(column, justify="left" if column == "filter" else "right")
    base = {r.particles: r.median_ns for r in rows if r.name == "rivalry"}
    for r in rows:
        table.add_row(
            r.name, f"{r.particles:,}", f"{r.best_ns:,.0f}", f"{r.median_ns:,.0f}",
            f"{r.median_ns / base[r.particles]:.2f}", f"{r.log_likelihood:.2f}",
            f"{r.spread:.2f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    console.print(
        f"every correct filter is near {EXPECTED} at 10,000 particles; kernel start: "
        f"{cold:.1f} s cold, {warm:.2f} s from the cache; peak memory {memory:,.0f} MB"
    )
    if importlib.util.find_spec("particles") is None:
        console.print("not installed, not measured: particles (pip install 'rivalry[bench]')")
