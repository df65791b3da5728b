"""The networks in their papers' sizes, described without memory for weights: torchvision's to the letter."""

from __future__ import annotations

import hashlib

import pytest
import torch

from engine import networks
from engine.graph import trace_graph
from engine.messages import Graph, Operation
from tests.engine.networks.published_facts import FACTS


def described(name: str) -> Graph:
    return trace_graph(networks.skeleton(name), networks.input_shape(name), name=name, title=name, strict=True)


@pytest.mark.parametrize("name", list(FACTS))
def test_names_order_and_shapes_are_torchvisions(name: str) -> None:
    parameters, entries, digest = FACTS[name]
    network = networks.skeleton(name)
    state = network.state_dict()
    lines = "\n".join(f"{key} {tuple(value.shape)}" for key, value in state.items())
    assert sum(one.numel() for one in network.parameters()) == parameters
    assert len(state) == entries
    assert hashlib.sha256(lines.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    ("name", "giga"),  # multiply-adds of one picture, as torchvision states them (in thousand millions, two places)
    [
        *(("alexnet", 0.71), ("vgg16", 15.47), ("googlenet", 1.50), ("resnet18", 1.81), ("resnet50", 4.09)),
        *(("resnet152", 11.51), ("densenet121", 2.83), ("densenet201", 4.29)),
    ],
)
def test_the_whole_graph_is_described_without_weights(name: str, giga: float) -> None:
    graph = described(name)
    assert graph.parameters == FACTS[name][0]
    assert round(graph.multiply_adds / 1e9, 2) == giga
    assert graph.notes == ()
    assert Operation.OTHER not in {node.operation for node in graph.nodes}
    assert graph.nodes[-1].output_shape == (1000,)


def test_blocks_are_named_as_in_the_papers() -> None:
    names = {node.name for name in ("resnet50", "googlenet", "densenet121") for node in described(name).nodes}
    assert {"layer1.0.conv1", "layer1.0.downsample.0", "layer4.2.add", "layer1.0.relu_3"} <= names
    assert {"inception3a.branch1.conv", "inception5b.branch4.0", "inception4e.cat"} <= names
    assert {"features.denseblock1.denselayer1.conv1", "features.denseblock4.cat", "features.transition3.pool"} <= names


def test_shapes_are_the_papers() -> None:
    shapes = {
        (name, node.name): node.output_shape for name in ("vgg16", "densenet121") for node in described(name).nodes
    }
    pools = ("features.4", "features.9", "features.16", "features.23", "features.30")
    assert [shapes["vgg16", pool][1] for pool in pools] == [112, 56, 28, 14, 7]
    assert [shapes["densenet121", f"features.denseblock{n}.cat"] for n in (1, 2, 3, 4)] == [
        *((256, 56, 56), (512, 28, 28), (1024, 14, 14), (1024, 7, 7)),
    ]


def test_a_large_network_is_built_whole_and_alike() -> None:
    first = networks.build("resnet18", seed=5).state_dict()
    again = networks.build("resnet18", seed=5).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert all(torch.isfinite(value).all() for value in first.values())
    assert all((value == 1).all() for key, value in first.items() if key.endswith("running_var"))
