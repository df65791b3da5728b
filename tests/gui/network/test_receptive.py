"""Receptive fields against known numbers, and against dependencies found by spreading marks through the network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.messages import Graph, Node, Operation
from gui.views.network.receptive import field, project, reached, regions, sources, spatial, unflattened, windows
from tests.gui import samples


@pytest.mark.parametrize(
    ("node", "size", "stride", "start"),
    [
        ("input", 1, 1, 0),
        ("conv1", 5, 1, -2),
        ("act1", 5, 1, -2),
        ("pool1", 6, 2, -2),
        ("conv2", 14, 2, -2),
        ("pool2", 16, 4, -2),
    ],
)
def test_fields_of_lenet(node: str, size: int, stride: int, start: int) -> None:
    found = field(samples.lenet_graph(), node)
    assert (found.size, found.stride, found.start) == ((size,) * 2, (stride,) * 2, (start,) * 2)
    assert not found.everything


def test_behind_a_dense_layer_everything_is_seen() -> None:
    found = field(samples.lenet_graph(), "dense1")
    assert found.everything
    assert found.size == (28, 28)
    assert project(samples.lenet_graph(), "dense1", (), "input") == ((0, 27), (0, 27))
    assert project(samples.lenet_graph(), "dense1", (), "conv1") == ((0, 27), (0, 27))


def test_the_sketched_cell() -> None:
    """Row 5, column 6 of conv 2: rows 8 to 21 and columns 10 to 23 of the input, as in the design's inspector."""
    graph = samples.lenet_graph()
    assert project(graph, "conv2", (5, 6), "input") == ((8, 21), (10, 23))
    assert project(graph, "conv2", (5, 6), "pool1") == ((5, 9), (6, 10))
    assert project(graph, "conv2", (5, 6), "conv1") == ((10, 19), (12, 21))
    assert reached(graph, "conv2", (5, 6), "pool2") == ((2, 2), (3, 3))


def test_fields_are_clipped_at_the_border() -> None:
    graph = samples.lenet_graph()
    assert project(graph, "conv1", (0, 27), "input") == ((0, 2), (25, 27))
    assert project(graph, "conv2", (0, 0), "input") == ((0, 11), (0, 11))


def test_what_is_no_ancestor_gives_none_and_what_is_unknown_raises() -> None:
    graph = samples.lenet_graph()
    assert project(graph, "conv1", (0, 0), "pool2") is None
    with pytest.raises(KeyError):
        project(graph, "conv1", (0, 0), "nothing")
    with pytest.raises(ValueError, match="2 positions"):
        regions(graph, "conv1", (0,))


def test_channels_that_a_map_comes_from() -> None:
    graph = samples.lenet_graph()
    assert sources(graph, "pool2", 8)["conv2"] == frozenset({8})
    assert sources(graph, "pool2", 8)["pool1"] == frozenset(range(6))
    assert sources(graph, "conv1", 3)["input"] == frozenset({0})


def test_channels_of_groups_and_concatenation() -> None:
    grouped = samples.chain(
        "g", "G", (4, 8, 8), (("conv", Operation.CONV2D, {"out_channels": 6, "kernel_size": 3, "groups": 2}),)
    )
    assert sources(grouped, "conv", 1)["input"] == frozenset({0, 1})
    assert sources(grouped, "conv", 4)["input"] == frozenset({2, 3})
    one = Node("one", Operation.RELU, ("input",), (4, 8, 8))
    two = Node("two", Operation.RELU, ("input",), (4, 8, 8))
    both = Node("both", Operation.CONCAT, ("one", "two"), (8, 8, 8))
    graph = Graph("c", "C", (grouped.nodes[0], one, two, both))
    assert "one" not in sources(graph, "both", 5)
    assert sources(graph, "both", 5)["two"] == frozenset({1})


def test_where_paths_meet_the_region_is_the_hull_of_both() -> None:
    nodes = (
        Node("input", Operation.INPUT, (), (1, 9, 9)),
        Node("conv", Operation.CONV2D, ("input",), (1, 9, 9), attributes={"kernel_size": [5, 5], "padding": [2, 2]}),
        Node("sum", Operation.ADD, ("conv", "input"), (1, 9, 9)),
    )
    graph = Graph("r", "R", nodes)
    assert project(graph, "sum", (4, 4), "input") == ((2, 6), (2, 6))
    assert field(graph, "sum").size == (5, 5)
    assert reached(graph, "input", (4, 4), "sum") == ((2, 6), (2, 6))


def test_same_padding_and_adaptive_pooling() -> None:
    nodes = (
        Node("input", Operation.INPUT, (), (1, 10, 10)),
        Node("conv", Operation.CONV2D, ("input",), (1, 10, 10), attributes={"kernel_size": 4, "padding": "same"}),
        Node("pool", Operation.ADAPTIVE_AVG_POOL, ("conv",), (1, 3, 3), attributes={"output_size": [3, 3]}),
    )
    graph = Graph("s", "S", nodes)
    assert project(graph, "conv", (5, 5), "input") == ((4, 7), (4, 7))  # torch pads one more after than before
    assert project(graph, "pool", (1, 1), "conv") == ((3, 6), (3, 6))
    assert field(graph, "pool").everything


def test_transposed_convolutions_go_back_and_ahead() -> None:
    node = Node(
        "up", Operation.CONV_TRANSPOSE2D, ("input",), (1, 9, 9), attributes={"kernel_size": [3, 3], "stride": [2, 2]}
    )
    graph = Graph("t", "T", (Node("input", Operation.INPUT, (), (1, 4, 4)), node))
    reach = np.zeros((4, 9), bool)  # input j writes outputs 2j … 2j + 2
    for j in range(4):
        reach[j, 2 * j : 2 * j + 3] = True
    for out in range(9):
        first, last = np.flatnonzero(reach[:, out])[[0, -1]]
        assert project(graph, "up", (out, out), "input") == ((first, last), (first, last))
    for j in range(4):
        first, last = np.flatnonzero(reach[j])[[0, -1]]
        assert reached(graph, "input", (j, j), "up") == ((first, last), (first, last))


def test_behind_a_concatenation_a_map_comes_from_its_own_source_alone() -> None:
    nodes = (
        Node("input", Operation.INPUT, (), (1, 9, 9)),
        Node("wide", Operation.CONV2D, ("input",), (2, 9, 9), attributes={"kernel_size": 5, "padding": 2}),
        Node("cat", Operation.CONCAT, ("input", "wide"), (3, 9, 9)),
        Node("norm", Operation.BATCH_NORM, ("cat",), (3, 9, 9)),
    )
    graph = Graph("c", "C", nodes)
    assert project(graph, "norm", (4, 4), "input") == ((2, 6), (2, 6))
    assert project(graph, "norm", (4, 4), "input", 0) == ((4, 4), (4, 4))
    assert project(graph, "norm", (4, 4), "input", 1) == ((2, 6), (2, 6))
    assert "wide" not in regions(graph, "norm", (4, 4), 0)
    assert [field(graph, "norm", channel).size for channel in (None, 0, 2)] == [(5, 5), (1, 1), (5, 5)]


def test_a_flattened_unit_is_the_cell_that_it_was() -> None:
    nodes = (
        Node("input", Operation.INPUT, (), (2, 3, 4)),
        Node("flatten", Operation.FLATTEN, ("input",), (24,)),
        Node("relu", Operation.RELU, ("flatten",), (24,)),
        Node("dense", Operation.LINEAR, ("relu",), (5,)),
    )
    graph = Graph("f", "F", nodes)
    assert unflattened(graph, "relu", 12 + 4 + 3) == ("input", 1, (1, 3))
    assert unflattened(graph, "dense", 2) == ("dense", 2, ())
    assert unflattened(graph, "input", 1, (2, 0)) == ("input", 1, (2, 0))


_LAYER = st.tuples(
    st.sampled_from([Operation.CONV2D, Operation.MAX_POOL2D]),
    st.integers(1, 4),  # kernel
    st.integers(1, 3),  # stride
    st.integers(0, 2),  # padding
    st.integers(1, 2),  # dilation
)


def _build(size: int, layers: list[tuple[Operation, int, int, int, int]]) -> Graph:
    nodes = [Node("input", Operation.INPUT, (), (1, size, size + 1))]
    for i, (operation, kernel, stride, padding, dilation) in enumerate(layers):
        padding = min(padding, kernel // 2) if operation is Operation.MAX_POOL2D else padding
        reach = dilation * (kernel - 1) + 1
        shape = tuple((n + 2 * padding - reach) // stride + 1 for n in nodes[-1].output_shape[1:])
        if min(shape) < 1:
            break
        attributes = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        nodes.append(Node(f"n{i}", operation, (nodes[-1].name,), (1, *shape), attributes=attributes))
    return Graph("random", "Random", tuple(nodes))


def _marks(graph: Graph, axis: int, start: int) -> np.ndarray:
    """Which cells of the input, along an axis, the cell `start` of the last node comes from: marks spread backward."""
    cells = {start}
    for node, before in zip(reversed(graph.nodes[1:]), reversed(graph.nodes[:-1]), strict=True):
        window, size = windows(node)[axis], before.output_shape[1 + axis]
        cells = {
            place
            for cell in cells
            for i in range(window.size)
            if 0 <= (place := cell * window.stride - window.before + i * window.dilation) < size
        }
    return np.array(sorted(cells))


@settings(max_examples=60, deadline=None)
@given(st.integers(6, 20), st.lists(_LAYER, min_size=1, max_size=4), st.data())
def test_projection_is_the_hull_of_all_dependencies(
    size: int, layers: list[tuple[Operation, int, int, int, int]], data: st.DataObject
) -> None:
    graph = _build(size, layers)
    last = graph.nodes[-1]
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in spatial(last.output_shape))
    marks = [_marks(graph, axis, cell[axis]) for axis in (0, 1)]
    found = project(graph, last.name, cell, "input")
    if min(map(len, marks)) == 0:
        assert found is None  # all of it is padding
    else:
        assert found == tuple((int(places[0]), int(places[-1])) for places in marks)


@settings(max_examples=60, deadline=None)
@given(st.integers(6, 16), _LAYER, st.data())
def test_what_a_cell_reaches_comes_from_it(
    size: int, layer: tuple[Operation, int, int, int, int], data: st.DataObject
) -> None:
    graph = _build(size, [layer])
    if len(graph.nodes) == 1:
        return
    node = graph.nodes[-1]
    cell = (data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size)))
    expected = []
    for axis in (0, 1):
        window = windows(node)[axis]
        offsets = [i * window.dilation - window.before for i in range(window.size)]
        outs = range(node.output_shape[1 + axis])
        expected.append([out for out in outs if cell[axis] in {out * window.stride + by for by in offsets}])
    found = reached(graph, "input", cell, node.name)
    if all(expected):
        assert found == tuple((outs[0], outs[-1]) for outs in expected)
    else:
        assert found is None
