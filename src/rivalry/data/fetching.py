"""Fetching one file from the network: resumed where it broke off, checked before it counts.

A download grows in ``NAME.part`` beside its place, with what the server said of it in
``NAME.part.json``; only a whole file that is what it should be gets its name.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from rivalry.data._fetch_check import check_file, is_page
from rivalry.data._fetch_faults import (
    other_thing,
    refused,
    said,
    too_large,
    unreachable,
    wrong_length,
)
from rivalry.data._fetch_product import PRODUCTS, UCDP, Product, product
from rivalry.foundation import Problem, RivalryError, atomic_write, file_sha256
from rivalry.foundation._files import cannot_write

__all__ = ["PRODUCTS", "UCDP", "Fetched", "Product", "exists", "fetch", "product"]

#: No file of UCDP comes near this.
MAX_BYTES = 2_000_000_000
#: Attempts without a byte gained before giving up, and the pause before the first of them.
TRIES, PAUSE = 4, 1.0
_RECORD = "fetched.json"


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched.

    Attributes
    ----------
    path : Path
    url : str
        Where it came from in the end.
    bytes : int
    sha256 : str
    when : str
        ISO time.
    resumed : int
        Bytes that an earlier attempt had already brought.
    changed_from : str
        SHA-256 of what the same address gave an earlier time, where it differs; else empty.
    """

    path: Path
    url: str
    bytes: int
    sha256: str
    when: str
    resumed: int = 0
    changed_from: str = ""


@dataclass
class _Part:
    """What is known of a half-done download."""

    url: str
    validator: str = ""
    total: int = -1


def fetch(
    url: str,
    folder: Path,
    *,
    sha256: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    client: httpx.Client | None = None,
    pause: float = PAUSE,
    max_bytes: int = MAX_BYTES,
) -> Fetched:
    """Fetch a CSV or zip file into a folder, going on where an earlier attempt broke off.

    Parameters
    ----------
    url : str
        Its last part is the file's name.
    folder : Path
        Made if it is not there.
    sha256 : str, optional
        The file is refused if it has another.
    progress : callable (bytes done, bytes in all or 0), optional
    client : httpx.Client, optional
        For tests and proxies.
    pause : float
        Seconds before the first new attempt; each further pause is twice as long.
    max_bytes : int

    Returns
    -------
    Fetched

    Raises
    ------
    RivalryError
        R1250 if nothing is there, R1251 if the server cannot be reached, R1252 if it keeps
        breaking off (what came is kept), R1253 if the length is not what it said, R1254 if it
        sent something else, R1255 for another checksum, R1256 if it is too large, R1257 if it
        points elsewhere.
    """
    name = Path(urlsplit(url).path).name
    place, part = folder / name, folder / f"{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
    known = _known(part, url)
    resumed = part.stat().st_size if part.exists() else 0
    own = client or httpx.Client(timeout=httpx.Timeout(30.0), headers={"User-Agent": "rivalry"})
    try:
        _bring(own, url, part, known, progress, pause, max_bytes)
    finally:
        if client is None:
            own.close()
    try:
        check_file(part, name, url, 4 * MAX_BYTES)
    except RivalryError:
        _drop(part)
        raise
    digest = file_sha256(part)
    if sha256 is not None and digest != sha256.strip().lower():
        _drop(part)
        raise RivalryError(
            Problem(
                "R1255",
                f"{name} has the SHA-256 {digest}, not {sha256}",
                "Check the number; if it is right, the file was altered on its way or renewed.",
            )
        )
    size = part.stat().st_size
    os.replace(part, place)
    _notes(part).unlink(missing_ok=True)
    when = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    before = _remember(folder, url, name, size, digest, when)
    return Fetched(place, url, size, digest, when, min(resumed, size), before)


def exists(url: str, client: httpx.Client) -> bool:
    """Ask whether a server has a file.

    Raises
    ------
    RivalryError
        R1251 if it cannot be reached or answers with an error of its own, R1257 as in `fetch`.
    """
    try:
        answer = client.head(url)
    except httpx.HTTPError as error:
        raise unreachable(url, error) from None
    if answer.status_code == 405:  # the server does not answer such questions
        return True
    if answer.is_redirect:
        _within(url, str(answer.headers.get("location", "")))
        return True
    if answer.status_code in (404, 410):
        return False
    if answer.is_success:
        return not is_page(str(answer.headers.get("content-type", "")), b"")
    raise refused(url, answer.status_code)


def _bring(
    client: httpx.Client,
    url: str,
    part: Path,
    known: _Part,
    progress: Callable[[int, int], None] | None,
    pause: float,
    max_bytes: int,
) -> None:
    """Attempt until the file is whole; attempts that bring nothing are counted."""
    fruitless, last = 0, "it broke off"
    while True:
        before = part.stat().st_size if part.exists() else 0
        if 0 <= known.total == before:
            return
        try:
            whole = _attempt(client, url, part, known, progress, max_bytes)
        except httpx.TransportError as error:
            whole, last = False, said(error)
            if not part.exists() and isinstance(error, httpx.ConnectError):
                raise unreachable(url, error) from None
        after = part.stat().st_size if part.exists() else 0
        if known.total >= 0 and after > known.total:
            _drop(part)
            raise wrong_length(url, after, known.total)
        if whole:
            return
        fruitless = 0 if after > before else fruitless + 1
        if fruitless >= TRIES:
            raise RivalryError(
                Problem(
                    "R1252",
                    f"{url} breaks off after {after:,} bytes"
                    + (f" of {known.total:,}" if known.total >= 0 else "")
                    + f": {last}",
                    "Run the same command again later: it goes on from there.",
                )
            )
        if after == before:
            time.sleep(pause * 2 ** (fruitless - 1))


def _attempt(
    client: httpx.Client,
    url: str,
    part: Path,
    known: _Part,
    progress: Callable[[int, int], None] | None,
    max_bytes: int,
) -> bool:
    """Ask for what is missing; True if the server sent all that it had to say."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if have and known.validator:
        headers |= {"Range": f"bytes={have}-", "If-Range": known.validator}
    at = url
    for _ in range(5):
        with client.stream("GET", at, headers=headers) as answer:
            if answer.is_redirect:
                at = _within(at, str(answer.headers.get("location", "")))
                continue
            return _take(answer, url, part, known, have, progress, max_bytes)
    raise RivalryError(
        Problem("R1257", f"{url} is passed on again and again", "Ask where the file lies now.")
    )


def _take(
    answer: httpx.Response,
    url: str,
    part: Path,
    known: _Part,
    have: int,
    progress: Callable[[int, int], None] | None,
    max_bytes: int,
) -> bool:
    if answer.status_code == 416:  # what we have is no beginning of what lies there now
        _drop(part)
        known.validator, known.total = "", -1
        return False
    if answer.status_code >= 500:
        raise httpx.RemoteProtocolError(f"the server answers {answer.status_code}")
    if not answer.is_success:
        raise refused(url, answer.status_code)
    start, total = _extent(answer, have)
    if start == 0:
        known.validator = _validator(answer)
    known.total = total
    if total > max_bytes:
        raise too_large(url, max_bytes)
    _save(part, known)
    kind = str(answer.headers.get("content-type", ""))
    try:
        with part.open("r+b" if start else "wb") as stream:
            stream.seek(start)
            stream.truncate()
            done = start
            # as they come: collected into larger ones, what came before a break would be lost
            for chunk in answer.iter_raw():
                if done == 0 and is_page(kind, chunk):
                    raise other_thing(url, "a web page")
                stream.write(chunk)
                done += len(chunk)
                if done > max_bytes:
                    raise too_large(url, max_bytes)
                if progress is not None:
                    progress(done, max(total, 0))
    except OSError as error:
        raise cannot_write(part, error) from None
    except RivalryError:
        _drop(part)
        raise
    return total < 0 or done == total


def _extent(answer: httpx.Response, have: int) -> tuple[int, int]:
    """Return where the answer's bytes belong, and how many there are in all (-1: not said)."""
    if answer.status_code == 206:
        found = re.fullmatch(
            r"bytes (\d+)-\d+/(\d+|\*)", str(answer.headers.get("content-range", ""))
        )
        if found is None or int(found[1]) != have:
            raise httpx.RemoteProtocolError("the server sends another part than asked for")
        return have, -1 if found[2] == "*" else int(found[2])
    length = str(answer.headers.get("content-length", ""))
    return 0, int(length) if length.isdigit() else -1


def _validator(answer: httpx.Response) -> str:
    """Return what tells this state of the file from others; a weak tag cannot."""
    tag = str(answer.headers.get("etag", ""))
    if tag and not tag.startswith("W/"):
        return tag
    return str(answer.headers.get("last-modified", ""))


def _within(url: str, location: str) -> str:
    """Follow a redirect on the same host only, and never from https to http."""
    target = str(httpx.URL(url).join(location)) if location else ""
    old, new = urlsplit(url), urlsplit(target)
    safe = new.scheme == old.scheme or (old.scheme, new.scheme) == ("http", "https")
    if not location or new.hostname != old.hostname or not safe:
        raise RivalryError(
            Problem(
                "R1257",
                f"{url} passes on to {target or 'nowhere'}",
                "Look at the publisher's page for the file's new place; give it with --from.",
            )
        )
    return target


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _known(part: Path, url: str) -> _Part:
    """Return what is known of a half-done download; without that it begins anew."""
    try:
        known = _Part(**json.loads(_notes(part).read_text(encoding="utf-8")))
        fits = known.url == url and bool(known.validator) and isinstance(known.total, int)
    except (OSError, ValueError, TypeError):
        fits = False
    if fits:
        return known
    _drop(part)
    return _Part(url)


def _save(part: Path, known: _Part) -> None:
    with atomic_write(_notes(part)) as stream:
        json.dump(asdict(known), stream)


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _remember(folder: Path, url: str, name: str, size: int, digest: str, when: str) -> str:
    """Keep what was fetched, and return the earlier checksum of the address if it differs."""
    path = folder / _RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        record = record if isinstance(record, dict) else {}
    except (OSError, ValueError):
        record = {}
    old = record.get(url)
    before = str(old.get("sha256", "")) if isinstance(old, dict) else ""
    record[url] = {"file": name, "bytes": size, "sha256": digest, "fetched": when}
    with atomic_write(path) as stream:
        json.dump(record, stream, indent=1, sort_keys=True)
    return before if before != digest else ""
