"""Graphs, snapshots and galleries for tests of views: small, deterministic, plausible, made without an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.messages import (
    DatasetFacts,
    Focus,
    Gallery,
    Graph,
    Links,
    Maps,
    Node,
    Operation,
    Quantity,
    Sample,
    Scale,
    Snapshot,
)

DIGITS = tuple(str(digit) for digit in range(10))
FASHION = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
_CONVOLUTIONS = (Operation.CONV1D, Operation.CONV2D)


def chain(
    name: str, title: str, input_shape: tuple[int, ...], layers: Sequence[tuple[str, Operation, Mapping[str, Any]]]
) -> Graph:
    """A chain of (name, operation, attributes): shapes, parameters and multiply-adds are worked out.

    Convolutions take `out_channels`, linear layers `out_features` among their attributes.
    """
    nodes = [Node("input", Operation.INPUT, (), input_shape)]
    for node_name, operation, attributes in layers:
        nodes.append(_node(node_name, operation, dict(attributes), nodes[-1]))
    return Graph(name, title, tuple(nodes))


def _node(name: str, operation: Operation, attributes: dict[str, Any], before: Node) -> Node:
    shape = before.output_shape
    parameters = multiply_adds = 0
    weights: dict[str, str] = {}
    if operation in _CONVOLUTIONS or "pool" in operation.value:
        axes = len(shape) - 1
        kernel = _each(attributes["kernel_size"], axes)
        pooling = operation not in _CONVOLUTIONS
        stride = _each(attributes.get("stride", kernel if pooling else 1), axes)
        padding = _each(attributes.get("padding", 0), axes)
        spatial = tuple(
            (size + 2 * p - k) // s + 1 for size, k, s, p in zip(shape[1:], kernel, stride, padding, strict=True)
        )
        attributes |= {"kernel_size": list(kernel), "stride": list(stride), "padding": list(padding)}
        channels = shape[0]
        if not pooling:
            channels = attributes["out_channels"]
            inputs = shape[0] // attributes.get("groups", 1)
            attributes["in_channels"] = shape[0]
            parameters = channels * (inputs * int(np.prod(kernel)) + 1)
            multiply_adds = channels * inputs * int(np.prod(kernel)) * int(np.prod(spatial))
            weights = {"weight": f"{name}.weight", "bias": f"{name}.bias"}
        shape = (channels, *spatial)
    elif operation is Operation.LINEAR:
        attributes["in_features"] = shape[0]
        parameters = attributes["out_features"] * (shape[0] + 1)
        multiply_adds = attributes["out_features"] * shape[0]
        weights = {"weight": f"{name}.weight", "bias": f"{name}.bias"}
        shape = (attributes["out_features"],)
    elif operation is Operation.FLATTEN:
        shape = (int(np.prod(shape)),)
    return Node(name, operation, (before.name,), shape, parameters, multiply_adds, attributes, weights, name)


def _each(value: Any, axes: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (int(value),) * axes


def lenet_graph(kind: str = "relu", *, channels: int = 1, size: int = 28, classes: int = 10) -> Graph:
    """LeNet: `kind` "relu" with max pooling, or "sigmoid" with average pooling; its softmax is the last node."""
    act = Operation.RELU if kind == "relu" else Operation.SIGMOID
    pool = Operation.MAX_POOL2D if kind == "relu" else Operation.AVG_POOL2D
    graph = chain(
        "lenet-relu" if kind == "relu" else "lenet",
        "LeNet",
        (channels, size, size),
        (
            ("conv1", Operation.CONV2D, {"out_channels": 6, "kernel_size": 5, "padding": 2}),
            ("act1", act, {}),
            ("pool1", pool, {"kernel_size": 2}),
            ("conv2", Operation.CONV2D, {"out_channels": 16, "kernel_size": 5}),
            ("act2", act, {}),
            ("pool2", pool, {"kernel_size": 2}),
            ("flatten", Operation.FLATTEN, {}),
            ("dense1", Operation.LINEAR, {"out_features": 120}),
            ("act3", act, {}),
            ("dense2", Operation.LINEAR, {"out_features": 84}),
            ("act4", act, {}),
            ("output", Operation.LINEAR, {"out_features": classes}),
            ("softmax", Operation.SOFTMAX, {"axis": -1}),
        ),
    )
    subtitle = "ReLU, max pooling" if kind == "relu" else "sigmoid, average pooling"
    return Graph(graph.name, graph.title, graph.nodes, subtitle)


def mlp_graph(units: Sequence[int] = (128,), classes: int = 10) -> Graph:
    """Dense layers alone, on 28x28 pictures."""
    layers: list[tuple[str, Operation, dict[str, Any]]] = [("flatten", Operation.FLATTEN, {})]
    for index, size in enumerate(units, 1):
        layers.append((f"dense{index}", Operation.LINEAR, {"out_features": size}))
        layers.append((f"act{index}", Operation.RELU, {}))
    layers.append(("output", Operation.LINEAR, {"out_features": classes}))
    layers.append(("softmax", Operation.SOFTMAX, {"axis": -1}))
    return chain("mlp", "Multilayer perceptron", (1, 28, 28), layers)


def deep_graph(blocks: Sequence[int] = (32, 64, 128), *, channels: int = 3, size: int = 32, classes: int = 10) -> Graph:
    """A deeper network: a block of two 3x3 convolutions and a pooling for each entry, then two dense layers."""
    layers: list[tuple[str, Operation, dict[str, Any]]] = []
    for block, maps in enumerate(blocks, 1):
        for part in (1, 2):
            layers.append(
                (f"conv{block}_{part}", Operation.CONV2D, {"out_channels": maps, "kernel_size": 3, "padding": 1})
            )
            layers.append((f"norm{block}_{part}", Operation.BATCH_NORM, {}))
            layers.append((f"act{block}_{part}", Operation.RELU, {}))
        layers.append((f"pool{block}", Operation.MAX_POOL2D, {"kernel_size": 2}))
    layers += [
        ("flatten", Operation.FLATTEN, {}),
        ("dense1", Operation.LINEAR, {"out_features": 256}),
        ("act_dense", Operation.RELU, {}),
        ("drop", Operation.DROPOUT, {"p": 0.5}),
        ("output", Operation.LINEAR, {"out_features": classes}),
        ("softmax", Operation.SOFTMAX, {"axis": -1}),
    ]
    return chain("deep", "Deep", (channels, size, size), layers)


def facts(graph: Graph, classes: Sequence[str] = DIGITS) -> DatasetFacts:
    """Facts of a dataset that fits the graph."""
    shape = (*graph.input_shape, 1, 1)[:3]
    return DatasetFacts("digits", "Digits", tuple(classes), shape, 60_000, 10_000)  # type: ignore[arg-type]


def digit_picture(shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0) -> np.ndarray:
    """A stroke that looks a little like a 7: uint8 (channels, height, width)."""
    channels, height, width = shape
    rows, columns = np.mgrid[0:height, 0:width] / np.array([height, width], float)[:, None, None]
    slant = np.abs(columns - (0.75 - 0.5 * rows) - 0.02 * (seed % 7)) < 0.07
    bar = np.abs(rows - 0.22) < 0.05
    ink = ((bar & (columns > 0.25) & (columns < 0.78)) | (slant & (rows > 0.2) & (rows < 0.85))).astype(float)
    noise = np.random.default_rng(seed).random((channels, height, width)) * 0.12
    return np.clip((ink[None] * (0.75 + 2 * noise)) * 255, 0, 255).astype(np.uint8)


def sheet(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """A shape without a batch axis as (maps, height, width)."""
    if len(shape) == 1:
        return shape[0], 1, 1
    return (shape[0], 1, shape[1]) if len(shape) == 2 else (int(np.prod(shape[:-2])), shape[-2], shape[-1])


def maps(rng: np.random.Generator, shape: tuple[int, ...], *, signed: bool, limit: float, by_map: bool = False) -> Maps:
    """Smooth random maps, quantized as the engine does it."""
    count, height, width = sheet(shape)
    waves = rng.normal(size=(count, 3, 3))
    rows, columns = np.mgrid[0:height, 0:width] / max(height, width, 1) * 2 * np.pi
    values = np.zeros((count, height, width))
    for i in range(3):
        for j in range(3):
            values += waves[:, i, j, None, None] * np.cos(i * rows + j * columns + i - j)
    if not signed:
        values = np.maximum(values, 0)
    peaks = np.abs(values).max(axis=(1, 2), keepdims=True) if by_map else np.abs(values).max()
    share = values / np.where(peaks > 0, peaks, 1)
    pixels = np.floor(share * 127.5 + 128 if signed else share * 255 + 0.5).clip(0, 255).astype(np.uint8)
    limits = np.full(count, limit, np.float32) * (rng.uniform(0.5, 1, count) if by_map else 1)
    return Maps(pixels, limits.astype(np.float32), signed)


def snapshot(
    graph: Graph,
    *,
    seed: int = 0,
    label: int | None = 7,
    predicted: int = 7,
    quantity: Quantity = Quantity.ACTIVATIONS,
    scale: Scale = Scale.LAYER,
    index: int = 34,
    focus: str | None = None,
    links: Mapping[str, Links] | None = None,
) -> Snapshot:
    """A snapshot of all nodes of a graph with random but plausible values."""
    rng = np.random.default_rng(seed)
    by_map = scale is Scale.MAP
    shown: dict[str, Maps] = {}
    kernels: dict[str, Maps] = {}
    signed = False
    for node in graph.nodes:
        if node.operation in (Operation.RELU, Operation.SIGMOID):
            signed = False
        elif node.weights:
            signed = True
        limit = float(np.round(rng.uniform(2, 40), 1))
        shown[node.name] = maps(
            rng, node.output_shape, signed=signed or quantity is Quantity.GRADIENTS, limit=limit, by_map=by_map
        )
        if node.operation in _CONVOLUTIONS:
            size = node.attributes["kernel_size"]
            inputs = node.attributes["in_channels"] // node.attributes.get("groups", 1)
            kernels[node.name] = maps(
                rng, (node.output_shape[0] * inputs, *([1] * (2 - len(size))), *size), signed=True, limit=0.6
            )
    classes = next(node for node in reversed(graph.nodes) if node.operation is not Operation.SOFTMAX).output_shape[0]
    logits = rng.normal(size=classes).astype(np.float32) * 6
    logits[predicted % classes] = logits.max() + 4
    odds = np.exp(logits - logits.max())
    shape = (*graph.input_shape, 1, 1)[:3] if len(graph.input_shape) < 3 else graph.input_shape
    picture = digit_picture((shape[0], shape[1], shape[2]), seed)
    return Snapshot(
        serial=seed,
        step=2811,
        moment=2811,
        epoch=3.0,
        sample=Sample(picture, "test", index, label),
        quantity=quantity,
        scale=scale,
        maps=shown,
        kernels=kernels,
        links=random_links(graph, rng) if links is None else links,
        logits=logits,
        probabilities=(odds / odds.sum()).astype(np.float32),
        focus=_focus(graph, shown, focus, rng) if focus else None,
    )


def random_links(graph: Graph, rng: np.random.Generator, count: int = 48) -> dict[str, Links]:
    """Contributions into every dense layer, strongest last."""
    found = {}
    for node in graph.nodes:
        if node.operation is not Operation.LINEAR:
            continue
        features, units = node.attributes["in_features"], node.output_shape[0]
        values = rng.normal(size=count).astype(np.float32)
        values = values[np.argsort(np.abs(values))]
        found[node.name] = Links(
            rng.integers(0, features, count).astype(np.int32), rng.integers(0, units, count).astype(np.int32), values
        )
    return found


def _focus(graph: Graph, shown: Mapping[str, Maps], name: str, rng: np.random.Generator) -> Focus:
    node = graph[name]

    def exact(of: str) -> np.ndarray:
        values = shown[of].values().reshape(graph[of].output_shape)
        return (values + rng.normal(size=values.shape) * 1e-3).astype(np.float32)

    return Focus(name, tuple(exact(source) for source in node.inputs), exact(name), {})


def lenet_snapshot(**options: Any) -> Snapshot:
    """`snapshot` of LeNet with ReLU."""
    return snapshot(lenet_graph(), **options)


def gallery(count: int = 10, shape: tuple[int, int, int] = (1, 28, 28), start: int = 30) -> Gallery:
    """Samples `start` and on, labelled by their index."""
    indices = np.arange(start, start + count, dtype=np.int64)
    pictures = np.stack([digit_picture(shape, int(index)) for index in indices])
    return Gallery("test", indices, pictures, indices % 10, indices % 10)
