"""The command line: one file a command, `main` as the entry point.

Heavy packages are imported inside the commands that need them, so that help and `explain` answer
at once.
"""

from rivalry.cli._main import main

__all__ = ["main"]
