"""A pool on Dask: a running cluster, or processes on this machine."""

from __future__ import annotations

import contextlib
import logging
import platform
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy
import scipy

import rivalry
from rivalry.engine import engine_digest
from rivalry.foundation import Problem, RivalryError
from rivalry.inference._pool import Pool

T = TypeVar("T")
#: How long a cluster may be without any worker before its work is given up, in seconds.
PATIENCE = 30.0
_START = "Start one with 'dask scheduler' and workers with 'dask worker ADDRESS', "


class DaskPool(Pool):
    """Workers of a Dask cluster; see `rivalry.inference.make_pool`."""

    def __init__(self, scheduler: str, workers: int, timeout: float) -> None:
        self._ends = contextlib.ExitStack()
        self.patience = PATIENCE
        try:
            self._connect(scheduler, workers, timeout)
            self._compare_versions()
        except BaseException:
            self.close()
            raise
        self.workers = sum(self._client.nthreads().values())

    def _connect(self, scheduler: str, workers: int, timeout: float) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise RivalryError(
                Problem(
                    "R0841",
                    "Dask is not installed here, so there is no scheduler to use",
                    "pip install 'rivalry[distributed]', or leave --scheduler out.",
                ),
                exit_code=2,
            ) from None
        # lost connections are reported by this module, once and with a remedy
        for name in ("distributed", "distributed.client", "distributed.nanny", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if scheduler == "local":
            folder = self._ends.enter_context(
                tempfile.TemporaryDirectory(prefix="rivalry-dask-", ignore_cleanup_errors=True)
            )
            cluster = LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0",
                local_directory=folder, silence_logs=logging.CRITICAL,
            )  # fmt: skip
            self._ends.callback(cluster.close, timeout=20)
            keywords: dict[str, Any] = {"address": cluster}
        elif "://" in scheduler:
            keywords = {"address": scheduler}
        elif Path(scheduler).is_file():
            keywords = {"scheduler_file": scheduler}
        else:
            raise RivalryError(
                Problem(
                    "R0841",
                    f"{scheduler!r} is no address of a scheduler and no scheduler file",
                    "Write an address such as tcp://127.0.0.1:8786, the path of the file that "
                    "'dask scheduler --scheduler-file' wrote, or 'local'.",
                ),
                exit_code=2,
            )
        try:
            self._client = Client(**keywords, timeout=timeout, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise RivalryError(
                Problem(
                    "R0841",
                    f"the scheduler {scheduler} does not answer within {timeout:g} s "
                    f"({_first_line(error)})",
                    _START + "or leave --scheduler out to use this machine.",
                )
            ) from None
        self._ends.callback(self._client.close)
        wanted = workers if scheduler == "local" else 1
        try:
            self._client.wait_for_workers(wanted, timeout=timeout)
        except TimeoutError:
            found = len(self._client.nthreads())
            raise RivalryError(
                Problem(
                    "R0841",
                    f"the scheduler {scheduler} has {found} workers after {timeout:g} s",
                    "Start workers with 'dask worker ADDRESS' in the environment of rivalry.",
                )
            ) from None

    def _compare_versions(self) -> None:
        """Refuse workers that would compute something else, before any work is sent.

        The scheduler unpacks tasks to see their order, and so needs the package as well.
        """
        try:
            found = self._client.run(versions, on_error="return")
            answers = {f"the worker {address}": there for address, there in sorted(found.items())}
        except Exception as error:
            answers = {"a worker": error}
        try:
            answers["the scheduler"] = self._client.run_on_scheduler(versions)
        except Exception as error:
            answers["the scheduler"] = error
        here, problems = versions(), []
        for who, there in answers.items():
            if isinstance(there, BaseException):
                problems.append(_no_answer(who, there))
                continue
            different = [k for k in here if there.get(k) != here[k]]
            if different:
                problems.append(
                    Problem(
                        "R0842",
                        f"{who} has "
                        + ", ".join(f"{k} {there.get(k)}, here {here[k]}" for k in different),
                        "Give it the same environment as this process.",
                    )
                )
        if problems:
            raise RivalryError(problems)

    def map(self, function: Callable[..., T], *iterables: Iterable[Any]) -> list[T]:
        """See `Pool.map`. A task whose worker is lost is run again by another one."""
        rows = list(zip(*iterables, strict=True))
        if not rows:
            return []
        futures = self._client.map(function, *map(list, zip(*rows, strict=True)), pure=False)
        try:
            self._wait(futures)
            return [self._result(f) for f in futures]
        finally:
            # also after Ctrl-C and errors: nothing is left running on somebody's cluster
            with contextlib.suppress(Exception):
                self._client.cancel([f for f in futures if not f.done()])

    def _wait(self, futures: list[Any]) -> None:
        from distributed import wait

        alone_since: float | None = None
        while True:
            try:
                with self._client.as_current():
                    wait(futures, timeout=1.0)
                return
            except TimeoutError:
                pass
            except CancelledError:
                return  # named by `_result`
            if any(f.status in ("error", "cancelled", "lost") for f in futures):
                return
            if self._count_workers():
                alone_since = None
                continue
            alone_since = alone_since or time.monotonic()
            if time.monotonic() - alone_since > self.patience:
                raise _lost(f"no worker is left, and none came back in {self.patience:g} s")

    def _count_workers(self) -> int:
        if self._client.status != "running":
            return 0
        try:
            return len(self._client.nthreads())
        except Exception:
            return 0

    def _result(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        if future.status == "pending":
            return None  # another task failed, and its `_result` raises
        try:
            return future.result(timeout=self.patience)
        except KilledWorker as error:
            raise _lost(
                "several workers died one after the other at the same task "
                f"(the last was {error.last_worker.address})"
            ) from None
        except (CancelledError, TimeoutError, OSError) as error:
            raise _lost(f"the scheduler or its workers went away ({_first_line(error)})") from None

    def close(self) -> None:
        """Leave the cluster; the local one is ended, with its processes and files."""
        self._ends.close()


def versions() -> dict[str, str]:
    """Name what the last digit of a result depends on, apart from the processor."""
    return {
        "Python": platform.python_version(),
        "NumPy": numpy.__version__,
        "SciPy": scipy.__version__,
        "Numba": numba.__version__,
        "rivalry": rivalry.__version__,
        "engine": engine_digest()[:12],
    }


def _no_answer(who: str, error: BaseException) -> Problem:
    return Problem(
        "R0842",
        f"{who} does not say which versions it has ({_first_line(error)})",
        "Install the same rivalry, Python and NumPy there as here.",
    )


def _lost(what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R0843",
            what,
            "Look at the workers' logs, most often for lack of memory; start them again. "
            "A fit goes on with --resume.",
        )
    )


def _first_line(error: BaseException) -> str:
    text = "".join(traceback.format_exception_only(error)).strip()
    return text.splitlines()[-1][:200] if text else type(error).__name__
