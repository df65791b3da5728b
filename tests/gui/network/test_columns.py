"""Which nodes become columns, and what stands on the arrows between them; the facts of layers."""

from __future__ import annotations

import pytest

from engine.messages import Graph, Node, Operation
from gui.views.network import wording
from gui.views.network.columns import Kind, columns
from gui.views.network.facts import facts, parameter_sum
from tests.gui import samples


def _words(graph: Graph) -> list[tuple[str, str, str]]:
    found = []
    for column in columns(graph)[1:]:
        above = ", ".join(word.full for word in column.above)
        found.append((above, ", ".join(word.full for word in column.below) or column.note, column.title))
    return found


def test_lenet_reads_as_sketched() -> None:
    assert _words(samples.lenet_graph()) == [
        ("Conv 5×5", "pad 2", "Conv 1"),
        ("ReLU", "Max pool 2/2", "Pool 1"),
        ("Conv 5×5", "", "Conv 2"),
        ("ReLU", "Max pool 2/2", "Pool 2"),
        ("Flatten", "Linear, ReLU", "Dense"),
        ("Linear", "ReLU", "Dense"),
        ("Linear", "Softmax", "Output"),
    ]


def test_the_lectures_lenet() -> None:
    words = _words(samples.lenet_graph("sigmoid"))
    assert words[1] == ("Sigmoid", "Average pool 2/2", "Pool 1")
    assert words[4] == ("Flatten", "Linear, Sigmoid", "Dense")


def test_columns_show_values_before_or_behind_the_activation() -> None:
    found = columns(samples.lenet_graph())
    assert [column.node for column in found] == [
        "input", "conv1", "pool1", "conv2", "pool2", "act3", "act4", "output",
    ]  # fmt: skip
    assert [column.layer for column in found][-3:] == ["dense1", "dense2", "softmax"]
    assert [column.signed for column in found] == [False, True, False, True, False, False, False, True]
    assert [column.shape for column in found] == [
        "28×28×1", "28×28×6", "14×14×6", "10×10×16", "5×5×16", "120", "84", "10",
    ]  # fmt: skip
    assert [column.keeps_maps for column in found] == [False, False, True, False, True, False, False, False]


def test_kernels_stand_before_each_map_or_for_one_map_at_a_time() -> None:
    found = {column.node: column.kernels for column in columns(samples.lenet_graph(channels=3, size=32))}
    first, second = found["conv1"], found["conv2"]
    assert first is not None
    assert (first.each_map, first.inputs) == (True, 3)
    assert second is not None
    assert (second.each_map, second.inputs) == (False, 6)
    assert found["pool1"] is None


def test_a_deeper_network() -> None:
    graph = samples.deep_graph()
    words = _words(graph)
    assert words[0] == ("Conv 3×3", "pad 1", "Conv 1")
    assert words[1] == ("Batch norm, ReLU", "Conv 3×3, pad 1", "Conv 2")
    assert words[2] == ("Batch norm, ReLU", "Max pool 2/2", "Pool 1")
    dense = columns(graph)[-2]
    assert (dense.kind, dense.node, dense.layer) == (Kind.DENSE, "drop", "dense1")
    assert not dense.signed


def test_without_a_softmax_the_last_dense_layer_is_the_output() -> None:
    graph = samples.mlp_graph()
    bare = Graph(graph.name, graph.title, graph.nodes[:-1])
    found = columns(bare)
    assert found[-1].kind is Kind.OUTPUT
    assert (found[-1].node, found[-1].layer) == ("output", "output")


def test_a_network_that_ends_in_maps_has_no_output() -> None:
    graph = samples.chain(
        "f", "F", (1, 16, 16), (("conv", Operation.CONV2D, {"out_channels": 2, "kernel_size": 3, "padding": 1}),)
    )
    assert [column.kind for column in columns(graph)] == [Kind.INPUT, Kind.MAPS]


def test_nodes_of_a_column_cover_the_graph() -> None:
    for graph in (samples.lenet_graph(), samples.mlp_graph((64, 32)), samples.deep_graph()):
        names = [name for column in columns(graph) for name in column.nodes]
        assert names == [node.name for node in graph.nodes]


@pytest.mark.parametrize(
    ("operation", "attributes", "text", "more"),
    [
        (Operation.CONV2D, {"kernel_size": [3, 5], "stride": [2, 2]}, "Conv 3×5", "stride 2"),
        (Operation.CONV2D, {"kernel_size": 3, "groups": 8}, "Depthwise conv 3×3", ""),
        (Operation.CONV2D, {"kernel_size": 3, "groups": 2, "dilation": 2}, "Conv 3×3", "2 groups, dilation 2"),
        (Operation.CONV2D, {"kernel_size": 3, "padding": "same"}, "Conv 3×3", "pad same"),
        (Operation.MAX_POOL2D, {"kernel_size": 3, "stride": 2, "padding": 1}, "Max pool 3/2", "pad 1"),
        (Operation.ADAPTIVE_AVG_POOL, {"output_size": [1, 1]}, "Global average pool", ""),
        (Operation.ADAPTIVE_MAX_POOL, {"output_size": 7}, "Adaptive max pool", ""),
    ],
)
def test_wording(operation: Operation, attributes: dict[str, object], text: str, more: str) -> None:
    node = Node("n", operation, ("input",), (8, 4, 4), attributes=attributes)
    assert wording.operation(node) == text
    assert wording.parameters(node) == more


def test_facts_of_a_convolution_write_the_sums_out() -> None:
    rows = dict(facts(samples.lenet_graph(), "conv2", "Conv 2").rows)
    assert rows["Kernel"] == "5×5"
    assert rows["Output size"] == "⌊(14 + 2·0 − 5)/1⌋ + 1 = 10"
    assert rows["Shape"] == "10×10×16"
    assert rows["Parameters"] == "16 × (6·5·5 + 1) = 2,416"
    assert rows["Multiply-adds"] == "10·10·16 × 6·5·5 = 240,000"
    assert rows["Receptive field"] == "14×14, stride 2"


def test_facts_of_other_layers() -> None:
    graph = samples.lenet_graph()
    assert dict(facts(graph, "pool1").rows)["Output size"] == "⌊(28 + 2·0 − 2)/2⌋ + 1 = 14"
    assert dict(facts(graph, "dense1").rows)["Parameters"] == "120 × (400 + 1) = 48,120"
    assert dict(facts(graph, "dense1").rows)["Multiply-adds"] == "120 × 400 = 48,000"
    assert dict(facts(graph, "flatten").rows)["Units"] == "5·5·16 = 400"
    assert dict(facts(graph, "act1").rows)["Each value"] == "max(0, x)"
    assert dict(facts(graph, "pool1").rows)["Parameters"] == "0"
    assert dict(facts(graph, "input").rows) == {"Shape": "28×28×1"}


def test_all_written_sums_are_true() -> None:
    """Whatever stands left of an equals sign gives what stands right of it."""
    for graph in (samples.lenet_graph(channels=3, size=32), samples.mlp_graph((64, 32)), samples.deep_graph((8, 16))):
        for node in graph.nodes:
            for label, text in facts(graph, node.name).rows:
                if " = " not in text:
                    continue
                left, right = text.split(" = ")
                for sign, plain in (("·", "*"), ("×", "*"), ("−", "-"), ("⌊", "int("), ("⌋", ")"), (",", "")):
                    left, right = left.replace(sign, plain), right.replace(sign, plain)
                assert eval(left) == int(right), (node.name, label, text)


def test_a_sum_that_does_not_hold_is_not_written_out() -> None:
    graph = samples.lenet_graph()
    node = Node("odd", Operation.CONV2D, ("input",), (6, 28, 28), 999, 0, {"kernel_size": 5}, {"weight": "w"})
    assert parameter_sum(graph, node) == "999"
