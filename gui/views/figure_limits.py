"""How much of a network a drawing of all of it may look at while it is alive."""

from __future__ import annotations

import math
from collections.abc import Collection

from engine.messages import Graph

_MOST_VALUES = 1_500_000


def affordable(graph: Graph, wanted: Collection[str]) -> tuple[str, ...]:
    """Those of the wanted nodes, in the graph's order, whose values can be looked at many times a second: small layers
    first, up to so many values in all. The maps of a photograph's first layers are millions."""
    nodes = sorted((node for node in graph.nodes if node.name in wanted), key=lambda node: math.prod(node.output_shape))
    left, kept = _MOST_VALUES, set()
    for node in nodes:
        left -= math.prod(node.output_shape)
        if left < 0:
            break
        kept.add(node.name)
    return tuple(node.name for node in graph.nodes if node.name in kept)
