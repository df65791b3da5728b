"""Changing the numbers of a State: one cell, a pasted block, another size, new random ones, a kernel by name."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gui.labs.convolution.state import LONGEST, ConvolutionState, arrays, fresh

_FIELDS = {"x": 0, "w": 1, "b": 2}


def array_of(state: ConvolutionState, part: str) -> np.ndarray:
    """The input ("x"), the weights ("w") or the biases ("b") of a State, as an array that may be written."""
    found = arrays(state)[_FIELDS[part]]
    return np.zeros(0) if found is None else found.copy()


def value_at(state: ConvolutionState, part: str, index: tuple[int, ...]) -> float:
    """One number."""
    return float(array_of(state, part)[index])


def with_array(state: ConvolutionState, part: str, values: np.ndarray) -> ConvolutionState:
    """The State with these numbers in one part. The others are unchanged."""
    given: Any = {part: tuple(float(value) for value in values.ravel())}
    return replace(state, **given)


def with_value(state: ConvolutionState, part: str, index: tuple[int, ...], value: float) -> ConvolutionState:
    """The State with one number changed."""
    values = array_of(state, part)
    values[index] = value
    return with_array(state, part, values)


def with_block(
    state: ConvolutionState, part: str, index: tuple[int, ...], block: list[list[float]]
) -> tuple[ConvolutionState, int]:
    """The State with a pasted block written from `index` on, and how many numbers had a place."""
    values = array_of(state, part)
    if values.ndim == 1 or (part != "b" and state.axes == 1):
        rows = [block[0]] if len(block) == 1 else [[value for row in block for value in row]]
    else:
        rows = block
    *outer, last = index
    taken = 0
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            place = (*outer[:-1], outer[-1] + down, last + across) if len(rows) > 1 else (*outer, last + across)
            if all(entry < size for entry, size in zip(place, values.shape, strict=True)):
                values[place] = value
                taken += 1
    return with_array(state, part, values), taken


def block_of(text: str) -> list[list[float]]:
    """Numbers of a pasted text: rows are lines or semicolons, entries are separated by commas, tabs or spaces; brackets
    as Python and NumPy write them are fine. ValueError names what is no number."""
    rows = []
    text = text.replace("−", "-").replace("],", "\n").replace("]", "\n")
    for line in text.replace("[", " ").replace("(", " ").replace(")", " ").replace(";", "\n").splitlines():
        entries = line.replace(",", " ").replace("\t", " ").split()
        if not entries:
            continue
        row = []
        for entry in entries:
            try:
                value = float(entry)
            except ValueError:
                raise ValueError(f"“{entry[:20]}” is no number") from None
            if not np.isfinite(value):
                raise ValueError(f"“{entry[:20]}” is no finite number")
            row.append(value)
        rows.append(row)
    if not rows:
        raise ValueError("there are no numbers in it")
    return rows


def with_input(state: ConvolutionState, block: list[list[float]]) -> ConvolutionState:
    """The State with a pasted matrix as its input, whose size it takes (cut where an input may be no longer).

    Rows are shared among the channels where they can be, one below the other; else the first channel is written. A
    signal's rows are channels, or its only one. ValueError if rows differ in length.
    """
    if len({len(row) for row in block}) > 1:
        raise ValueError(f"rows have {min(map(len, block))} to {max(map(len, block))} numbers; all must have as many")
    values, channels, most = np.array(block), state.in_channels, LONGEST[state.axes]
    if state.axes == 1:
        planes = values if len(values) == channels else values.reshape(1, -1)
    elif state.axes == 2:
        planes = values.reshape(channels, -1, values.shape[1]) if len(values) % channels == 0 else values[None]
    else:  # slices below each other, of as many rows as they have now
        rows = state.size[1] if len(values) % (channels * state.size[1]) == 0 else len(values)
        planes = values.reshape(-1, rows, values.shape[1])
        each = len(planes) // channels if len(planes) % channels == 0 else len(planes)
        planes = planes.reshape(-1, each, rows, values.shape[1])
    planes = planes[(slice(channels), *(slice(most) for _ in range(state.axes)))]
    after = refitted(state, replace(state, size=planes.shape[1:], step=0))
    x = array_of(after, "x")
    x[: len(planes)] = planes
    return with_array(after, "x", x)


def refitted(before: ConvolutionState, after: ConvolutionState) -> ConvolutionState:
    """`after` with the numbers that were given in `before`, where shapes overlap; what is new is random."""
    for part, old_shape, new_shape in (
        ("x", before.input_shape, after.input_shape),
        ("w", _weight_shape(before), _weight_shape(after)),
        ("b", (before.out_channels,), (after.out_channels,)),
    ):
        if not getattr(before, part) or old_shape == new_shape:
            continue
        given: Any = {part: ()}
        after = replace(after, **given)
        if len(old_shape) != len(new_shape) or not prod(new_shape):
            continue
        values = fresh(after, part, new_shape)
        old = np.zeros(prod(old_shape))
        old[: len(getattr(before, part))] = getattr(before, part)[: prod(old_shape)]
        overlap = tuple(slice(0, min(a, b)) for a, b in zip(old_shape, new_shape, strict=True))
        values[overlap] = old.reshape(old_shape)[overlap]
        after = with_array(after, part, values)
    return after


def resized_kernel(state: ConvolutionState, size: int) -> ConvolutionState:
    """The State with a square kernel of another size: its numbers stay about the middle, zeros come around them."""
    old = array_of(state, "w")[0, 0]
    wide = np.zeros((size, size))
    rows, columns = (min(side, size) for side in old.shape)
    to = (size - rows + size % 2) // 2, (size - columns + size % 2) // 2
    of = tuple((side - kept + side % 2) // 2 for side, kept in zip(old.shape, (rows, columns), strict=True))
    wide[to[0] : to[0] + rows, to[1] : to[1] + columns] = old[of[0] : of[0] + rows, of[1] : of[1] + columns]
    half = min(size // 2 * state.dilation[0], 10)
    values = tuple(float(value) for value in wide.ravel())
    return replace(state, kernel=(size, size), padding=(half, half), w=values)


def _weight_shape(state: ConvolutionState) -> tuple[int, ...]:
    return state.weight_shape if min(state.weight_shape) > 0 else (0,)


def renewed(state: ConvolutionState) -> ConvolutionState:
    """Other random numbers in all parts."""
    return replace(state, x=(), w=(), b=(), seed=(state.seed + 1) % 10_000)
