"""What can go wrong with a download, each with its code."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from rivalry.foundation import Problem, RivalryError


def said(error: Exception) -> str:
    """Say what went wrong on the way."""
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer in time"
    return str(error) or type(error).__name__


def unreachable(url: str, error: Exception) -> RivalryError:
    """Return R1251 for a server that does not answer."""
    return RivalryError(
        Problem(
            "R1251",
            f"{urlsplit(url).netloc} cannot be reached: {said(error)}",
            "Check the network and try again, or fetch the file by hand and import it.",
        )
    )


def refused(url: str, status: int) -> RivalryError:
    """Return R1250 for a file that is not there, R1251 for any other refusal."""
    if status in (404, 410):
        return RivalryError(
            Problem(
                "R1250",
                f"there is no file at {url}",
                "Check the version, or leave it out for the latest.",
            )
        )
    return RivalryError(
        Problem(
            "R1251",
            f"{url} answers {status}",
            "Try again later, or fetch the file by hand and import it.",
        )
    )


def wrong_length(url: str, got: int, said: int) -> RivalryError:
    """Return R1253."""
    return RivalryError(
        Problem(
            "R1253",
            f"{url} sent {got:,} bytes after saying {said:,}",
            "Try again; if it stays so, fetch the file by hand and import it.",
        )
    )


def other_thing(url: str, what: str) -> RivalryError:
    """Return R1254 for what is not the file."""
    return RivalryError(
        Problem(
            "R1254",
            f"{url} sent {what}",
            "Open the address in a browser: a login, a notice or a proxy may stand in the way.",
        )
    )


def too_large(url: str, limit: int) -> RivalryError:
    """Return R1256."""
    return RivalryError(
        Problem(
            "R1256",
            f"{url} is larger than {limit:,} bytes",
            "No release of UCDP is so large: check the address.",
        )
    )
