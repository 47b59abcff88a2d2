"""The entry point: runs a command and turns every fault into a coded message and an exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

import typer

from rivalry.cli import (
    bench,
    calibrate,
    check,
    claims,
    compare,
    data,
    diagnose,
    evaluate,
    explain,
    export,
    filter,
    fit,
    forecast,
    loops,
    new,
    profile,
    read,
    review,
    run,
    scenario,
    screen,
    sensitivity,
    show,
    simulate,
)
from rivalry.cli._app import app
from rivalry.cli._say import print_problems
from rivalry.cli._usage import usage_problem
from rivalry.foundation import Problem, RivalryError

for _command in (
    run, check, show, simulate, filter, screen, fit, profile, diagnose, calibrate, forecast,
    evaluate, scenario, claims, compare, loops, sensitivity, data, new, read, review, export,
    explain, bench,
):  # fmt: skip
    _command.add_to(app)

# Typer carries its own copy of click in new releases and imports click in older ones; the classes
# are reached through what both export.
_UsageError: Any = typer.BadParameter.__mro__[1]
#: Commands of the design that this version does not have.
PLANNED = (
    "report", "serve",
)  # fmt: skip

INTERRUPTED = 130
TERMINATED = 143


#: Signals by which the system asked the program to end; it then cleans up as after Ctrl-C.
_received: list[int] = []
#: Set once 'stopping ...' was printed; there from the time on that somebody will print it.
_answered: list[threading.Event] = []


def _terminate(signum: int, frame: object) -> None:
    _received.append(signum)
    raise KeyboardInterrupt


def _answer_at_once() -> None:
    """Print 'stopping ...' as soon as Ctrl-C arrives.

    Python handles a signal between two of its own instructions, and a kernel may compute for many
    seconds before the next. What arrives is therefore also written to a pipe, by the interpreter
    itself, and a thread reads it there.
    """
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)
    signal.set_wakeup_fd(sender, warn_on_full_buffer=False)
    said = threading.Event()
    _answered.append(said)

    def watch() -> None:
        while True:
            numbers = os.read(receiver, 64)
            if signal.SIGINT in numbers or signal.SIGTERM in numbers:
                with contextlib.suppress(OSError):
                    # past Python's buffers, which an interrupted print may hold
                    os.write(2, b"\nstopping ...\n")
                said.set()
                return

    threading.Thread(target=watch, name="rivalry-signals", daemon=True).start()


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
        _answer_at_once()
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
    for said in _answered:
        said.wait(1.0)  # on a busy machine the thread that prints may come late
    # An interrupt that passed through an exec of text, as of a dataclass being made, leaves a flag
    # in CPython (run_eval_code_obj) for which it would end by SIGINT, whatever is returned here.
    # The next text that is evaluated takes it back.
    eval("None")
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
    print_problems([usage_problem(error, words, app, PLANNED)], as_json=as_json)
    return 2


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
