"""Sums of products at speed: windows laid out as columns block by block, multiplied in tiles that stay on one thread.

OpenBLAS shares matrix products among threads from 2^18 multiply-adds on (vectors from some 10,000 cells on), and these
wait for each other: beside a training thread on two busy cores, one product was measured to stall for half a second.
Tiles below that size are 1.2 times slower than one large product on an idle machine, and always as fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from engine.traces.arrays import Array
from engine.traces.windows import Axis

_TILE = 1 << 18  # multiply-adds of a matrix product that stays on one thread
_VECTOR_TILE = 9000  # the same for a product of a matrix and a vector
_DOT = 8192  # the same for a dot product
_BLOCK_BYTES = 1 << 19  # of columns at once: they stay in the cache


def convolve(padded: Array, weight: Array, axes: Sequence[Axis], *, groups: int) -> Array:
    """Cross-correlation of padded (channels, *spatial), C-contiguous, with weight (out_channels, channels / groups,
    *kernel): (out_channels, *counts). Takes little memory beyond its result."""
    counts = tuple(axis.count for axis in axes)
    kernel = weight.shape[2:]
    each = weight.shape[1]
    channel_stride, *steps = padded.strides
    windows: Array = np.ndarray(
        (groups, each, *kernel, *counts),
        padded.dtype,
        buffer=padded,
        strides=(
            each * channel_stride,
            channel_stride,
            *(step * axis.dilation for step, axis in zip(steps, axes, strict=True)),
            *(step * axis.stride for step, axis in zip(steps, axes, strict=True)),
        ),
    )
    rows = each * prod(kernel)
    kernels = weight.reshape(groups, -1, rows)
    output = np.empty((groups, kernels.shape[1], prod(counts)), padded.dtype)
    budget = min(_BLOCK_BYTES, (padded.nbytes + output.nbytes) * 3 // 2)
    kept = (slice(None),) * (2 + len(kernel))
    start = 0
    for block in blocks(counts, budget // (groups * rows * padded.itemsize)):
        columns = windows[(*kept, *block)].reshape(groups, rows, -1)
        stop = start + columns.shape[2]
        multiply(kernels, columns, output[:, :, start:stop])
        del columns  # before the next are laid out
        start = stop
    return output.reshape(len(weight), *counts)


def blocks(counts: Sequence[int], cells: int) -> Iterator[tuple[slice, ...]]:
    """Slices that cut an array of shape `counts` into runs of at most `cells` cells (at least one), in C order."""
    axis = 0  # the first one of which at least one entry, with all that is behind it, fits
    while axis < len(counts) - 1 and prod(counts[axis + 1 :]) > cells:
        axis += 1
    run = max(1, cells // prod(counts[axis + 1 :]))
    for outer in np.ndindex(*counts[:axis]):
        for start in range(0, counts[axis], run):
            yield (
                *(slice(entry, entry + 1) for entry in outer),
                slice(start, min(start + run, counts[axis])),
                *(slice(None) for _ in counts[axis + 1 :]),
            )


def multiply(a: Array, b: Array, out: Array) -> None:
    """out = a @ b for stacks (groups, m, k) @ (groups, k, n), in tiles that stay on one thread."""
    m, k, n = a.shape[1], a.shape[2], b.shape[2]
    if n == 1:
        out[:, :, 0] = dots(a, b[:, None, :, 0])
        return
    if m > 1 and m * k * n <= _TILE:
        np.matmul(a, b, out=out)
        return
    high = min(m, 64)
    limit = _TILE if high > 1 else _VECTOR_TILE
    deep = min(k, max(1, limit // (high * min(n, 64))))
    for top in range(0, m, high):
        for left in range(0, k, deep):
            part = a[:, top : top + high, left : left + deep]
            wide = max(2, limit // (part.shape[1] * part.shape[2]))
            if left == 0:
                _product(part, b[:, :deep], out[:, top : top + high], wide)
                continue
            more = np.empty((len(a), part.shape[1], n), out.dtype)
            _product(part, b[:, left : left + deep], more, wide)
            out[:, top : top + high] += more


def _product(a: Array, b: Array, out: Array, wide: int) -> None:
    groups, n = len(a), b.shape[2]
    whole = n // wide * wide
    if whole:
        tiled = (groups, -1, whole // wide, wide)
        np.matmul(
            a[:, None],
            b[:, :, :whole].reshape(tiled).swapaxes(1, 2),
            out=out[:, :, :whole].reshape(tiled).swapaxes(1, 2),
        )
    if whole < n:
        np.matmul(a, b[:, :, whole:], out=out[:, :, whole:])


def dots(a: Array, b: Array) -> Array:
    """Sums of a·b over the last axis, broadcast over the others, on one thread."""
    size = a.shape[-1]
    total: Array = np.vecdot(a[..., :_DOT], b[..., :_DOT])
    for start in range(_DOT, size, _DOT):
        total += np.vecdot(a[..., start : start + _DOT], b[..., start : start + _DOT])
    return total
