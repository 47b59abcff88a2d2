"""A directive that lays out every claim, lever, outlook and loop of a case with its verdict.

All of it comes from the case and its posterior when the pages are built, so that the page cannot
say anything that the case does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import networkx as nx
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rivalry.cases import Case, load_case
from rivalry.evidence import Actor, Claim, Lever, Loop, Outlook
from rivalry.foundation import RivalryError
from rivalry.inference import case_posterior, posterior_parameters, posterior_path
from rivalry.model import draw_parameters
from rivalry.model.diagram import build_graph, check_path
from rivalry.report._labels import element_label
from rivalry.whatif import (
    FRAGILITY_FILE,
    VERDICTS,
    ClaimRow,
    FragileRow,
    fragility_mark,
    judge_claims,
    read_fragile,
    statement,
)

Row = Claim | Lever | Outlook | Loop

#: As many as `rivalry claims` takes, so that the page and the command say the same.
DRAWS, SEED = 1000, 1
MODES = {
    "fact": "stated as a fact",
    "hedged": "hedged",
    "intent": "stated as an intention or a fear",
    "implied": "implied",
}
SIGNS = {"+": "more", "-": "less", "0": "no change"}
LINKS = {"+": "raises", "-": "lowers", "0": "does not change", "?": "raises or lowers"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judged:
    """A case, the verdicts on its ledger, what would overturn them, and its diagram."""

    case: Case
    verdicts: dict[str, ClaimRow]
    fragile: tuple[FragileRow, ...]
    graph: nx.DiGraph[str]


@cache
def judged(name: str, draws: int) -> Judged:
    """Read a case and put its claims to it, as ``rivalry claims`` does."""
    case = load_case(name)
    before = draw_parameters(case.model, draws, SEED)
    after = before
    fitted: tuple[str, ...] = ()
    worth = None
    if posterior_path(case).exists():
        fit = case_posterior(case)
        after = posterior_parameters(case.model, fit, draws, SEED)
        fitted = tuple(fit.names)
        worth = max(min((d.ess_bulk for d in fit.diagnostics), default=float(draws)), 1.0)
    rows = judge_claims(case, before, after, fitted, seed=SEED, effective=worth)
    return Judged(case, {r.id: r for r in rows}, _fragile(case), build_graph(case.model))


def _fragile(case: Case) -> tuple[FragileRow, ...]:
    """Read the list kept with the case; one made of an earlier state of it is left out."""
    kept = case.folder / FRAGILITY_FILE
    try:
        return tuple(read_fragile(kept, fragility_mark(case))) if kept.exists() else ()
    except RivalryError as error:
        if any(p.code != "R1174" for p in error.problems):
            raise
        _log.info("%s is stale and left out", FRAGILITY_FILE)
        return ()


class Claims(SphinxDirective):
    """``claims``: all claims, levers, outlooks and loops of the case that is its argument."""

    required_arguments = 1
    option_spec = {"draws": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        draws = self.options.get("draws", self.config.claims_draws)
        try:
            found = judged(self.arguments[0], draws)
        except RivalryError as error:
            _log.warning("no claims of %s: %s", self.arguments[0], error)
            return []
        for file in found.case.hashes:
            self.env.note_dependency(str(found.case.folder / file))
        return _Page(found, draws).nodes()


class _Page:
    """The sections of one case."""

    def __init__(self, found: Judged, draws: int) -> None:
        self.case, self.verdicts, self.graph = found.case, found.verdicts, found.graph
        self.fragile, self.draws = found.fragile, draws
        ledger = self.case.ledger
        self.parts: tuple[tuple[str, Sequence[Row]], ...] = (
            ("Claims", ledger.claims),
            ("Levers", ledger.levers),
            ("Outlooks", ledger.outlooks),
            ("Loops", ledger.loops),
        )
        self.rows = {row.id: row for _, rows in self.parts for row in rows}

    def nodes(self) -> list[nodes.Node]:
        return [self._overview(), *(self._part(title, rows) for title, rows in self.parts if rows)]

    def _overview(self) -> nodes.section:
        section = _section("overview", "Overview")
        counts = Counter(self.verdicts[r.id].verdict for r in self.parts[0][1])
        told = ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts[v])
        section += _line(
            f"Of {sum(counts.values())} causal claims: {told} ({self.draws:,} draws, seed {SEED}; ",
            nodes.literal(text=f"rivalry claims {self.case.name}"),
            ").",
        )
        head = ("", "statement", "place", "verdict")
        lines = [
            (self._link(r), [nodes.Text(_said(r))], [nodes.Text(r.locator)], self._verdict_word(r))
            for _, rows in self.parts
            for r in rows
        ]
        section += _table(head, lines, (6, 70, 10, 14))
        return section

    def _verdict_word(self, row: Row) -> list[nodes.Node]:
        if row.id in self.verdicts:
            return [nodes.Text(self.verdicts[row.id].verdict)]
        return [nodes.Text(row.polarity if isinstance(row, Loop) else "")]

    def _part(self, title: str, rows: Sequence[Row]) -> nodes.section:
        section = _section(title.lower(), title)
        for row in rows:
            entry = _section(row.id.lower(), f"{row.id}: {_said(row)}")
            fields = nodes.field_list()
            for name, bodies in self._fields(row):
                body = nodes.field_body()
                body += [_line(*parts) for parts in bodies]
                fields += nodes.field("", nodes.field_name(text=name), body)
            entry += fields
            section += entry
        return section

    def _fields(self, row: Row) -> Iterator[tuple[str, list[list[nodes.Node | str]]]]:
        if isinstance(row, Loop):
            yield "In words", [[row.description]]
        elif isinstance(row, Lever | Outlook):
            yield "Said to follow" if isinstance(row, Lever) else "Said to come", [[row.direction]]
        yield "Source", [[self._source(row)]]
        if row.note:
            yield "Note on the source", [[row.note.strip()]]
        if isinstance(row, Loop):
            yield from self._loop(row)
            return
        yield from self._carried(row)
        yield from self._verdict(self.verdicts[row.id])
        others = [r for r in self.rows.values() if row.id in getattr(r, "claims", ())]
        if isinstance(row, Lever | Outlook):
            others = [self.rows[i] for i in row.claims if i in self.rows]
        if others:
            yield "See also", [self._links(others)]

    def _source(self, row: Row) -> str:
        words = [f"{row.source}, {row.locator}"]
        if isinstance(row, Claim | Outlook):
            words.append(MODES[row.mode])
            who = [self._actor(i) for i in row.asserted_by]
            words += [f"said by {' and '.join(who)}"] if who else []
        if isinstance(row, Claim):
            words += [f"in part {MODES[row.mode_also]}"] if row.mode_also else []
            words += [f"condition: {row.condition}"] if row.condition else []
        return "; ".join(words) + "."

    def _actor(self, id: str) -> str:
        row = self.case.ledger.get(id) if id in self.case.ledger else None
        if not isinstance(row, Actor):
            return id
        return "the author" if row.provenance else row.name

    def _carried(
        self, row: Claim | Lever | Outlook
    ) -> Iterator[tuple[str, list[list[nodes.Node | str]]]]:
        if row.id in self.case.coverage.outside:
            return
        binding = self.case.spec.bindings[row.id]
        lines = [self._path(binding.path)] if binding.path else []
        if binding.by:
            lines.append(
                ["also by " if lines else "by ", *_joined([self._named(n) for n in binding.by])]
            )
        yield "In the model", lines
        if binding.note:
            yield "Note on the model", [[binding.note.strip()]]

    def _verdict(self, row: ClaimRow) -> Iterator[tuple[str, list[list[nodes.Node | str]]]]:
        if row.way == "contrast":
            asked = self.case.model.expectations[row.id]
            scenario = self.case.spec.scenarios[asked.scenario]
            said = f"“{scenario.label or asked.scenario}” against "
            said += "the reference" if asked.against == "reference" else asked.against
            lines: list[list[nodes.Node | str]] = [
                [nodes.literal(text=asked.of), f" over {asked.over}, {said}; ",
                 f"expected: {SIGNS[asked.sign]}."]
            ]  # fmt: skip
            if asked.note:
                lines.append([asked.note.strip()])
            yield "What is asked", lines
        elif row.way == "path":
            yield "What is asked", [[f"The effect along this path; claimed: {SIGNS[row.sign]}."]]
        elif row.way:
            yield "What is asked", [[f"{row.expectation}; claimed: {SIGNS[row.sign]}."]]
        yield "Verdict", [[nodes.strong(text=row.verdict.capitalize()), ". ", row.reason]]
        if row.rests:
            rests = []
            for rest in row.rests:
                known = (
                    "not fitted"
                    if rest.contraction is None
                    else f"variance narrowed by {max(rest.contraction, 0.0):.0%}"
                )
                rests.append([*self._named(rest.name), f", {known}"])
            yield "It rests on", [list(_joined(rests, "; "))]
        # the list is made with fewer draws: what it says of another verdict would only confuse
        overturned = [
            f
            for f in self.fragile
            if f.claim == row.id and f.verdict == row.verdict and f.rank <= 1
        ]
        if overturned:
            yield "What would overturn it", [[f.words] for f in overturned]

    def _loop(self, row: Loop) -> Iterator[tuple[str, list[list[nodes.Node | str]]]]:
        spec = self.case.spec.loops[row.id]
        yield "In the model", [self._path([*spec.through, spec.through[0]])]
        if spec.note:
            yield "Note on the model", [[spec.note.strip()]]
        yield "Polarity", [[f"{row.polarity.capitalize()}; the model's cycle has the same sign."]]
        yield "Its claims", [self._links([self.rows[i] for i in row.claims])]

    def _path(self, names: Sequence[str]) -> list[nodes.Node | str]:
        parts: list[nodes.Node | str] = list(self._named(names[0]))
        for n, (cause, effect) in enumerate(pairwise(names)):
            link = LINKS[check_path(self.graph, [cause, effect]).sign]
            parts += [", which " if n else " ", nodes.emphasis(text=link), " "]
            parts += self._named(effect)
        return parts

    def _named(self, name: str) -> list[nodes.Node | str]:
        shock = self.case.spec.shocks.get(name)
        label = str(shock.label or "") if shock else element_label(self.case.model, name, "")
        if not label or label == name:
            return [nodes.literal(text=name)]
        return [f"{label} (", nodes.literal(text=name), ")"]

    def _links(self, rows: Iterable[Row]) -> list[nodes.Node | str]:
        return list(_joined([self._link(r) for r in rows]))

    def _link(self, row: Row) -> list[nodes.Node | str]:
        return [nodes.reference("", row.id, refid=row.id.lower(), internal=True)]


def _said(row: Row) -> str:
    if isinstance(row, Claim):
        return statement(row).replace(" -> ", " → ")
    said = row.what if isinstance(row, Outlook) else row.name
    return said.strip().removesuffix(".")


def _section(id: str, title: str) -> nodes.section:
    section = nodes.section(ids=[id], names=[id])
    section += nodes.title(text=title)
    return section


def _line(*parts: nodes.Node | str) -> nodes.paragraph:
    line = nodes.paragraph()
    line += [nodes.Text(p) if isinstance(p, str) else p for p in parts]
    return line


def _joined(
    items: Sequence[Sequence[nodes.Node | str]], between: str = ", "
) -> Iterator[nodes.Node | str]:
    for i, item in enumerate(items):
        if i:
            yield between
        yield from item


def _table(
    head: Sequence[str],
    lines: Sequence[Sequence[Sequence[nodes.Node | str]]],
    widths: Sequence[int],
) -> nodes.table:
    table = nodes.table(classes=["claims"])
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=w) for w in widths]
    group += nodes.thead("", _table_row([[nodes.Text(h)] for h in head]))
    group += nodes.tbody("", *(_table_row(line) for line in lines))
    table += group
    return table


def _table_row(cells: Sequence[Sequence[nodes.Node | str]]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", _line(*cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("claims_draws", DRAWS, "env", [int])
    app.add_directive("claims", Claims)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
