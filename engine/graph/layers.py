"""torch's own layers as operations: everything in torch.nn that is not a mere container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.nn.modules.dropout import _DropoutNd

from engine.graph.vocabulary import (
    OTHER,
    Description,
    adaptive_pool,
    average_pool,
    convolution,
    max_pool,
    without_batch,
)
from engine.messages import Operation

_CONTAINERS = (
    nn.Sequential,
    nn.ModuleList,
    nn.ModuleDict,
    nn.Transformer,
    nn.TransformerEncoder,
    nn.TransformerDecoder,
    nn.TransformerEncoderLayer,
    nn.TransformerDecoderLayer,
)


def is_layer(part: nn.Module) -> bool:
    """Whether the module is one node: a layer of torch's own rather than a container or somebody's own module."""
    return type(part).__module__.startswith("torch.nn.") and not isinstance(part, _CONTAINERS)


def describe_layer(part: nn.Module, args: tuple[Any, ...], result: Any, batch: int) -> Description:
    """The operation of one of torch's layers, called with `args`."""
    for kind, describe in _DESCRIPTIONS:
        if isinstance(part, kind):
            return describe(part, args, result, batch)
    return OTHER


def _convolution(part: Any, args: Any, result: Any, batch: int) -> Description:
    transposed = isinstance(part, _ConvTransposeNd)
    axes = len(part.kernel_size)
    attributes = convolution(
        weight=tuple(part.weight.shape),
        transposed=transposed,
        bias=part.bias is not None,
        stride=part.stride,
        padding=part.padding,
        dilation=part.dilation,
        groups=part.groups,
        output_padding=part.output_padding,
        padding_mode=part.padding_mode,
    )
    return Description(Operation(f"conv_transpose{axes}d" if transposed else f"conv{axes}d"), attributes)


def _max_pool(axes: int) -> Callable[..., Description]:
    def describe(part: Any, args: Any, result: Any, batch: int) -> Description:
        attributes = max_pool(
            axes,
            kernel_size=part.kernel_size,
            stride=part.stride,
            padding=part.padding,
            dilation=part.dilation,
            ceil_mode=part.ceil_mode,
        )
        return Description(Operation(f"max_pool{axes}d"), attributes)

    return describe


def _average_pool(axes: int) -> Callable[..., Description]:
    def describe(part: Any, args: Any, result: Any, batch: int) -> Description:
        attributes = average_pool(
            axes,
            kernel_size=part.kernel_size,
            stride=part.stride,
            padding=part.padding,
            ceil_mode=part.ceil_mode,
            count_include_pad=part.count_include_pad,
            divisor_override=getattr(part, "divisor_override", None),
        )
        return Description(Operation(f"avg_pool{axes}d"), attributes)

    return describe


def _adaptive(operation: Operation, axes: int) -> Callable[..., Description]:
    def describe(part: Any, args: Any, result: Any, batch: int) -> Description:
        return adaptive_pool(operation, output_size=part.output_size, axes=axes)

    return describe


def _linear(part: Any, args: Any, result: Any, batch: int) -> Description:
    attributes = {"in_features": part.in_features, "out_features": part.out_features, "bias": part.bias is not None}
    return Description(Operation.LINEAR, attributes)


def _flatten(part: Any, args: Any, result: Any, batch: int) -> Description:
    flat = isinstance(result, Tensor) and result.dim() == 2 and result.shape[0] == batch
    return Description(Operation.FLATTEN) if flat else OTHER


def _softmax(part: Any, args: Any, result: Any, batch: int) -> Description:
    axis = None if part.dim is None else without_batch(part.dim, result.dim())
    return OTHER if axis is None else Description(Operation.SOFTMAX, {"axis": axis})


def _batch_norm(part: Any, args: Any, result: Any, batch: int) -> Description:
    if part.running_mean is None:  # it normalizes by the batch even in evaluation
        return OTHER
    return Description(Operation.BATCH_NORM, {"num_features": part.num_features, "eps": part.eps})


def _layer_norm(part: Any, args: Any, result: Any, batch: int) -> Description:
    return Description(Operation.LAYER_NORM, {"normalized_shape": list(part.normalized_shape), "eps": part.eps})


def _lstm(part: Any, args: Any, result: Any, batch: int) -> Description:
    names = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "bidirectional", "proj_size")
    return Description(Operation.LSTM, {name: getattr(part, name) for name in names})


def _plain(operation: Operation, *names: str) -> Callable[..., Description]:
    def describe(part: Any, args: Any, result: Any, batch: int) -> Description:
        return Description(operation, {name: getattr(part, name) for name in names})

    return describe


_DESCRIPTIONS: tuple[tuple[Any, Callable[..., Description]], ...] = (
    (_ConvNd, _convolution),
    (nn.MaxPool1d, _max_pool(1)),
    (nn.MaxPool2d, _max_pool(2)),
    (nn.MaxPool3d, _max_pool(3)),
    (nn.AvgPool1d, _average_pool(1)),
    (nn.AvgPool2d, _average_pool(2)),
    (nn.AvgPool3d, _average_pool(3)),
    (nn.AdaptiveAvgPool1d, _adaptive(Operation.ADAPTIVE_AVG_POOL, 1)),
    (nn.AdaptiveAvgPool2d, _adaptive(Operation.ADAPTIVE_AVG_POOL, 2)),
    (nn.AdaptiveAvgPool3d, _adaptive(Operation.ADAPTIVE_AVG_POOL, 3)),
    (nn.AdaptiveMaxPool1d, _adaptive(Operation.ADAPTIVE_MAX_POOL, 1)),
    (nn.AdaptiveMaxPool2d, _adaptive(Operation.ADAPTIVE_MAX_POOL, 2)),
    (nn.AdaptiveMaxPool3d, _adaptive(Operation.ADAPTIVE_MAX_POOL, 3)),
    (nn.Linear, _linear),
    (nn.Flatten, _flatten),
    (nn.Softmax, _softmax),
    (_BatchNorm, _batch_norm),
    (nn.LayerNorm, _layer_norm),
    (nn.LSTM, _lstm),
    (nn.Sigmoid, _plain(Operation.SIGMOID)),
    (nn.Tanh, _plain(Operation.TANH)),
    (nn.ReLU, _plain(Operation.RELU)),
    (nn.LeakyReLU, _plain(Operation.LEAKY_RELU, "negative_slope")),
    (nn.ELU, _plain(Operation.ELU, "alpha")),
    (nn.GELU, _plain(Operation.GELU, "approximate")),
    (nn.SiLU, _plain(Operation.SILU)),
    (nn.Softplus, _plain(Operation.SOFTPLUS, "beta", "threshold")),
    (nn.Hardsigmoid, _plain(Operation.HARD_SIGMOID)),
    (_DropoutNd, _plain(Operation.DROPOUT, "p")),
)
