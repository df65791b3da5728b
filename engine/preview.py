"""A network run in NumPy alone, from the traces of its nodes: first light, before torch has loaded.

It makes the same Picture as the probe does on the device; the tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.links import linked, strongest
from engine.messages import Floats, Focus, Graph, Links, Operation, Quantity, Watch
from engine.picture import Picture, kernel_nodes, softmax
from engine.quantize import Layout, pictures
from engine.traces import of_node


def normalized(picture: np.ndarray, mean: np.ndarray, std: np.ndarray) -> Floats:
    """A uint8 picture (channels, height, width) as the network sees it: (picture / 255 - mean) / std, float32."""
    values = picture.astype(np.float32) / np.float32(255.0)
    return ((values - _per_channel(mean)) / _per_channel(std)).astype(np.float32)


def _per_channel(values: np.ndarray) -> Floats:
    return np.asarray(values, np.float32).reshape(-1, 1, 1)


def forward(graph: Graph, weights: Mapping[str, Floats], inputs: Floats) -> dict[str, Floats]:
    """The outputs of all nodes of `graph` by name, for one input without a batch axis.

    `weights` are a state_dict's arrays. Raises `engine.traces.TraceError` for an operation that has no trace.
    """
    outputs: dict[str, Floats] = {graph.nodes[0].name: inputs}
    for node in graph.nodes[1:]:
        roles = {role: weights[key] for role, key in node.weights.items()}
        trace = of_node(node, [outputs[name] for name in node.inputs], roles)
        outputs[node.name] = np.asarray(trace.output, np.float32)
    return outputs


def picture(*, graph: Graph, weights: Mapping[str, Floats], outputs: Mapping[str, Floats], watch: Watch) -> Picture:
    """What `watch` asks for of a forward pass. Gradients need torch: activations are shown in their place."""
    watched = [node.name for node in graph.nodes if node.name in set(watch.nodes)]
    kernels = [(node.name, weights[node.weights["weight"]]) for node in kernel_nodes(graph, watched)]
    layout = Layout.of(
        ((name, outputs[name].shape) for name in watched), ((name, values.shape) for name, values in kernels)
    )
    flat = [outputs[name].ravel() for name in watched] + [values.ravel() for _, values in kernels]
    maps, kernel_maps = pictures(np.concatenate(flat) if flat else np.zeros(0, np.float32), layout, watch.scale)
    links: dict[str, Links] = {}
    if watch.links:
        for link in linked(graph):
            if link.node.name in watched:
                weight = weights[link.node.weights["weight"]]
                links[link.node.name] = strongest(weight, outputs[link.source].ravel(), link.count)
    logits, probabilities = results(graph, outputs)
    return Picture(
        quantity=Quantity.ACTIVATIONS,
        maps=maps,
        kernels=kernel_maps,
        links=links,
        logits=logits,
        probabilities=probabilities,
        focus=focus(graph=graph, weights=weights, outputs=outputs, name=watch.focus),
    )


def results(graph: Graph, outputs: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """(logits, probabilities), flat: what enters the final softmax and what leaves it."""
    last = graph.nodes[-1]
    before = last.inputs[0] if last.operation is Operation.SOFTMAX else last.name
    logits = outputs[before].ravel()
    if last.operation is Operation.SOFTMAX:
        return logits, outputs[last.name].ravel()
    return logits, softmax(logits)


def focus(
    *, graph: Graph, weights: Mapping[str, Floats], outputs: Mapping[str, Floats], name: str | None
) -> Focus | None:
    """The exact numbers of one node; None if none is asked for, or one that the graph does not have."""
    node = next((node for node in graph.nodes if node.name == name), None)
    if node is None:
        return None
    return Focus(
        node=node.name,
        inputs=tuple(outputs[source] for source in node.inputs),
        output=outputs[node.name],
        weights={role: weights[key] for role, key in node.weights.items()},
    )
