"""Where windows lie: sizes, padding and positions along each spatial axis, floored as PyTorch does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.traces.arrays import Array, Sizes, axis_name, per_axis, whole
from engine.traces.errors import TraceError

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
Padding: TypeAlias = int | str | Sequence[int] | Sequence[tuple[int, int]] | Sequence["int | tuple[int, int]"]
Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Axis:
    """One spatial axis: `count` windows of `kernel` cells, `dilation` apart, every `stride` cells of an input of
    `size` cells with `before` and `after` cells of padding. Positions count from the first real cell."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    count: int

    @property
    def extent(self) -> int:
        """Cells from the first to the last that a window reads, both included."""
        return (self.kernel - 1) * self.dilation + 1

    def positions(self, output: int) -> NDArray[np.int64]:
        """The positions that window `output` reads; none beyond the padding (where sizes are rounded up)."""
        start = output * self.stride - self.before
        return np.arange(start, min(start + self.extent, self.size + self.after), self.dilation)

    def reached(self, cell: int, mode: str = "zeros") -> list[int]:
        """The windows that read `cell` of the input, or a copy of it in the padding."""
        if mode == "zeros" or not (self.before or self.after):
            return sorted(self._reading(cell))
        padded = np.arange(-self.before, self.size + self.after)
        copies = padded[mirrored(padded, self.size, mode) == cell]
        return sorted({output for copy in copies.tolist() for output in self._reading(copy)})

    def _reading(self, position: int) -> list[int]:
        offset = position + self.before
        first = max(0, -((self.extent - 1 - offset) // self.stride))
        last = min(self.count - 1, offset // self.stride)
        return [p for p in range(first, last + 1) if (offset - p * self.stride) % self.dilation == 0]

    def cells(self, low: int, high: int) -> NDArray[np.int64]:
        """How many positions from `low` to `high` (exclusive) each window reads, int64 (count,)."""
        starts = np.arange(self.count) * self.stride - self.before

        def below(bound: int) -> NDArray[np.int64]:
            return np.clip(-((starts - bound) // self.dilation), 0, self.kernel)

        return below(high) - below(low)


def mirrored(positions: NDArray[np.int64], size: int, mode: str) -> NDArray[np.int64]:
    """The real cells that stand at these positions of the padded input. With "zeros", positions stay as they are."""
    if mode == "replicate":
        return np.clip(positions, 0, size - 1)
    if mode == "circular":
        return positions % size
    if mode == "reflect":
        folded = np.abs(positions)
        return np.where(folded < size, folded, 2 * (size - 1) - folded)
    return positions


def axes_of(
    shape: Sequence[int],
    *,
    kernel: Sequence[int],
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    padding_mode: str = "zeros",
    ceil_mode: bool = False,
) -> tuple[Axis, ...]:
    """The axes of windows of `kernel` cells over an input of spatial `shape`; TraceError if none fits."""
    number = len(shape)
    strides = per_axis("stride", stride, number, least=1)
    dilations = per_axis("dilation", dilation, number, least=1)
    extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
    pairs = pads(padding, extents=extents, strides=strides)
    check_mode(padding_mode, shape, pairs)
    axes = []
    for axis, (size, (before, after)) in enumerate(zip(shape, pairs, strict=True)):
        room = size + before + after - extents[axis]
        if room < 0:
            dilated = "" if extents[axis] == kernel[axis] else f" (reaching over {extents[axis]} cells)"
            padded = f"padded input of {size + before + after}" if before or after else f"input of {size}"
            raise TraceError(f"kernel of {kernel[axis]}{dilated} is larger than the {padded} {axis_name(axis, number)}")
        step = strides[axis]
        count = room // step + 1
        if ceil_mode and room % step and count * step < size + before:  # else it would start in the padding behind
            count += 1
        axes.append(Axis(size, kernel[axis], step, dilations[axis], before, after, count))
    return tuple(axes)


def pads(padding: Padding, *, extents: Sequence[int], strides: Sequence[int]) -> tuple[Pair, ...]:
    """(before, after) for each axis, of an int, one int or pair per axis, "same" or "valid".

    "same" keeps the size, as in PyTorch only with stride 1, the odd cell behind. One axis also takes a bare pair.
    """
    number = len(extents)
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * number
        if padding != "same":
            raise TraceError(f'padding "{padding}" is unknown: it is "same", "valid", or numbers')
        if any(stride != 1 for stride in strides):
            raise TraceError(f'padding "same" needs stride 1, but the stride is {max(strides)}')
        return tuple(((extent - 1) // 2, extent - 1 - (extent - 1) // 2) for extent in extents)
    if not isinstance(padding, Sequence | np.ndarray):
        return ((whole("padding", padding, least=0),) * 2,) * number
    entries: list[object] = list(padding)
    if number == 1 and len(entries) == 2 and not any(isinstance(entry, Sequence | np.ndarray) for entry in entries):
        entries = [entries]
    if len(entries) != number:
        raise TraceError(f"padding has {len(entries)} entries, but there are {number} spatial axes")
    return tuple(_pair(entry) for entry in entries)


def _pair(entry: object) -> Pair:
    if not isinstance(entry, Sequence | np.ndarray) or isinstance(entry, str):
        return (whole("padding", entry, least=0),) * 2
    if len(entry) != 2:
        raise TraceError(f"padding of an axis is (before, after), two numbers, not {len(entry)}")
    return (whole("padding before", entry[0], least=0), whole("padding after", entry[1], least=0))


def check_mode(mode: str, shape: Sequence[int], pairs: Sequence[Pair]) -> None:
    """TraceError if padding of these sizes cannot be filled in this mode."""
    if mode not in PADDING_MODES:
        raise TraceError(f"padding_mode {mode!r} is unknown: it is one of {', '.join(PADDING_MODES)}")
    for axis, (size, pair) in enumerate(zip(shape, pairs, strict=True)):
        most = {"reflect": size - 1, "circular": size}.get(mode)
        if most is not None and max(pair) > most:
            raise TraceError(
                f"{mode} padding of {max(pair)} is too much for {size} {axis_name(axis, len(shape))}: at most {most}"
            )


def padded(x: Array, axes: Sequence[Axis], *, mode: str = "zeros", fill: float = 0.0) -> Array:
    """x (channels, *spatial) with its padding, C-contiguous, as far as windows reach; x itself if there is nothing to
    add. Where windows reach beyond the padding (sizes rounded up), `fill` stands there too."""
    needed = [(axis.count - 1) * axis.stride + axis.extent for axis in axes]
    if not any(axis.before for axis in axes) and all(n <= axis.size for n, axis in zip(needed, axes, strict=True)):
        return np.ascontiguousarray(x)
    if mode == "zeros":
        inside = tuple(
            slice(axis.before, max(axis.before, min(axis.before + axis.size, n)))
            for n, axis in zip(needed, axes, strict=True)
        )
        real = tuple(slice(0, place.stop - place.start) for place in inside)
        result = np.full((len(x), *needed), fill, x.dtype) if fill else np.zeros((len(x), *needed), x.dtype)
        result[(slice(None), *inside)] = x[(slice(None), *real)]
        return result
    for number, (axis, n) in enumerate(zip(axes, needed, strict=True), start=1):
        cells = mirrored(np.arange(-axis.before, n - axis.before), axis.size, mode)
        x = np.take(x, cells, axis=number)
    return np.ascontiguousarray(x)
