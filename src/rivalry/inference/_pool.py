"""Many independent tasks at once: on threads of this machine, or on the workers of Dask.

A pool only decides where tasks run. Every task carries the key of its own random numbers (seed and
stream), so results do not depend on the pool, on the number of workers, or on a worker that was
lost and whose task another one repeated.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from joblib import Parallel, delayed

from rivalry.engine import count_threads

T = TypeVar("T")
_KEPT = 8
_LOCK = threading.Lock()
_OBJECTS: OrderedDict[str, Any] = OrderedDict()


class Shared(Generic[T]):
    """A large object that many tasks read: sent once with a set of tasks, unpacked once a process.

    Made by `Pool.share`. `value` is the object, `digest` the SHA-256 of its pickled form.
    """

    def __init__(self, digest: str, payload: bytes) -> None:
        self.digest = digest
        self._payload = payload

    @classmethod
    def of(cls, value: T) -> Self:
        """Pack an object; this process uses the object itself and not a copy."""
        payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        shared = cls(hashlib.sha256(payload).hexdigest(), payload)
        _keep(shared.digest, value)
        return shared

    @property
    def value(self) -> T:
        """The object; the same one at every call as long as this process keeps it."""
        with _LOCK:
            if self.digest in _OBJECTS:
                _OBJECTS.move_to_end(self.digest)
                return _OBJECTS[self.digest]  # type: ignore[no-any-return]
        value: T = pickle.loads(self._payload)
        _keep(self.digest, value)
        return value


def _keep(digest: str, value: Any) -> None:
    with _LOCK:
        _OBJECTS[digest] = value
        while len(_OBJECTS) > _KEPT:
            _OBJECTS.popitem(last=False)


class Pool(ABC):
    """Where tasks run; a context manager that ends what it started."""

    #: tasks that run at once
    workers: int

    @abstractmethod
    def map(self, function: Callable[..., T], *iterables: Iterable[Any]) -> list[T]:
        """Call `function` with one item of each iterable, in any order, and return all in order.

        Parameters
        ----------
        function : callable
            A function at the top level of a module, so that another process can import it.
        *iterables : iterable
            Equally long arguments that can be pickled. Pass what is large and the same for all
            tasks through `share`.

        Raises
        ------
        RivalryError
            What a task raised, and R0843 if the workers were lost.
        """

    def share(self, value: T) -> Shared[T]:
        """Wrap an object that many tasks read."""
        return Shared.of(value)

    @abstractmethod
    def close(self) -> None:
        """End what the pool started; a cluster that was there before goes on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class ThreadPool(Pool):
    """Threads of this process; the kernels release the interpreter's lock."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(self, function: Callable[..., T], *iterables: Iterable[Any]) -> list[T]:
        """See `Pool.map`; nothing is pickled."""
        tasks = [delayed(function)(*items) for items in zip(*iterables, strict=True)]
        return list(Parallel(n_jobs=self.workers, prefer="threads")(tasks))

    def close(self) -> None:
        """Do nothing: threads end with each call of `map`."""


def make_pool(
    scheduler: str | None = None, workers: int | None = None, *, timeout: float = 30.0
) -> Pool:
    """Choose where tasks run.

    Parameters
    ----------
    scheduler : str, optional
        None: threads of this process. ``"local"``: a Dask cluster of processes on 127.0.0.1,
        ended with the pool. Otherwise the address of a running Dask scheduler
        (``tcp://127.0.0.1:8786``) or the path of its scheduler file.
    workers : int, optional
        Threads, or processes of the local cluster; default: the processors this process may use.
        A running cluster brings its own.
    timeout : float
        Seconds to wait for the scheduler and its first worker.

    Returns
    -------
    Pool
        To be used in a ``with`` statement.

    Raises
    ------
    RivalryError
        R0808 (no positive number of workers), R0841 (Dask missing, scheduler or workers out of
        reach), R0842 (workers with other versions than this process).
    """
    n = count_threads(workers)
    if scheduler is None:
        return ThreadPool(n)
    from rivalry.inference._dask import DaskPool

    return DaskPool(scheduler, n, timeout)
