"""Wrong usage in words: from the parser's complaint to a coded problem."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import typer
from typer.models import OptionInfo

from rivalry.foundation import Problem, nearest

_OPTION = re.compile(r"No such option:? '?(-[^\s'?,]*)")
_COMMAND = re.compile(r"No such command '([^']*)'")
_NO_VALUE = re.compile(r"[Oo]ption '?(-[^\s']*)'? requires an argument")
_REFUSED = re.compile(r"[Ii]nvalid value for '?(-[^\s':]*)")


def usage_problem(
    error: Any, words: Sequence[str], app: typer.Typer, planned: Sequence[str]
) -> Problem:
    """Explain what the parser refused.

    Parameters
    ----------
    error : click.UsageError
    words : sequence of str
        The command line as it was typed.
    app : typer.Typer
        Its commands are what could have been meant.
    planned : sequence of str
        Commands that later versions will have.
    """
    message = " ".join(str(error.format_message()).split())
    commands = _commands(app)
    name = _meant(words, commands)
    path = f"rivalry {name}".rstrip()
    options = _options(commands[name]) if commands.get(name) else {}
    command = _COMMAND.search(message)
    if command:
        return _command(command.group(1), name, commands, planned)
    option = _OPTION.search(message)
    if option:
        return _option(option.group(1), path, options, commands)
    see = f"See '{path} --help'."
    without = _NO_VALUE.search(message)
    if without:
        name = without.group(1)
        remedy = options[name].example if name in options else see
        return Problem("R0903", f"{path}: {name} needs a value", remedy)
    if "Missing" in type(error).__name__ or message.startswith("Missing"):
        return Problem("R0903", f"{path}: {_small(message)}", see)
    refused = _REFUSED.search(message)
    if refused:
        name = refused.group(1)
        value = _given(words, name)
        if name in options and options[name].wanted and value is not None:
            return Problem(
                "R0904",
                f"{path}: {name} is {value!r}; it must be {options[name].wanted}",
                options[name].example,
            )
    if message.startswith("Invalid value"):
        return Problem("R0904", f"{path}: {_small(message)}", see)
    return Problem("R0905", f"{path}: {_small(message)}", see)


def _commands(app: typer.Typer) -> dict[str, Any]:
    """Map ``run`` and ``data import`` to what they call; a group, ``data``, to nothing."""
    found: dict[str, Any] = {c.name or "": c.callback for c in app.registered_commands}
    for group in app.registered_groups:
        found[group.name or ""] = None
        for one in group.typer_instance.registered_commands if group.typer_instance else ():
            found[f"{group.name} {one.name}"] = one.callback
    return found


def _meant(words: Sequence[str], commands: dict[str, Any]) -> str:
    """Return the command of a command line, with its group, as far as there is one."""
    at = next((i for i, w in enumerate(words) if w in commands), None)
    if at is None:
        return ""
    if commands[words[at]] is None and at + 1 < len(words):
        inner = f"{words[at]} {words[at + 1]}"
        return inner if inner in commands else words[at]
    return words[at]


def _command(name: str, group: str, commands: dict[str, Any], planned: Sequence[str]) -> Problem:
    before = f"{group} " if group else ""
    known = [c[len(before) :] for c in commands if c.startswith(before)]
    known = [c for c in known if " " not in c]
    if name in planned and not group:
        return Problem(
            "R0909",
            f"'rivalry {name}' is designed, but not in this version",
            f"This version has: {', '.join(known)}.",
        )
    close = nearest(name, known)
    return Problem(
        "R0901",
        f"there is no command '{before}{name}'",
        f"Did you mean '{before}{close}'? " * bool(close) + f"Commands: {', '.join(known)}.",
    )


def _option(name: str, path: str, options: dict[str, _Option], commands: dict[str, Any]) -> Problem:
    others = [c for c, call in commands.items() if call is not None and name in _options(call)]
    known = [*options, "--help"] if options else ["--version", "--help"]
    close = nearest(name, [o for o in known if o.startswith("--")])
    if others and options:
        remedy = f"'rivalry {others[0]}' has it: rivalry {others[0]} ... {name} ..."
    else:
        remedy = f"Did you mean {close!r}? " * bool(close) + f"See '{path} --help'."
    return Problem("R0902", f"{path} has no option {name}", remedy)


def _given(words: Sequence[str], name: str) -> str | None:
    """Return what was typed for an option: ``--draws 0`` or ``--draws=0``."""
    for i, word in enumerate(words):
        if word == name and i + 1 < len(words):
            return words[i + 1]
        if word.startswith(name + "="):
            return word.partition("=")[2]
    return None


@dataclass(frozen=True)
class _Option:
    """An option as its command declares it."""

    name: str
    kind: Any
    low: float | None
    high: float | None
    default: Any

    @property
    def wanted(self) -> str:
        """Which values it takes, with both ends of the range."""
        what = {int: "a whole number", float: "a number", Path: "a path"}.get(self.kind, "")
        if self.low is not None and self.high is not None:
            return f"{what} from {self.low:,} to {self.high:,}"
        if self.low is not None:
            return f"{what} of at least {self.low:,}"
        return f"{what} of at most {self.high:,}" if self.high is not None else what

    @property
    def example(self) -> str:
        """The option with a value that it takes."""
        value = self.default
        if value is None:
            number = self.low if self.low is not None else 1
            value = {int: number, float: number, Path: "file.json"}.get(self.kind, "NAME")
        return f"For example {self.name} {value}."


def _options(command: Any) -> dict[str, _Option]:
    """Read a command's options from its signature, which no release of Typer changes."""
    found: dict[str, _Option] = {}
    defaults = {n: p.default for n, p in inspect.signature(command).parameters.items()}
    for parameter, hint in get_type_hints(command, include_extras=True).items():
        kind, *extras = get_args(hint) or (hint,)
        info = next((e for e in extras if isinstance(e, OptionInfo)), None)
        if info is None:
            continue
        # inside Annotated the first name takes the place of the default
        names = [n for n in (info.default, *(info.param_decls or ())) if isinstance(n, str)]
        if get_origin(kind) in (Union, types.UnionType):
            kind = next(k for k in get_args(kind) if k is not type(None))
        for name in names:
            if name.startswith("-"):
                found[name] = _Option(name, kind, info.min, info.max, defaults.get(parameter))
    return found


def _small(message: str) -> str:
    text = message.rstrip(".")
    return text[:1].lower() + text[1:]
