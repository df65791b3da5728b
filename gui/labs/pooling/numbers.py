"""Blocks of numbers from elsewhere: what the clipboard or a table holds, as an input."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np

from gui.labs.pooling.state import LONGEST, PoolingState, values_of
from gui.theme.numbers import MINUS


def block_of(text: str) -> list[list[float]]:
    """Rows of numbers of a text: separated by spaces, tabs, commas or semicolons, brackets left out.

    Empty if anything in it is no number, or there is none.
    """
    rows = []
    for line in re.sub(r"[\[\]()]", " ", text.replace(MINUS, "-")).splitlines():
        words = [word for word in re.split(r"[\s,;]+", line) if word]
        if not words:
            continue
        try:
            row = [float(word) for word in words]
        except ValueError:
            return []
        if not all(math.isfinite(value) and abs(value) < 1e6 for value in row):
            return []
        rows.append(row)
    return rows


def with_block(state: PoolingState, block: list[list[float]]) -> PoolingState:
    """The block as the input: a map of its size, for signals a channel a row. Short rows are filled with zeros."""
    if state.axes == 3:
        return _into_volume(state, block)
    columns = min(max(len(row) for row in block), LONGEST[state.axes])
    rows = min(len(block), LONGEST[2] if state.axes == 2 else 8)
    values = np.zeros((rows, columns))
    for number, row in enumerate(block[:rows]):
        values[number, : len(row)] = row[:columns]
    size = (rows, columns) if state.axes == 2 else (columns,)
    channels = 1 if state.axes == 2 else rows
    return replace(state, size=size, channels=channels, x=tuple(values.ravel().tolist()), step=0)


def _into_volume(state: PoolingState, block: list[list[float]]) -> PoolingState:
    """Rows of numbers as the slices of a volume, one below the other: as many rows a slice as it has now."""
    depth, rows, columns = state.size
    values = values_of(state)
    for number, row in enumerate(block[: state.channels * depth * rows]):
        plane, line = divmod(number, rows)
        kept = row[:columns]
        values[plane // depth, plane % depth, line, : len(kept)] = kept
    return replace(state, x=tuple(values.ravel().tolist()), step=0)
