"""How much of a network a drawing of all of it may look at while it is alive."""

from __future__ import annotations

import math
from collections.abc import Collection

from engine.messages import Graph, Node

_LEAST_VALUES, _MOST_VALUES = 1_500_000, 24_000_000
_WORK = 300
"""Multiply-adds of a network for which one value may be looked at: beside its forward pass that is then little."""
_LARGEST = 112
"""Cells along a side; larger maps come averaged (gui.labs.studio.watching)."""


def affordable(graph: Graph, wanted: Collection[str]) -> tuple[str, ...]:
    """Those of the wanted nodes, in the graph's order, whose values can be looked at many times a second: small layers
    first, up to so many values in all. A network that takes long to run may be looked at for longer."""
    nodes = sorted((node for node in graph.nodes if node.name in wanted), key=_values)
    left, kept = min(max(_LEAST_VALUES, graph.multiply_adds // _WORK), _MOST_VALUES), set()
    for node in nodes:
        left -= _values(node)
        if left < 0:
            break
        kept.add(node.name)
    return tuple(node.name for node in graph.nodes if node.name in kept)


def _values(node: Node) -> int:
    return math.prod((*node.output_shape[:1], *(min(size, _LARGEST) for size in node.output_shape[1:])))
