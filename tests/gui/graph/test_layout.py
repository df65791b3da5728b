"""Layouts: nothing over anything else, wires that end where they should, the same every time."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.messages import Graph, Operation
from gui.views.graph.labels import labels
from gui.views.graph.layout import HEAD, Box, Layout, Look, lay_out, segment_spans
from gui.views.graph.modules import ALL, network
from tests.gui.graph import networks

FIT = (1200.0, 560.0)
NAMES = ("googlenet", "resnet50", "densenet121", "vgg16", "nin", "alexnet", "googlenet-small", "densenet-small")
CONV, ADD, CONCAT = Operation.CONV2D, Operation.ADD, Operation.CONCAT


def _laid_out(graph: Graph, depth: int, toggled: frozenset[str] = frozenset()) -> Layout:
    net = network(graph)
    return lay_out(net, net.opened(depth, toggled), fit=FIT, header=lambda module: 220.0)


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.right - 0.5 and b.x < a.right - 0.5 and a.y < b.bottom - 0.5 and b.y < a.bottom - 0.5


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x - 0.5 <= inner.x and inner.right <= outer.right + 0.5
        and outer.y + HEAD - 0.5 <= inner.y and inner.bottom <= outer.bottom + 0.5
    )  # fmt: skip


def _check(layout: Layout) -> None:
    """What holds of every layout."""
    boxes = layout.boxes
    cards = [box for box in boxes if box.look is not Look.GROUP]
    assert sorted(index for box in cards for index in range(box.part.first, box.part.last + 1)) == list(
        range(1, len(layout.network.nodes))
    ), "every node is in one card"
    cards.sort(key=lambda box: box.x)
    for place, box in enumerate(cards):
        assert box.x >= -0.5
        assert box.right <= layout.width + 0.5
        assert box.y >= -0.5
        assert box.bottom <= layout.height + 0.5
        for other in itertools.takewhile(lambda one, box=box: one.x < box.right, cards[place + 1 :]):
            assert not _overlap(box, other), (box.key, other.key)
    for box in boxes:
        for module in layout.network.around(box.key):
            if module.key in layout.by_key and layout.by_key[module.key].look is Look.GROUP:
                assert _holds(layout.by_key[module.key], box), (module.key, box.key)
    _check_wires(layout, cards)


def _check_wires(layout: Layout, cards: list[Box]) -> None:
    for edge in layout.edges:
        assert len(edge.points) >= 2
        for (ax, ay), (bx, by) in itertools.pairwise(edge.points):
            assert ax == bx or ay == by, "wires run along rows and columns"
            low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for box in cards:
                inside = low_x < box.right - 1 and high_x > box.x + 1 and low_y < box.bottom - 1 and high_y > box.y + 1
                assert not inside, f"a wire of {edge.net} runs through {box.key}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [1, 2, ALL])
def test_catalogue_is_laid_out_without_overlaps(name: str, depth: int) -> None:
    _check(_laid_out(networks.catalogue(name), depth))


def test_same_graph_has_the_same_layout() -> None:
    first, second = (_laid_out(networks.catalogue("googlenet"), 2) for _ in range(2))
    assert [(box.key, box.x, box.y, box.width, box.height) for box in first.boxes] == [
        (box.key, box.x, box.y, box.width, box.height) for box in second.boxes
    ]
    assert [edge.points for edge in first.edges] == [edge.points for edge in second.edges]


def test_chain_stands_in_one_line() -> None:
    layout = _laid_out(networks.graph([("a", CONV, ["input"]), ("b", CONV, ["a"]), ("c", CONV, ["b"])]), 1)
    middles = {box.y + box.height / 2 for box in layout.boxes}
    assert len(middles) == 1
    assert [box.key for box in sorted(layout.boxes, key=lambda box: box.x)] == ["a", "b", "c"]
    assert all(len(edge.points) == 2 for edge in layout.edges)


def test_residual_block_keeps_its_line_and_the_skip_goes_over_it() -> None:
    shown = networks.graph([("a", CONV, ["input"]), ("b", CONV, ["a"]), ("c", CONV, ["b"]), ("sum", ADD, ["a", "c"])])
    layout = _laid_out(shown, 1)
    boxes = layout.by_key
    line = {boxes[key].y + boxes[key].height / 2 for key in ("a", "b", "c", "sum")}
    assert len(line) == 1
    skip = next(edge for edge in layout.edges if edge.skip)
    assert min(y for _, y in skip.points) < boxes["b"].y, "above the cards"
    end_x, end_y = skip.points[-1]
    assert (end_x, end_y) == (boxes["sum"].x + boxes["sum"].width / 2, boxes["sum"].y)
    assert any(label.text.startswith("skip") for label in labels(layout))


def test_branches_arrive_at_their_parts_of_a_concatenation() -> None:
    shown = networks.graph(
        [("a", CONV, ["input"]), ("b", CONV, ["input"]), ("c", CONV, ["input"]), ("cat", CONCAT, ["a", "b", "c"])]
    )
    layout = _laid_out(shown, 1)
    strip, net = layout.by_key["cat"], layout.network
    spans = {source: (top, bottom) for source, top, bottom in segment_spans(net, strip.face, strip.height)}
    for key in ("a", "b", "c"):
        edge = next(edge for edge in layout.edges if edge.net == key and edge.ends)
        top, bottom = spans[net.numbers[key]]
        assert strip.y + top <= edge.points[-1][1] <= strip.y + bottom
        assert edge.points[-1][0] == strip.x
    assert not [edge for edge in layout.edges if edge.skip]


def test_branches_do_not_cross() -> None:
    edges = [(f"a{i}", CONV, ["input"]) for i in range(5)]
    edges += [(f"b{i}", CONV, [f"a{4 - i}"]) for i in range(5)]
    layout = _laid_out(networks.graph([*edges, ("cat", CONCAT, [f"b{i}" for i in range(5)])]), 1)
    first = sorted((layout.by_key[f"a{i}"].y, i) for i in range(5))
    second = sorted((layout.by_key[f"b{i}"].y, 4 - i) for i in range(5))
    assert [i for _, i in first] == [i for _, i in second]


def test_long_chains_are_broken_into_rows_like_text() -> None:
    names = [f"n{i}" for i in range(40)]
    edges = [(name, CONV, [names[i - 1] if i else "input"]) for i, name in enumerate(names)]
    layout = _laid_out(networks.graph(edges), 1)
    rows = sorted({box.y for box in layout.boxes})
    assert len(rows) > 2
    for y in rows:
        row = sorted((box for box in layout.boxes if box.y == y), key=lambda box: box.x)
        assert [names.index(box.key) for box in row] == sorted(names.index(box.key) for box in row)
    assert min(FIT[0] / layout.width, FIT[1] / layout.height) > 0.4
    _check(layout)


def test_large_networks_have_few_wires() -> None:
    layout = _laid_out(networks.catalogue("densenet121"), ALL)
    assert len(layout.edges) < 2 * len(layout.boxes)


def test_labels_lie_on_their_wires_and_on_nothing_else() -> None:
    layout = _laid_out(networks.catalogue("googlenet"), 2)
    cards = [box for box in layout.boxes if box.look is not Look.GROUP]
    found = labels(layout)
    assert found
    for label in found:
        left, right = label.x - label.width / 2, label.x + label.width / 2
        assert not [
            box.key for box in cards
            if left < box.right and right > box.x and label.y - 6 < box.bottom and label.y + 6 > box.y
        ]  # fmt: skip
        for edge in layout.edges:
            for (ax, ay), (bx, by) in itertools.pairwise(edge.points):
                if ax == bx and left < ax < right:
                    assert not min(ay, by) < label.y - 0.5 < label.y + 0.5 < max(ay, by), (label, edge.net)


@st.composite
def _graphs(draw: st.DrawFn) -> Graph:
    """Any acyclic graph, with some of its nodes in modules."""
    count = draw(st.integers(2, 24))
    chance = random.Random(draw(st.integers(0, 2**16)))
    names: list[str] = []
    edges = []
    for index in range(count):
        path = "".join(f"m{chance.randrange(2)}." for _ in range(chance.randrange(3)))
        name = f"{path}n{index}"
        many = chance.choice([1, 1, 1, 2, 3])
        sources = chance.sample(["input", *names], min(many, len(names) + 1))
        operation = CONV if len(sources) == 1 else chance.choice([ADD, CONCAT])
        edges.append((name, operation, sources))
        names.append(name)
    return networks.graph(edges)


@settings(max_examples=60, deadline=None)
@given(_graphs(), st.sampled_from([1, 2, ALL]))
def test_any_graph_is_laid_out_without_overlaps(graph: Graph, depth: int) -> None:
    _check(_laid_out(graph, depth))
