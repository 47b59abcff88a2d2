"""Loops as chains, and drawings in which nothing overlaps."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rivalry.report import ReportInput
from rivalry.report._diagram import Box, Drawing, column, diagram, loops, make_box, ring, web

ARROW = "\N{RIGHTWARDS ARROW}"


def boxes(n: int) -> list[Box]:
    return [make_box(f"n{i}", f"Element number {i} with a long label", "level") for i in range(n)]


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    found = []
    for i, a in enumerate(drawing.boxes):
        for b in drawing.boxes[:i]:
            across = abs(a.x - b.x) < (a.width + b.width) / 2
            if across and abs(a.y - b.y) < (a.height + b.height) / 2:
                found.append((a.name, b.name))
    return found


def outside(drawing: Drawing) -> list[str]:
    return [
        b.name
        for b in drawing.boxes
        if not (
            b.width / 2 <= b.x <= drawing.width - b.width / 2
            and b.height / 2 <= b.y <= drawing.height - b.height / 2
        )
    ]


def test_a_loop_is_written_as_a_chain_that_closes(run: ReportInput) -> None:
    one, two = loops(run)
    assert one.chain == (
        f"Fighters +{ARROW} Anger +{ARROW} Recruitment of new fighters +{ARROW} Fighters"
    )
    assert one.letter == "R"
    assert one.label == "violence feeds on itself"
    assert two.chain == f"Fighters +{ARROW} Losses \N{MINUS SIGN}{ARROW} Fighters"


def test_the_signs_of_the_model_are_set_against_the_claim(run: ReportInput) -> None:
    one, two = loops(run)
    assert "agree (no minus)" in one.verdict
    assert "agree (1 minus)" in two.verdict
    graph = run.graph.copy()
    graph.edges["anger", "recruitment"]["sign"] = "-"
    graph.edges["loss", "fighters"]["sign"] = "?"
    one, two = loops(replace(run, graph=graph))
    assert "make it balancing" in one.verdict
    assert "depends on the state" in two.verdict
    graph.remove_edge("anger", "recruitment")
    one, _ = loops(replace(run, graph=graph))
    assert "no dependency from anger to recruitment" in one.verdict


@pytest.mark.parametrize("n", [2, 3, 7, 13])
def test_rings_and_columns_keep_boxes_apart_and_in_the_frame(n: int) -> None:
    for drawing in (ring(boxes(n), ["+"] * n), column(boxes(n), ["-"] * n)):
        assert overlaps(drawing) == []
        assert outside(drawing) == []
        assert len(drawing.arrows) == n


@pytest.mark.parametrize("n", [2, 3, 7, 13])
def test_signs_of_a_ring_stand_clear_of_boxes_and_of_each_other(n: int) -> None:
    drawing = ring(boxes(n), ["+"] * n)
    for i, arrow in enumerate(drawing.arrows):
        assert not any(b.covers(arrow.x, arrow.y, 8) for b in drawing.boxes)
        for other in drawing.arrows[:i]:
            assert math.hypot(arrow.x - other.x, arrow.y - other.y) > 16


def test_a_web_of_forty_boxes_keeps_them_apart() -> None:
    members = {b.name: b for b in boxes(40)}
    names = list(members)
    edges = [(a, b, "+") for a, b in zip(names, names[1:] + names[:1], strict=True)]
    edges += [(names[i], names[(i * 7 + 3) % 40], "-") for i in range(0, 40, 4)]
    drawing = web(members, edges)
    assert overlaps(drawing) == []
    assert outside(drawing) == []


def test_loops_that_touch_no_other_are_drawn_too() -> None:
    members = {b.name: b for b in boxes(6)}
    edges = [("n0", "n1", "+"), ("n1", "n0", "-"), ("n2", "n3", "+"), ("n3", "n2", "+")]
    drawing = web(members, [*edges, ("n4", "n5", "+"), ("n5", "n4", "+")])
    assert overlaps(drawing) == []
    assert len(drawing.arrows) == 6


def test_layouts_are_the_same_every_time(run: ReportInput) -> None:
    one, two = diagram(run).overview, diagram(run).overview
    assert one is not None
    assert two is not None
    assert [(b.x, b.y) for b in one.boxes] == [(b.x, b.y) for b in two.boxes]
    assert one.arrows == two.arrows


def test_the_graph_of_the_page_is_the_models(run: ReportInput) -> None:
    graph = diagram(run).graph
    names = [n[0] for n in graph["nodes"]]
    assert names[0] == "fighters"  # stocks first
    edges = {(names[a], names[b], s) for a, b, s in graph["edges"]}
    assert edges == {(a, b, d["sign"]) for a, b, d in run.graph.edges(data=True)}


def test_long_labels_are_cut() -> None:
    box = make_box("x", "word " * 60, "level")
    assert len(box.lines) == 4
    assert box.lines[-1].endswith("…")
