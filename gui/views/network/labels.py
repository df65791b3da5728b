"""What is written around the columns: arrows with their operations, and scale bars."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from gui.views.network.columns import Kind, Word
from gui.views.network.geometry import Rect
from gui.views.network.places import Arrow, Place
from gui.views.network.sizing import Style
from gui.views.network.spacing import Spacing, joined, written

_BAR_WIDTH = {True: 96, False: 50}  # of a scale bar, signed or not
_KERNEL_BAR = 90
_LEAST_BAR = 40
_BETWEEN_BARS = 12


def with_bars(places: Sequence[Place], style: Style, bottom: int) -> tuple[Place, ...]:
    """Scale bars under every column and its kernels, each as wide as its column or its numbers, none over another."""
    y = bottom + style.bar_gap
    found = list(places)
    wanted: list[tuple[int, bool, float, float]] = []  # place, whether of its kernels, middle, width
    for index, place in enumerate(found):
        if place.kernels is not None:
            rect = place.kernels.rect
            wanted.append((index, True, rect.center_x, min(max(rect.width, _KERNEL_BAR), 160)))
        if place.column.kind is not Kind.OUTPUT:
            width = place.rect.width * 2 // 3 if place.column.kind is Kind.INPUT else place.rect.width
            wanted.append((index, False, place.rect.center_x, min(max(width, _BAR_WIDTH[place.column.signed]), 240)))
    edges = [[middle - width / 2, middle + width / 2] for _, _, middle, width in wanted]
    for i in range(len(edges) - 1):
        over = edges[i][1] + _BETWEEN_BARS - edges[i + 1][0]
        # Kernels give way first: their numbers are the shortest.
        for n in sorted((i, i + 1), key=lambda n: not wanted[n][1]):
            start, end = edges[n]
            give = min(max(over, 0.0), max(end - start - _LEAST_BAR, 0.0))
            edges[n] = [start, end - give] if n == i else [start + give, end]
            over -= give
        if over > 0:  # no room for both
            gone = i if wanted[i][1] else i + 1
            edges[gone] = [edges[gone][0], edges[gone][0]] if gone == i else [edges[gone][1], edges[gone][1]]
    for (index, of_kernels, *_), (start, end) in zip(wanted, edges, strict=True):
        if end - start < _LEAST_BAR - 1:
            continue
        bar = Rect(round(start), y, round(end - start), 6)
        found[index] = replace(found[index], kernel_bar=bar) if of_kernels else replace(found[index], bar=bar)
    return tuple(found)


def arrows(places: Sequence[Place], style: Style, spacing: Spacing) -> tuple[Arrow, ...]:
    """The arrows between the headings, with as many words as there is room for."""
    found = []
    y = style.heading_y + 16
    for before, after in itertools.pairwise(places):
        start, end = before.heading.rect.right, after.heading.rect.x
        gap = end - start
        margin = 12 if gap > 72 else 9 if gap > 40 else 4
        x, stop = start + margin, end - min(margin, 11)
        if stop - x < 8:
            continue
        column, room = after.column, gap - 8
        lines = [_fitting(words, room, spacing) for words in (column.above, column.below)]
        if column.below and not lines[1]:  # without the operation that makes the column, the others would mislead
            lines = [(), ()]
        note = column.note if not column.below and spacing.text(column.note, "text") <= room else ""
        center = (x + stop) / 2
        spots = []
        for words, top in zip(lines, (y - 18, y + 3), strict=True):
            left = center - spacing.text(joined(words), "text") / 2
            for word in words:
                width = spacing.text(word.text, "text")
                spots.append((word, Rect(round(left), top, max(1, round(width)), 15)))
                left += width + spacing.text(", ", "text")
        found.append(Arrow(x, stop, y, lines[0], lines[1], note, tuple(spots)))
    return tuple(found)


def _fitting(words: tuple[Word, ...], room: float, spacing: Spacing) -> tuple[Word, ...]:
    """The words in full, else in short, else as many as fit; none where not even one does."""
    for effort in ("full", "short"):
        if spacing.text(joined(written(words, effort)), "text") <= room:
            return written(words, effort)
    brief = written(words, "short")
    for keep in range(len(brief) - 1, 0, -1):
        for some in (brief[:keep], brief[-keep:]):
            if spacing.text(joined(some), "text") <= room:
                return some
    return ()
