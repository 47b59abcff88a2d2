"""Wrong usage in words: from the parser's complaint to a coded problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer

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
    context = getattr(error, "ctx", None)
    commands = _commands(app)
    if context is not None:
        path, params = context.command_path, context.command.params
    else:
        name = next((w for w in words if w in commands), "")
        path = f"rivalry {name}".rstrip()
        params = commands[name].params if name else []
    command = _COMMAND.search(message)
    if command:
        return _command(command.group(1), app, planned)
    option = _OPTION.search(message)
    if option:
        return _option(option.group(1), path, context, app)
    see = f"See '{path} --help'."
    without = _NO_VALUE.search(message)
    if without:
        name = without.group(1)
        param = next((p for p in params if name in p.opts), None)
        return Problem("R0903", f"{path}: {name} needs a value", _example(param, name) or see)
    if "Missing" in type(error).__name__ or message.startswith("Missing"):
        return Problem("R0903", f"{path}: {_small(message)}", see)
    refused = _REFUSED.search(message)
    if refused:
        name = refused.group(1)
        param = next((p for p in params if name in p.opts), None)
        wanted, value = _wanted(getattr(param, "type", None)), _given(words, name)
        if wanted and value is not None:
            return Problem(
                "R0904",
                f"{path}: {name} is {value!r}; it must be {wanted}",
                _example(param, name) or see,
            )
    if message.startswith("Invalid value"):
        return Problem("R0904", f"{path}: {_small(message)}", see)
    return Problem("R0905", f"{path}: {_small(message)}", see)


def _command(name: str, app: typer.Typer, planned: Sequence[str]) -> Problem:
    known = [c.name or "" for c in app.registered_commands]
    if name in planned:
        return Problem(
            "R0909",
            f"'rivalry {name}' is designed, but not in this version",
            f"This version has: {', '.join(known)}.",
        )
    close = nearest(name, known)
    return Problem(
        "R0901",
        f"there is no command {name!r}",
        f"Did you mean {close!r}? " * bool(close) + f"Commands: {', '.join(known)}.",
    )


def _option(name: str, path: str, context: Any, app: typer.Typer) -> Problem:
    known = [] if context is None else [o for p in context.command.params for o in p.opts]
    others = [
        command
        for command, found in _commands(app).items()
        if any(name in p.opts for p in found.params)
    ]
    close = nearest(name, [o for o in known if o.startswith("--")])
    if others and context is not None and context.parent is not None:
        remedy = f"'rivalry {others[0]}' has it: rivalry {others[0]} CASE {name} ..."
    else:
        remedy = f"Did you mean {close!r}? " * bool(close) + f"See '{path} --help'."
    return Problem("R0902", f"{path} has no option {name}", remedy)


def _commands(app: typer.Typer) -> dict[str, Any]:
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return found


def _given(words: Sequence[str], name: str) -> str | None:
    """Return what was typed for an option: ``--draws 0`` or ``--draws=0``."""
    for i, word in enumerate(words):
        if word == name and i + 1 < len(words):
            return words[i + 1]
        if word.startswith(name + "="):
            return word.partition("=")[2]
    return None


def _wanted(kind: Any) -> str:
    """Say which values an option takes, with both ends of the range."""
    name = getattr(kind, "name", "")
    if "integer" in name:
        what = "a whole number"
    elif "float" in name:
        what = "a number"
    else:
        return {"path": "a path", "file": "a file"}.get(name, "")
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None and high is not None:
        return f"{what} from {low:,} to {high:,}"
    if low is not None:
        return f"{what} of at least {low:,}"
    return f"{what} of at most {high:,}" if high is not None else what


def _example(param: Any, name: str) -> str:
    """Show the option with a value that it takes."""
    kind = getattr(param, "type", None)
    if kind is None:
        return ""
    default = getattr(param, "default", None)
    if _wanted(kind).startswith(("a whole number", "a number")):
        value = default if isinstance(default, int | float) else (getattr(kind, "min", None) or 1)
        return f"For example {name} {value}."
    if "path" in getattr(kind, "name", ""):
        return f"For example {name} {default if default is not None else 'file.json'}."
    return ""


def _small(message: str) -> str:
    text = message.rstrip(".")
    return text[:1].lower() + text[1:]
