"""How a digit is written: styles as control points, sampled into pen positions by one matrix product per style.

A style is written as text: control points "x,y" in percent of the digit's height (x to the right, y down), "!" after
a point makes it a corner, "/" lifts the pen. All variants of a style have the same points, so any mixture of them is
again a digit. Between corners the pen follows a uniform Catmull-Rom spline (Catmull & Rom 1974), which is linear in
its control points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.messages import Floats

PEN_POSITIONS = 88  # a digit's stroke is at most about 70 pixels long: never more than a pixel between two positions


@dataclass(frozen=True)
class Style:
    """One way to write a digit: variants between which each hand lies, and how often it is used beside the others."""

    weight: float
    variants: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Pen:
    """A style made ready: `controls` (variants, points, 2) are mixed and jittered, then `positions` @ controls are the
    pen positions and `steps` @ controls the way travelled at each of them; both (PEN_POSITIONS, points).
    """

    controls: Floats
    positions: Floats
    steps: Floats


def style(weight: float, *variants: str) -> Style:
    """A style from its weight and the text of its variants."""
    return Style(weight, variants)


def prepare(style: Style) -> Pen:
    """The matrices of a style. ValueError if its variants don't have the same strokes and corners."""
    layouts = [_parse(text) for text in style.variants]
    controls = np.array([points for points, _ in layouts], np.float64)
    pieces = layouts[0][1]
    if any(other != pieces for _, other in layouts):
        raise ValueError(f"the variants differ in strokes or corners: {style.variants}")
    middle = controls.mean(axis=0)
    fine = [np.linspace(0.0, len(piece) - 1.0, 200) for piece in pieces]
    ways = [_way(_spline(piece, len(middle), times) @ middle) for piece, times in zip(pieces, fine, strict=True)]
    shares = _shares([float(way[-1]) for way in ways])
    positions, steps = [], []
    for piece, times, way, share in zip(pieces, fine, ways, shares, strict=True):
        # Evenly along the mean variant's curve: each position in the middle of its part of the way.
        parts = np.arange(share + 1) / share * way[-1]
        ends = np.interp(parts, way, times)
        middles = np.interp((parts[:-1] + parts[1:]) / 2.0, way, times)
        positions.append(_spline(piece, len(middle), middles))
        steps.append(np.diff(_spline(piece, len(middle), ends), axis=0))
    return Pen(
        controls=controls.astype(np.float32),
        positions=np.concatenate(positions).astype(np.float32),
        steps=np.concatenate(steps).astype(np.float32),
    )


def _parse(text: str) -> tuple[list[tuple[float, float]], list[list[int]]]:
    """Control points, and the smooth pieces between corners and pen lifts as lists of point indices."""
    points: list[tuple[float, float]] = []
    pieces: list[list[int]] = []
    for stroke in text.split("/"):
        piece: list[int] = []
        for word in stroke.split():
            x, y = word.rstrip("!").split(",")
            points.append((float(x) / 100.0, float(y) / 100.0))
            piece.append(len(points) - 1)
            if word.endswith("!"):
                pieces.append(piece)
                piece = [piece[-1]]
        if len(piece) > 1:
            pieces.append(piece)
    return points, pieces


def _spline(piece: list[int], count: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights (len(times), count) of the control points at times 0 … len(piece) - 1 along a piece."""
    last = len(piece) - 1
    # The piece's points with one more at either end, which goes on straight.
    points = np.zeros((last + 3, count))
    points[np.arange(1, last + 2), piece] = 1.0
    points[0] = 2.0 * points[1] - points[2]
    points[-1] = 2.0 * points[-2] - points[-3]
    start = np.minimum(times.astype(int), last - 1)
    t = times - start
    weights = np.zeros((len(times), last + 3))
    rows = np.arange(len(times))
    weights[rows, start] = -0.5 * t + t**2 - 0.5 * t**3
    weights[rows, start + 1] = 1.0 - 2.5 * t**2 + 1.5 * t**3
    weights[rows, start + 2] = 0.5 * t + 2.0 * t**2 - 1.5 * t**3
    weights[rows, start + 3] = -0.5 * t**2 + 0.5 * t**3
    return weights @ points


def _way(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far along a curve (n, 2) each of its points lies."""
    steps = np.hypot(*np.diff(curve, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _shares(lengths: list[float]) -> list[int]:
    """How many of the PEN_POSITIONS each piece gets, at least two, in proportion to its length."""
    total = sum(lengths)
    shares = [max(2, int(length / total * PEN_POSITIONS)) for length in lengths]
    while sum(shares) != PEN_POSITIONS:
        change = 1 if sum(shares) < PEN_POSITIONS else -1
        spacing = [length / share for length, share in zip(lengths, shares, strict=True)]
        pick = max if change > 0 else min
        shares[spacing.index(pick(spacing))] += change
    return shares
