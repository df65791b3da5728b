"""Convolutions worth a look, by name: the lecture's, the well-known figures of convolution arithmetic, and every kind.

Sizes of the figures: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gui.labs.convolution.state import ConvolutionState, PaddingMode, Page


@dataclass(frozen=True)
class Preset:
    name: str
    title: str
    state: ConvolutionState
    group: str = "kinds"


def _square(size: int, kernel: int, stride: int = 1, padding: int = 0, **more: object) -> ConvolutionState:
    state = ConvolutionState(
        size=(size, size), kernel=(kernel, kernel), stride=(stride, stride), padding=(padding, padding)
    )
    return replace(state, **more)  # type: ignore[arg-type]


def _numbers(rows: str) -> tuple[float, ...]:
    return tuple(float(value) for value in rows.split())


LECTURE_INPUT = _numbers("1 1 1 0 0  0 1 1 1 0  0 0 1 1 1  0 0 1 1 0  0 1 1 0 0")
LECTURE_KERNEL = _numbers("1 0 1  0 1 0  1 0 1")
NUMERICAL_INPUT = _numbers("3 3 2 1 0  0 0 1 3 1  3 1 2 2 3  2 0 0 2 2  2 0 0 0 1")
NUMERICAL_KERNEL = _numbers("0 1 2  2 2 0  0 1 2")

TWO_FILTERS_INPUT = _numbers(
    "0 2 1 0 0  2 1 2 2 1  0 1 2 1 0  0 1 0 0 2  2 2 2 0 1 "
    "0 1 0 1 1  2 0 2 0 2  1 1 1 1 0  0 2 1 0 1  2 0 0 1 2 "
    "1 2 1 1 1  0 2 1 2 2  0 1 2 1 0  1 1 2 0 0  1 2 0 2 0"
)
TWO_FILTERS_WEIGHTS = _numbers(
    "-1 0 1  -1 1 0  0 1 0   0 1 0  1 0 1  -1 1 -1   0 -1 0  0 1 -1  -1 0 1 "
    "0 0 1  -1 1 0  1 1 -1   -1 0 1  1 0 0  -1 -1 1   0 -1 -1  0 0 -1  1 0 0"
)

KINDS = (
    Preset("one-channel", "One channel", _square(5, 3, x=LECTURE_INPUT, w=LECTURE_KERNEL)),
    Preset(
        "two-filters",
        "Two filters",
        _square(
            5, 3, 2, 1, in_channels=3, out_channels=2, bias=True, x=TWO_FILTERS_INPUT, w=TWO_FILTERS_WEIGHTS,
            b=(1.0, 0.0),
        ),
    ),
    Preset("same-size", "Same size", _square(5, 3, 1, 1, seed=2)),
    Preset("stride-3", "Stride 3", _square(8, 3, 3, seed=3)),
    Preset("dilated", "Dilated", _square(7, 3, 1, 0, dilation=(2, 2), seed=4)),
    Preset("depthwise", "Depthwise", _square(5, 3, 1, 1, in_channels=3, out_channels=3, groups=3, seed=5)),
    Preset("grouped", "Grouped", _square(5, 3, 1, 0, in_channels=4, out_channels=4, groups=2, seed=6)),
    Preset("one-by-one", "1 × 1", _square(4, 1, in_channels=3, out_channels=2, bias=True, seed=7)),
    Preset("transposed", "Transposed", _square(3, 3, 2, 1, transposed=True, output_padding=(1, 1), seed=8)),
    Preset(
        "uneven",
        "Per axis",
        ConvolutionState(size=(6, 7), kernel=(2, 4), stride=(2, 1), padding=(0, 2), seed=9),
    ),
    Preset("reflect", "Reflected edges", _square(5, 3, 1, 1, padding_mode=PaddingMode.REFLECT, seed=10)),
    Preset("circular", "Circular edges", _square(5, 3, 1, 1, padding_mode=PaddingMode.CIRCULAR, seed=11)),
    Preset("flipped", "True convolution", _square(5, 3, flip=True, x=LECTURE_INPUT, w=_numbers("1 2 3 4 5 6 7 8 9"))),
    Preset(
        "one-d",
        "1-D",
        ConvolutionState(
            axes=1, size=(12,), kernel=(3,), stride=(1,), padding=(0,), dilation=(1,), output_padding=(0,), seed=12
        ),
    ),
    Preset(
        "causal",
        "Causal, dilated",
        ConvolutionState(
            axes=1, size=(12,), kernel=(3,), stride=(1,), padding=(0,), dilation=(2,), output_padding=(0,), causal=True,
            seed=13,
        ),
    ),
    Preset(
        "three-d",
        "3-D",
        ConvolutionState(
            axes=3, size=(4, 4, 4), kernel=(2, 2, 2), stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1),
            output_padding=(0, 0, 0), seed=14,
        ),
    ),
    Preset(
        "intuition-check",
        "Check yourself",
        _square(3, 2, x=tuple(float(value) for value in range(9)), w=(0.0, 1.0, 2.0, 3.0), check=True),
    ),
)  # fmt: skip


def _figure(name: str, title: str, state: ConvolutionState) -> Preset:
    return Preset(name, title, state, "figures")


def _transposed(size: int, kernel: int, stride: int, padding: int, output_padding: int = 0) -> ConvolutionState:
    return _square(
        size,
        kernel,
        stride,
        padding,
        transposed=True,
        output_padding=(output_padding, output_padding),
        seed=20,
        stretched=True,
    )


FIGURES = (
    _figure("no_padding_no_strides", "No padding", _square(4, 3, seed=20)),
    _figure("no_padding_no_strides_transposed", "No padding, transposed", _transposed(2, 3, 1, 0)),
    _figure("arbitrary_padding_no_strides", "Padding 2", _square(5, 4, 1, 2, seed=20)),
    _figure("arbitrary_padding_no_strides_transposed", "Padding 2, transposed", _transposed(6, 4, 1, 2)),
    _figure("same_padding_no_strides", "Same padding", _square(5, 3, 1, 1, seed=20)),
    _figure("same_padding_no_strides_transposed", "Same padding, transposed", _transposed(5, 3, 1, 1)),
    _figure("full_padding_no_strides", "Full padding", _square(5, 3, 1, 2, seed=20)),
    _figure("full_padding_no_strides_transposed", "Full padding, transposed", _transposed(7, 3, 1, 2)),
    _figure("no_padding_strides", "Stride 2", _square(5, 3, 2, 0, seed=20)),
    _figure("no_padding_strides_transposed", "Stride 2, transposed", _transposed(2, 3, 2, 0)),
    _figure("padding_strides", "Padding and stride", _square(5, 3, 2, 1, seed=20)),
    _figure("padding_strides_transposed", "Padding and stride, transposed", _transposed(3, 3, 2, 1)),
    _figure("padding_strides_odd", "Padding and stride, odd", _square(6, 3, 2, 1, seed=20)),
    _figure("padding_strides_odd_transposed", "Padding and stride, odd, transposed", _transposed(3, 3, 2, 1, 1)),
    _figure("dilation", "Dilation 2", _square(7, 3, 1, 0, dilation=(2, 2), seed=20)),
    _figure("numerical_no_padding_no_strides", "In numbers", _square(5, 3, x=NUMERICAL_INPUT, w=NUMERICAL_KERNEL)),
    _figure(
        "numerical_padding_strides",
        "In numbers, padding and stride",
        _square(5, 3, 2, 1, x=NUMERICAL_INPUT, w=NUMERICAL_KERNEL),
    ),
)

ON_PICTURE = (
    Preset(
        "parameter-count",
        "96 × 96 picture beside 500 units",
        _square(
            5, 3, 1, 0, page=Page.PICTURE, picture="letter", side=96, units=500, w=_numbers("-1 0 1  -2 0 2  -1 0 1")
        ),
        "picture",
    ),
    Preset(
        "edges",
        "Edges of a house",
        _square(5, 3, 1, 1, page=Page.PICTURE, picture="house", w=_numbers("-1 0 1  -2 0 2  -1 0 1")),
        "picture",
    ),
)
"""On a picture: the lecture's count of weights, and a kernel that looks for edges."""

PRESETS = KINDS + FIGURES


def preset(name: str) -> Preset:
    """The preset of that name; KeyError if there is none."""
    for entry in PRESETS + ON_PICTURE:
        if entry.name == name:
            return entry
    raise KeyError(name)
