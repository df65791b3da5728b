"""The strongest contributions into dense layers."""

from __future__ import annotations

import numpy as np

from engine.links import linked, strongest
from engine.messages import Graph, Node, Operation


def _dense(name: str, source: str, units: int) -> Node:
    return Node(name, Operation.LINEAR, (source,), (units,), weights={"weight": f"{name}.weight"})


def test_first_dense_layer_shows_48_those_between_64_the_last_all_that_matter() -> None:
    nodes = (Node("input", Operation.INPUT, (), (400,)), _dense("a", "input", 120), _dense("b", "a", 84))
    graph = Graph("net", "Net", (*nodes, _dense("c", "b", 10)))
    assert [(link.node.name, link.source, link.count) for link in linked(graph)] == [
        ("a", "input", 48),
        ("b", "a", 64),
        ("c", "b", None),
    ]


def test_links_are_the_strongest_products_in_order() -> None:
    rng = np.random.default_rng(0)
    weight, activation = rng.normal(size=(30, 20)).astype(np.float32), rng.normal(size=20).astype(np.float32)
    links = strongest(weight, activation, 48)
    products = weight * activation
    np.testing.assert_array_equal(links.values, products[links.targets, links.sources])
    np.testing.assert_array_equal(np.abs(links.values), np.sort(np.abs(products).ravel())[-48:])
    assert links.sources.dtype == links.targets.dtype == np.int32
    assert links.values.dtype == np.float32


def test_into_the_last_layer_all_above_two_percent_of_the_strongest() -> None:
    weight = np.array([[1.0, -0.5, 0.03], [0.019, 0.0, 0.021]], np.float32)
    links = strongest(weight, np.ones(3, np.float32), None)
    np.testing.assert_allclose(links.values, [0.021, 0.03, -0.5, 1.0])
    assert list(zip(links.targets.tolist(), links.sources.tolist(), strict=True)) == [(1, 2), (0, 2), (0, 1), (0, 0)]


def test_silent_and_broken_units_contribute_nothing() -> None:
    weight = np.ones((2, 3), np.float32)
    assert len(strongest(weight, np.zeros(3, np.float32), 48).values) == 0
    assert len(strongest(weight, np.zeros(3, np.float32), None).values) == 0
    links = strongest(weight, np.array([np.nan, 0, 2], np.float32), 48)
    np.testing.assert_array_equal(links.sources, 2)
    np.testing.assert_array_equal(links.values, 2.0)


def test_of_the_largest_layers_no_lines_are_sought() -> None:
    def dense(name: str, source: str, features: int, units: int) -> Node:
        return Node(
            name, Operation.LINEAR, (source,), (units,), attributes={"in_features": features}, weights={"weight": name}
        )

    nodes = (
        Node("input", Operation.INPUT, (), (25088,)),
        dense("a", "input", 25088, 4096),
        dense("b", "a", 4096, 1000),
    )
    assert [link.node.name for link in linked(Graph("net", "Net", nodes))] == ["b"]
