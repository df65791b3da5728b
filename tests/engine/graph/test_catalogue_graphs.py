"""The graphs of the catalogue's own networks, number by number."""

from __future__ import annotations

import json

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine import networks
from engine.graph import trace_graph, with_softmax
from engine.messages import Graph, Operation


@pytest.fixture(scope="module")
def lenet() -> Graph:
    return trace_graph(networks.build("lenet"), (1, 28, 28), name="lenet", title="LeNet", subtitle="1998")


def test_lenet_node_by_node(lenet: Graph) -> None:
    table = [(n.name, n.operation.value, n.output_shape, n.parameters, n.multiply_adds) for n in lenet.nodes]
    assert table == [
        ("input", "input", (1, 28, 28), 0, 0),
        ("conv1", "conv2d", (6, 28, 28), 156, 117_600),
        ("act1", "sigmoid", (6, 28, 28), 0, 0),
        ("pool1", "avg_pool2d", (6, 14, 14), 0, 0),
        ("conv2", "conv2d", (16, 10, 10), 2_416, 240_000),
        ("act2", "sigmoid", (16, 10, 10), 0, 0),
        ("pool2", "avg_pool2d", (16, 5, 5), 0, 0),
        ("flatten", "flatten", (400,), 0, 0),
        ("dense1", "linear", (120,), 48_120, 48_000),
        ("act3", "sigmoid", (120,), 0, 0),
        ("dense2", "linear", (84,), 10_164, 10_080),
        ("act4", "sigmoid", (84,), 0, 0),
        ("output", "linear", (10,), 850, 840),
    ]
    assert (lenet.parameters, lenet.multiply_adds) == (61_706, 416_520)
    assert lenet.edges == tuple(zip([n.name for n in lenet.nodes], [n.name for n in lenet.nodes][1:], strict=False))
    assert (lenet.title, lenet.subtitle, lenet.notes) == ("LeNet", "1998", ())


def test_lenet_attributes_and_weights(lenet: Graph) -> None:
    assert lenet["conv1"].attributes == {
        "in_channels": 1,
        "out_channels": 6,
        "kernel_size": [5, 5],
        "stride": [1, 1],
        "padding": [2, 2],
        "dilation": [1, 1],
        "groups": 1,
        "bias": True,
        "padding_mode": "zeros",
    }
    assert lenet["conv1"].weights == {"weight": "conv1.weight", "bias": "conv1.bias"}
    assert lenet["conv1"].module == "Conv2d"
    assert lenet["pool2"].attributes["kernel_size"] == lenet["pool2"].attributes["stride"] == [2, 2]
    assert set(networks.build("lenet").state_dict()) == {k for n in lenet.nodes for k in n.weights.values()}


def test_softmax_is_appended_once(lenet: Graph) -> None:
    graph = with_softmax(lenet)
    assert graph.nodes[-1].operation is Operation.SOFTMAX
    assert (graph.nodes[-1].inputs, graph.nodes[-1].output_shape) == (("output",), (10,))
    assert with_softmax(graph) is graph
    assert len(lenet.nodes) == 13


def test_json_round_trip(lenet: Graph) -> None:
    text = json.dumps(with_softmax(lenet).to_json())
    again = Graph.from_json(json.loads(text))
    assert json.dumps(again.to_json()) == text
    assert again["conv2"].output_shape == (16, 10, 10)
    assert again.edges == with_softmax(lenet).edges
    for broken in ({}, {"nodes": [{}]}, {"nodes": 3}, {"nodes": [], "name": ""}):
        with pytest.raises(ValueError, match="not a graph"):
            Graph.from_json(broken)
    with pytest.raises(ValueError, match="no_such"):
        Graph.from_json(json.loads(text.replace('"conv2d"', '"no_such"')))


@pytest.mark.parametrize("name", ["lenet", "lenet-relu", "mlp"])
def test_tracing_changes_nothing_and_agrees_with_torchs_counter(name: str) -> None:
    module = networks.build(name)
    module.train()
    module.get_submodule("output").eval()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    state = torch.get_rng_state()
    graph = trace_graph(module, (1, 28, 28), name=name, title=name)
    assert torch.equal(torch.get_rng_state(), state)
    assert module.training
    assert not module.get_submodule("output").training
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, 1, 28, 28))
    assert graph.multiply_adds == counter.get_total_flops() // 2
    assert graph.parameters == sum(one.numel() for one in module.parameters())
