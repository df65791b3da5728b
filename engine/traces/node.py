"""The trace of a node of a network's graph, from its attributes and weights in PyTorch's spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.traces.adaptive import adaptive_average_pool, adaptive_max_pool
from engine.traces.arrays import Array
from engine.traces.convolution import convolution
from engine.traces.dense import linear, softmax
from engine.traces.errors import TraceError
from engine.traces.lstm import lstm
from engine.traces.normalization import batch_norm, layer_norm
from engine.traces.pointwise import activation, add, concat, dropout, flatten, identity
from engine.traces.pooling import average_pool, max_pool
from engine.traces.trace import Trace
from engine.traces.transposed import transposed_convolution

if TYPE_CHECKING:  # the messages take longer to import than all the traces
    from engine.messages import Node

Weights: TypeAlias = Mapping[str, Array]
Maker: TypeAlias = "Callable[[Node, Sequence[Array], Weights], Trace]"


def of_node(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    """The trace of `node`, for its inputs' outputs (no batch axis), in order, and its weights by role.

    Attributes are PyTorch's (conv: stride, padding, dilation, groups, padding_mode; pools: kernel_size, stride, …);
    absent ones have PyTorch's defaults. `axis`, `start_axis` and `end_axis` count without the batch axis, PyTorch's own
    `dim`, `start_dim` and `end_dim` with it. For the input node, `inputs` is the input itself. Weights' roles are
    state_dict names ("weight", "bias", "running_mean", "weight_ih_l0", …). Raises TraceError for operations that have
    no trace, and for what is missing or doesn't fit; the message names the node.
    """
    maker = _MAKERS.get(node.operation.value)
    if maker is None:
        raise TraceError(f"{node.name}: the operation {node.operation.value!r} has no trace")
    try:
        if not inputs:
            raise TraceError("no input is given")
        return maker(node, inputs, weights)
    except TraceError as error:
        raise TraceError(f"{node.name} ({node.operation.value}): {error}") from error


def _options(node: Node, *names: str) -> dict[str, Any]:
    return {name: node.attributes[name] for name in names if node.attributes.get(name) is not None}


def _weight(weights: Weights, role: str) -> Array:
    if role not in weights:
        raise TraceError(f"the weight {role!r} is missing")
    return weights[role]


def _convolution(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    options = _options(node, "stride", "padding", "dilation", "groups", "padding_mode")
    return convolution(inputs[0], _weight(weights, "weight"), weights.get("bias"), **options)


def _transposed(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    options = _options(node, "stride", "padding", "output_padding", "dilation", "groups")
    return transposed_convolution(inputs[0], _weight(weights, "weight"), weights.get("bias"), **options)


def _attribute(node: Node, name: str) -> Any:
    if name not in node.attributes:
        raise TraceError(f"the attribute {name!r} is missing")
    return node.attributes[name]


def _max_pool(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    options = _options(node, "stride", "padding", "dilation", "ceil_mode")
    return max_pool(inputs[0], _attribute(node, "kernel_size"), **options)


def _average_pool(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    options = _options(node, "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
    return average_pool(inputs[0], _attribute(node, "kernel_size"), **options)


def _adaptive_average_pool(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return adaptive_average_pool(inputs[0], _attribute(node, "output_size"))


def _adaptive_max_pool(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return adaptive_max_pool(inputs[0], _attribute(node, "output_size"))


def _linear(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return linear(inputs[0], _weight(weights, "weight"), weights.get("bias"))


def _without_batch(node: Node, axis: str, dim: str, default: int) -> int:
    """An axis without the batch axis, of our attribute or PyTorch's."""
    if node.attributes.get(axis) is not None:
        return int(node.attributes[axis])
    number = node.attributes.get(dim)
    if number is None:
        return default
    if number == 0 and dim == "dim":
        raise TraceError("it runs along the batch axis (dim 0), which a single sample does not have")
    return max(number - 1, 0) if number >= 0 else int(number)


def _flatten(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return flatten(
        inputs[0],
        _without_batch(node, "start_axis", "start_dim", 0),
        _without_batch(node, "end_axis", "end_dim", -1),
    )


def _activation(*names: str) -> Maker:
    def make(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
        return activation(inputs[0], node.operation.value, **_options(node, *names))

    return make


def _softmax(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return softmax(inputs[0], _without_batch(node, "axis", "dim", -1))


def _dropout(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return dropout(inputs[0], **_options(node, "p"))


def _batch_norm(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    mean, variance = _weight(weights, "running_mean"), _weight(weights, "running_var")
    return batch_norm(inputs[0], mean, variance, weights.get("weight"), weights.get("bias"), **_options(node, "eps"))


def _layer_norm(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    shape = node.attributes.get("normalized_shape")
    if shape is None:
        shape = _weight(weights, "weight").shape
    return layer_norm(inputs[0], shape, weights.get("weight"), weights.get("bias"), **_options(node, "eps"))


def _add(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    if len(inputs) != 2:
        raise TraceError(f"two inputs are added, not {len(inputs)}")
    return add(inputs[0], inputs[1])


def _concat(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return concat(inputs, _without_batch(node, "axis", "dim", 0))


def _lstm(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    if node.attributes.get("num_layers", 1) != 1 or node.attributes.get("bidirectional", False):
        raise TraceError("an LSTM has a trace if it has one layer and one direction")
    if node.attributes.get("proj_size", 0):
        raise TraceError(f"an LSTM with proj_size {node.attributes['proj_size']} has no trace")
    return lstm(
        inputs[0],
        _weight(weights, "weight_ih_l0"),
        _weight(weights, "weight_hh_l0"),
        weights.get("bias_ih_l0"),
        weights.get("bias_hh_l0"),
        *inputs[1:3],
    )


def _input(node: Node, inputs: Sequence[Array], weights: Weights) -> Trace:
    return identity(inputs[0], name="input")


_MAKERS: Mapping[str, Maker] = MappingProxyType(  # by the values of messages.Operation
    {
        "input": _input,
        **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
        **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _transposed),
        **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), _max_pool),
        **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), _average_pool),
        "adaptive_avg_pool": _adaptive_average_pool,
        "adaptive_max_pool": _adaptive_max_pool,
        "linear": _linear,
        "flatten": _flatten,
        **dict.fromkeys(("sigmoid", "tanh", "relu", "silu", "hard_sigmoid"), _activation()),
        "leaky_relu": _activation("negative_slope"),
        "elu": _activation("alpha"),
        "gelu": _activation("approximate"),
        "softplus": _activation("beta", "threshold"),
        "softmax": _softmax,
        "dropout": _dropout,
        "batch_norm": _batch_norm,
        "layer_norm": _layer_norm,
        "add": _add,
        "concat": _concat,
        "lstm": _lstm,
    }
)
