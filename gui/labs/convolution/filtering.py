"""A kernel over a whole picture, fast enough to follow an edit: shifted rows added up in blocks that stay in the cache.

The values are those of `engine.traces.convolution` in single precision; a test holds them against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK = 48  # rows at a time: 48 x 1024 floats are 200 kB
_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def padded(picture: NDArray[np.uint8], *, padding: tuple[int, int], mode: str) -> Floats:
    """The picture with its border, float32."""
    widths = tuple((p, p) for p in padding)
    return np.pad(picture, widths, mode=_MODES[mode]).astype(np.float32)  # type: ignore[call-overload,no-any-return]


def correlated(
    source: Floats,
    kernel: NDArray[np.floating],
    *,
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
) -> Floats:
    """The map of a kernel over a padded picture. ValueError if the kernel does not fit."""
    rows = (source.shape[0] - (kernel.shape[0] - 1) * dilation[0] - 1) // stride[0] + 1
    columns = (source.shape[1] - (kernel.shape[1] - 1) * dilation[1] - 1) // stride[1] + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel of {kernel.shape} does not fit a picture of {source.shape}")
    parts = _separated(kernel) if stride == (1, 1) else None
    if parts is not None:
        across = _summed(source, parts[1][None, :], (source.shape[0], columns), stride, dilation)
        return _summed(across, parts[0][:, None], (rows, columns), stride, dilation)
    return _summed(source, kernel, (rows, columns), stride, dilation)


def _separated(kernel: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Column and row whose product the kernel is, where that saves work: 5x5 and larger kernels of rank 1."""
    if min(kernel.shape) < 4 or not np.isfinite(kernel).all():
        return None
    left, sizes, right = np.linalg.svd(np.asarray(kernel, np.float64))
    if sizes[0] == 0 or sizes[1] > 1e-9 * sizes[0]:
        return None
    root = np.sqrt(sizes[0])
    return left[:, 0] * root, right[0] * root


def _summed(
    source: Floats, kernel: NDArray[np.floating], shape: tuple[int, int], stride: tuple[int, int],
    dilation: tuple[int, int],
) -> Floats:  # fmt: skip
    rows, columns = shape
    output = np.zeros(shape, np.float32)
    taps = [(r, c, np.float32(kernel[r, c])) for r, c in zip(*np.nonzero(kernel), strict=True)]
    down, across = stride
    product = np.empty((min(_BLOCK, rows), columns), np.float32)
    for first in range(0, rows, _BLOCK):
        block = output[first : first + _BLOCK]
        part = product[: len(block)]
        for row, column, weight in taps:
            top, left = first * down + row * dilation[0], column * dilation[1]
            shifted = source[
                top : top + (len(block) - 1) * down + 1 : down, left : left + (columns - 1) * across + 1 : across
            ]
            if weight == 1:
                block += shifted
            elif weight == -1:
                block -= shifted
            else:
                np.multiply(shifted, weight, out=part)
                block += part
    return output


def is_picture(kernel: NDArray[np.floating], divide: float) -> bool:
    """Whether the result is a picture again (its weights come to 1), to be shown in grey rather than in signed
    colours."""
    return bool(abs(float(np.sum(kernel)) / divide - 1) < 0.02)


def limit_of(values: Floats) -> float:
    """The size that 99.5 % of the values stay below: the end of the colour scale."""
    sample = np.abs(values[::4, ::4]).ravel()
    if not sample.size:
        return 1.0
    place = min(int(sample.size * 0.995), sample.size - 1)
    limit = float(np.partition(sample, place)[place])
    return limit if limit > 0 else float(sample.max()) or 1.0


def as_bytes(values: Floats, *, grey: bool, limit: float) -> NDArray[np.uint8]:
    """Grey levels (clipped to 0 … 255), or entries of a signed colour map whose ends are ±limit."""
    scaled = np.empty_like(values)
    if grey:
        np.add(values, np.float32(0.5), out=scaled)
    else:
        np.multiply(values, np.float32(127.5 / limit), out=scaled)
        scaled += np.float32(128.0)
    np.clip(scaled, 0.0, 255.0, out=scaled)  # cut off below the point: with the half added, that rounds
    return scaled.astype(np.uint8)
