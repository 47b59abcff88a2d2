"""The generator: known answers, uniforms, streams and keys."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit
from scipy import stats

from rivalry.engine.random import _binomial as binomial_module
from rivalry.engine.random import next_u64, normal, seed_key, seed_stream, source_digest, uniform

LEVEL = 1e-7
MASK = (1 << 64) - 1


def _reference(state: list[int]) -> int:
    """One step of xoshiro256++ in exact integers, from the published recurrence."""

    def rotate(x: int, k: int) -> int:
        return ((x << k) | (x >> (64 - k))) & MASK

    result = (rotate((state[0] + state[3]) & MASK, 23) + state[0]) & MASK
    shifted = (state[1] << 17) & MASK
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 45)
    return result


def _stream(*key: int) -> Any:
    state = np.zeros(4, np.uint64)
    seed_stream(state, *key)
    return state


def _keyed(*key: int) -> Any:
    state = np.zeros(4, np.uint64)
    seed_key(state, *key)
    return state


def test_generator_gives_the_known_first_outputs() -> None:
    # State 1, 2, 3, 4, as in the published test vectors.
    state = np.array([1, 2, 3, 4], np.uint64)
    assert [int(next_u64(state)) for _ in range(4)] == [
        41943041,
        58720359,
        3588806011781223,
        3591011842654386,
    ]


def test_generator_follows_the_recurrence() -> None:
    state = _stream(3, 1, 4)
    reference = [int(word) for word in state]
    for _ in range(1000):
        assert int(next_u64(state)) == _reference(reference)


def test_uniform_is_open_uniform_and_symmetric(draw: Any) -> None:
    draws = draw(uniform, size=2_000_000)
    assert draws.min() > 0
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > LEVEL
    assert np.all(1 - (1 - draws) == draws)


@pytest.mark.parametrize(("bits", "expected"), [(0, 2.0**-53), (MASK, 1 - 2.0**-53)])
def test_uniform_at_its_ends(bits: int, expected: float) -> None:
    # A state whose next output is `bits`: s0 + rotl(s0 + s3, 23) with s0 = bits, s0 + s3 = 0.
    state = np.array([bits, 5, 9, (-bits) & MASK], np.uint64)
    assert uniform(state) == expected


@pytest.mark.parametrize("make", [_stream, lambda a, b, c: _keyed(a, b, c, 5)])
def test_same_key_same_numbers(make: Any) -> None:
    one, two = make(2, 3, 4), make(2, 3, 4)
    assert [next_u64(one) for _ in range(10)] == [next_u64(two) for _ in range(10)]


def test_signed_and_unsigned_keys_agree() -> None:
    assert np.array_equal(_stream(np.int64(7), 1, 2), _stream(np.uint64(7), np.uint64(1), 2))
    assert np.array_equal(
        _keyed(np.int64(7), 1, 2, 3), _keyed(np.uint64(7), np.uint64(1), np.int32(2), 3)
    )
    assert not np.array_equal(_stream(-7, 1, 2), _stream(7, 1, 2))


@njit
def _key_grid(kind: int, side: int, out: Any) -> None:
    state = np.zeros(4, np.uint64)
    i = 0
    for a in range(side):
        for b in range(side):
            for c in range(side):
                if kind == 0:
                    seed_stream(state, a, b, c)
                else:
                    seed_key(state, 42, a, b, c)
                for w in range(4):
                    out[i, w] = state[w]
                i += 1


@pytest.mark.parametrize("kind", [0, 1])
def test_neighbouring_keys_never_share_a_word(kind: int) -> None:
    side = 60
    out = np.zeros((side**3, 4), np.uint64)
    _key_grid(kind, side, out)
    assert np.unique(out).size == out.size


@pytest.mark.parametrize("kind", [0, 1])
def test_neighbouring_keys_give_unrelated_bits(kind: int) -> None:
    """Half of the bits flip between any two neighbours along any axis, each bit fairly."""
    side = 40
    out = np.zeros((side**3, 4), np.uint64)
    _key_grid(kind, side, out)
    bits = np.unpackbits(out.view(np.uint8), axis=1).reshape(side, side, side, 256)
    for axis in range(3):
        flips = np.diff(bits, axis=axis) & 1
        total = flips.size // 256
        z = (flips.reshape(-1, 256).sum(axis=0) - total / 2) / np.sqrt(total / 4)
        assert np.abs(z).max() < stats.norm.isf(LEVEL / 256 / 2)


@njit
def _first_numbers(kind: int, size: int, out: Any) -> None:
    state = np.zeros(4, np.uint64)
    for i in range(size):
        for axis in range(3):
            a = i if axis == 0 else 0
            b = i if axis == 1 else 0
            c = i if axis == 2 else 0
            if kind == 0:
                seed_stream(state, a, b, c)
            else:
                seed_key(state, a, b, c, 1)
            for j in range(4):
                out[i, axis, j] = uniform(state)


@pytest.mark.parametrize("kind", [0, 1])
def test_first_numbers_of_consecutive_keys_are_uniform_and_uncorrelated(kind: int) -> None:
    size = 100_000
    out = np.zeros((size, 3, 4))
    _first_numbers(kind, size, out)
    for axis in range(3):
        for j in range(4):
            assert stats.kstest(out[:, axis, j], "uniform").pvalue > LEVEL
        # Lags of the key, and the numbers within one key, in one correlation matrix.
        columns = np.concatenate([out[lag : size - 3 + lag, axis] for lag in range(3)], axis=1)
        z = np.corrcoef(columns.T)[np.triu_indices(12, 1)] * np.sqrt(size)
        assert np.abs(z).max() < stats.norm.isf(LEVEL / 2)
        # Two-dimensional: first number of a key against that of the next one, 16 x 16 cells.
        cell = (out[:-1, axis, 0] * 16).astype(int) * 16 + (out[1:, axis, 0] * 16).astype(int)
        assert stats.chisquare(np.bincount(cell, minlength=256)).pvalue > LEVEL


@njit
def _long_correlation(size: int, out: Any) -> None:
    one = np.zeros(4, np.uint64)
    two = np.zeros(4, np.uint64)
    seed_stream(one, 1, 0, 0)
    seed_stream(two, 1, 0, 1)
    for i in range(size):
        out[0, i] = normal(one)
        out[1, i] = normal(two)


def test_neighbouring_streams_are_uncorrelated_over_their_length() -> None:
    out = np.zeros((2, 500_000))
    _long_correlation(out.shape[1], out)
    spectrum = np.fft.irfft(np.fft.rfft(out[0]) * np.conj(np.fft.rfft(out[1])))
    z = spectrum / np.sqrt(out.shape[1])
    assert np.abs(z).max() < stats.norm.isf(LEVEL / z.size)


def test_a_key_is_independent_of_what_else_was_drawn() -> None:
    state = _keyed(1, 2, 3, 4)
    first = normal(state)
    for _ in range(17):
        normal(state)
    seed_key(state, 1, 2, 3, 4)
    assert normal(state) == first


def test_disk_cache_is_bound_to_all_sources() -> None:
    """Changing one sampler must drop the machine code that inlined it in another file."""
    assert binomial_module.binomial._cache._cache_file._source_stamp == source_digest()


def test_digest_is_stable_over_processes() -> None:
    code = "from rivalry.engine.random import source_digest; print(source_digest())"
    source = str(Path(binomial_module.__file__).parents[3])
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert result.stdout.strip() == source_digest()
