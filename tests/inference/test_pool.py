"""The same results from threads, from Dask, and after the loss of a worker."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import sys
import time

import numpy as np
import pytest

from rivalry.engine import BootstrapFilter
from rivalry.foundation import Month, Problem, RivalryError, parse_yaml
from rivalry.inference import ChainSettings, PriorSpace, advance_chain, start_chain
from rivalry.inference._dask import versions
from rivalry.inference._points import borrowed_filter, likelihood_tasks, with_filter
from rivalry.inference._pool import Shared, ThreadPool, make_pool
from rivalry.model import ModelData, ModelSpec, build_model

CASE = """
rivalry: 1
title: Births
time: {start: 2013-01, end: 2014-12, substeps: 1}
stocks: {x: {unit: people, initial: 100}}
flows: {births: {to: x, rate: "appeal / gap"}}
accumulators: {born: {count: births, unit: people}}
parameters:
  appeal: {prior: "lognormal(log(5), 0.5)", unit: people}
  gap: {prior: "uniform(-0.5, 1.5)", unit: month}
observations: {y: {as: "poisson(mean=born)"}}
"""

if importlib.util.find_spec("cloudpickle") is not None:
    # workers cannot import this file: its functions travel whole
    importlib.import_module("cloudpickle").register_pickle_by_value(sys.modules[__name__])
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="dask is not installed: pip install 'rivalry[distributed]'",
)


@pytest.fixture(scope="module")
def model():
    start = Month.parse("2013-01")
    counts = np.random.default_rng(1).poisson(8, 24)
    series = {start + i: float(y) for i, y in enumerate(counts)}
    return build_model(
        ModelSpec.from_data(parse_yaml(CASE).data), ModelData(observations={"y": series})
    )


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(2)
    # every third gap is negative, so that births are: all particles break
    gaps = np.where(np.arange(30) % 3 == 0, -0.2, rng.uniform(0.5, 1.0, 30))
    return np.column_stack([rng.lognormal(1.6, 0.2, 30), gaps])


@pytest.fixture(scope="module")
def cluster():
    with make_pool("local", 2) as pool:
        yield pool


def code_of(caught):
    return caught.value.problems[0].code


def raise_it(code):
    raise RivalryError(Problem(code, "as asked"))


def add(a, b):
    return a + b


def doubled(x):
    return 2 * x


def process_id(_):
    time.sleep(0.05)
    return os.getpid()


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(x, file):
    """End the worker that is first to come here."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return 2 * x
    os.kill(os.getpid(), signal.SIGKILL)


def test_threads_return_in_order_and_raise_what_a_task_raised():
    with make_pool(None, 2) as pool:
        assert pool.workers == 2
        assert pool.map(add, range(50), range(50)) == [2 * i for i in range(50)]
        assert pool.map(add, [], []) == []
        with pytest.raises(RivalryError) as caught:
            pool.map(raise_it, ["R0801"])
    assert code_of(caught) == "R0801"


def test_a_likelihood_of_many_points_is_that_of_filters_one_by_one(model, points):
    with ThreadPool(2) as pool:
        found = likelihood_tasks(model, points, 50, 7, np.arange(30), pool)
    filter_ = BootstrapFilter(model, 50)
    for i, point in enumerate(points):
        if i % 3 == 0:
            assert found[i] == -np.inf
        else:
            assert found[i] == filter_.run(point, 7, i).log_likelihood
    with ThreadPool(1) as alone:
        assert likelihood_tasks(model, points[:0], 50, 7, [], alone).shape == (0,)
        np.testing.assert_array_equal(
            likelihood_tasks(model, points, 50, 7, np.arange(30), alone), found
        )


def test_a_fault_of_another_kind_is_not_taken_for_an_impossible_point(model, points):
    with ThreadPool(1) as pool, pytest.raises(ValueError, match="points"):
        likelihood_tasks(model, points[:, :1], 50, 7, np.arange(30), pool)
    with ThreadPool(1) as pool, pytest.raises(RivalryError) as caught:
        likelihood_tasks(model, points, 50, -1, np.arange(30), pool)
    assert code_of(caught) == "R0808"


def test_two_borrowers_have_two_filters_and_a_returned_one_is_lent_again(model):
    with borrowed_filter(model, "a", 10) as one, borrowed_filter(model, "a", 10) as two:
        assert one is not two
    with borrowed_filter(model, "a", 10) as again:
        assert again in (one, two)
    with borrowed_filter(model, "b", 10) as other:
        assert other not in (one, two)


def test_a_shared_object_is_unpacked_once(model):
    sent = Shared.of(PriorSpace(model, ["appeal"], held={"gap": 0.75}))
    payload = sent._payload
    there = Shared("another digest", payload)
    assert there.value is there.value
    assert there.value is not sent.value
    assert there.value.names == sent.value.names == ("appeal",)
    for u in ([-1.3], [0.4]):
        np.testing.assert_array_equal(
            there.value.parameters(np.array(u)), sent.value.parameters(np.array(u))
        )
    assert there.value.model_point()[1] == 0.75


def test_what_is_no_scheduler_is_refused(tmp_path):
    with pytest.raises(RivalryError) as caught:
        make_pool(None, 0)
    assert code_of(caught) == "R0808"
    with pytest.raises(RivalryError) as caught:
        make_pool(str(tmp_path / "scheduler.json"), 1)
    assert code_of(caught) == "R0841"


def test_a_missing_dask_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RivalryError, match="rivalry\\[distributed\\]") as caught:
        make_pool("local", 1)
    assert code_of(caught) == "R0841"


@needs_dask
def test_a_scheduler_that_does_not_answer_is_given_up():
    with pytest.raises(RivalryError, match="does not answer") as caught:
        make_pool("tcp://127.0.0.1:9", 1, timeout=1.0)
    assert code_of(caught) == "R0841"


@needs_dask
def test_a_scheduler_without_workers_is_given_up(tmp_path):
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(RivalryError, match="has 0 workers") as caught,
    ):
        make_pool(empty.scheduler_address, 1, timeout=1.0)
    assert code_of(caught) == "R0841"


@needs_dask
def test_dask_and_threads_agree_to_the_last_bit(cluster, model, points):
    assert cluster.workers == 2
    assert len(set(cluster.map(process_id, range(20)))) == 2
    assert os.getpid() not in cluster.map(process_id, range(2))
    with ThreadPool(1) as threads:
        here = likelihood_tasks(model, points, 50, 7, np.arange(30), threads)
    there = likelihood_tasks(model, points, 50, 7, np.arange(30), cluster)
    np.testing.assert_array_equal(here, there)
    assert np.isfinite(there).sum() == 20


@needs_dask
def test_chains_on_dask_are_the_chains_on_threads(cluster, model):
    space = PriorSpace(model, ["appeal"])
    settings = ChainSettings(seed=3, particles=40, warmup=10, iterations=20)

    def run(pool):
        shared, n = pool.share(space), 3
        common = [shared] * n, [settings.particles] * n, [settings] * n
        states = pool.map(with_filter, [start_chain] * n, *common, range(n))
        for stretch in (4, 100):
            states = pool.map(with_filter, [advance_chain] * n, *common, states, [stretch] * n)
        return states

    with ThreadPool(2) as threads:
        here = run(threads)
    for a, b in zip(here, run(cluster), strict=True):
        assert a.iteration == b.iteration == 30
        np.testing.assert_array_equal(a.draws, b.draws)
        np.testing.assert_array_equal(a.logs, b.logs)


@needs_dask
def test_the_code_of_a_fault_comes_back_from_a_worker(cluster):
    with pytest.raises(RivalryError) as caught:
        cluster.map(raise_it, ["R0804", "R0804"])
    assert code_of(caught) == "R0804"


@needs_dask
def test_a_running_cluster_is_used_and_left_running(cluster, tmp_path):
    address = cluster._client.scheduler.address
    with make_pool(address) as pool:
        assert pool.map(doubled, [1, 2]) == [2, 4]
    assert cluster.map(doubled, [3]) == [6]
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": address}))
    with make_pool(str(file)) as pool:
        assert pool.map(doubled, [4]) == [8]


@needs_dask
def test_workers_with_other_versions_are_refused(cluster, monkeypatch):
    # all answer with the true versions; only this process claims another NumPy
    from rivalry.inference import _dask

    ours = {**versions(), "NumPy": "0.9"}
    address = cluster._client.scheduler.address
    kind = type(cluster._client)
    for name in ("run", "run_on_scheduler"):
        asked = getattr(kind, name)
        monkeypatch.setattr(
            kind, name, lambda self, _, asked=asked, **words: asked(self, versions, **words)
        )
    monkeypatch.setattr(_dask, "versions", lambda: ours)
    with pytest.raises(RivalryError, match=r"here 0\.9") as caught:
        make_pool(address)
    assert [p.code for p in caught.value.problems] == ["R0842"] * 3


@needs_dask
def test_the_task_of_a_lost_worker_is_run_again(tmp_path):
    with make_pool("local", 2) as pool:
        file = str(tmp_path / "died")
        assert pool.map(die_once, range(6), [file] * 6) == [0, 2, 4, 6, 8, 10]
        assert os.path.exists(file)


@needs_dask
def test_a_task_that_kills_every_worker_is_named():
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        make_pool("local", 2) as pool,
        pytest.raises(RivalryError, match="died one after the other") as caught,
    ):
        pool.map(die, [1])
    assert code_of(caught) == "R0843"


@needs_dask
def test_a_local_cluster_leaves_no_process_and_no_folder():
    with make_pool("local", 2) as pool:
        pids = set(pool.map(process_id, range(20)))
        folders = set(pool._client.run(worker_folder).values())
        assert len(pids) == 2
        assert all(os.path.isdir(f) for f in folders)
    for pid in pids:
        assert not alive(pid)
    assert not any(os.path.exists(f) for f in folders)


def worker_folder(dask_worker):
    return dask_worker.local_directory


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
