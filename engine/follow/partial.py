"""A picture of a network of which only some nodes' outputs are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine import preview
from engine.messages import Floats, Graph, Operation, Quantity, Watch
from engine.picture import Picture


def partial_picture(
    *,
    graph: Graph,
    weights: Mapping[str, Floats],
    outputs: Mapping[str, Floats],
    watch: Watch,
    gradients: Mapping[str, Floats] | None = None,
) -> Picture:
    """As `engine.preview.picture`, of what is known: nodes without outputs or weights are left out of it. The result is
    zeros where it is not known. With `gradients` the maps show those, zeros where there are none."""
    whole = _ended(graph, outputs)
    by_name = {node.name: node for node in graph.nodes}
    sound = {node.name for node in graph.nodes if all(key in weights for key in node.weights.values())}
    known = tuple(name for name in watch.nodes if name in outputs and name in sound)
    if graph.nodes[-1].name in watch.nodes and graph.nodes[-1].operation is Operation.SOFTMAX:
        known = tuple(dict.fromkeys((*known, graph.nodes[-1].name)))
    focus = watch.focus
    if focus is not None and (focus not in sound or any(one not in whole for one in (focus, *by_name[focus].inputs))):
        focus = None
    links = watch.links and all(source in whole for name in known for source in by_name[name].inputs)
    wanted = replace(watch, nodes=known, focus=focus, links=links)
    picture = preview.picture(graph=graph, weights=weights, outputs=whole, watch=wanted)
    if gradients is None:
        return picture
    sloped = {name: gradients.get(name, np.zeros_like(values)) for name, values in whole.items()}
    seen = preview.picture(graph=graph, weights=weights, outputs=sloped, watch=replace(wanted, focus=None, links=False))
    return replace(picture, quantity=Quantity.GRADIENTS, maps=seen.maps)


def _ended(graph: Graph, outputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """The outputs with those that every picture has: of the last node, and of what enters a softmax there."""
    found = dict(outputs)
    last = graph.nodes[-1]
    before = last.inputs[0] if last.operation is Operation.SOFTMAX and last.inputs else last.name
    if before not in found:
        found[before] = np.zeros(graph[before].output_shape, np.float32)
    if last.name not in found:
        values = found[before]
        powers = np.exp(values - values.max(initial=-np.inf))
        found[last.name] = (powers / powers.sum()).astype(np.float32)
    return found
