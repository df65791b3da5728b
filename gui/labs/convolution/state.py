"""What the convolution lab shows, as one frozen dataclass, and the trace that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine import traces

LONGEST = {1: 64, 2: 28, 3: 8}
"""The longest side of a numeric input, by the number of spatial axes: what still can be read as a grid."""


PICTURES = ("letter", "house", "face", "hills", "rings", "checkerboard", "stripes", "own")
"""Bundled pictures; "own" is one that was opened, dropped or pasted, which a link cannot bring along."""


class Page(StrEnum):
    STEPS = "steps"
    PICTURE = "picture"
    MATRIX = "matrix"


class PaddingMode(StrEnum):
    ZEROS = "zeros"
    REFLECT = "reflect"
    REPLICATE = "replicate"
    CIRCULAR = "circular"


@dataclass(frozen=True)
class ConvolutionState:
    """One convolution. Sizes have one entry an axis. Empty `x`, `w` or `b` are random whole numbers from `seed`.

    `x` holds in_channels x size values in C order, `w` the weights in torch's layout, `b` one value an output channel.
    On a picture: `side` is the height and width of a bundled picture, `units` how many fully connected units the cost
    is set beside (0: as many as the output has cells), `divide` divides every sum, `shift` moves the picture (down,
    right), `at` is the pinned output cell (-1, -1: none). `causal` puts all padding before the first cell, as much as
    makes an output depend on its past alone. A transposed convolution is shown as stamps or, `stretched`, as the
    convolution over a stretched input that gives the same.
    """

    axes: int = field(default=2, metadata={"min": 1, "max": 3, "key": "d"})
    transposed: bool = field(default=False, metadata={"key": "t"})
    size: tuple[int, ...] = field(default=(5, 5), metadata={"min": 1, "max": 64, "key": "i"})
    in_channels: int = field(default=1, metadata={"min": 1, "max": 16, "key": "ci"})
    out_channels: int = field(default=1, metadata={"min": 1, "max": 16, "key": "co"})
    kernel: tuple[int, ...] = field(default=(3, 3), metadata={"min": 1, "max": 11, "key": "k"})
    stride: tuple[int, ...] = field(default=(1, 1), metadata={"min": 1, "max": 8, "key": "s"})
    padding: tuple[int, ...] = field(default=(0, 0), metadata={"min": 0, "max": 10, "key": "p"})
    dilation: tuple[int, ...] = field(default=(1, 1), metadata={"min": 1, "max": 6, "key": "l"})
    stretched: bool = field(default=False, metadata={"key": "stretched"})
    output_padding: tuple[int, ...] = field(default=(0, 0), metadata={"min": 0, "max": 7, "key": "op"})
    groups: int = field(default=1, metadata={"min": 1, "max": 16, "key": "g"})
    padding_mode: PaddingMode = field(default=PaddingMode.ZEROS, metadata={"key": "pm"})
    causal: bool = field(default=False, metadata={"key": "ca"})
    bias: bool = field(default=False, metadata={"key": "bias"})
    flip: bool = field(default=False, metadata={"key": "flip"})
    seed: int = field(default=0, metadata={"min": 0, "max": 9999, "key": "seed"})
    x: tuple[float, ...] = field(default=(), metadata={"key": "x", "longest": 8192})
    w: tuple[float, ...] = field(default=(), metadata={"key": "w", "longest": 40000})
    b: tuple[float, ...] = field(default=(), metadata={"key": "b", "longest": 16})
    step: int = field(default=0, metadata={"min": 0, "max": 99999, "key": "step"})
    page: Page = field(default=Page.STEPS, metadata={"key": "page"})
    picture: str = field(default="letter", metadata={"key": "pic", "choices": PICTURES})
    shift: tuple[int, int] = field(default=(0, 0), metadata={"min": -512, "max": 512, "key": "shift"})
    side: int = field(default=512, metadata={"choices": (96, 128, 256, 512, 1024), "key": "side"})
    units: int = field(default=0, metadata={"min": 0, "max": 10000, "key": "fc"})
    divide: int = field(default=1, metadata={"min": 1, "max": 999, "key": "div"})
    at: tuple[int, int] = field(default=(-1, -1), metadata={"min": -1, "max": 1023, "key": "at"})
    colours: bool = field(default=False, metadata={"key": "colours"})
    check: bool = field(default=False, metadata={"key": "check"})
    lesson: str = field(default="", metadata={"key": "lesson", "longest": 60})

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(in_channels, *size)."""
        return (self.in_channels, *self.size)

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """In torch's layout; a transposed convolution's begins with the input channels."""
        if self.transposed:
            return (self.in_channels, self.out_channels // self.groups, *self.kernel)
        return (self.out_channels, self.in_channels // self.groups, *self.kernel)

    @property
    def padding_pairs(self) -> tuple[tuple[int, int], ...]:
        """(before, after) per axis."""
        if self.causal:
            return tuple(
                (dilation * (kernel - 1), 0) for dilation, kernel in zip(self.dilation, self.kernel, strict=True)
            )
        return tuple((padding, padding) for padding in self.padding)

    def repaired(self) -> tuple[ConvolutionState, tuple[str, ...]]:
        """The nearest state that can be computed, and what had to be changed for it."""
        from gui.labs.convolution.repair import repaired

        return repaired(self)


def _whole(seed: int, salt: int, count: int, low: int, high: int) -> NDArray[np.float64]:
    """Random whole numbers that never change between NumPy versions (RandomState's stream is frozen)."""
    return np.random.RandomState(seed * 7 + salt).randint(low, high + 1, count).astype(np.float64)


def _values(state: ConvolutionState, part: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    given = getattr(state, part)
    if not given:
        return fresh(state, part, shape)
    count = int(np.prod(shape))
    taken = min(len(given), count)
    return np.concatenate([np.asarray(given[:taken], float), np.zeros(count - taken)]).reshape(shape)


def weights(state: ConvolutionState) -> NDArray[np.float64]:
    """The weights of a state in torch's layout."""
    return _values(state, "w", state.weight_shape)


def arrays(state: ConvolutionState) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
    """Input, weights and bias (None without) of a state; what is too short is filled with zeros."""
    bias = _values(state, "b", (state.out_channels,)) if state.bias else None
    return _values(state, "x", state.input_shape), weights(state), bias


_RANDOM = {"x": (1, 0, 2), "w": (2, -1, 1), "b": (3, 0, 1)}  # salt, least and largest


def fresh(state: ConvolutionState, part: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The random whole numbers of a part ("x", "w" or "b") of a state, in this shape; no kernel is all zeros."""
    salt, low, high = _RANDOM[part]
    values = _whole(state.seed, salt, int(np.prod(shape)), low, high)
    if part == "w" and not values.any():
        values[-1:] = 1.0
    return values.reshape(shape)


def trace(state: ConvolutionState) -> traces.Trace:
    """The trace of a state. Raises TraceError, which names the two numbers that do not fit."""
    if state.in_channels % state.groups or state.out_channels % state.groups:
        which, count = (
            ("input", state.in_channels) if state.in_channels % state.groups else ("output", state.out_channels)
        )
        raise traces.TraceError(
            f"{count} {which} channel{'s' if count > 1 else ''} cannot be divided into {state.groups} groups"
        )
    x, w, b = arrays(state)
    if state.transposed:
        return traces.transposed_convolution(
            x, w, b, stride=state.stride, padding=state.padding, output_padding=state.output_padding,
            dilation=state.dilation, groups=state.groups,
        )  # fmt: skip
    return traces.convolution(
        x, w, b, stride=state.stride, padding=state.padding_pairs, dilation=state.dilation, groups=state.groups,
        padding_mode=str(state.padding_mode), flip=state.flip,
    )  # fmt: skip


def stamped(state: ConvolutionState) -> bool:
    """Whether the steps are stamps: of a transposed convolution, unless it is shown over the stretched input."""
    return state.transposed and not state.stretched and state.page is Page.STEPS


def played(state: ConvolutionState) -> traces.Trace | traces.Stamping:
    """What is stepped through: the trace of a state, or the stamps of a transposed one. Raises TraceError."""
    made = trace(state)
    if stamped(state) and isinstance(made, traces.TransposedConvolution):
        return traces.Stamping(made)
    return made


def fitted(state: ConvolutionState, *, axes: int) -> ConvolutionState:
    """The same convolution with another number of spatial axes; sizes are repeated or cut, numbers made anew."""

    def resized(sizes: tuple[int, ...], largest: int = 10**6) -> tuple[int, ...]:
        return tuple(min(sizes[min(axis, len(sizes) - 1)], largest) for axis in range(axes))

    return replace(
        state, axes=axes, size=resized(state.size, LONGEST[axes]), kernel=resized(state.kernel),
        stride=resized(state.stride), padding=resized(state.padding), dilation=resized(state.dilation),
        output_padding=resized(state.output_padding),
        x=(), w=(), b=(), step=0,
    )  # fmt: skip
