"""Values to 8 bits, for all layers of a picture at once: what the NumPy preview and the probe on a CPU share.

All values lie in one flat vector; a Layout says which part belongs to which picture. One pass over the vector costs a
twentieth of what a loop over layers does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.messages import Bytes, Floats, Maps, Scale

# Below this a limit's reciprocal leaves float32: such values are drawn as zeros.
_SMALLEST = np.float32(1e-36)


def sheet_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """How values of `shape` (no batch axis) are drawn, as (maps, height, width).

    (features,) are units, (channels, time) one row a channel, (channels, depth, height, width) one map a slice.
    """
    sizes = tuple(int(size) for size in shape)
    if len(sizes) == 1:
        return sizes[0], 1, 1
    if len(sizes) == 2:
        return sizes[0], 1, sizes[1]
    if len(sizes) == 0:
        return 1, 1, 1
    maps = 1
    for size in sizes[:-2]:
        maps *= size
    return maps, sizes[-2], sizes[-1]


@dataclass(frozen=True)
class Part:
    """One picture in the flat vector: a layer's maps or a layer's kernels, drawn as `shape` (maps, height, width).

    `step` is how many cells a side were averaged for each pixel.
    """

    name: str
    shape: tuple[int, int, int]
    kernels: bool = False
    step: int = 1

    @property
    def size(self) -> int:
        return self.shape[0] * self.shape[1] * self.shape[2]


@dataclass(frozen=True)
class Layout:
    """The parts of a flat vector, in order, none of them empty."""

    parts: tuple[Part, ...]

    @classmethod
    def of(
        cls,
        maps: Iterable[tuple[str, Sequence[int]]],
        kernels: Iterable[tuple[str, Sequence[int]]],
        *,
        largest: int = 0,
    ) -> Layout:
        """The layout of these (name, shape) pairs: all maps, then all kernels. Maps (channels, height, width) with more
        than `largest` cells a side are averaged, but for the input; 0: none are."""
        parts = [_map_part(name, shape, largest) for name, shape in maps]
        parts += [Part(name, sheet_shape(shape), kernels=True) for name, shape in kernels]
        return cls(tuple(part for part in parts if part.size))

    @cached_property
    def size(self) -> int:
        return sum(part.size for part in self.parts)

    @cached_property
    def averaged(self) -> tuple[Part, ...]:
        """The parts that are averages, whose extremes have to be told."""
        return tuple(part for part in self.parts if part.step > 1)

    @cached_property
    def told(self) -> int:
        """How many extremes that are: the least and then the largest cell of each map of the averaged parts."""
        return 2 * sum(part.shape[0] for part in self.averaged)

    @cached_property
    def part_sizes(self) -> NDArray[np.int64]:
        return np.array([part.size for part in self.parts], np.int64)

    @cached_property
    def part_starts(self) -> NDArray[np.int64]:
        return _starts(self.part_sizes)

    @cached_property
    def map_counts(self) -> NDArray[np.int64]:
        """How many maps each part has."""
        return np.array([part.shape[0] for part in self.parts], np.int64)

    @cached_property
    def map_sizes(self) -> NDArray[np.int64]:
        """The number of values of each map of each part."""
        return np.repeat(self.part_sizes // self.map_counts, self.map_counts)

    @cached_property
    def map_starts(self) -> NDArray[np.int64]:
        return _starts(self.map_sizes)

    def scaled_sizes(self, scale: Scale) -> NDArray[np.int64]:
        """The number of values of whatever has a scale of its own: each map, or each part."""
        return self.map_sizes if scale is Scale.MAP else self.part_sizes

    def scaled_starts(self, scale: Scale) -> NDArray[np.int64]:
        return self.map_starts if scale is Scale.MAP else self.part_starts

    @cached_property
    def is_kernels(self) -> NDArray[np.bool_]:
        return np.array([part.kernels for part in self.parts], bool)

    @cached_property
    def is_shared(self) -> NDArray[np.bool_]:
        """Which parts share a scale by network: all but the input, whose unit is another one."""
        return np.array([part.kernels or part.name != "input" for part in self.parts], bool)


def _map_part(name: str, shape: Sequence[int], largest: int) -> Part:
    count, height, width = sheet_shape(shape)
    wanted = largest and len(shape) == 3 and name != "input"  # the picture itself is few maps, and drawn large
    step = -(-max(height, width) // largest) if wanted else 1
    return Part(name, (count, -(-height // step), -(-width // step)), step=step)


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)


def pictures(
    flat: Floats, layout: Layout, scale: Scale, told: Floats | None = None
) -> tuple[Mapping[str, Maps], Mapping[str, Maps]]:
    """Quantize a flat float32 vector of `layout.size` values: (maps by node, kernels by node).

    `told` has the `layout.told` extremes of what was averaged. NaN is drawn as zero, infinity as the largest float32
    (then all else is zero as well).
    """
    if not layout.parts:
        return MappingProxyType({}), MappingProxyType({})
    starts = layout.scaled_starts(scale)
    lowest, highest = np.minimum.reduceat(flat, starts), np.maximum.reduceat(flat, starts)
    if not (np.isfinite(lowest).all() and np.isfinite(highest).all()):
        flat = np.nan_to_num(flat, nan=0.0)
        lowest, highest = np.minimum.reduceat(flat, starts), np.maximum.reduceat(flat, starts)
    lowest, highest = widened(lowest, highest, told, layout, scale)
    scaling = scaling_of(lowest, highest, layout, scale)
    sizes = layout.scaled_sizes(scale)
    values = flat * np.repeat(scaling.factors, sizes)
    values += np.repeat(scaling.offsets, sizes)
    return assemble(values.astype(np.uint8), scaling, layout)


def widened(
    lowest: Floats, highest: Floats, told: Floats | None, layout: Layout, scale: Scale
) -> tuple[Floats, Floats]:
    """The extremes of the averages, replaced by those of the cells; where these are not finite, they stay."""
    if told is None or not layout.averaged:
        return lowest, highest
    lowest, highest = lowest.copy(), highest.copy()
    start = row = 0
    for place, part in enumerate(layout.parts):
        maps = part.shape[0]
        if part.step > 1:
            low, high = told[start : start + maps], told[start + maps : start + 2 * maps]
            start += 2 * maps
            if np.isfinite(low).all() and np.isfinite(high).all():
                if scale is Scale.MAP:
                    lowest[row : row + maps], highest[row : row + maps] = low, high
                else:
                    lowest[place], highest[place] = low.min(), high.max()
        row += maps
    return lowest, highest


@dataclass(frozen=True, eq=False)
class Scaling:
    """How values become pixels: floor(value * factor + offset), float32, one pair for whatever has a scale of its own.

    `limits` has one entry a map, `signed` one a part.
    """

    factors: Floats
    offsets: Floats
    limits: Floats
    signed: NDArray[np.bool_]


def scaling_of(lowest: Floats, highest: Floats, layout: Layout, scale: Scale) -> Scaling:
    """The Scaling for the extremes of each part (of each map if scaled by map)."""
    limits = np.maximum(highest, -lowest)
    by_map = scale is Scale.MAP
    signed = (np.minimum.reduceat(lowest, _starts(layout.map_counts)) if by_map else lowest) < 0
    if scale is Scale.NETWORK:
        for group in (layout.is_shared & ~layout.is_kernels, layout.is_kernels):
            if group.any():
                limits = np.where(group, limits[group].max(), limits)
    limits = np.where(limits < _SMALLEST, np.float32(1.0), limits).astype(np.float32)
    signs = np.repeat(signed, layout.map_counts) if by_map else signed
    return Scaling(
        factors=(np.where(signs, np.float32(127.5), np.float32(255.0)) / limits).astype(np.float32),
        offsets=np.where(signs, np.float32(128.0), np.float32(0.5)),
        limits=limits if by_map else np.repeat(limits, layout.map_counts),
        signed=signed,
    )


def assemble(pixels: Bytes, scaling: Scaling, layout: Layout) -> tuple[Mapping[str, Maps], Mapping[str, Maps]]:
    """Cut quantized pixels into (maps by node, kernels by node); all are views of the arguments."""
    maps: dict[str, Maps] = {}
    kernels: dict[str, Maps] = {}
    start = row = 0
    for part, has_negatives in zip(layout.parts, scaling.signed.tolist(), strict=True):
        end, last = start + part.size, row + part.shape[0]
        made = Maps(pixels[start:end].reshape(part.shape), scaling.limits[row:last], has_negatives, part.step)
        (kernels if part.kernels else maps)[part.name] = made
        start, row = end, last
    return MappingProxyType(maps), MappingProxyType(kernels)
