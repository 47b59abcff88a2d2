"""Speed and exactness of the engine on the two-group model, with peers in the same run.

Every filter is measured in a process of its own (`rivalry.cli._bench_child`), so that none of them
shares memory, threads or settings with another. The engine is measured before its peers and again
after them: what else the machine does then weighs on both sides of a ratio.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass

import numpy as np

from rivalry.cli._say import print_json, remark

#: Log-likelihood of every correct filter on the bundled data at 10,000 particles, and how far the
#: mean of several filters may lie from it.
EXPECTED, TOLERANCE = -482.7, 0.3
SIZES = (1_000, 10_000)
_REPEATS = {"rivalry": 8, "NumPy": 5, "particles": 5, "pypomp": 5}


@dataclass
class Row:
    """One measured filter; times are the smallest and the median of the repeats.

    `best_ns` and `median_ns` are wall time by particle-step of all filters run at once;
    `compile_s` what the first run took longer than the others; `memory_mb` the peak of its process.
    """

    name: str
    cores: int
    particles: int
    best_ns: float
    median_ns: float
    log_likelihood: float
    spread: float
    compile_s: float
    memory_mb: float

    @property
    def agrees(self) -> bool:
        """Whether the likelihood is the known one (judged at 10,000 particles and more)."""
        return self.particles < 10_000 or abs(self.log_likelihood - EXPECTED) <= TOLERANCE


def run_bench(*, seed: int, as_json: bool, quiet: bool) -> bool:
    """Measure and print; see ``rivalry bench --help``. Returns whether the engine was exact."""
    silent = quiet or as_json
    cores = [1, 2] if _processors() > 1 else [1]
    remark("starting the kernel in fresh processes ...", quiet=silent)
    cold, warm = _compile_seconds()
    measured: dict[tuple[str, int, int], list[dict[str, float]]] = {}
    missing: dict[str, str] = {}
    order = [("rivalry", c) for c in cores]
    order += [("NumPy", 1), ("particles", 1)] + [("pypomp", c) for c in cores]
    for name, n_cores in [*order, *[("rivalry", c) for c in cores]]:
        if name in missing:
            continue
        if name not in ("rivalry", "NumPy") and importlib.util.find_spec(name) is None:
            missing[name] = "not installed: pip install 'rivalry[bench]'"
            continue
        remark(f"{name}, {n_cores} core{'s' if n_cores > 1 else ''} ...", quiet=silent)
        again = any(key[0] == name and key[1] == n_cores for key in measured)
        answer = _child(name, n_cores, seed + 1_000 * again)
        if isinstance(answer, str):
            missing[name] = answer
            continue
        for one in answer:
            measured.setdefault((name, n_cores, int(one["particles"])), []).append(one)
    rows = [_row(key, parts) for key, parts in measured.items()]
    rows.sort(key=lambda r: (r.cores, r.particles))  # stable: the engine stays first
    if as_json:
        print_json(_as_dict(rows, missing, cold, warm))
    else:
        _print(rows, missing, cold, warm)
    return all(r.agrees for r in rows if r.name == "rivalry")


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _child(name: str, cores: int, seed: int) -> list[dict[str, float]] | str:
    """Measure in a fresh process: rows, or what went wrong in one line."""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    if name == "pypomp":
        # one filter a core is how pypomp uses several: one device for each
        environment["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={cores}"
    settings = {
        "name": name, "cores": cores, "seed": seed, "sizes": SIZES, "repeats": _REPEATS[name],
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "rivalry.cli._bench_child", json.dumps(settings)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return "failed: " + lines[-1]
    rows: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def _row(key: tuple[str, int, int], parts: list[dict[str, float]]) -> Row:
    name, cores, particles = key
    times = np.concatenate([np.atleast_1d(p["seconds"]) for p in parts])
    logs = np.concatenate([np.atleast_1d(p["logs"]) for p in parts])
    scale = 1e9 / (cores * particles * parts[0]["months"])
    median = float(np.median(times))
    return Row(
        name, cores, particles, float(times.min()) * scale, median * scale,
        float(logs.mean()), float(logs.std(ddof=1)),
        max(0.0, parts[0]["first"] - median), max(p["memory_mb"] for p in parts),
    )  # fmt: skip


def _compile_seconds() -> tuple[float, float]:
    """Cold and warm start of the filter kernel, each in a process of its own."""
    code = (
        "import time\n"
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


def _ratio(row: Row, rows: list[Row]) -> float | None:
    """How many times the engine's median, on as many cores and with as many particles."""
    same = [
        r for r in rows
        if (r.name, r.cores, r.particles) == ("rivalry", row.cores, row.particles)
    ]  # fmt: skip
    return row.median_ns / same[0].median_ns if same else None


def _aims(rows: list[Row]) -> list[dict[str, object]]:
    """Compare with what the design asks of the engine."""
    aims: list[dict[str, object]] = []
    for r in rows:
        ratio = _ratio(r, rows)
        if r.name == "rivalry":
            limit = 1_000.0 if r.cores == 1 else 520.0
            what, met = f"at most {limit:,.0f} ns", r.median_ns <= limit
            value = r.median_ns
        elif r.name in ("particles", "pypomp") and ratio is not None:
            what, value, met = f"at least 1.7 times faster than {r.name}", ratio, ratio >= 1.7
        else:
            continue
        aims.append(
            {"aim": what, "cores": r.cores, "particles": r.particles, "value": value, "met": met}
        )
    return aims


def _as_dict(
    rows: list[Row], missing: dict[str, str], cold: float, warm: float
) -> dict[str, object]:
    return {
        "model": "two_groups",
        "unit": "ns of wall time by particle-step",
        "expected_log_likelihood": EXPECTED,
        "tolerance": TOLERANCE,
        "compile_seconds": {"cold": round(cold, 2), "warm": round(warm, 2)},
        "versions": _versions(),
        "processors": _processors(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "rows": [{**asdict(r), "ratio": _ratio(r, rows), "agrees": r.agrees} for r in rows],
        "aims": _aims(rows),
        "missing": missing,
    }


def _versions() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    for name in ("numpy", "numba", "particles", "pypomp", "jax"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _print(rows: list[Row], missing: dict[str, str], cold: float, warm: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title="Two-group model, 120 months: bootstrap filter",
        caption="ns of wall time by particle-step, one filter a core; times this: median relative "
        "to rivalry on as many cores in this run; compiling is left out of the times",
    )
    columns = ("filter", "cores", "particles", "best ns", "median", "times this", "log-lik.",
               "sd", "compile s", "MB")  # fmt: skip
    for column in columns:
        table.add_column(column, justify="left" if column == "filter" else "right", no_wrap=True)
    for r in rows:
        ratio = _ratio(r, rows)
        table.add_row(
            r.name, str(r.cores), f"{r.particles:,}", f"{r.best_ns:,.0f}", f"{r.median_ns:,.0f}",
            "" if ratio is None else f"{ratio:.2f}",
            f"{r.log_likelihood:.2f}" + ("" if r.agrees else " (!)"), f"{r.spread:.2f}",
            f"{r.compile_s:.1f}", f"{r.memory_mb:,.0f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    console = Console(soft_wrap=True)
    wrong = [f"{r.name} on {r.cores}" for r in rows if not r.agrees]
    console.print(
        f"log-likelihood of every correct filter at 10,000 particles: {EXPECTED} +- {TOLERANCE}; "
        + (f"NOT so: {', '.join(wrong)}" if wrong else "all agree")
    )
    console.print(f"start of the engine's kernel: {cold:.1f} s cold, {warm:.2f} s from the cache")
    for aim in _aims(rows):
        if not aim["met"]:
            console.print(
                f"missed: {aim['aim']} on {aim['cores']} core(s) with {aim['particles']:,} "
                f"particles: {aim['value']:,.2f}"
            )
    if hasattr(os, "getloadavg"):
        load = os.getloadavg()[0]
        if load > _processors() + 0.5:
            console.print(
                f"load average {load:.1f}: the machine does other work; trust ratios only"
            )
    console.print(", ".join(f"{k} {v}" for k, v in _versions().items()))
    for name, why in missing.items():
        console.print(f"not measured: {name}, {why}", markup=False)
