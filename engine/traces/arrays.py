"""What the operations take: arrays of one floating type, and whole numbers for each spatial axis.

Floating types are kept (float16, float32, float64; mixed ones are promoted as NumPy does). Integers and booleans take
the floating type of the arrays beside them, and float64 where there is none, so that whole numbers stay exact.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.traces.errors import TraceError

Array: TypeAlias = NDArray[Any]
Index: TypeAlias = tuple[int, ...]
Sizes: TypeAlias = int | Sequence[int]

_FLOAT64 = np.dtype(np.float64)
_AXIS_NAMES = {1: ("positions",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


def floats(**named: ArrayLike | None) -> list[Any]:
    """The named arrays in one floating type, in order; None stays None. They are not copied where they fit already.

    Raises TraceError for what is no array of numbers, is complex or longer than 64 bits, or has no cell.
    """
    read = {name: None if value is None else _read(name, value) for name, value in named.items()}
    kinds = {array.dtype for array in read.values() if array is not None and array.dtype.kind == "f"}
    dtype = np.result_type(*kinds).newbyteorder("=") if kinds else _FLOAT64
    return [None if array is None else array.astype(dtype, copy=False) for array in read.values()]


def _read(name: str, value: ArrayLike) -> Array:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:  # ragged lists, tensors on a device or with a gradient, …
        raise TraceError(f"{name} cannot be read as an array: {error}") from error
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise TraceError(
            f"{name} has dtype {array.dtype}; traces take float16, float32, float64, integers and booleans"
        )
    if array.size == 0:
        raise TraceError(f"{name} has shape {shape_text(array.shape)}: there is no cell in it")
    return array


def working(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type to add up in: float16 is computed in float32 and rounded once, at the end."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def whole(name: str, value: Any, *, least: int) -> int:
    """`value` as an int of at least `least`, or TraceError."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TraceError(f"{name} must be a whole number, not {value!r}") from None
    if number < least:
        raise TraceError(f"{name} is {number}; it must be at least {least}")
    return number


def per_axis(name: str, value: Sizes, axes: int, *, least: int) -> tuple[int, ...]:
    """One whole number for each spatial axis, of an int or of one int per axis."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (whole(name, value, least=least),) * axes
    entries = tuple(value)
    if len(entries) != axes:
        raise TraceError(f"{name} has {len(entries)} entries, but there are {axes} spatial axes")
    return tuple(whole(name, entry, least=least) for entry in entries)


def axis_name(axis: int, axes: int) -> str:
    """What one of 1 to 3 spatial axes is called: positions, rows, columns, planes."""
    return _AXIS_NAMES[axes][axis]


def spatial_axes(x: Array, *, operation: str) -> int:
    """How many spatial axes x of shape (channels, *spatial) has: 1, 2 or 3, or TraceError."""
    axes = x.ndim - 1
    if axes not in _AXIS_NAMES:
        raise TraceError(
            f"{operation} takes x of shape (channels, *spatial) with 1, 2 or 3 spatial axes and no batch axis, "
            f"but x has shape {shape_text(x.shape)}"
        )
    return axes


def one_axis(name: str, axis: int, ndim: int) -> int:
    """`axis` counted from the front; TraceError if an array of `ndim` axes does not have it."""
    try:
        number = operator.index(axis)
    except TypeError:
        raise TraceError(f"{name} must be a whole number, not {axis!r}") from None
    if not -ndim <= number < ndim:
        raise TraceError(f"{name} {number} does not exist: x has {ndim} axes")
    return number % ndim


def vector(name: str, array: Array | None, size: int, *, of: str) -> None:
    """Check that `array`, if there, has shape (size,); `of` says what has that size."""
    if array is not None and array.shape != (size,):
        raise TraceError(
            f"{name} has shape {shape_text(array.shape)}, but {of} {size}: it must be {shape_text((size,))}"
        )


def shape_text(shape: Sequence[int]) -> str:
    """A shape as people write it: 3x32x32, or "()" for a single number."""
    return "x".join(str(size) for size in shape) or "()"
