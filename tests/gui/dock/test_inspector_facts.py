"""The facts of a cell: receptive field, positions, parameters, and what becomes of it in the pool behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import traces
from engine.messages import Graph, Node, Operation
from gui.views import words
from gui.views.inspector import facts
from gui.views.inspector.facts import Pin
from tests.gui.dock.examples import Example, lenet


def test_the_facts_of_lenets_conv_2_are_those_of_the_paper() -> None:
    found = dict(facts.of_cell(lenet(), Pin("conv2", 8, 5, 6)))
    assert found == {
        "Receptive field": "14×14",
        "Input rows": "8–21",
        "Input columns": "10–23",
        "Input stride": "2",
        "Parameters": "151",
    }


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("conv1", {"Receptive field": "5×5", "Input rows": "0–2", "Parameters": "26"}),
        ("pool2", {"Receptive field": "16×16", "Input stride": "4", "Window": "2×2"}),
        ("dense1", {"Receptive field": "whole input", "Inputs": "400", "Parameters": "401"}),
        ("input", {"Size": "28×28×1"}),
    ],
)
def test_the_facts_of_other_kinds(node: str, expected: dict[str, str]) -> None:
    assert expected.items() <= dict(facts.of_cell(lenet(), Pin(node, 0, 0, 0))).items()


@pytest.mark.parametrize(
    ("node", "written", "total"),
    [
        ("conv1", "6 × (1 × 5 × 5 + 1)", 156),
        ("conv2", "16 × (6 × 5 × 5 + 1)", 2416),
        ("dense1", "120 × (400 + 1)", 48120),
    ],
)
def test_parameters_are_written_as_a_sum_that_is_right(node: str, written: str, total: int) -> None:
    graph = lenet()
    assert facts.parameter_sum(graph, graph[node]) == written
    assert eval(written.replace("×", "*")) == total == graph[node].parameters
    assert ("", written) in facts.of_layer(graph, graph[node])


def test_a_linear_layer_over_a_sequence_counts_its_own_inputs() -> None:
    graph = Graph(
        "net",
        "Net",
        (
            Node(name="input", operation=Operation.INPUT, inputs=(), output_shape=(16, 32)),
            Node(name="emb", operation=Operation.OTHER, inputs=("input",), output_shape=(16, 32), module="Embedding"),
            Node(
                name="fc", operation=Operation.LINEAR, inputs=("emb",), output_shape=(16, 64), parameters=64 * 33,
                attributes={"in_features": 32}, weights={"weight": "fc.weight", "bias": "fc.bias"},
            ),
        ),
    )  # fmt: skip
    assert facts.parameter_sum(graph, graph["fc"]) == "64 × (32 + 1)"
    assert words.titles(graph)["emb"] == "emb"


def test_who_wins_in_the_pool_is_who_wins_in_its_trace(example: Example) -> None:
    winners = {}
    trace = traces.max_pool(example.values["act2"], 2)
    for index in np.ndindex(*example.graph["pool2"].output_shape):
        (term,) = (term for term in trace.at(index).terms if term.weight_value == 1)
        winners[term.input_index] = index
    output = example.values["conv2"]
    for cell in np.ndindex(3, 10, 10):
        fact = facts.Fate(example.graph, Pin("conv2", *cell)).fact(output)
        assert fact is not None
        place = f"({cell[1] // 2}, {cell[2] // 2})"
        assert fact == (f"{'Wins' if cell in winners else 'Loses'} in Pool 2", place)


def test_a_cell_counts_in_an_average_and_has_no_fate_before_dense_layers(example: Example) -> None:
    nodes = tuple(
        replace(each, operation=Operation.AVG_POOL2D) if each.operation is Operation.MAX_POOL2D else each
        for each in example.graph.nodes
    )
    graph = Graph("lenet", "LeNet", nodes)
    assert facts.Fate(graph, Pin("conv2", 0, 9, 3)).fact(example.values["conv2"]) == ("Counts in Pool 2", "(4, 1)")
    assert facts.Fate(graph, Pin("pool2", 0, 0, 0)).fact(example.values["pool2"]) is None
    assert facts.Fate(graph, Pin("dense1", 0, 0, 0)).fact(example.values["dense1"]) is None


def test_nodes_are_called_as_the_stage_calls_them() -> None:
    graph = lenet()
    names = words.titles(graph)
    assert [names[key] for key in ("conv1", "conv2", "pool2", "act3", "dense2", "output", "softmax", "flatten")] == [
        "Conv 1", "Conv 2", "Pool 2", "ReLU 3", "Dense 2", "Output", "Softmax", "Flatten",
    ]  # fmt: skip
    assert words.channel(graph, graph["output"], 7, ("a",) * 7 + ("ship",)) == "ship"
    assert words.channel(graph, graph["output"], 7) == "class 7"
    assert words.channel(graph, graph["dense1"], 3) == "unit 3"
    assert words.channel(graph, graph["conv1"], 3) == "map 3"


def test_behind_a_transposed_convolution_the_field_is_that_of_the_cell() -> None:
    up = Node(
        "up",
        Operation.CONV_TRANSPOSE2D,
        ("input",),
        (2, 16, 16),
        attributes={"kernel_size": [2, 2], "stride": [2, 2]},
        weights={"weight": "up.weight"},
    )
    graph = Graph("up", "Up", (Node("input", Operation.INPUT, (), (1, 8, 8)), up))
    found = dict(facts.of_cell(graph, Pin("up", 1, 5, 7)))
    assert found["Receptive field"] == "1×1"
    assert (found["Input rows"], found["Input columns"]) == ("2", "3")
