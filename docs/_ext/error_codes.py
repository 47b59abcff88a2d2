"""A directive that prints the catalogue of error codes, so that the page cannot fall behind it."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rivalry.foundation import CodeEntry, all_codes

RANGES = {
    "R01": "Files and YAML",
    "R02": "The shape of a case",
    "R03": "Names and expressions",
    "R04": "Units",
    "R05": "The structure of a model",
    "R06": "Data tables",
    "R07": "The ledger of claims",
    "R08": "While a model runs",
    "R09": "Command line, options, report",
    "R10": "Forecasts and scores",
    "R11": "Questions to the model",
}


class ErrorCodes(SphinxDirective):
    """``error-codes``: one section a range, one entry a code."""

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for prefix, title in RANGES.items():
            entries = [e for code, e in all_codes().items() if code.startswith(prefix)]
            if not entries:
                continue
            section = nodes.section(ids=[f"codes-{prefix.lower()}"])
            section += nodes.title(text=f"{prefix}xx: {title}")
            for entry in entries:
                section += self._entry(entry)
            found.append(section)
        return found

    def _entry(self, entry: CodeEntry) -> nodes.section:
        section = nodes.section(ids=[entry.code.lower()])
        section += nodes.title(text=f"{entry.code}: {entry.title}")
        section += nodes.paragraph(text=entry.why.strip())
        remedy = nodes.paragraph()
        remedy += nodes.strong(text="What to do: ")
        remedy += nodes.Text(entry.remedy.strip())
        section += remedy
        if entry.example.strip():
            section += nodes.literal_block(text=entry.example.rstrip(), language="yaml")
        return section


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("error-codes", ErrorCodes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
