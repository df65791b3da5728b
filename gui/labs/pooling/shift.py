"""What a shift of the input changes: the lab's own numbers before and after, and the mean over random maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.labs.pooling.lanes import functions, pool, subsample
from gui.labs.pooling.state import Function, PoolingState, random_values

MAPS = 1000
"""So many random maps are looked at."""
_SEED = 2024


@dataclass(frozen=True)
class Row:
    """One way to shrink a map: its output (rows, columns) before and after the shift, which cells differ, the mean
    size of the difference, and over the random maps the mean number of cells that differ.

    Where the shift is a whole number of strides, outputs are compared after moving along, without cells that came in.
    """

    title: str
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    changed: NDArray[np.bool_]
    mean_change: float
    usual: float


@dataclass(frozen=True)
class Shift:
    """`before` and `after` are the input map (rows, columns); `moves` whether outputs just move along."""

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    rows: tuple[Row, ...]
    moves: bool
    maps: int = MAPS


def shifted(x: NDArray[Any], shift: tuple[int, int]) -> NDArray[Any]:
    """x (…, rows, columns) moved down and right by so many cells; zeros come in."""
    result = np.zeros_like(x)
    moved = _overlap(x.shape[-2:], shift)
    if moved is not None:
        target, source = moved
        result[(..., *target)] = x[(..., *source)]
    return result


def _overlap(shape: tuple[int, ...], shift: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
    """Where cells are after a shift and where they were; None if all are gone."""
    target, source = [], []
    for size, by in zip(shape, shift, strict=True):
        if abs(by) >= size:
            return None
        target.append(slice(max(by, 0), size + min(by, 0)))
        source.append(slice(max(-by, 0), size - max(by, 0)))
    return (target[0], target[1]), (source[0], source[1])


def _planes(array: NDArray[Any]) -> NDArray[np.float64]:
    """(channels, rows, columns) of maps or signals."""
    return np.asarray(array[:, None, :] if array.ndim == 2 else array, np.float64)


def _outputs(state: PoolingState, x: NDArray[np.float64], depth: int) -> dict[str, NDArray[np.float64]]:
    """The outputs (channels, rows, columns) of all ways to shrink x, by title; of volumes their slice `depth`."""
    values = x[:, 0] if state.axes == 1 else x

    def flat(output: NDArray[Any]) -> NDArray[np.float64]:
        return _planes(output[:, depth] if state.axes == 3 else output)

    found: dict[str, NDArray[np.float64]] = {}
    shown = functions(state)
    ways = (*shown, *(f for f in (Function.MAX, Function.AVERAGE) if f not in shown and len(shown) == 1))
    output: NDArray[Any] | None = None
    for function in ways[:2]:
        if function is Function.AVERAGE and state.sliding and any(size != 1 for size in state.dilation):
            continue
        output = pool(state, function, values).output
        found[function.value.capitalize()] = flat(output)
    assert output is not None
    found["Subsample"] = flat(subsample(state, values, output))
    return found


def moves_along(state: PoolingState) -> tuple[int, int] | None:
    """By how many output cells the outputs move, where the shift is a whole number of strides."""
    if not state.sliding:
        return None
    stride = state.stride[-2:] if state.axes > 1 else (1, state.stride[0])
    if any(by % step for by, step in zip(state.shift, stride, strict=True)):
        return None
    return state.shift[0] // stride[0], state.shift[1] // stride[1]


def _compared(
    before: NDArray[np.float64], after: NDArray[np.float64], along: tuple[int, int] | None
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which cells differ, and by how much; moved along where they do, cells that came in left out."""
    size = np.zeros(after.shape)
    with np.errstate(all="ignore"):
        if along is None:
            size = np.abs(after - before)
        else:
            moved = _overlap(after.shape[-2:], along)
            if moved is not None:
                target, source = moved
                size[(..., *target)] = np.abs(after[(..., *target)] - before[(..., *source)])
    size = np.nan_to_num(size, nan=0.0, posinf=0.0)
    return size > 1e-9, size


def compare(state: PoolingState, x: NDArray[Any], channel: int, *, depth: int = 0, maps: int = MAPS) -> Shift:
    """Before and after for one channel of x, and the mean over so many random maps of the same size (0 if none).

    Of a volume the output's slice `depth` is compared, and of its input the first slice of that one's windows.
    """
    along = moves_along(state)
    planes = _planes(x)[channel : channel + 1]
    random = random_values(_SEED, maps * planes[0].size).reshape(maps, *planes.shape[1:])
    both = np.concatenate([planes, random])
    moved = shifted(both, state.shift)
    before, after = _outputs(state, both, depth), _outputs(state, moved, depth)
    rows = []
    for title, old in before.items():
        changed, size = _compared(old, after[title], along)
        usual = float(changed[1:].sum(axis=(1, 2)).mean()) if maps else 0.0
        rows.append(Row(title, old[0], after[title][0], changed[0], float(size[0].mean()), usual))
    first: Any = slice(None)
    if state.axes == 3:
        trace: Any = pool(state, state.main, planes)
        first = min(max(trace.window((0, depth, 0, 0)).positions[0][0], 0), planes.shape[1] - 1)
    return Shift(planes[0][first], moved[0][first], tuple(rows), along is not None, maps)
