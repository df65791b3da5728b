"""The kernels of a deeper layer, composed with those of the layers before it: what a map looks for in the picture.

Between two convolutions stand functions that are not linear, so this is a reading, not a fact: activations are taken
to pass everything, max pools to take means. What is left is linear, and its kernel is one gradient.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.insight.strongest import box
from engine.insight.subject import InsightError, Subject
from engine.messages import ACTIVATIONS, Floats, Graph, Node, Operation
from engine.messages.insight import AskProjection, Projection
from engine.traces import receptive

# With more layers of weights in between, what was taken as linear is most of the network.
MOST_LAYERS = 4
_MAX_POOLS = frozenset({Operation.MAX_POOL1D, Operation.MAX_POOL2D, Operation.MAX_POOL3D, Operation.ADAPTIVE_MAX_POOL})


def projection(subject: Subject, question: AskProjection) -> Projection:
    """The composed kernel of a map's middle cell. Raises InsightError for a map that is not there."""
    node = subject.check(question.node, question.map)
    graph = subject.graph
    way = _way(graph, node)
    weighted = [one.name for one in way if one.weights.get("weight") and one.operation is not Operation.BATCH_NORM]
    passed = tuple(one.name for one in way if one.operation in ACTIVATIONS | _MAX_POOLS)
    through = tuple(one.name for one in way if one.operation is not Operation.INPUT)

    def nothing(problem: str) -> Projection:
        empty = np.zeros((0, 0, 0), np.float32)
        return Projection(question=question, values=empty, through=through, passed=passed, problem=problem)

    if not weighted:
        return nothing("There are no kernels between the picture and this layer.")
    if len(weighted) > MOST_LAYERS:
        return nothing(
            f"{len(weighted)} layers of weights lie on the way: taken as linear they would say little. "
            f"Up to {MOST_LAYERS} are composed."
        )
    if len(graph.input_shape) != 3:
        return nothing("The input is no picture.")
    try:
        values = _composed(subject, way, node, question.map)
    except _NotLinearError as error:
        return nothing(f"It cannot be composed through {error}, which is not linear.")
    return Projection(question=question, values=values, through=through, passed=passed)


class _NotLinearError(Exception):
    """A node that no linear operation stands for."""


def _way(graph: Graph, node: Node) -> list[Node]:
    """The node and all that it comes from, in the order in which they run."""
    wanted, found = {node.name}, []
    for one in reversed(graph.nodes):
        if one.name in wanted:
            found.append(one)
            wanted.update(one.inputs)
    return found[::-1]


def _composed(subject: Subject, way: list[Node], node: Node, map: int) -> Floats:
    graph = subject.graph
    device = next((one.device for one in subject.tensors.values()), torch.device("cpu"))
    picture = torch.zeros((1, *graph.input_shape), device=device)
    with torch.enable_grad():
        picture.requires_grad_()
        outputs: dict[str, Tensor] = {}
        for one in way:
            if one.operation is Operation.INPUT:
                outputs[one.name] = picture
            else:
                outputs[one.name] = _linear(one, [outputs[name] for name in one.inputs], subject.tensors)
        found = outputs[node.name]
        if tuple(found.shape[1:]) != tuple(node.output_shape):
            raise _NotLinearError(node.name)
        middle = tuple(size // 2 for size in node.output_shape[1:])
        cell = found[(0, map, *middle)]
        gradient = torch.autograd.grad(cell, picture, allow_unused=True)[0] if cell.requires_grad else None
    if gradient is None:
        raise InsightError(f"{node.name} does not depend on the picture.")
    row, column = (0, 0, *middle)[-2:] if middle else (0, 0)
    top, bottom, left, right = box(graph, node, map, row, column)
    return gradient[0, :, top : bottom + 1, left : right + 1].detach().float().cpu().numpy().copy()


def _linear(node: Node, inputs: list[Tensor], tensors: Mapping[str, Tensor]) -> Tensor:
    """What a node does to its inputs, without its bias and as if it were linear."""
    x, kind = inputs[0], node.operation
    attributes = node.attributes
    weight = tensors[node.weights["weight"]].detach().float() if node.weights.get("weight") in tensors else None
    if kind in ACTIVATIONS or kind is Operation.DROPOUT:
        return x
    if kind is Operation.CONV2D and weight is not None and attributes.get("padding_mode", "zeros") == "zeros":
        padding = attributes.get("padding", 0)
        return F.conv2d(
            x,
            weight,
            stride=_pair(attributes.get("stride", 1)),
            padding=padding if isinstance(padding, str) else _pair(padding),
            dilation=_pair(attributes.get("dilation", 1)),
            groups=int(attributes.get("groups", 1)),
        )
    if kind in (Operation.MAX_POOL2D, Operation.AVG_POOL2D) and _pair(attributes.get("dilation", 1)) == (1, 1):
        size = _pair(attributes["kernel_size"])
        return F.avg_pool2d(
            x,
            size,
            stride=_pair(attributes.get("stride") or size),
            padding=_pair(attributes.get("padding", 0)),
            ceil_mode=bool(attributes.get("ceil_mode", False)),
        )
    if kind in (Operation.ADAPTIVE_AVG_POOL, Operation.ADAPTIVE_MAX_POOL) and x.dim() == 4:
        rows, columns = receptive.spatial(node.output_shape)
        return F.adaptive_avg_pool2d(x, (rows, columns))
    if kind is Operation.BATCH_NORM and "running_var" in node.weights:
        spread = torch.rsqrt(tensors[node.weights["running_var"]].detach().float() + float(attributes.get("eps", 1e-5)))
        factor = spread if weight is None else spread * weight
        return x * factor.view(1, -1, *[1] * (x.dim() - 2))
    if kind is Operation.FLATTEN:
        return x.flatten(1)
    if kind is Operation.LINEAR and weight is not None and x.dim() == 2:
        return x @ weight.t()
    if kind is Operation.ADD and all(one.shape == x.shape for one in inputs):
        return sum(inputs[1:], x) if len(inputs) > 1 else x
    if kind is Operation.CONCAT and int(attributes.get("axis", 0)) == 0:
        return torch.cat(inputs, 1)
    raise _NotLinearError(node.name)


def _pair(value: object) -> tuple[int, int]:
    first, second = receptive.per_axis(value, 2)
    return first, second
