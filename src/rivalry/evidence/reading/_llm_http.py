"""Asking an OpenAI-compatible endpoint: one address, bounded in time and size, coded faults."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from rivalry.foundation import Problem, RivalryError

#: An answer longer than this is not the few rows that were asked for.
_MAX_BYTES = 4_000_000
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


@dataclass
class Endpoint:
    """Where to ask, and how long to wait.

    Attributes
    ----------
    url : str
        Base address, ``http://localhost:11434/v1``; ``/chat/completions`` is added.
    model : str
    key : str or None
        Sent as a bearer token; never printed and never written to a file.
    timeout : float
        Seconds for one answer, whole.
    tries : int
        With pauses of 1, 2, 4 ... seconds between them.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    tries: int = 3
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        parts = _parts(self.url)
        if parts is None:
            raise RivalryError(
                Problem("R1357", f"{self.url[:80]!r} is no address of an endpoint",
                        "Write it like http://localhost:11434/v1 or https://host/v1, without "
                        "user, password or query."),
                exit_code=2,
            )  # fmt: skip
        if self.key and parts[0] == "http" and not _here(parts[1]):
            raise RivalryError(
                Problem("R1357", "a key would cross the network unencrypted",
                        "Use an https address, or a server on this machine."),
                exit_code=2,
            )  # fmt: skip

    @property
    def host(self) -> str:
        """The host and port that text is sent to."""
        return urlsplit(self.url).netloc

    @property
    def here(self) -> bool:
        """Whether it is this machine."""
        parts = _parts(self.url)
        return parts is not None and _here(parts[1])

    def ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Any:
        """Return the JSON value that the model answers with.

        Raises
        ------
        RivalryError
            R1358 when nothing answers in time, R1359 when the endpoint refuses, R1360 when what
            comes back is no answer of a model.
        """
        body = {
            "model": self.model,
            "messages": messages,
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "rows", "strict": True, "schema": schema},
            },
        }
        return _content(self._post(body), self.host)

    def _post(self, body: dict[str, Any]) -> bytes:
        import httpx

        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        problem: Problem | None = None
        # no proxies and no netrc from the environment, no redirects: the text goes to the one
        # address that was named, and nowhere else
        with httpx.Client(trust_env=False, follow_redirects=False, timeout=self.timeout) as client:
            for attempt in range(max(self.tries, 1)):
                if attempt:
                    self.pause(2.0 ** (attempt - 1))
                try:
                    status, raw = self._once(client, body, headers)
                except (httpx.TimeoutException, TimeoutError):
                    problem = Problem(
                        "R1358", f"{self.host} did not answer within {self.timeout:g} s",
                        "Give it longer with --llm-timeout, or use a smaller model.",
                    )  # fmt: skip
                    continue
                except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                    problem = Problem(
                        "R1358", f"{self.host} cannot be reached: {_brief(str(error))}",
                        "Check the address, and that the server is running.",
                    )  # fmt: skip
                    continue
                if status == 200:
                    return raw
                problem = _refusal(self.host, status, raw)
                if status not in _AGAIN:
                    break
        assert problem is not None
        raise RivalryError(problem)

    def _once(
        self, client: Any, body: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, bytes]:
        url = self.url.rstrip("/") + "/chat/completions"
        ends = time.monotonic() + self.timeout
        with client.stream("POST", url, json=body, headers=headers) as answer:
            parts, size = [], 0
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > _MAX_BYTES:
                    raise RivalryError(
                        Problem("R1360", f"{self.host} answers with more than {_MAX_BYTES:,} bytes",
                                "This is no answer of a model; check the address.")
                    )  # fmt: skip
                if time.monotonic() > ends:  # each byte in time, the whole never
                    raise TimeoutError
            return int(answer.status_code), b"".join(parts)


def _parts(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    printable = url.isprintable() and " " not in url
    return (parts.scheme, host) if parts.scheme in ("http", "https") and host and plain and (
        printable
    ) else None  # fmt: skip


def _here(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _brief(text: str) -> str:
    from rivalry.evidence.reading._safe import one_line

    return one_line(text)[:160]


def _refusal(host: str, status: int, raw: bytes) -> Problem:
    remedy = {
        401: "Give the key in the environment variable RIVALRY_LLM_KEY.",
        403: "Give the key in the environment variable RIVALRY_LLM_KEY.",
        404: "Check the address (it often ends in /v1) and the name of the model.",
        429: "Wait, or use another endpoint.",
    }.get(status, "See what the endpoint's own log says.")
    if 300 <= status < 400:
        remedy = "Name the final address; the text is not sent on to another."
    said = _brief(raw[:400].decode("utf-8", "replace"))
    return Problem("R1359", f"{host} answers {status}" + (f": {said}" if said else ""), remedy)


def _content(raw: bytes, host: str) -> Any:
    """Return the JSON that stands in the first choice's message."""
    remedy = "Check the address and the model; it must be able to answer in JSON by a schema."
    try:
        answer = json.loads(raw)
        text = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        kind = "HTML" if b"<html" in raw[:2000].lower() else "no answer of a model"
        said = _brief(raw[:120].decode("utf-8", "replace"))
        raise RivalryError(Problem("R1360", f"{host} sends {kind}: {said}", remedy)) from None
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise RivalryError(
            Problem("R1360", f"the model's answer is no JSON: {_brief(str(text)[:120])}", remedy)
        ) from None
