"""Measure one filter in this process and print the figures: started by ``rivalry bench``."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Runs every filter at once, one a core, and returns their log-likelihoods.
Runner = Callable[[int], list[float]]


def main() -> None:
    """Read settings from the first argument, print rows as JSON on the last line."""
    settings = json.loads(sys.argv[1])
    cores = int(settings["cores"])
    if hasattr(os, "sched_setaffinity"):
        # also bounds the threads that libraries start of their own accord
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from rivalry.cases import load_case

    model = load_case("two_groups", check=False).model
    data = np.asarray(model.observations[0].data, dtype=np.float64)
    rows = []
    for n in settings["sizes"]:
        with _runner(settings["name"], model, data, int(n), cores) as run:
            rows.append(_measure(run, int(n), settings, len(data)))
    print(json.dumps(rows))


def _measure(run: Runner, n: int, settings: dict[str, Any], months: int) -> dict[str, Any]:
    seed, seconds, logs = int(settings["seed"]), [], []
    started = time.perf_counter()
    run(seed)
    first = time.perf_counter() - started
    for k in range(1, int(settings["repeats"]) + 1):
        started = time.perf_counter()
        values = run(seed + 10 * k)
        seconds.append(time.perf_counter() - started)
        logs += values
    return {
        "particles": n, "months": months, "first": first, "seconds": seconds, "logs": logs,
        "memory_mb": _peak_memory(),
    }  # fmt: skip


@contextmanager
def _runner(name: str, model: Any, data: Array, n: int, cores: int) -> Iterator[Runner]:
    if name == "pypomp":
        from rivalry.cli._bench_pypomp import pypomp_runner

        yield pypomp_runner(data, n, cores)
        return
    if name == "rivalry":
        from rivalry.engine import BootstrapFilter

        parameters = np.array([p.value for p in model.parameters], dtype=float)
        filters = [BootstrapFilter(model, n) for _ in range(cores)]
        filters[0].run(parameters, 0, n_months=1)  # compiled once; `rivalry bench` times it apart

        def one(core: int, seed: int) -> float:
            return filters[core].run(parameters, seed, core).log_likelihood
    else:
        from rivalry.cli import _bench_peers

        peer = {"NumPy": _bench_peers.numpy_filter, "particles": _bench_peers.particles_filter}

        def one(core: int, seed: int) -> float:
            return peer[name](data, n, seed + core)

    with ThreadPoolExecutor(cores) as threads:
        yield lambda seed: list(threads.map(one, range(cores), [seed] * cores))


def _peak_memory() -> float:
    """Peak resident memory of this process in MB.

    What the kernel reports for the process (`getrusage`) starts, on Linux, from the size of the
    one that started it.
    """
    try:
        with open("/proc/self/status") as status:
            line = next(x for x in status if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    except (OSError, StopIteration):
        scale = 1024**2 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


if __name__ == "__main__":
    main()
