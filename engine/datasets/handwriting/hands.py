"""A hand of one's own for every digit: mixed styles, jitter, warps, slant, pen and pressure, all from a generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.datasets.handwriting.ink import BOX, draw, fit
from engine.datasets.handwriting.strokes import PEN_POSITIONS, Pen
from engine.messages import Bytes, Floats

_FINEST = 0.55  # half the width in pixels of the finest pen
_TWO_PI = np.float32(2.0 * np.pi)


@dataclass(eq=False)
class Writing:
    """Pen positions (n, k, 2) of n digits, heights 0-1, and the steps (n, k, 2) that the pen makes there.

    `care` (n,) is how far each hand strays from its model: below 1 neat, above 1 hasty. `size` (n,) is how large the
    digit was written: fitted to one box, the strokes of a small one are broad.
    """

    positions: Floats
    steps: Floats
    care: Floats
    size: Floats

    @classmethod
    def blank(cls, count: int, *, random: np.random.Generator) -> Self:
        shape = (count, PEN_POSITIONS, 2)
        care = np.exp(_normal(random, count) * np.float32(0.45) - np.float32(0.1))
        return cls(np.zeros(shape, np.float32), np.zeros(shape, np.float32), care, np.ones(count, np.float32))

    def model(self, pen: Pen, *, size: float, who: NDArray[np.int64], random: np.random.Generator) -> None:
        """Write the digits `who` (indices) in one style, each a mixture of its variants with jittered controls."""
        variants = len(pen.controls)
        mix = random.dirichlet(np.full(variants, 2.4 / variants), size=len(who)).astype(np.float32)
        mix = np.float32(1.25) * mix - np.float32(0.25 / variants)  # a little beyond what was drawn
        controls = np.einsum("nv,vpc->npc", mix, pen.controls)
        controls += _normal(random, *controls.shape) * (np.float32(0.024) * self.care[who])[:, None, None]
        self.positions[who] = pen.positions @ controls
        self.steps[who] = pen.steps @ controls
        self.size[who] = size


def write(writing: Writing, *, random: np.random.Generator) -> Bytes:
    """Pictures uint8 (n, 28, 28) of the modelled digits."""
    positions, steps = _proportion(writing.positions, writing.steps, random=random)
    positions, steps = _warp(positions, steps, care=writing.care, random=random)
    positions, steps = _slant(positions, steps, random=random)
    return _ink(positions, steps, size=writing.size, random=random)


def _proportion(positions: Floats, steps: Floats, *, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Larger heads or larger feet, wider left or right halves: y + a y (1 - y)."""
    grow = _normal(random, len(positions), 1, 2) * np.array([0.15, 0.3], np.float32)
    slope = grow - grow * positions * np.float32(2.0)
    return positions + grow * positions * (1.0 - positions), steps + steps * slope


def _warp(positions: Floats, steps: Floats, *, care: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """An elastic warp: slow waves displace the positions, their derivatives the steps."""
    n = len(positions)
    moved, moved_steps = positions.copy(), steps.copy()
    for _ in range(3):
        wave = _normal(random, n, 2, 1) * np.float32(3.2)
        phase = random.random((n, 1), dtype=np.float32) * _TWO_PI
        size = _normal(random, n, 1, 2) * (np.float32(0.035) * care)[:, None, None]
        angle = (positions @ wave)[:, :, 0] + phase
        moved += np.sin(angle)[:, :, None] * size
        moved_steps += (np.cos(angle) * (steps @ wave)[:, :, 0])[:, :, None] * size
    return moved, moved_steps


def _slant(positions: Floats, steps: Floats, *, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Wider or narrower, leaning (more often to the right), turned a little."""
    n = len(positions)
    wide = np.exp(np.float32(0.04) + _normal(random, n) * np.float32(0.2))
    lean = np.clip(np.float32(0.16) + _normal(random, n) * np.float32(0.25), -0.4, 0.8)
    turn = _normal(random, n) * np.float32(0.12)
    cos, sin = np.cos(turn), np.sin(turn)
    # Rows are the images of the x axis and of the y axis, which points down.
    matrix = np.stack([cos * wide, sin * wide, -sin - lean * cos, cos - lean * sin], axis=1).reshape(n, 2, 2)
    return positions @ matrix, steps @ matrix


def _ink(positions: Floats, steps: Floats, *, size: Floats, random: np.random.Generator) -> Bytes:
    n = len(positions)
    half_width = np.clip(np.float32(1.2) / size * np.exp(_normal(random, n) * np.float32(0.27)), _FINEST, 2.6)
    half_width = np.minimum(half_width, _room(positions, steps))
    pressure = np.ones((n, PEN_POSITIONS), np.float32)
    phase = (np.arange(PEN_POSITIONS, dtype=np.float32) + np.float32(0.5)) / np.float32(PEN_POSITIONS) * _TWO_PI
    for wave in (1, 2, 3):
        size = _normal(random, n, 1) * np.float32(0.1 / wave**0.5)
        pressure += size * np.sin(wave * phase + random.random((n, 1), dtype=np.float32) * _TWO_PI)
    pressure = np.clip(pressure, 0.55, 1.6)
    travelled = np.sqrt((steps * steps).sum(axis=2))
    placed, scale = fit(positions, travelled * pressure, half_width)
    return draw(
        placed,
        travelled * scale[:, None],
        half_width[:, None] * pressure,
        nib=np.exp(_normal(random, n) * np.float32(0.1)),
        ramp=np.clip(1.0 + np.float32(0.25) * _normal(random, n), 0.5, 1.8),
        ink=np.clip(1.15 + np.float32(0.1) * _normal(random, n), 0.7, 1.0),
    )


def _room(positions: Floats, steps: Floats) -> Floats:
    """Half the width (n,) in pixels that a stroke may have so that what it goes around stays open.

    It follows from the mean distance between strokes, area / length; a plain line goes around nothing.
    """
    size = positions.max(axis=1) - positions.min(axis=1)
    length = np.sqrt((steps * steps).sum(axis=2)).sum(axis=1)
    apart = size[:, 0] * size[:, 1] / length * (np.float32(BOX - 2.0) / size.max(axis=1))
    winding = length / np.sqrt((size * size).sum(axis=1))
    return np.where(winding > 1.8, np.maximum(np.float32(0.8) * (apart - 1.5), np.float32(_FINEST)), np.float32(BOX))


def _normal(random: np.random.Generator, *shape: int) -> Floats:
    return random.standard_normal(shape, dtype=np.float32)
