"""A network run from its graph and its weights alone: whoever follows a run has no code of it, and runs none.

Every operation of the vocabulary that the graph describes completely is covered; a graph with another one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.messages import Graph, Node, Operation

Roles = Mapping[str, Tensor]


class RebuildError(ValueError):
    """A graph that does not say all that is needed to run it."""


def run(
    graph: Graph, weights: Mapping[str, Tensor], inputs: Tensor, through: Mapping[str, nn.Module] | None = None
) -> dict[str, Tensor]:
    """The outputs of all nodes, with the batch axis of `inputs`. RebuildError for a node that cannot be computed.

    What a node in `through` gives passes that module before anyone sees it.
    """
    with torch.inference_mode():
        return run_through(graph, weights, inputs, through or {})


def gradients(
    graph: Graph,
    weights: Mapping[str, Tensor],
    inputs: Tensor,
    *,
    label: int | None,
    through: Mapping[str, nn.Module] | None = None,
) -> dict[str, Tensor] | None:
    """The gradient of the cross entropy of `label` (None: of the predicted class) by each node's output, with the batch
    axis of `inputs` (one sample); None for what is no classifier. RebuildError as in `run`."""
    with torch.inference_mode(False), torch.enable_grad():
        outputs = run_through(graph, weights, inputs.detach().clone().requires_grad_(), through or {})
        last = graph.nodes[-1]
        logits = outputs[last.inputs[0] if last.operation is Operation.SOFTMAX else last.name]
        if logits.dim() != 2 or logits.shape[1] < 2 or not logits.requires_grad:
            return None
        target = logits.argmax(1) if label is None or not 0 <= label < logits.shape[1] else torch.tensor([label])
        names = [name for name, value in outputs.items() if value.requires_grad]
        slopes = torch.autograd.grad(
            F.cross_entropy(logits, target), [outputs[name] for name in names], allow_unused=True
        )
    found = {name: one for name, one in zip(names, slopes, strict=True) if one is not None}
    if last.operation is Operation.SOFTMAX:  # the loss is -log p[label]
        shares = outputs[last.name].detach()
        found[last.name] = torch.zeros_like(shares)
        found[last.name][0, target] = -1.0 / shares[0, target].clamp_min(torch.finfo(shares.dtype).tiny)
    return found


def run_through(
    graph: Graph, weights: Mapping[str, Tensor], inputs: Tensor, through: Mapping[str, nn.Module]
) -> dict[str, Tensor]:
    """As `run`, in the caller's grad mode; what a node in `through` gives passes that module before anyone sees it."""
    first = graph.nodes[0].name
    outputs: dict[str, Tensor] = {first: through[first](inputs) if first in through else inputs}
    for node in graph.nodes[1:]:
        compute = _COMPUTE.get(node.operation)
        if compute is None or not node.inputs:
            raise RebuildError(f"{node.name} ({node.module or node.operation}) is nothing that can be rebuilt")
        try:
            roles = {role: weights[key] for role, key in node.weights.items()}
            outputs[node.name] = compute(node, [outputs[name] for name in node.inputs], roles)
        except (KeyError, RuntimeError, TypeError, IndexError) as error:
            raise RebuildError(f"{node.name} cannot be rebuilt: {type(error).__name__}: {error}") from error
        if node.name in through:
            outputs[node.name] = through[node.name](outputs[node.name])
    return outputs


def agrees(graph: Graph, outputs: Mapping[str, Tensor], recorded: Mapping[str, Tensor]) -> bool:
    """Whether the first sample's outputs are what the network itself gave, where it is known; something has to be."""
    known = 0
    for node in graph.nodes:
        theirs = recorded.get(node.name)
        if theirs is None:
            continue
        ours = outputs[node.name][0].float()
        if ours.numel() != theirs.numel():
            return False
        if not torch.allclose(ours.reshape(-1), theirs.reshape(-1), rtol=1e-3, atol=1e-4):
            return False
        known += node.operation is not Operation.INPUT
    return known > 0


def _convolution(axes: int) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    function = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]

    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        given = node.attributes
        if given.get("padding_mode", "zeros") != "zeros":
            raise RebuildError(f"{node.name} pads by {given['padding_mode']}")
        return function(
            inputs[0], roles["weight"], roles.get("bias"), given["stride"], given["padding"], given["dilation"],
            given["groups"],
        )  # fmt: skip

    return compute


def _transposed(axes: int) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[axes - 1]

    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        given = node.attributes
        return function(
            inputs[0], roles["weight"], roles.get("bias"), given["stride"], given["padding"], given["output_padding"],
            given["groups"], given["dilation"],
        )  # fmt: skip

    return compute


def _max_pool(axes: int) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    function: Callable[..., Tensor] = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[axes - 1]

    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        given = node.attributes
        return function(
            inputs[0], given["kernel_size"], given["stride"], given["padding"], given["dilation"], given["ceil_mode"]
        )

    return compute


def _average_pool(axes: int) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    function: Callable[..., Tensor] = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[axes - 1]

    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        given = node.attributes
        more = {} if axes == 1 else {"divisor_override": given.get("divisor_override")}
        return function(
            inputs[0], given["kernel_size"], given["stride"], given["padding"], given["ceil_mode"],
            given["count_include_pad"], **more,
        )  # fmt: skip

    return compute


def _adaptive(kind: str) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        size = node.attributes["output_size"]
        function: Callable[..., Tensor] = getattr(F, f"adaptive_{kind}_pool{len(size)}d")
        return function(inputs[0], size)

    return compute


def _batch_norm(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
    return F.batch_norm(
        inputs[0], roles["running_mean"], roles["running_var"], roles.get("weight"), roles.get("bias"),
        training=False, eps=node.attributes["eps"],
    )  # fmt: skip


def _layer_norm(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
    given = node.attributes
    return F.layer_norm(inputs[0], given["normalized_shape"], roles.get("weight"), roles.get("bias"), given["eps"])


def _add(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
    if len(inputs) != 2:
        raise RebuildError(f"{node.name} adds something that is not known")
    return inputs[0] + inputs[1]


def _softmax(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
    axis = int(node.attributes["axis"])
    return torch.softmax(inputs[0], axis + 1 if axis >= 0 else axis)


def _plain(function: Callable[..., Tensor], *names: str) -> Callable[[Node, Sequence[Tensor], Roles], Tensor]:
    def compute(node: Node, inputs: Sequence[Tensor], roles: Roles) -> Tensor:
        return function(inputs[0], **{name: node.attributes[name] for name in names})

    return compute


_COMPUTE: Mapping[Operation, Callable[[Node, Sequence[Tensor], Roles], Any]] = {
    Operation.CONV1D: _convolution(1),
    Operation.CONV2D: _convolution(2),
    Operation.CONV3D: _convolution(3),
    Operation.CONV_TRANSPOSE1D: _transposed(1),
    Operation.CONV_TRANSPOSE2D: _transposed(2),
    Operation.CONV_TRANSPOSE3D: _transposed(3),
    Operation.MAX_POOL1D: _max_pool(1),
    Operation.MAX_POOL2D: _max_pool(2),
    Operation.MAX_POOL3D: _max_pool(3),
    Operation.AVG_POOL1D: _average_pool(1),
    Operation.AVG_POOL2D: _average_pool(2),
    Operation.AVG_POOL3D: _average_pool(3),
    Operation.ADAPTIVE_AVG_POOL: _adaptive("avg"),
    Operation.ADAPTIVE_MAX_POOL: _adaptive("max"),
    Operation.LINEAR: lambda node, inputs, roles: F.linear(inputs[0], roles["weight"], roles.get("bias")),
    Operation.FLATTEN: lambda node, inputs, roles: inputs[0].flatten(1),
    Operation.SIGMOID: _plain(torch.sigmoid),
    Operation.TANH: _plain(torch.tanh),
    Operation.RELU: _plain(F.relu),
    Operation.LEAKY_RELU: _plain(F.leaky_relu, "negative_slope"),
    Operation.ELU: _plain(F.elu, "alpha"),
    Operation.GELU: _plain(F.gelu, "approximate"),
    Operation.SILU: _plain(F.silu),
    Operation.SOFTPLUS: _plain(F.softplus, "beta", "threshold"),
    Operation.HARD_SIGMOID: _plain(F.hardsigmoid),
    Operation.SOFTMAX: _softmax,
    Operation.DROPOUT: lambda node, inputs, roles: inputs[0],
    Operation.BATCH_NORM: _batch_norm,
    Operation.LAYER_NORM: _layer_norm,
    Operation.ADD: _add,
    Operation.CONCAT: lambda node, inputs, roles: torch.cat(list(inputs), int(node.attributes["axis"]) + 1),
}
