"""What functions give where nothing is computed: sizes alone, for those that torch's device "meta" is slow to learn.

torch finds them out with its decompositions, and those load its compiler and a computer algebra system: 830 modules in
0.9 s, once a process, while somebody waits for a large network to be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

_CONVOLUTIONS = {torch.conv1d: 1, torch.conv2d: 2, torch.conv3d: 3}
_POOLS = {F.max_pool1d: 1, F.max_pool2d: 2, F.max_pool3d: 3}
_AVERAGES = {F.avg_pool1d: 1, F.avg_pool2d: 2, F.avg_pool3d: 3}
_ADAPTIVE = {F.adaptive_avg_pool1d: 1, F.adaptive_avg_pool2d: 2, F.adaptive_avg_pool3d: 3}
_SAME_SIZE = (torch.batch_norm, F.batch_norm, torch.relu, F.relu, Tensor.relu)
_SUMS = (torch.add, Tensor.add, Tensor.__add__)
_SUMS_IN_PLACE = (Tensor.add_, Tensor.__iadd__)


def called(function: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
    """What `function` returns. Without data a tensor of the right size is all there is to return.

    What is not known here, or does not fit, is left to torch, which says why.
    """
    if function is torch.cat and args and isinstance(args[0], list | tuple):
        return _joined(*args, **kwargs)
    if not args or not isinstance(args[0], Tensor) or args[0].device.type != "meta":
        return function(*args, **kwargs)
    if function is F.relu and (kwargs.get("inplace") or args[1:] == (True,)):
        return args[0]
    if function in _SUMS_IN_PLACE and _alike(args, kwargs):
        return args[0]
    shape = _shape(function, args, kwargs)
    if shape is None:
        return function(*args, **kwargs)
    return torch.empty(shape, dtype=args[0].dtype, device="meta")


def _shape(function: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> tuple[int, ...] | None:
    if function in _SAME_SIZE or (function in _SUMS and _alike(args, kwargs)):
        return tuple(args[0].shape)
    if function in _CONVOLUTIONS and not kwargs:
        return _convolved(_CONVOLUTIONS[function], *args)
    if function in _POOLS and not kwargs.get("return_indices"):
        return _pooled(_POOLS[function], *args, **kwargs)
    if function in _AVERAGES:
        return _averaged(_AVERAGES[function], *args, **kwargs)
    if function is F.linear and not kwargs and args[0].shape[-1] == args[1].shape[-1]:
        return (*args[0].shape[:-1], args[1].shape[0])
    if function in _ADAPTIVE:
        return _adapted(_ADAPTIVE[function], *args, **kwargs)
    return None


def _joined(tensors: list[Tensor] | tuple[Tensor, ...], dim: int = 0, **others: Any) -> Tensor:
    first = tensors[0] if tensors else None
    fits = first is not None and not others and -first.dim() <= dim < first.dim()
    if first is None or not fits or any(one.device.type != "meta" or one.dtype != first.dtype for one in tensors):
        return torch.cat(tensors, dim, **others)
    shape = list(first.shape)
    shape[dim] = 0
    for one in tensors:
        rest = list(one.shape)
        if len(rest) != len(shape) or any(
            a != b for i, (a, b) in enumerate(zip(rest, shape, strict=True)) if i != dim % len(shape)
        ):
            return torch.cat(tensors, dim)
        shape[dim] += rest[dim]
    return torch.empty(shape, dtype=first.dtype, device="meta")


def _alike(args: Any, kwargs: Mapping[str, Any]) -> bool:
    """Whether two tensors of one size and kind are added."""
    one, other = args[0], args[1] if len(args) == 2 else None
    return not kwargs and isinstance(other, Tensor) and (one.shape, one.dtype) == (other.shape, other.dtype)


def _convolved(
    axes: int,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> tuple[int, ...] | None:
    if isinstance(padding, str) or x.dim() != axes + 2 or x.shape[1] != weight.shape[1] * groups:
        return None
    sizes = _sizes(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    return sizes and (x.shape[0], weight.shape[0], *sizes)


def _pooled(
    axes: int,
    x: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[int, ...] | None:
    if x.dim() != axes + 2 or return_indices:
        return None
    stride = kernel_size if stride is None or stride == [] else stride
    sizes = _sizes(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
    return sizes and (*x.shape[:2], *sizes)


def _averaged(
    axes: int,
    x: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    *_divisor: Any,
    **_divisors: Any,
) -> tuple[int, ...] | None:
    return _pooled(axes, x, kernel_size, stride, padding, ceil_mode=ceil_mode)


def _adapted(axes: int, x: Tensor, output_size: Any) -> tuple[int, ...] | None:
    if x.dim() != axes + 2:
        return None
    wanted = [output_size] * axes if isinstance(output_size, int | None) else output_size
    return (*x.shape[:2], *(size if one is None else one for one, size in zip(wanted, x.shape[2:], strict=True)))


def _sizes(
    before: tuple[int, ...], kernel: Any, stride: Any, padding: Any, dilation: Any, *, ceil_mode: bool = False
) -> tuple[int, ...] | None:
    """As torch.nn.MaxPool2d's documentation gives them: floor((in + 2 p - d (k - 1) - 1) / s) + 1 along each axis.

    With `ceil_mode` rounded up, but no window starts in the padding behind. None where the kernel is too large.
    """
    sizes = []
    for axis, size in enumerate(before):
        k, s, p, d = (
            one if isinstance(one, int) else one[axis % len(one)] for one in (kernel, stride, padding, dilation)
        )
        left = size + 2 * p - d * (k - 1) - 1
        if left < 0:
            return None
        count = (-(-left // s) if ceil_mode else left // s) + 1
        sizes.append(count - 1 if ceil_mode and (count - 1) * s >= size + p else count)
    return tuple(sizes)
