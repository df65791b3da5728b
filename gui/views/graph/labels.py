"""What is written on wires: "skip", and shapes, where a wire is long enough and nothing crosses the text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gui.views.graph import texts
from gui.views.graph.layout import Edge, Layout

_LETTER = 6.7  # the width of a character at 100 %
_MARGIN = 14.0


@dataclass(frozen=True)
class Label:
    """A text in a gap of its wire: around `x`, on the wire's height `y`; `level` is 0 on the stage itself."""

    text: str
    x: float
    y: float
    width: float
    level: int


def labels(layout: Layout) -> tuple[Label, ...]:
    """The labels of a layout's wires, one a stretch at most."""
    verticals, owners = _verticals(layout.edges)
    found: list[Label] = []
    seen: set[tuple[float, float, float]] = set()
    for place, edge in enumerate(layout.edges):
        stretch = _longest(edge)
        if stretch is None:
            continue
        y, start, end = stretch
        shape = texts.shape(layout.network.nodes[edge.source].output_shape)
        choices = [f"skip {shape}", "skip"] if edge.skip else [shape]
        if end - start < (56 if edge.skip else 110) or (y, start, end) in seen or not shape:
            continue
        crossing = np.sort(verticals[(verticals[:, 1] < y - 0.1) & (verticals[:, 2] > y + 0.1) & (owners != place), 0])
        for text in choices:
            width = len(text) * _LETTER + 10
            spot = _free(start + _MARGIN, end - _MARGIN, width, crossing)
            if spot is not None:
                seen.add((y, start, end))
                found.append(Label(text, spot, y, width, edge.level))
                break
    return tuple(found)


def _verticals(edges: Sequence[Edge]) -> tuple[np.ndarray, np.ndarray]:
    rows, owners = [], []
    for place, edge in enumerate(edges):
        for (ax, ay), (bx, by) in zip(edge.points, edge.points[1:], strict=False):
            if ax == bx:
                rows.append((ax, min(ay, by), max(ay, by)))
                owners.append(place)
    return np.array(rows, float).reshape(-1, 3), np.array(owners, int)


def _longest(edge: Edge) -> tuple[float, float, float] | None:
    """Height, left and right end of the longest level stretch."""
    best = None
    for (ax, ay), (bx, by) in zip(edge.points, edge.points[1:], strict=False):
        if ay == by and (best is None or abs(bx - ax) > best[2] - best[1]):
            best = (ay, min(ax, bx), max(ax, bx))
    return best


def _free(start: float, end: float, width: float, crossing: np.ndarray) -> float | None:
    """The middle of the room nearest to the middle of (start, end) that no vertical line crosses."""
    middle = (start + end) / 2
    inside = crossing[(crossing > start - 4) & (crossing < end + 4)]
    edges = [start - 6, *inside.tolist(), end + 6]
    rooms = [(a + 6, b - 6) for a, b in itertools.pairwise(edges) if b - a - 12 >= width]
    spots = [min(max(middle, a + width / 2), b - width / 2) for a, b in rooms]
    return min(spots, key=lambda x: abs(x - middle)) if spots else None
