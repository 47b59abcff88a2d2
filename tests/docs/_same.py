"""Whether a command prints what the page shows."""

from __future__ import annotations

import re

import pytest

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.\[-])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?(?![A-Za-z0-9_\]-])")


def assert_shows(shown: str, printed: str, *, about: bool, where: str) -> None:
    """Compare line by line.

    A line ``...`` on the page stands for any lines, ``...`` inside a line for any text. With
    `about`, numbers may differ by a fifth: they are quantiles of simulated draws, which another
    release of the engine draws afresh.
    """
    wanted = [_clean(x) for x in shown.strip("\n").splitlines()]
    lines = [_clean(x) for x in printed.strip("\n").splitlines()]
    at = 0
    skipping = False
    for line in wanted:
        if line.strip() == "...":
            skipping = True
            continue
        if skipping:
            found = next((i for i in range(at, len(lines)) if _same(line, lines[i], about)), None)
            if found is None:
                pytest.fail(f"{where}: nothing printed looks like\n  {line}\nin\n{printed}")
            at, skipping = found + 1, False
            continue
        got = lines[at] if at < len(lines) else "(nothing more)"
        if not _same(line, got, about):
            pytest.fail(f"{where}:\n  page     {line}\n  printed  {got}\nin\n{printed}")
        at += 1
    if not skipping and at < len(lines):
        pytest.fail(f"{where}: the page does not show\n  {lines[at]}")


def _clean(line: str) -> str:
    return " ".join(line.split())


def _same(wanted: str, got: str, about: bool) -> bool:
    if not about:
        return _matches(wanted, got)
    if not _matches(_NUMBER.sub("#", wanted), _NUMBER.sub("#", got)):
        return False
    if "..." in wanted:
        return True
    pairs = zip(_numbers(wanted), _numbers(got), strict=True)
    return all(a == pytest.approx(b, rel=0.2, abs=0.02) for a, b in pairs)


def _matches(wanted: str, got: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
    return re.fullmatch(pattern, got) is not None


def _numbers(line: str) -> list[float]:
    return [float(x.replace(",", "")) for x in _NUMBER.findall(line)]
