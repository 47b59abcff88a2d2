"""Faults of YAML in plain words: what a parser calls a missing block end is a line out of place."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml.error import MarkedYAMLError

from rivalry.foundation import Document, Problem, RivalryError, load_yaml, read_text


def load_case_yaml(path: Path) -> Document:
    """Read a YAML file as `load_yaml` does, with plain words for tabs and indentation."""
    try:
        return load_yaml(path)
    except RivalryError as error:
        raise in_plain_words(error, path) from None


def in_plain_words(error: RivalryError, path: Path) -> RivalryError:
    """Replace the parser's words on tabs and indentation; leave everything else as it is."""
    cause = error.__context__
    if not isinstance(cause, MarkedYAMLError):
        return error
    lines = read_text(path).splitlines()
    return RivalryError(
        [
            _plain(p, cause, lines) if p.code == "R0111" and p.line is not None else p
            for p in error.problems
        ],
        error.exit_code,
    )


def _plain(problem: Problem, cause: MarkedYAMLError, lines: list[str]) -> Problem:
    said = f"{cause.problem or ''} {cause.context or ''}"
    line = problem.line or 1
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or r"'\t'" in said:
        return _told(
            problem, line, "not valid YAML: a tab; indent with spaces",
            "Replace the tab by spaces, as many as the lines beside it have.",
        )  # fmt: skip
    # a new block where none can start; or, after a value, a deeper line that reads as its
    # continuation up to the colon
    out_of_place = "block mapping start>" in said or "block sequence start>" in said
    if (out_of_place or "mapping values are not allowed" in said) and _moved(lines, line):
        return _told(
            problem, line, "not valid YAML: this line is indented differently from the one above",
            "Give keys of the same block the same number of spaces before them.",
        )  # fmt: skip
    return problem


def _told(problem: Problem, line: int, message: str, remedy: str) -> Problem:
    return Problem(problem.code, message, remedy, problem.file, line, problem.where)


def _moved(lines: list[str], line: int) -> bool:
    """Say whether a line stands elsewhere than the one above, blank lines and comments apart."""
    above = [text for text in lines[: line - 1] if text.strip() and text.lstrip()[0] != "#"]
    return bool(above) and line <= len(lines) and _indent(lines[line - 1]) != _indent(above[-1])


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
