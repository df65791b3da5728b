"""Every network of the catalogue: it opens, trains a step, is looked into at its first, middle and last layer, and a
cell of every kind of its layers is stepped with the value that the engine computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import Tensor

from engine import networks, traces
from engine.graph import trace_graph, with_softmax
from engine.messages import Graph, Node, Watch
from engine.networks.network import Network
from engine.probe import Probe
from engine.training.sgd import SGD
from engine.twin import Twin

NAMES = [entry.name for entry in networks.catalogue()]
SMALL = [name for name in NAMES if networks.input_shape(name)[1] <= 64]
# Of the large ones one of each kind of block (VGG's is AlexNet's); the others differ in how many there are.
LARGE = {
    "alexnet": (3, 67, 67),
    "googlenet": (3, 48, 48),
    "resnet18": (3, 40, 40),
    "resnet50": (3, 40, 40),
    "densenet121": (3, 40, 40),
}
DEEPER = [name for name in NAMES if name not in SMALL and name not in LARGE]


@contextmanager
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def opened(name: str, shape: tuple[int, int, int]) -> tuple[Network, Graph]:
    network = networks.build(name, seed=3, input_shape=shape, classes=10)
    form = networks.skeleton(name, input_shape=shape, classes=10)
    return network, with_softmax(trace_graph(form, shape, name=name, title=name, strict=True))


def pictures(shape: tuple[int, int, int], count: int = 4) -> Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(1))


def train_a_step(network: Network, shape: tuple[int, int, int]) -> None:
    network.train()
    before = [one.detach().clone() for one in network.parameters()]
    loss = torch.nn.functional.cross_entropy(network(pictures(shape)), torch.tensor([1, 2, 3, 4]))
    loss.backward()
    SGD(network).step(learning_rate=0.01, momentum=0.0, weight_decay=0.0)
    assert torch.isfinite(loss)
    moved = [not torch.equal(one, old) for one, old in zip(network.parameters(), before, strict=True)]
    assert sum(moved) > 0.9 * len(moved)


def step_a_cell(probe: Probe, node: Node, x: Tensor) -> None:
    """The node's trace, made of the exact numbers that a viewer gets, holds the engine's output, and steps a cell."""
    focus = probe.picture(inputs=x, watch=Watch((), focus=node.name)).focus
    assert focus is not None
    trace = traces.of_node(node, focus.inputs or (focus.output,), focus.weights)
    size = max(1.0, float(np.abs(focus.output).max()))
    np.testing.assert_allclose(trace.output, focus.output, rtol=1e-3, atol=1e-4 * size)
    for place in (0, len(trace) // 2, len(trace) - 1):
        step = trace[place]
        np.testing.assert_allclose(step.value, focus.output[step.index], rtol=1e-3, atol=1e-4 * size)
        assert step.formula


def look(probe: Probe, node: Node, x: Tensor) -> None:
    picture = probe.picture(inputs=x, watch=Watch((node.name,), focus=node.name, largest=16))
    assert picture.focus is not None
    assert picture.focus.output.shape == node.output_shape
    maps = picture.maps[node.name]
    assert maps.pixels.shape[0] == (node.output_shape[0] if node.output_shape else 1)
    assert max(maps.pixels.shape[1:]) <= 16
    assert np.isfinite(maps.limits).all()


def first_of_each_kind(graph: Graph) -> list[Node]:
    return list({node.operation: node for node in reversed(graph.nodes)}.values())


@pytest.mark.parametrize("name", [*SMALL, *LARGE])
def test_it_opens_trains_is_looked_into_and_stepped(name: str) -> None:
    shape = LARGE.get(name) or networks.input_shape(name)
    with one_thread():
        network, graph = opened(name, shape)
        train_a_step(network, shape)
        probe = Probe(graph=graph, twin=Twin(network, graph))
        x = pictures(shape, 1)
        layers = [node for node in graph.nodes if node.weights]
        for node in (layers[0], layers[len(layers) // 2], layers[-1], graph.nodes[-1]):
            look(probe, node, x)
        for node in first_of_each_kind(graph):
            step_a_cell(probe, node, x)


@pytest.mark.parametrize("name", DEEPER)
def test_the_deeper_ones_are_of_the_same_kinds_and_every_node_is_found(name: str) -> None:
    shape = networks.input_shape(name)
    network = networks.skeleton(name)
    graph = trace_graph(network, shape, name=name, title=name, strict=True)
    known = {"input", "conv2d", "batch_norm", "relu", "max_pool2d", "avg_pool2d", "adaptive_avg_pool"}
    known |= {"flatten", "linear", "dropout", "add", "concat"}
    assert {str(node.operation) for node in graph.nodes} <= known
    twin = Twin(network, graph)
    names = [node.name for node in graph.nodes]
    found = twin.tapped(names)(torch.zeros(1, *shape, device="meta"))
    assert [tuple(values.shape[1:]) for values in found] == [node.output_shape for node in graph.nodes]
