"""The strongest contributions weight * activation into each dense layer, as the lines that a viewer draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.messages import Floats, Graph, Links, Node, Operation

# How many lines stay readable in front of a layer (the design's tokens, "Contribution lines"): into the first dense
# layer, into those between; into the last one all that reach a share of the strongest.
FIRST, BETWEEN, LAST_AT_MOST = 48, 64, 1000
LAST_SHARE = 0.02
# Of layers with more weights than this (VGG's first dense layer has a hundred million) no lines are sought: each time
# it would take longer than the network itself, and among so many 48 say nothing.
MOST_WEIGHTS = 1 << 22


@dataclass(frozen=True)
class Linked:
    """A dense node, the node that enters it, and how many of its contributions are shown (None: all above a share)."""

    node: Node
    source: str
    count: int | None


def linked(graph: Graph) -> tuple[Linked, ...]:
    """All dense nodes of a graph whose input is one flat vector of the network's, in order, but the very large ones."""
    dense = [
        node
        for node in graph.nodes
        if node.operation is Operation.LINEAR
        and node.inputs
        and len(node.output_shape) == 1
        and "weight" in node.weights
    ]
    last = len(dense) - 1
    return tuple(
        Linked(node, node.inputs[0], None if place == last else FIRST if place == 0 else BETWEEN)
        for place, node in enumerate(dense)
        if int(node.attributes.get("in_features", 0)) * node.output_shape[0] <= MOST_WEIGHTS
    )


def strongest(weight: Floats, activation: Floats, count: int | None) -> Links:
    """The links of `weight` (units, features) and `activation` (features,): the `count` strongest, None for all that
    reach 2 % of the strongest. Contributions of exactly 0 and of NaN are none."""
    contributions = np.multiply(weight, activation.reshape(1, -1)).ravel()
    sizes = np.nan_to_num(np.abs(contributions), nan=0.0)
    most = candidates(count, sizes.size)
    places = np.argpartition(sizes, sizes.size - most)[sizes.size - most :]
    return chosen(places, contributions[places], count, weight.shape)


def candidates(count: int | None, size: int) -> int:
    """How many of `size` contributions have to be looked at."""
    return min(LAST_AT_MOST if count is None else count, size)


def chosen(places: NDArray[np.int64], values: Floats, count: int | None, shape: Sequence[int]) -> Links:
    """Links from the strongest contributions: `places` are flat indices into weights of `shape` (units, features)."""
    sizes = np.nan_to_num(np.abs(values), nan=0.0)
    least = LAST_SHARE * sizes.max(initial=0.0) if count is None else 0.0
    keep = np.flatnonzero((sizes > 0) & (sizes >= least))
    keep = keep[np.argsort(sizes[keep], kind="stable")]
    targets, sources = np.divmod(places[keep], shape[1])
    return Links(sources.astype(np.int32), targets.astype(np.int32), values[keep].astype(np.float32))
