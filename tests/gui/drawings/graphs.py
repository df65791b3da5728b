"""Graphs with branches and skips, made without an engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.messages import Graph, Node, Operation
from engine.messages.weights import Edges, EdgesOf, NodeEdges


class _Maker:
    """Adds nodes one by one; each method returns the new node's name."""

    def __init__(self, channels: int, size: int) -> None:
        self.nodes = [Node("input", Operation.INPUT, (), (channels, size, size))]

    def _add(self, node: Node) -> str:
        self.nodes.append(node)
        return node.name

    def shape(self, name: str) -> tuple[int, ...]:
        return next(node.output_shape for node in self.nodes if node.name == name)

    def conv(
        self, name: str, before: str, maps: int, kernel: int = 3, stride: int = 1, padding: int | None = None
    ) -> str:
        channels, height, width = self.shape(before)
        pad = kernel // 2 if padding is None else padding
        rows, columns = ((size + 2 * pad - kernel) // stride + 1 for size in (height, width))
        weights = maps * channels * kernel * kernel
        attributes: dict[str, Any] = {
            "in_channels": channels, "out_channels": maps, "kernel_size": [kernel] * 2, "stride": [stride] * 2,
            "padding": [pad] * 2,
        }  # fmt: skip
        return self._add(
            Node(name, Operation.CONV2D, (before,), (maps, rows, columns), weights + maps, weights * rows * columns,
                 attributes, {"weight": f"{name}.weight", "bias": f"{name}.bias"}, name)
        )  # fmt: skip

    def same(self, name: str, before: str, operation: Operation) -> str:
        return self._add(Node(name, operation, (before,), self.shape(before)))

    def pool(self, name: str, before: str, kernel: int = 2, stride: int | None = None, padding: int = 0) -> str:
        channels, height, width = self.shape(before)
        step = stride or kernel
        sizes = tuple((size + 2 * padding - kernel) // step + 1 for size in (height, width))
        attributes = {"kernel_size": [kernel] * 2, "stride": [step] * 2, "padding": [padding] * 2}
        return self._add(Node(name, Operation.MAX_POOL2D, (before,), (channels, *sizes), attributes=attributes))

    def add(self, name: str, *before: str) -> str:
        return self._add(Node(name, Operation.ADD, before, self.shape(before[0])))

    def concat(self, name: str, *before: str) -> str:
        channels = sum(self.shape(one)[0] for one in before)
        return self._add(Node(name, Operation.CONCAT, before, (channels, *self.shape(before[0])[1:])))

    def head(self, before: str, classes: int) -> None:
        channels = self.shape(before)[0]
        self._add(
            Node("avgpool", Operation.ADAPTIVE_AVG_POOL, (before,), (channels, 1, 1), attributes={"output_size": 1})
        )
        self._add(Node("flatten", Operation.FLATTEN, ("avgpool",), (channels,)))
        self._add(
            Node("fc", Operation.LINEAR, ("flatten",), (classes,), classes * (channels + 1), classes * channels,
                 {"in_features": channels, "out_features": classes}, {"weight": "fc.weight", "bias": "fc.bias"}, "fc")
        )  # fmt: skip


def inception(maker: _Maker, name: str, before: str) -> str:
    one = maker.same(f"{name}.branch1.relu", maker.conv(f"{name}.branch1.conv", before, 16, 1), Operation.RELU)
    two = maker.conv(f"{name}.branch2.1", maker.conv(f"{name}.branch2.0", before, 12, 1), 24, 3)
    three = maker.conv(f"{name}.branch3.1", maker.conv(f"{name}.branch3.0", before, 4, 1), 8, 5)
    four = maker.conv(f"{name}.branch4.1", maker.pool(f"{name}.branch4.0", before, 3, 1, 1), 8, 1)
    return maker.concat(f"{name}.cat", one, two, three, four)


def residual(maker: _Maker, name: str, before: str, maps: int, stride: int = 1) -> str:
    first = maker.same(f"{name}.relu", maker.conv(f"{name}.conv1", before, maps, 3, stride), Operation.RELU)
    second = maker.same(f"{name}.bn2", maker.conv(f"{name}.conv2", first, maps, 3), Operation.BATCH_NORM)
    around = before
    if stride != 1 or maker.shape(before)[0] != maps:
        around = maker.conv(f"{name}.downsample", before, maps, 1, stride)
    return maker.same(f"{name}.relu_1", maker.add(f"{name}.add", second, around), Operation.RELU)


def branches(classes: int = 10) -> Graph:
    """A small GoogLeNet: a stem, an inception block of four branches, a residual block, a head."""
    maker = _Maker(3, 32)
    stem = maker.pool("pool1", maker.same("relu1", maker.conv("conv1", "input", 32, 5), Operation.RELU))
    block = inception(maker, "inception3a", stem)
    maker.head(residual(maker, "res4", maker.pool("pool3", block), 56), classes)
    return Graph("small-googlenet", "GoogLeNet, small", tuple(maker.nodes))


def residuals(blocks: tuple[int, ...] = (3, 4, 6, 3), classes: int = 1000) -> Graph:
    """ResNet-34's blocks, at 224x224."""
    maker = _Maker(3, 224)
    last = maker.pool("maxpool", maker.conv("conv1", "input", 64, 7, 2), 3, 2, 1)
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage and not block else 1
            last = residual(maker, f"layer{stage + 1}.{block}", last, 64 * 2**stage, stride)
    maker.head(last, classes)
    return Graph("resnet34", "ResNet-34", tuple(maker.nodes))


def dense_blocks(layers: tuple[int, ...] = (6, 12), growth: int = 8) -> Graph:
    """DenseNet's pattern: each layer sees all before it in its block."""
    maker = _Maker(3, 32)
    last = maker.conv("features.conv0", "input", 16)
    for block, count in enumerate(layers, 1):
        seen = [last]
        for layer in range(1, count + 1):
            name = f"features.denseblock{block}.denselayer{layer}"
            joined = maker.concat(f"{name}.cat", *seen) if len(seen) > 1 else seen[0]
            norm = maker.same(f"{name}.relu1", joined, Operation.RELU)
            seen.append(maker.conv(f"{name}.conv2", maker.conv(f"{name}.conv1", norm, 4 * growth, 1), growth))
        last = maker.concat(f"features.denseblock{block}.cat", *seen)
        if block < len(layers):
            name = f"features.transition{block}"
            last = maker.pool(f"{name}.pool", maker.conv(f"{name}.conv", last, maker.shape(last)[0] // 2, 1))
    maker.head(last, 10)
    return Graph("densenet", "DenseNet", tuple(maker.nodes))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def edges(graph: Graph, parts: tuple[EdgesOf, ...], seed: int = 0) -> Edges:
    """Plausible weights for what was asked for."""
    random = rng(seed)
    found = []
    for part in parts:
        node = graph[part.node]
        before = graph[node.inputs[0]].output_shape
        features = int(np.prod(before)) if node.operation is Operation.LINEAR else before[0]
        units = np.array(part.units or range(node.output_shape[0]), np.int32)
        inputs = np.array(part.inputs or range(features), np.int32)
        weight = (random.normal(size=(len(units), len(inputs))) / np.sqrt(features)).astype(np.float32)
        places = np.argsort(np.abs(weight).ravel())[-part.count :]
        rows, columns = np.unravel_index(places, weight.shape)
        found.append(
            NodeEdges(
                part.node, inputs[columns], units[rows], weight[rows, columns], float(np.abs(weight).max()), units,
                random.normal(size=len(units)).astype(np.float32) * 0.1, 0.3,
            )
        )  # fmt: skip
    return Edges(7, tuple(found))
