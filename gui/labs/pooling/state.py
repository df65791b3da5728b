"""What the pooling lab shows, as one frozen dataclass: a link, undo, a preset and an export need nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

LONGEST = {1: 32, 2: 16, 3: 8}
"""The longest side of a numeric input, by the number of spatial axes: what still can be read as a grid."""


class Page(StrEnum):
    STEPS = "steps"
    PICTURE = "picture"


class Kind(StrEnum):
    """How windows lie, and for the sliding ones what becomes of a window."""

    MAX = "max"
    AVERAGE = "average"
    GLOBAL = "global"
    ADAPTIVE = "adaptive"
    LP = "lp"


class Function(StrEnum):
    """What one number a window becomes."""

    MAX = "max"
    AVERAGE = "average"
    LP = "lp"


class Compare(StrEnum):
    """What is computed beside it, over the same windows."""

    NONE = "none"
    MAX = "max"
    AVERAGE = "average"
    LP = "lp"


@dataclass(frozen=True)
class PoolingState:
    """One pooling, and another beside it. Sizes have one entry an axis; `x` holds channels x size values in C order,
    empty for random whole numbers from `seed`. Global and adaptive windows take the maximum or the mean: `function`.

    `shift` moves the input down and to the right by so many cells in the comparison of before and after.
    """

    axes: int = field(default=2, metadata={"min": 1, "max": 3, "key": "d"})
    kind: Kind = field(default=Kind.MAX, metadata={"key": "pool"})
    function: Function = field(default=Function.MAX, metadata={"key": "of"})
    compare: Compare = field(default=Compare.AVERAGE, metadata={"key": "beside"})
    size: tuple[int, ...] = field(default=(8, 8), metadata={"min": 1, "max": 32, "key": "i"})
    channels: int = field(default=2, metadata={"min": 1, "max": 16, "key": "c"})
    kernel: tuple[int, ...] = field(default=(2, 2), metadata={"min": 1, "max": 12, "key": "k"})
    stride: tuple[int, ...] = field(default=(2, 2), metadata={"min": 1, "max": 12, "key": "s"})
    padding: tuple[int, ...] = field(default=(0, 0), metadata={"min": 0, "max": 6, "key": "p"})
    dilation: tuple[int, ...] = field(default=(1, 1), metadata={"min": 1, "max": 6, "key": "l"})
    output_size: tuple[int, ...] = field(default=(3, 3), metadata={"min": 1, "max": 16, "key": "o"})
    norm_type: float = field(default=2.0, metadata={"min": 1.0, "max": 16.0, "key": "norm"})
    ceil_mode: bool = field(default=False, metadata={"key": "ceil"})
    count_include_pad: bool = field(default=True, metadata={"key": "countpad"})
    seed: int = field(default=0, metadata={"min": 0, "max": 9999, "key": "seed"})
    x: tuple[float, ...] = field(default=(), metadata={"key": "x", "longest": 4096})
    step: int = field(default=0, metadata={"min": 0, "max": 99999, "key": "step"})
    shift: tuple[int, int] = field(default=(0, 1), metadata={"min": -64, "max": 64, "key": "shift"})
    page: Page = field(default=Page.STEPS, metadata={"key": "page"})
    picture: str = field(
        default="letter", metadata={"key": "pic", "choices": ("letter", "rings", "spots", "bricks", "own")}
    )
    check: bool = field(default=False, metadata={"key": "check"})

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(channels, *size)."""
        return (self.channels, *self.size)

    @property
    def sliding(self) -> bool:
        """Whether a window of fixed size slides: it has a kernel and a stride."""
        return self.kind not in (Kind.GLOBAL, Kind.ADAPTIVE)

    @property
    def main(self) -> Function:
        """What the first lane computes."""
        return Function(str(self.kind)) if self.sliding else self.function

    def repaired(self) -> tuple[PoolingState, tuple[str, ...]]:
        """The nearest state that can be computed, by PyTorch too, and what had to be changed for it."""
        from gui.labs.pooling.repair import repaired

        return repaired(self)


def random_values(seed: int, count: int) -> NDArray[np.float64]:
    """Whole numbers from 0 to 9, a third of them 0, as after a ReLU. RandomState's stream never changes."""
    source = np.random.RandomState(seed * 7 + 1)
    values = source.randint(1, 10, count).astype(np.float64)
    values[source.random_sample(count) < 1 / 3] = 0.0
    return values


def values_of(state: PoolingState) -> NDArray[np.float64]:
    """The input (channels, *size); what `x` lacks is 0."""
    count = prod(state.input_shape)
    if not state.x:
        return random_values(state.seed, count).reshape(state.input_shape)
    values = np.zeros(count)
    taken = min(len(state.x), count)
    values[:taken] = state.x[:taken]
    return values.reshape(state.input_shape)


def with_value(state: PoolingState, index: tuple[int, ...], value: float) -> PoolingState:
    """The same with another number in one cell of the input."""
    x = values_of(state)
    x[index] = value
    return replace(state, x=tuple(x.ravel().tolist()))


def resized(state: PoolingState, *, size: tuple[int, ...], channels: int) -> PoolingState:
    """Another input size; numbers that were written keep their places, new cells are random."""
    old = values_of(state)
    new = replace(state, size=size, channels=channels, x=(), step=0)
    if not state.x:
        return new
    x = values_of(new)
    common = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, x.shape, strict=True))
    x[common] = old[common]
    return replace(new, x=tuple(x.ravel().tolist()))


def with_axes(state: PoolingState, axes: int) -> PoolingState:
    """The same pooling of signals (1), maps (2) or volumes (3); the numbers are made anew."""
    if axes == state.axes:
        return state

    def fitted(sizes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sizes[min(axis, len(sizes) - 1)] for axis in range(axes))

    size = (2 * state.size[0],) if axes == 1 else fitted(state.size)
    if axes == 3:
        size = tuple(min(side, 6) for side in size)
    return replace(
        state, axes=axes, size=tuple(min(side, LONGEST[axes]) for side in size), kernel=fitted(state.kernel),
        stride=fitted(state.stride), padding=fitted(state.padding), dilation=fitted(state.dilation),
        output_size=fitted(state.output_size), shift=(0, 1), x=(), step=0,
    ).repaired()[0]  # fmt: skip
