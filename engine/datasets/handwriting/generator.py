"""Digits by the thousand: labels, styles and hands drawn from a seed, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.datasets.handwriting.hands import Writing, write
from engine.datasets.handwriting.shapes import SIZES, STYLES
from engine.datasets.handwriting.strokes import Pen, prepare
from engine.messages import Bytes

CHUNK = 1000
FORMAT = "receptive-digits-2"  # changes whenever the same seed gives other pictures


def generate(count: int, *, seed: int, split: int = 0) -> Iterator[tuple[Bytes, NDArray[np.int64]]]:
    """Chunks of up to 1,000 pictures uint8 (n, 28, 28) and labels int64 (n,), `count` in all.

    The same seed and split (0: training, 1: testing) give the same pictures (to a grey level: exp may round otherwise
    on another processor), fewer are the first of more, and each thousand has a hundred of every digit.
    """
    for number, start in enumerate(range(0, count, CHUNK)):
        pictures, labels = _chunk(np.random.default_rng([seed, split, number]))
        keep = min(CHUNK, count - start)
        yield pictures[:keep], labels[:keep]


def _chunk(random: np.random.Generator) -> tuple[Bytes, NDArray[np.int64]]:
    labels = random.permutation(np.arange(CHUNK, dtype=np.int64) % 10)
    writing = Writing.blank(CHUNK, random=random)
    for digit, pens in enumerate(_pens()):
        members = np.flatnonzero(labels == digit)
        weights = np.array([weight for weight, _ in pens])
        chosen = random.choice(len(pens), size=len(members), p=weights / weights.sum())
        for kind, (_, pen) in enumerate(pens):
            writing.model(pen, size=SIZES[digit], who=members[chosen == kind], random=random)
    return write(writing, random=random), labels


@cache
def _pens() -> tuple[tuple[tuple[float, Pen], ...], ...]:
    """The prepared styles of each digit with their weights."""
    return tuple(tuple((style.weight, prepare(style)) for style in styles) for styles in STYLES)
