"""The entry point: runs a command and turns every fault into a coded message and an exit code."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import Any

import typer

from rivalry.cli import bench, check, explain, filter, run, show, simulate
from rivalry.cli._app import app
from rivalry.cli._say import print_problems
from rivalry.foundation import Problem, RivalryError, nearest

for _command in (run, check, show, simulate, filter, explain, bench):
    _command.add_to(app)

# Typer carries its own copy of click in new releases and imports click in older ones; the classes
# are reached through what both export.
_UsageError: Any = typer.BadParameter.__mro__[1]
_OPTION = re.compile(r"No such option:? '?(-[^\s'?,]*)")
_COMMAND = re.compile(r"No such command '([^']*)'")

INTERRUPTED = 130
TERMINATED = 143


#: Signals by which the system asked the program to end; it then cleans up as after Ctrl-C.
_received: list[int] = []


def _terminate(signum: int, frame: object) -> None:
    _received.append(signum)
    raise KeyboardInterrupt


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    args : sequence of str, optional
        Arguments after the program's name; `sys.argv` if absent.

    Returns
    -------
    int
        0; 1 when the work failed; 2 for wrong usage; 130 after Ctrl-C, 143 when terminated.
    """
    if args is None:
        signal.signal(signal.SIGTERM, _terminate)
    words = list(sys.argv[1:] if args is None else args)
    as_json = "--json" in words
    try:
        code = typer.main.get_command(app).main(
            args=words, prog_name="rivalry", standalone_mode=False
        )
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer answers Ctrl-C itself in new releases
            return _interrupted()
        return code if isinstance(code, int) else 0
    except RivalryError as error:
        print_problems(error.problems, as_json=as_json)
        return error.exit_code
    except _UsageError as error:
        return _usage(error, words, as_json)
    except typer.Exit as done:
        return int(done.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit as stop:  # how Typer ends when it meets a closed pipe itself
        if isinstance(stop.__context__, BrokenPipeError):
            return _reader_gone()
        raise
    except Exception as error:
        return _unexpected(error, as_json)


def _interrupted() -> int:
    print("rivalry: interrupted; nothing half-finished was left behind", file=sys.stderr)
    return TERMINATED if _received else INTERRUPTED


def _reader_gone() -> int:
    """End quietly when what reads the output (head, less) has gone.

    Python must not try to flush the closed pipe at its end, which would complain.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _usage(error: Any, words: list[str], as_json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        return 2
    print_problems([_usage_problem(error, words)], as_json=as_json)
    return 2


def _usage_problem(error: Any, words: list[str]) -> Problem:
    message = str(error.format_message()).strip()
    context = getattr(error, "ctx", None)
    path = "rivalry" if context is None else context.command_path
    command = _COMMAND.search(message)
    if command:
        known = [c.name or "" for c in app.registered_commands]
        close = nearest(command.group(1), known)
        return Problem(
            "R0901",
            f"there is no command {command.group(1)!r}",
            f"Did you mean {close}? " * bool(close) + f"Commands: {', '.join(known)}.",
        )
    option = _OPTION.search(message)
    if option:
        known = [] if context is None else [o for p in context.command.params for o in p.opts]
        name = option.group(1)
        close = nearest(name, [o for o in known if o.startswith("--")])
        return Problem(
            "R0902",
            f"{path} has no option {name}",
            f"Did you mean {close}? " * bool(close) + f"See {path} --help.",
        )
    if "Missing" in type(error).__name__ or message.startswith("Missing"):
        return Problem("R0903", f"{path}: {_small(message)}", f"See {path} --help.")
    if message.startswith("Invalid value"):
        return Problem("R0904", f"{path}: {_small(message)}", f"See {path} --help.")
    return Problem("R0905", f"{path}: {_small(message)}", f"See {path} --help.")


def _small(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:]


def _unexpected(error: Exception, as_json: bool) -> int:
    if os.environ.get("RIVALRY_DEBUG") == "1":
        raise error
    what = " ".join(f"{type(error).__name__}: {error}".split())
    problem = Problem(
        "R0999",
        f"unexpected fault: {what if len(what) <= 300 else what[:297] + '...'}",
        "This is a fault of the program, not of your case. Please report it to the project, with "
        "what the same command prints under RIVALRY_DEBUG=1.",
    )
    print_problems([problem], as_json=as_json)
    return 1
