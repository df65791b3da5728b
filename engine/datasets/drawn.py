"""Six pictures that Receptive draws itself, of things that ImageNet has classes for: to look at before any photograph.

Each is made of shapes given by distances, in coordinates from 0 to 1, at any size, without a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.messages import Bytes

_OVERSAMPLED = 2  # drawn so many times as large, then averaged: smooth edges


@dataclass(eq=False)
class Canvas:
    """Colours float (side, side, 3) in 0-1; `x` goes right and `y` down."""

    colours: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def of(cls, side: int) -> Canvas:
        places = (np.arange(side) + 0.5) / side
        y, x = np.meshgrid(places, places, indexing="ij")
        return cls(np.zeros((side, side, 3)), x, y)

    def shade(self, top: tuple[float, ...], bottom: tuple[float, ...], y0: float = 0.0, y1: float = 1.0) -> None:
        """From one colour to another, downwards, between two heights."""
        share = np.clip((self.y - y0) / (y1 - y0), 0, 1)[..., None]
        rows = ((self.y >= y0) & (self.y <= y1))[..., None]
        self.colours = np.where(rows, np.array(top) * (1 - share) + np.array(bottom) * share, self.colours)

    def fill(self, inside: NDArray[np.bool_], colour: tuple[float, ...] | NDArray[np.float64]) -> None:
        self.colours = np.where(inside[..., None], np.asarray(colour), self.colours)

    def ellipse(self, x: float, y: float, width: float, height: float) -> NDArray[np.bool_]:
        return ((self.x - x) / width) ** 2 + ((self.y - y) / height) ** 2 <= 1

    def box(self, x0: float, y0: float, x1: float, y1: float) -> NDArray[np.bool_]:
        return (self.x >= x0) & (self.x <= x1) & (self.y >= y0) & (self.y <= y1)

    def ball(self, x: float, y: float, radius: float, colour: tuple[float, ...], *, grain: float = 0.0) -> None:
        """A sphere lit from the upper left, with dimples where `grain` is not 0."""
        inside = self.ellipse(x, y, radius, radius)
        dx, dy = (self.x - x) / radius, (self.y - y) / radius
        dz = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
        light = np.clip(-0.5 * dx - 0.6 * dy + 0.62 * dz, 0, 1)
        if grain:
            light = light * (1 - grain * (np.sin(26 * dx / (dz + 0.7)) * np.sin(26 * dy / (dz + 0.7)) > 0.55))
        shine = np.clip(light - 0.93, 0, 1)[..., None] * 8
        self.fill(inside, np.clip(np.array(colour) * (0.25 + 0.8 * light[..., None]) + shine, 0, 1))

    def pixels(self) -> Bytes:
        """uint8 (3, side, side), averaged."""
        side = self.colours.shape[0] // _OVERSAMPLED
        small = self.colours.reshape(side, _OVERSAMPLED, side, _OVERSAMPLED, 3).mean(axis=(1, 3))
        return np.ascontiguousarray(np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8).transpose(2, 0, 1))


def draw(side: int) -> list[Bytes]:
    """The pictures, uint8 (3, side, side) each."""
    found = []
    for scene in _SCENES:
        canvas = Canvas.of(side * _OVERSAMPLED)
        scene(canvas)
        found.append(canvas.pixels())
    return found


def _orange(canvas: Canvas) -> None:
    canvas.shade((0.86, 0.89, 0.92), (0.93, 0.94, 0.94), 0, 0.62)
    canvas.shade((0.55, 0.37, 0.24), (0.38, 0.24, 0.15), 0.62, 1)
    canvas.fill(canvas.ellipse(0.56, 0.83, 0.33, 0.06), (0.3, 0.18, 0.11))
    canvas.ball(0.5, 0.52, 0.31, (1.0, 0.55, 0.08), grain=0.05)
    canvas.fill(canvas.ellipse(0.47, 0.3, 0.028, 0.02), (0.25, 0.36, 0.12))


def _traffic_light(canvas: Canvas) -> None:
    canvas.shade((0.36, 0.57, 0.85), (0.75, 0.86, 0.95))
    canvas.fill(canvas.box(0.465, 0.8, 0.535, 1.0), (0.25, 0.26, 0.27))
    canvas.fill(canvas.box(0.34, 0.08, 0.66, 0.84), (0.13, 0.14, 0.13))
    canvas.fill(canvas.box(0.36, 0.1, 0.64, 0.82), (0.19, 0.2, 0.19))
    for y, colour in ((0.22, (0.98, 0.17, 0.12)), (0.46, (0.33, 0.27, 0.1)), (0.7, (0.08, 0.26, 0.14))):
        canvas.fill(canvas.ellipse(0.5, y, 0.108, 0.108), (0.07, 0.07, 0.07))
        glow = 1.15 - 2.2 * np.hypot(canvas.x - 0.47, canvas.y - y + 0.03)
        canvas.fill(canvas.ellipse(0.5, y, 0.095, 0.095), np.clip(np.array(colour) * glow[..., None], 0, 1))


def _golf_ball(canvas: Canvas) -> None:
    canvas.shade((0.55, 0.75, 0.4), (0.16, 0.42, 0.12))
    blades = np.sin(190 * canvas.x + 9 * np.sin(31 * canvas.y)) * np.sin(57 * canvas.y + 23 * canvas.x)
    canvas.colours = np.clip(canvas.colours * (1 + 0.16 * blades[..., None]), 0, 1)
    canvas.fill(canvas.ellipse(0.56, 0.8, 0.27, 0.05), (0.1, 0.26, 0.08))
    canvas.ball(0.5, 0.53, 0.28, (0.98, 0.98, 0.96), grain=0.16)


def _sailing_boat(canvas: Canvas) -> None:
    canvas.shade((0.3, 0.56, 0.9), (0.83, 0.92, 0.98), 0, 0.66)
    canvas.shade((0.12, 0.42, 0.62), (0.04, 0.2, 0.38), 0.66, 1)
    waves = np.sin(60 * canvas.x + 300 * canvas.y**2) * (canvas.y > 0.66)
    canvas.colours = np.clip(canvas.colours + 0.04 * waves[..., None], 0, 1)
    x, y = canvas.x, canvas.y
    canvas.fill(canvas.box(0.495, 0.12, 0.51, 0.7), (0.35, 0.24, 0.16))
    canvas.fill((x > 0.52) & (y < 0.62) & (x - 0.52 < (y - 0.13) * 0.58), (0.97, 0.96, 0.92))
    canvas.fill((x < 0.485) & (y < 0.62) & (0.485 - x < (y - 0.2) * 0.5), (0.9, 0.88, 0.83))
    canvas.fill((y > 0.67) & (y < 0.78) & (x > 0.2 + (y - 0.67)) & (x < 0.84 - 0.8 * (y - 0.67)), (0.6, 0.1, 0.09))
    canvas.fill((y > 0.67) & (y < 0.69) & (x > 0.2 + (y - 0.67)) & (x < 0.84 - 0.8 * (y - 0.67)), (0.95, 0.95, 0.95))


def _mushroom(canvas: Canvas) -> None:
    canvas.shade((0.2, 0.3, 0.14), (0.33, 0.26, 0.13))
    spots = np.sin(47 * canvas.x + 13 * np.sin(19 * canvas.y)) * np.sin(61 * canvas.y + 7 * np.sin(23 * canvas.x))
    canvas.colours = np.clip(canvas.colours * (1 + 0.25 * spots[..., None]), 0, 1)
    stem = 0.085 + 0.03 * np.clip(canvas.y - 0.5, 0, 1) / 0.4
    lit = 0.95 - 1.6 * np.clip(canvas.x - 0.46, 0, 1)
    canvas.fill(
        (np.abs(canvas.x - 0.5) < stem) & canvas.box(0, 0.45, 1, 0.9), np.array((0.95, 0.91, 0.82)) * lit[..., None]
    )
    cap = canvas.ellipse(0.5, 0.47, 0.34, 0.31) & (canvas.y < 0.5)
    shade = 1.05 - 0.9 * np.hypot(canvas.x - 0.4, canvas.y - 0.25)
    canvas.fill(cap, np.clip(np.array((0.86, 0.13, 0.09)) * shade[..., None], 0, 1))
    canvas.fill(canvas.ellipse(0.5, 0.5, 0.33, 0.035), (0.9, 0.84, 0.72))
    for x, y, size in (
        (0.4, 0.28, 0.05),
        (0.58, 0.24, 0.04),
        (0.68, 0.4, 0.045),
        (0.28, 0.43, 0.035),
        (0.5, 0.41, 0.045),
    ):
        canvas.fill(canvas.ellipse(x, y, size, size * 0.75), (0.97, 0.94, 0.88))


def _wall_clock(canvas: Canvas) -> None:
    canvas.shade((0.72, 0.68, 0.6), (0.6, 0.56, 0.48))
    canvas.fill(canvas.ellipse(0.52, 0.53, 0.41, 0.41), (0.42, 0.39, 0.33))
    canvas.fill(canvas.ellipse(0.5, 0.5, 0.41, 0.41), (0.2, 0.13, 0.09))
    canvas.fill(canvas.ellipse(0.5, 0.5, 0.36, 0.36), (0.97, 0.96, 0.92))
    hands = [(30.0 * hour, 0.29 if hour % 3 else 0.26, 0.335, 0.012) for hour in range(12)]
    for angle, near, far, width in (*hands, (-58.0, -0.04, 0.19, 0.016), (62.0, -0.05, 0.28, 0.011)):
        across = np.sin(np.radians(angle)), -np.cos(np.radians(angle))
        along = (canvas.x - 0.5) * across[0] + (canvas.y - 0.5) * across[1]
        aside = (canvas.x - 0.5) * across[1] - (canvas.y - 0.5) * across[0]
        canvas.fill((along > near) & (along < far) & (np.abs(aside) < width), (0.08, 0.08, 0.1))
    canvas.fill(canvas.ellipse(0.5, 0.5, 0.022, 0.022), (0.7, 0.1, 0.08))


_SCENES: tuple[Callable[[Canvas], None], ...] = (
    _orange,
    _traffic_light,
    _golf_ball,
    _sailing_boat,
    _mushroom,
    _wall_clock,
)
