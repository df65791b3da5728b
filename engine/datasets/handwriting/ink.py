"""From pen positions to pictures: varied, fitted as MNIST's are, and inked by products of small matrices.

A Gaussian brush is separable, so a whole picture is one matrix product: columns of the brush at every pen position,
times rows of it. Cutting the sum softly at a fixed height gives a stroke of even width with antialiased edges, whose
crossings and tight turns run together as ink does.
"""

from __future__ import annotations

import math

import numpy as np

from engine.messages import Bytes, Floats

SIDE = 28  # pixels of a picture
BOX = 20.0  # the digit fits into a box of this size, as MNIST's do
_CUT = 0.2  # ink shows where the brush's sum is above this; a lower cut lets fewer loops fill up
_EDGE = math.sqrt(-2.0 * math.log(_CUT))  # sigmas from a stroke's middle to where the sum falls to the cut


def fit(positions: Floats, ink: Floats, half_width: Floats) -> tuple[Floats, Floats]:
    """Scale pen positions (n, k, 2) so that the inked digit fits the 20x20 box, and centre them by mass.

    Gives the positions in pixels and the scale (n,) that was applied.
    `ink` (n, k) is how much each position lays down, `half_width` (n,) half the stroke's width in pixels.
    MNIST does the same (LeCun et al. 1998, section III.A): a 20x20 box that keeps the aspect ratio, then centring of
    the centre of mass in a 28x28 picture.
    """
    low, high = positions.min(axis=1), positions.max(axis=1)
    room = (BOX - 2.0 * half_width).astype(np.float32)
    scale = room / np.maximum((high - low).max(axis=1), 1e-6)
    placed = (positions - low[:, None]) * scale[:, None, None]
    mass = (placed * ink[:, :, None]).sum(axis=1) / ink.sum(axis=1)[:, None]
    placed += ((SIDE - 1) / 2.0 - mass)[:, None]
    # A heavy end must not push the other one out of the picture.
    margin = half_width[:, None] - 0.5
    over = np.minimum(placed.min(axis=1) - margin, 0.0) + np.maximum(placed.max(axis=1) + margin - (SIDE - 1), 0.0)
    return (placed - over[:, None]).astype(np.float32), scale


def draw(positions: Floats, travelled: Floats, half_width: Floats, nib: Floats, ramp: Floats, ink: Floats) -> Bytes:
    """Ink strokes: pen positions (n, k, 2) in pixels to pictures uint8 (n, 28, 28), 0 is paper.

    `travelled` (n, k) is the way in pixels at each position, `half_width` (n, k) half the stroke's width there. `nib`
    (n,) is how much wider than high the pen's tip is (1: round), `ramp` (n,) over how many pixels an edge fades, `ink`
    (n,) the darkness of the ink, 0-1.
    """
    sigma = half_width / np.float32(_EDGE)
    grid = np.arange(SIDE, dtype=np.float32)
    spread = np.float32(-0.5) / (sigma * sigma)
    columns = _brush(grid, positions[:, :, 0], spread / (nib * nib)[:, None])
    rows = _brush(grid, positions[:, :, 1], spread * (nib * nib)[:, None])
    rows *= (travelled / (sigma * np.float32(np.sqrt(2.0 * np.pi))))[:, :, None]
    field = np.matmul(rows.transpose(0, 2, 1), columns)
    # At the cut a stroke's profile falls by cut * edge / sigma a pixel.
    steepness = sigma.mean(axis=1) / (np.float32(_CUT * _EDGE) * ramp)
    field -= np.float32(_CUT)
    field *= np.maximum(steepness, np.float32(0.5 / _CUT))[:, None, None]  # paper stays white
    field += np.float32(0.5)
    np.clip(field, 0.0, 1.0, out=field)
    field *= (ink * np.float32(255.0))[:, None, None]
    return np.rint(field).astype(np.uint8)


def _brush(grid: Floats, centre: Floats, factor: Floats) -> Floats:
    """exp(factor * (grid - centre)**2), (n, k, 28)."""
    away = grid - centre[:, :, None]
    np.square(away, out=away)
    away *= factor[:, :, None]
    np.maximum(away, np.float32(-20.0), out=away)  # denormal numbers would make everything slow
    return np.exp(away, out=away)
