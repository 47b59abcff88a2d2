"""``rivalry export``: what other programs get."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from rivalry.cases import load_case
from rivalry.cli import main


def test_every_form_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("xmile", "graphml", "dot", "bibtex"):
        out = tmp_path / f"case.{form}"
        assert main(["export", "afghanistan", "--as", form, "--out", str(out), "--quiet"]) == 0
        assert out.stat().st_size > 1000
    graph = nx.read_graphml(tmp_path / "case.graphml")
    signs = {d["sign"] for _, _, d in graph.edges(data=True)}
    assert {"+", "-"} <= signs <= {"+", "-", "?", "0"}
    assert graph.nodes["fighters[iskp]"]["kind"] == "stock"
    claims = {n: d["claims"].split() for n, d in graph.nodes(data=True)}
    carriers = {f.name for f in load_case("afghanistan").model.flows}
    assert any("C47" in claims[n] for n in [*carriers, "defection_softening"])
    text = (tmp_path / "case.bibtex").read_text()
    sources = load_case("afghanistan").ledger.sources
    assert text.count("\n@") + text.startswith("@") == len(sources)
    assert text.count("{") == text.count("}")
    capsys.readouterr()


def test_xmile_may_have_the_posterior(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "afghanistan", "--as", "xmile"]) == 0
    prior = ET.fromstring(capsys.readouterr().out)
    assert main(["export", "afghanistan", "--as", "xmile", "--posterior"]) == 0
    after = ET.fromstring(capsys.readouterr().out)
    fitted = load_case("afghanistan").fit.parameters[0]

    def value(root: ET.Element) -> str:
        (found,) = [v for v in root.iter() if v.get("name") == fitted.replace(".", "_")]
        return next(e.text or "" for e in found if e.tag.endswith("eqn"))

    assert value(prior) != value(after)


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["two_groups", "--as", "xmile", "--posterior"], 1, "R1270"),
        (["two_groups", "--as", "dot", "--posterior"], 2, "R0905"),
        (["two_groups", "--as", "vensim"], 2, "R09"),
        (["two_groups", "--as", "dot", "--out", "/dev/null/all.dot"], 1, "R0105"),
    ],
)
def test_wrong_wishes(
    arguments: list[str], status: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *arguments]) == status
    assert code in capsys.readouterr().err
