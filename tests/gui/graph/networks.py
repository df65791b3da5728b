"""Graphs of several forms for tests: made from modules of torch, as a session makes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.messages import DatasetFacts, Graph, Maps, Node, Operation, Quantity, Sample, Scale, Snapshot


@lru_cache(maxsize=8)
def catalogue(name: str) -> Graph:
    """A network of the catalogue, described without weights."""
    from engine.graph import trace_graph, with_softmax
    from engine.networks.catalogue import input_shape, skeleton

    return with_softmax(trace_graph(skeleton(name), input_shape(name), name=name, title=name, strict=True))


def graph(edges: Sequence[tuple[str, Operation, Sequence[str]]], shape: tuple[int, ...] = (8, 6, 6)) -> Graph:
    """Nodes as (name, operation, inputs), all of one shape; a concatenation has the channels of all its inputs."""
    nodes = [Node("input", Operation.INPUT, (), shape)]
    shapes = {"input": shape}
    for name, operation, inputs in edges:
        channels = sum(shapes[one][0] for one in inputs) if operation is Operation.CONCAT else shape[0]
        shapes[name] = (channels, *shape[1:])
        heavy = operation is Operation.CONV2D
        nodes.append(
            Node(
                name, operation, tuple(inputs), shapes[name], 100 if heavy else 0, 1000 if heavy else 0,
                {"kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1]} if heavy else {},
                {"weight": f"{name}.weight"} if heavy else {},
            )
        )  # fmt: skip
    return Graph("made", "Made for a test", tuple(nodes))


def facts(shown: Graph, classes: Sequence[str] = ()) -> DatasetFacts:
    count = (*shown.nodes[-1].output_shape, 1)[0]
    names = tuple(classes) or tuple(f"class {index}" for index in range(count))
    shape = shown.input_shape
    picture = (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, shape[0])
    return DatasetFacts("pictures", "Pictures", names, picture, 100, 100)


def snapshot(shown: Graph, names: Sequence[str], *, serial: int = 1, sample: Sample | None = None) -> Snapshot:
    """Values for the named nodes: map k of a node is brighter than map k + 1."""
    maps = {}
    for name in names:
        shape = shown[name].output_shape
        count, rows, columns = shape if len(shape) == 3 else (int(np.prod(shape)), 1, 1)
        ramp = np.linspace(250, 5, count).astype(np.uint8)
        pixels = np.ascontiguousarray(np.broadcast_to(ramp[:, None, None], (count, rows, columns)))
        maps[name] = Maps(pixels, np.ones(count, np.float32), False)
    count = (*shown.nodes[-1].output_shape, 1)[0]
    odds = np.linspace(1, 2, count, dtype=np.float32)
    odds /= odds.sum()
    picture = np.zeros(shown.input_shape, np.uint8)
    return Snapshot(
        serial, serial, serial, 0.1, sample or Sample(picture, "test", 3, 0), Quantity.ACTIVATIONS, Scale.LAYER, maps,
        {}, {}, np.log(odds), odds,
    )  # fmt: skip
