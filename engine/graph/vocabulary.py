"""What modules and functions of torch have in common when they are described: the operation and its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from engine.messages import Operation


@dataclass(frozen=True, eq=False)
class Description:
    """An operation with its attributes (plain JSON values); `weights` by role, where a function was given them."""

    operation: Operation
    attributes: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, Tensor | None] = field(default_factory=dict)


OTHER = Description(Operation.OTHER)

CONVOLUTIONS = {
    Operation.CONV1D: 1,
    Operation.CONV2D: 2,
    Operation.CONV3D: 3,
    Operation.CONV_TRANSPOSE1D: 1,
    Operation.CONV_TRANSPOSE2D: 2,
    Operation.CONV_TRANSPOSE3D: 3,
}
TRANSPOSED = frozenset({Operation.CONV_TRANSPOSE1D, Operation.CONV_TRANSPOSE2D, Operation.CONV_TRANSPOSE3D})


def per_axis(value: Any, axes: int) -> Any:
    """An int for all axes, or one per axis, as a list of ints per axis; text ("same") as it is."""
    if isinstance(value, str):
        return value
    values = [int(one) for one in value] if isinstance(value, tuple | list) else [int(value)]
    return values * axes if len(values) == 1 else values


def convolution(
    *,
    weight: tuple[int, ...],
    transposed: bool,
    bias: bool,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    output_padding: Any = 0,
    padding_mode: str = "zeros",
) -> dict[str, Any]:
    """The attributes of a convolution with a kernel of shape `weight`."""
    axes = len(weight) - 2
    attributes = {
        "in_channels": weight[0] if transposed else weight[1] * groups,
        "out_channels": weight[1] * groups if transposed else weight[0],
        "kernel_size": list(weight[2:]),
        "stride": per_axis(stride, axes),
        "padding": per_axis(padding, axes),
        "dilation": per_axis(dilation, axes),
        "groups": int(groups),
        "bias": bias,
    }
    if transposed:
        return attributes | {"output_padding": per_axis(output_padding, axes)}
    return attributes | {"padding_mode": padding_mode}


def max_pool(
    axes: int, *, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> dict[str, Any]:
    return _window(axes, kernel_size, stride, padding) | {
        "dilation": per_axis(dilation, axes),
        "ceil_mode": bool(ceil_mode),
    }


def average_pool(
    axes: int,
    *,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> dict[str, Any]:
    attributes = _window(axes, kernel_size, stride, padding) | {
        "ceil_mode": bool(ceil_mode),
        "count_include_pad": bool(count_include_pad),
    }
    return attributes if divisor_override is None else attributes | {"divisor_override": int(divisor_override)}


def _window(axes: int, kernel_size: Any, stride: Any, padding: Any) -> dict[str, Any]:
    steps = kernel_size if stride is None or stride == () or stride == [] else stride
    return {
        "kernel_size": per_axis(kernel_size, axes),
        "stride": per_axis(steps, axes),
        "padding": per_axis(padding, axes),
    }


def adaptive_pool(operation: Operation, *, output_size: Any, axes: int) -> Description:
    """`output_size` as one int per axis, None where it is as much as the input has."""
    sizes = output_size if isinstance(output_size, tuple | list) else [output_size] * axes
    return Description(operation, {"output_size": [None if one is None else int(one) for one in sizes]})


def without_batch(dim: int, dims: int) -> int | None:
    """An axis of a tensor with `dims` axes, counted without its first, the batch; None if it is the batch."""
    axis = dim + dims if dim < 0 else dim
    return None if axis == 0 else axis - 1
