"""Every network of the catalogue in its smallest sizes: the lecture's shapes, what it takes, how it starts."""

from __future__ import annotations

import math

import pytest
import torch

from engine import networks
from engine.graph import trace_graph
from engine.messages import Graph

NAMES = [entry.name for entry in networks.catalogue()]
SMALL = [name for name in NAMES if networks.input_shape(name)[1] <= 64]


def described(name: str, shape: tuple[int, int, int] | None = None) -> Graph:
    shape = shape or networks.input_shape(name)
    return trace_graph(networks.skeleton(name, input_shape=shape), shape, name=name, title=name, strict=True)


def shapes(name: str) -> dict[str, tuple[int, ...]]:
    return {node.name: node.output_shape for node in described(name).nodes}


def test_the_lectures_cnn_has_the_lectures_shapes() -> None:
    assert shapes("lecture-cnn") == {
        "input": (3, 32, 32),
        "conv": (12, 8, 8),
        "relu": (12, 8, 8),
        "pool": (12, 3, 3),
        "flatten": (108,),
        "output": (10,),
    }


def test_tiny_vgg_is_cnn_explainers() -> None:
    graph = described("tiny-vgg")
    assert graph.parameters == 19_920
    sides = [node.output_shape[1] for node in graph.nodes if node.operation in ("conv2d", "max_pool2d")]
    assert sides == [62, 60, 30, 28, 26, 13]


@pytest.mark.parametrize(("name", "parameters"), [("nin", 966_986), ("resnet20", 272_474), ("resnet-small", 78_042)])
def test_those_of_papers_about_small_pictures(name: str, parameters: int) -> None:
    graph = described(name)
    assert graph.parameters == parameters
    assert graph.nodes[-1].output_shape == (10,)


@pytest.mark.parametrize("name", NAMES)
def test_each_takes_the_smallest_picture_that_it_says_it_takes_and_says_what_it_is(name: str) -> None:
    entry = next(one for one in networks.catalogue() if one.name == name)
    assert entry.title
    assert entry.subtitle
    assert entry.summary
    assert "photographs" in entry.fits
    least = next(side for side in range(1, 80) if networks.fit_problem(name, (1, side, side)) is None)
    assert described(name, (1, least, least)).nodes[-1].output_shape == (networks.class_count(name),)
    for dataset, side in (("digits", 28), ("mnist", 28), ("cifar-10", 32)):
        takes = networks.fit_problem(name, (3, side, side)) is None
        assert (dataset in entry.fits) == (takes and (name in SMALL or side == 32))


@pytest.mark.parametrize("name", [*SMALL, "resnet18"])
def test_weights_depend_on_the_seed_alone_and_are_all_drawn(name: str) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first, second, other = (networks.build(name, seed=seed).state_dict() for seed in (7, 7, 8))
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)
    network = networks.build(name)
    with torch.no_grad():
        for one in (*network.parameters(), *network.buffers()):
            if one.is_floating_point():
                one.fill_(math.nan)
    network.initialize(torch.Generator().manual_seed(7))
    assert all(torch.equal(first[key], value) for key, value in network.state_dict().items())


@pytest.mark.parametrize("name", SMALL)
def test_small_ones_start_with_signals_of_a_sane_size(name: str) -> None:
    network = networks.build(name, seed=1).eval()
    pictures = torch.randn(8, *networks.input_shape(name), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits = network(pictures)
    assert logits.shape == (8, 10)
    assert 0.0005 < float(logits.std()) < 20
