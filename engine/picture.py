"""What is looked at in one network with one sample: the part of a Snapshot that both preview and probe make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.messages import Floats, Focus, Graph, Links, Maps, Node, Operation, Quantity

_CONVOLUTIONS = frozenset({Operation.CONV1D, Operation.CONV2D, Operation.CONV3D})


@dataclass(frozen=True, eq=False)
class Picture:
    """What a Snapshot shows of one network and one sample; the fields are the Snapshot's own."""

    quantity: Quantity
    maps: Mapping[str, Maps]
    kernels: Mapping[str, Maps]
    links: Mapping[str, Links]
    logits: Floats
    probabilities: Floats
    focus: Focus | None


def kernel_nodes(graph: Graph, names: Iterable[str]) -> tuple[Node, ...]:
    """Those of the named nodes that have kernels: convolutions, in the graph's order."""
    wanted = set(names)
    return tuple(
        node
        for node in graph.nodes
        if node.name in wanted and node.operation in _CONVOLUTIONS and "weight" in node.weights
    )


def softmax(logits: Floats) -> Floats:
    """Softmax of a vector."""
    powers = np.exp(logits - logits.max(initial=-np.inf))
    return (powers / powers.sum()).astype(np.float32)
