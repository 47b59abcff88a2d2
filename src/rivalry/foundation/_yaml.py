"""YAML with positions: plain data, and for every key and item the line it stands on.

Anchors and aliases are refused: a case never needs them, and they are how a small file becomes
an enormous one. Tags are refused: in other readers they run code. Scalars follow YAML 1.2's core
schema (``no`` is a word, dates stay text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from rivalry.foundation._files import MAX_TEXT_BYTES, read_text
from rivalry.foundation._problems import Problems, RivalryError

Path_ = tuple[str | int, ...]

_INT = re.compile(r"^[-+]?[0-9][0-9_]*$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_MAX_DEPTH = 40
_MAX_NODES = 100_000
#: After this many faults of the same file more of them help nobody.
_MAX_REFUSED = 20


@dataclass(frozen=True)
class Position:
    """A place in a file; `line` counts from 1."""

    line: int
    column: int


@dataclass
class Document:
    """Plain data read from YAML, with the position of every mapping key and list item."""

    data: Any
    file: str | None = None
    positions: dict[Path_, Position] = field(default_factory=dict)

    def line(self, path: Path_) -> int | None:
        """Line of the nearest enclosing element of `path` that has a position."""
        while True:
            found = self.positions.get(path)
            if found is not None:
                return found.line
            if not path:
                return None
            path = path[:-1]


def load_yaml(path: str | Path, *, limit: int = MAX_TEXT_BYTES) -> Document:
    """Read a YAML file; every fault is a coded error with its line."""
    return parse_yaml(read_text(path, limit=limit), file=str(path))


def parse_yaml(text: str, *, file: str | None = None) -> Document:
    """Read YAML text into plain data with positions.

    Parameters
    ----------
    text : str
    file : str, optional
        Name to give in error messages.

    Raises
    ------
    RivalryError
        R0111 on broken syntax, R0112 on anchors and aliases, R0113 past the limits of depth and
        size, R0114 on a key given twice, R0115 on tags. Several of R0112, R0114 and R0115 are
        reported together.
    """
    return _Builder(text, file).build()


class _Builder:
    """Makes plain data straight from the parser's events.

    One pass, so that the limits hold while the text is read and not after a tree of it was made.
    """

    def __init__(self, text: str, file: str | None) -> None:
        self._text = text
        self._file = file
        self._document = Document(data=None, file=file)
        self._problems = Problems()
        self._count = 0
        # The pure parser: results and messages must not depend on whether the C one is installed.
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def build(self) -> Document:
        try:
            self._read_stream()
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._stop(
                "R0111",
                f"not valid YAML: {error.problem or error.context or 'syntax error'}",
                "Check indentation, colons and quotes here; quote text that holds ': ' or '#'.",
                None if mark is None else mark.line + 1,
            )
        except ReaderError as error:
            self._stop(
                "R0111",
                f"not valid YAML: character U+{ord(self._text[error.position]):04X} is not allowed",
                "Remove the control character.",
                self._text.count("\n", 0, error.position) + 1,
            )
        except (YAMLError, ValueError) as error:
            self._stop("R0111", f"not valid YAML: {error}", "Save the file as plain UTF-8.", None)
        self._problems.raise_if_errors()
        return self._document

    def _read_stream(self) -> None:
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(
                        "R0111",
                        "a second document starts here",
                        "Keep one document a file: remove the line '---' or split the file.",
                        _line(event),
                    )
            elif isinstance(event, NodeEvent):
                self._document.positions[()] = _position(event)
                self._document.data = self._value(event, (), 0)

    def _value(self, event: NodeEvent, path: Path_, depth: int) -> Any:
        self._count += 1
        if depth > _MAX_DEPTH or self._count > _MAX_NODES:
            self._stop(
                "R0113",
                "the file is nested too deeply or holds too many values",
                f"At most {_MAX_DEPTH} levels and {_MAX_NODES:,} values are read.",
                _line(event),
            )
        self._refuse_extras(event)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, depth)
        return None  # an alias, already refused

    def _sequence(self, path: Path_, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            place = (*path, len(items))
            self._document.positions[place] = _position(event)
            items.append(self._value(event, place, depth + 1))
        return items

    def _mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_event in self._events:
            if isinstance(key_event, MappingEndEvent):
                break
            self._refuse_extras(key_event)
            if not isinstance(key_event, ScalarEvent):
                self._stop("R0111", "a key must be a plain word", "Quote it.", _line(key_event))
            key = str(key_event.value)
            place = (*path, key)
            if key in mapping:
                self._refuse(
                    "R0114",
                    f"{key!r} stands twice in the same block "
                    f"(first at line {self._document.positions[place].line})",
                    "Rename or remove one of them.",
                    _line(key_event),
                )
            else:
                self._document.positions[place] = _position(key_event)
            mapping[key] = self._value(next(self._events), place, depth + 1)
        return mapping

    def _refuse_extras(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(
                "R0112",
                f"alias *{event.anchor} is not allowed",
                "Write the value out where it is used.",
                _line(event),
            )
            return
        if event.anchor is not None:
            self._refuse(
                "R0112",
                f"anchor &{event.anchor} is not allowed",
                "Remove the anchor and write the value out where it is used.",
                _line(event),
            )
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(
                "R0115",
                f"tag {tag} is not allowed",
                "Remove the tag; only plain YAML values are read. Quote what must stay text.",
                _line(event),
            )

    def _refuse(self, code: str, message: str, remedy: str, line: int) -> None:
        self._problems.add(code, message, remedy, file=self._file, line=line)
        if len(self._problems) >= _MAX_REFUSED:
            self._problems.raise_if_errors()

    def _stop(self, code: str, message: str, remedy: str, line: int | None) -> NoReturn:
        self._problems.add(code, message, remedy, file=self._file, line=line)
        raise RivalryError(self._problems.errors)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _position(event: Event) -> Position:
    return Position(_line(event), int(event.start_mark.column) + 1)


def _scalar(event: ScalarEvent) -> Any:
    text = event.value
    if event.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INT.match(text):
        return int(text.replace("_", "")) if len(text) < 30 else float(text.replace("_", ""))
    if _FLOAT.match(text):
        return float(text.replace("_", ""))
    if text.lower() in (".nan", ".inf", "+.inf", "-.inf"):
        return float(text.lower().replace(".", ""))
    return text
