"""Poolings worth a look, by name: the lecture's, the two well-known figures in numbers, every kind and option.

The figures: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), section 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gui.labs.pooling.state import Compare, Function, Kind, PoolingState


@dataclass(frozen=True)
class Preset:
    """`group` is "kinds" (a way to pool) or "examples"; `note` says in a few words what there is to see."""

    name: str
    title: str
    state: PoolingState
    group: str = "examples"
    note: str = ""


def _numbers(rows: str) -> tuple[float, ...]:
    return tuple(float(value) for value in rows.split())


TIES = _numbers(
    "2 2 2 1 0 4 0 8  0 0 0 5 0 7 9 3  7 8 9 0 5 8 0 0  0 7 3 6 8 2 9 7 "
    "5 2 6 3 1 0 0 0  3 0 9 0 2 3 3 8  2 0 0 0 5 7 0 8  0 7 0 6 0 8 0 6 "
    "5 0 0 0 0 0 0 4  1 1 0 3 2 1 8 0  0 5 0 0 5 1 6 0  8 2 7 3 6 0 7 2 "
    "0 0 1 3 7 0 2 2  6 7 3 8 0 1 3 0  0 0 9 0 0 0 2 2  0 0 0 0 8 5 0 6"
)
NUMERICAL = _numbers("3 3 2 1 0  0 0 1 3 1  3 1 2 2 3  2 0 0 2 2  2 0 0 0 1")

_START = PoolingState(x=TIES)
_FIGURE = PoolingState(size=(5, 5), channels=1, kernel=(3, 3), stride=(1, 1), x=NUMERICAL)

KINDS = (
    Preset("max", "Max", _START, "kinds", "the largest of each window"),
    Preset("average", "Average", replace(_START, kind=Kind.AVERAGE, compare=Compare.MAX), "kinds", "the mean"),
    Preset(
        "global",
        "Global",
        replace(_START, kind=Kind.GLOBAL, function=Function.AVERAGE, compare=Compare.MAX),
        "kinds",
        "one number a map",
    ),
    Preset(
        "adaptive",
        "Adaptive",
        replace(_START, kind=Kind.ADAPTIVE, function=Function.AVERAGE, compare=Compare.MAX),
        "kinds",
        "any size to 3×3",
    ),
    Preset("lp", "Lp", replace(_START, kind=Kind.LP, compare=Compare.MAX), "kinds", "between mean and maximum"),
)

EXAMPLES = (
    Preset(
        "overlapping",
        "Overlapping 3 / 2",
        PoolingState(size=(7, 7), channels=1, kernel=(3, 3), seed=3),
        note="windows share cells",
    ),
    Preset(
        "ceil-mode",
        "Odd input, ceil mode",
        PoolingState(size=(7, 7), channels=1, ceil_mode=True, seed=4),
        note="a window over the edge",
    ),
    Preset("tie", "A tie: who wins?", replace(_START, step=6), note="8 and 8"),
    Preset(
        "numerical_average_pooling",
        "In numbers, average",
        replace(_FIGURE, kind=Kind.AVERAGE, compare=Compare.NONE),
        note="conv arithmetic",
    ),
    Preset("numerical_max_pooling", "In numbers, max", replace(_FIGURE, compare=Compare.NONE), note="conv arithmetic"),
    Preset(
        "count-include-pad",
        "Padding not counted",
        PoolingState(
            kind=Kind.AVERAGE, compare=Compare.MAX, size=(6, 6), channels=1, kernel=(3, 3), padding=(1, 1),
            count_include_pad=False, seed=5,
        ),
        note="means of real cells",
    ),
    Preset(
        "dilated",
        "Dilated",
        PoolingState(
            size=(7, 7), channels=1, kernel=(3, 3), stride=(1, 1), dilation=(2, 2), compare=Compare.NONE, seed=6
        ),
        note="every other cell",
    ),
    Preset(
        "per-axis",
        "Per axis",
        PoolingState(size=(6, 9), channels=1, kernel=(2, 3), stride=(2, 3), shift=(0, 3), seed=7),
        note="2 high, 3 wide",
    ),
    Preset(
        "one-d",
        "1-D",
        PoolingState(
            axes=1, size=(12,), channels=2, kernel=(3,), stride=(3,), padding=(0,), dilation=(1,), output_size=(3,),
            seed=8,
        ),
        note="a signal",
    ),
    Preset(
        "three-d",
        "3-D",
        PoolingState(
            axes=3, size=(4, 4, 4), channels=2, kernel=(2, 2, 2), stride=(2, 2, 2), padding=(0, 0, 0),
            dilation=(1, 1, 1), output_size=(3, 3, 3), seed=9,
        ),
        note="a volume",
    ),
    Preset(
        "no-padding-above-zero",
        "Max of negatives, padded",
        PoolingState(
            size=(4, 4), channels=1, kernel=(2, 2), stride=(2, 2), padding=(1, 1),
            x=tuple(-value - 1 for value in NUMERICAL[:16]),
        ),
        note="padding never wins",
    ),
)  # fmt: skip

PRESETS = KINDS + EXAMPLES


def preset(name: str) -> Preset:
    """The preset of that name; KeyError if there is none."""
    for entry in PRESETS:
        if entry.name == name:
            return entry
    raise KeyError(name)


def preset_of(state: PoolingState) -> Preset | None:
    """The preset that shows this, whatever step it stands at."""
    return next((entry for entry in PRESETS if replace(entry.state, step=state.step) == state), None)
