"""Coded problems: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Parameters
    ----------
    code : str
        Stable code, ``R`` and four digits; `rivalry explain CODE` tells more.
    message : str
        What is wrong, naming the offending value.
    remedy : str
        What to do about it, one sentence.
    file : str, optional
        The file that holds the mistake, as the user named it.
    line : int, optional
        Line in that file, from 1.
    where : str, optional
        The place inside the file in words, such as ``flows.defection.hazard``.
    severity : {"error", "warning"}
        Warnings are shown and do not stop the work.
    """

    code: str
    message: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None
    where: str | None = None
    severity: str = "error"

    def __str__(self) -> str:
        place = ""
        if self.file is not None:
            place = self.file + (f":{self.line}" if self.line is not None else "") + ": "
        text = f"{place}{self.code} {self.message}"
        if self.where:
            text += f" (at {self.where})"
        if self.remedy:
            text += f"\n    -> {self.remedy}"
        return text

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the problem as plain data, for ``--json``."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
            "file": self.file,
            "line": self.line,
            "where": self.where,
        }


class RivalryError(Exception):
    """One or more coded problems that stop the work.

    `exit_code` is what the command line ends with: 1 when the work failed, 2 for bad usage.
    """

    def __init__(self, problems: Problem | Iterable[Problem], exit_code: int = 1) -> None:
        self.problems: list[Problem] = (
            [problems] if isinstance(problems, Problem) else list(problems)
        )
        self.exit_code = exit_code
        super().__init__("\n".join(str(p) for p in self.problems))

    # joblib and multiprocessing send exceptions by pickling; the default would pass the text back
    # as the first argument and lose the problems.
    def __reduce__(self) -> tuple[type, tuple[list[Problem], int]]:
        return (type(self), (self.problems, self.exit_code))


class Problems:
    """A collector, so that a case with three mistakes reports three."""

    def __init__(self) -> None:
        self._items: list[Problem] = []

    def add(
        self,
        code: str,
        message: str,
        remedy: str = "",
        *,
        file: str | None = None,
        line: int | None = None,
        where: str | None = None,
        severity: str = "error",
    ) -> None:
        """Record one problem; the same problem at the same place is kept once."""
        problem = Problem(code, message, remedy, file, line, where, severity)
        if problem not in self._items:
            self._items.append(problem)

    def extend(self, items: Iterable[Problem]) -> None:
        """Record several problems."""
        for item in items:
            if item not in self._items:
                self._items.append(item)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def errors(self) -> list[Problem]:
        """Only what stops the work."""
        return [p for p in self._items if p.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """Only what is shown and passed over."""
        return [p for p in self._items if p.severity != "error"]

    def raise_if_errors(self) -> None:
        """Raise `RivalryError` with every error collected so far, if there is one."""
        if self.errors:
            raise RivalryError(self.errors)
