"""Traces that the player's tests play: the lecture's two filters, and one of every kind."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine import traces
from engine.traces import Trace
from gui.views.player import Names

INPUT = np.array(
    [
        [[0, 2, 1, 0, 0], [2, 1, 2, 2, 1], [0, 1, 2, 1, 0], [0, 1, 0, 0, 2], [2, 2, 2, 0, 1]],
        [[0, 1, 0, 1, 1], [2, 0, 2, 0, 2], [1, 1, 1, 1, 0], [0, 2, 1, 0, 1], [2, 0, 0, 1, 2]],
        [[1, 2, 1, 1, 1], [0, 2, 1, 2, 2], [0, 1, 2, 1, 0], [0, 1, 2, 0, 0], [1, 2, 0, 2, 0]],
    ],
    np.float64,
)
FILTERS = np.array(
    [
        [
            [[-1, 0, 1], [-1, 1, 0], [0, 1, 0]],
            [[0, 1, 0], [1, 0, 1], [-1, 1, -1]],
            [[0, -1, 0], [0, 1, -1], [-1, 0, 1]],
        ],
        [
            [[0, 0, 1], [-1, 1, 0], [-1, 1, -1]],
            [[-1, 0, 1], [1, 0, 0], [-1, -1, 1]],
            [[0, -1, -1], [0, 0, -1], [1, 0, 0]],
        ],
    ],
    np.float64,
)


def two_filters() -> Trace:
    """5x5x3, padding 1, stride 2, two filters of 3x3x3: the lecture's `two-filters`."""
    return traces.convolution(INPUT, FILTERS, np.array([1.0, 0.0]), stride=2, padding=1)


def maps(channels: int, rows: int, columns: int, *, signed: bool = True, seed: int = 0) -> np.ndarray:
    """Smooth maps as a trained network has them, float32 (channels, rows, columns)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:rows, :columns]
    planes = []
    for _ in range(channels):
        at_y, at_x, width = rng.uniform(0, rows), rng.uniform(0, columns), rng.uniform(1, rows / 2 + 1)
        planes.append(rng.normal() * 3 * np.exp(-((y - at_y) ** 2 + (x - at_x) ** 2) / (2 * width**2)))
    result = np.array(planes, np.float32)
    return result if signed else np.maximum(result, 0)


def weights(*shape: int, seed: int = 1) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)


@lru_cache(maxsize=1)
def every_kind() -> dict[str, tuple[Trace, Names]]:
    """One trace of each kind of stage, as a network or a lecture has it."""
    names = Names("Layer", ("Before",), "Layer", "map")
    numbers = np.random.default_rng(2).normal(size=84).astype(np.float32)
    return {
        "lecture": (two_filters(), Names()),
        "conv1": (traces.convolution(maps(1, 28, 28), weights(6, 1, 5, 5), weights(6, 1)[:, 0], padding=2), names),
        "conv2": (traces.convolution(maps(6, 14, 14), weights(16, 6, 5, 5), weights(16, 1)[:, 0]), names),
        "wide": (traces.convolution(maps(64, 14, 14), weights(32, 64, 3, 3), padding=1), names),
        "depthwise": (
            traces.convolution(maps(4, 9, 9), weights(4, 1, 3, 3), groups=4, padding_mode="reflect", padding=1),
            names,
        ),
        "signal": (traces.convolution(INPUT[0, :2], FILTERS[:, :2, 0], dilation=2, padding=[(4, 0)]), Names()),
        "flipped": (traces.convolution(INPUT, FILTERS, flip=True), Names()),
        "max": (traces.max_pool(np.round(maps(2, 8, 8)), 2), Names()),
        "max over NaN": (
            traces.max_pool(np.where(maps(2, 8, 8) > 1, np.nan, maps(2, 8, 8)), 3, stride=2, padding=1),
            names,
        ),
        "average": (traces.average_pool(np.round(maps(6, 10, 10)), 2), names),
        "global": (traces.global_average_pool(maps(4, 7, 7)), names),
        "adaptive": (traces.adaptive_max_pool(maps(2, 7, 7), 3), names),
        "pooled signal": (traces.max_pool(INPUT[0], 3, stride=1, padding=1), Names()),
        "relu": (traces.activation(maps(6, 10, 10), "relu"), names),
        "sigmoid": (traces.activation(numbers, "sigmoid"), names),
        "flatten": (traces.flatten(maps(16, 5, 5)), names),
        "dropout": (traces.dropout(numbers), names),
        "add": (traces.add(maps(4, 8, 8), maps(4, 8, 8, seed=5)), names),
        "concat": (traces.concat([maps(2, 4, 4), maps(3, 4, 4)]), names),
        "batch norm": (traces.batch_norm(maps(3, 6, 6), np.zeros(3), np.ones(3), np.full(3, 2.0), np.ones(3)), names),
        "layer norm": (traces.layer_norm(maps(3, 4, 4), (4, 4)), names),
        "dense": (
            traces.linear(maps(16, 5, 5, signed=False).ravel(), weights(120, 400), weights(120, 1)[:, 0]),
            Names("Dense 1", ("Pool 2",), "Dense 1", fold=(16, 5, 5)),
        ),
        "small dense": (traces.linear([1.0, 2, -1, 0], [[1.0, 0, 2, 1], [0, 1, 1, -3]], [1.0, 0]), Names()),
        "softmax": (traces.softmax(numbers[:10] * 9), Names("Softmax", ("Output",), classes=tuple("0123456789"))),
        "many classes": (traces.softmax(np.tile(numbers, 2)), names),
        "transposed": (traces.transposed_convolution(maps(2, 4, 4), weights(2, 3, 3, 3), stride=2), names),
        "stamps": (
            traces.Stamping(
                traces.transposed_convolution(
                    maps(2, 4, 4), weights(2, 3, 3, 3), weights(3, 1)[:, 0], stride=2, padding=1
                )
            ),
            names,
        ),
        "volume": (traces.convolution(maps(2, 4, 4)[:, None], weights(2, 2, 1, 2, 2)), names),
        "lp": (traces.lp_pool(maps(2, 4, 4), 2, 2), names),
    }
