"""The strongest weights of a network between the units that a viewer shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from engine.messages import Graph
from engine.messages.weights import AskEdges, Edges, EdgesOf, NodeEdges


def edges(ask: AskEdges, *, graph: Graph, tensors: Mapping[str, Tensor], moment: int) -> Edges:
    """The answer to `ask` from the network's parameters by their state_dict keys. Nodes without weights are left out.

    Indices that a node does not have are left out as well.
    """
    nodes = {node.name: node for node in graph.nodes}
    found = []
    for part in ask.parts:
        node = nodes.get(part.node)
        weight = tensors.get(node.weights.get("weight", "")) if node is not None else None
        if node is None or weight is None or weight.ndim < 2:
            continue
        groups = int(node.attributes.get("groups", 1))
        transposed = node.operation.value.startswith("conv_transpose")
        bias = tensors.get(node.weights.get("bias", ""))
        found.append(_of_node(part, weight, bias, groups=groups, transposed=transposed))
    return Edges(moment, tuple(found))


@torch.no_grad()
def _of_node(part: EdgesOf, weight: Tensor, bias: Tensor | None, *, groups: int, transposed: bool) -> NodeEdges:
    matrix = weight.detach().float()
    if matrix.ndim > 2:
        matrix = matrix.flatten(2).sum(2)
    if transposed:  # torch keeps (inputs, outputs) there
        matrix = matrix.T
    limit = _limit(matrix)
    units = _chosen(part.units, matrix.shape[0])
    fan_in = matrix.shape[1]
    if groups > 1 and not transposed:  # column i of a row is input i of that row's group
        shown = matrix[units]
        inputs = (units // (matrix.shape[0] // groups) * fan_in)[:, None] + torch.arange(fan_in)
        wanted = torch.tensor(part.inputs or range(fan_in * groups))
        shown = torch.where(torch.isin(inputs, wanted), shown.cpu(), torch.zeros(()))
    else:
        columns = _chosen(part.inputs, fan_in)
        shown = matrix[units.to(matrix.device)][:, columns.to(matrix.device)].cpu()
        inputs = columns.expand(len(units), -1)
    flat = shown.reshape(-1)
    places = torch.topk(flat.abs().nan_to_num(nan=0.0), min(max(part.count, 0), flat.numel())).indices.flip(0)
    return NodeEdges(
        node=part.node,
        inputs=inputs.reshape(-1)[places].numpy().astype(np.int32),
        units=units[places // max(shown.shape[1], 1)].numpy().astype(np.int32),
        values=flat[places].numpy().astype(np.float32),
        limit=limit,
        bias_units=units.numpy().astype(np.int32) if bias is not None else np.zeros(0, np.int32),
        biases=np.zeros(0, np.float32) if bias is None else bias.detach().float().cpu()[units].numpy().copy(),
        bias_limit=1.0 if bias is None else _limit(bias.detach().float()),
    )


def _chosen(wanted: tuple[int, ...], size: int) -> Tensor:
    return torch.tensor([index for index in wanted if 0 <= index < size] if wanted else range(size), dtype=torch.int64)


def _limit(values: Tensor) -> float:
    """The largest finite |value|, 1.0 where all are zero."""
    top = float(values.abs().nan_to_num(nan=0.0, posinf=0.0).max()) if values.numel() else 0.0
    return top or 1.0
