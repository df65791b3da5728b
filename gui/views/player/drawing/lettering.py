"""Short texts drawn fast: a fixed-width face whose glyphs are looked up once, and ink that draws many texts at once.

A step of a convolution shows hundreds of numbers. `QPainter.drawText` shapes each of them anew (3-6 µs); a glyph run
takes 0.1 µs a glyph. For vector pictures (SVG) the same calls draw text as text.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGlyphRun, QPaintEngine, QPainter, QRawFont

from gui.theme import fonts, numbers

Align: TypeAlias = Literal["left", "center", "right"]
_VECTORS = frozenset({QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture})
_HANG = 0.15  # of the font size: a minus stands half outside, so the digits stay in the middle


class Face:
    """A font with its measures: `px`, `cap` (height of a digit), `hang` (how far a minus is pulled out)."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.raw = QRawFont.fromFont(font)
        metrics = QFontMetricsF(font)
        self.cap = metrics.capHeight()
        self.px = float(font.pixelSize()) if font.pixelSize() > 0 else metrics.height() / 1.3
        self.hang = _HANG * self.px
        self._metrics = metrics
        self._known: dict[str, tuple[list[int], tuple[float, ...], float] | None] = {}
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The advance of a text in logical pixels."""
        known = self._widths.get(text)
        if known is None:
            if len(self._widths) > 4000:
                self._widths.clear()
            known = self._widths[text] = self._metrics.horizontalAdvance(text)
        return known

    def run(self, text: str) -> tuple[list[int], tuple[float, ...], float] | None:
        """Glyphs, their places and the advance of a text; None if the face lacks a glyph of it."""
        if text in self._known:
            return self._known[text]
        if len(self._known) > 4000:
            self._known.clear()
        glyphs = self.raw.glyphIndexesForString(text)
        result = None
        if glyphs and all(glyphs):
            places, x = [], 0.0
            for advance in self.raw.advancesForGlyphIndexes(glyphs):
                places.append(x)
                x += advance.x()
            result = (list(glyphs), tuple(places), x)
        self._known[text] = result
        return result


@lru_cache(maxsize=64)
def mono(px: float, weight: int = 400) -> Face:
    """The fixed-width face, for numbers."""
    return Face(fonts.mono(px, weight))


@lru_cache(maxsize=64)
def ui(px: float, weight: int = 400) -> Face:
    """The interface face, for words."""
    return Face(fonts.ui(px, weight))


def ending(text: str, face: Face, room: float) -> str:
    """A text, or as much of its end as there is room for: of a path ("block.0.conv") the end tells most."""
    if face.width(text) <= room:
        return text
    start = next((n for n in range(1, len(text)) if face.width(f"…{text[n:]}") <= room), len(text))
    return f"…{text[start:]}"


class Prepared:
    """Texts of a grid that are drawn again and again, each time some more of them: made once, cut as needed."""

    def __init__(self) -> None:
        self._colors: dict[int, tuple[list[int], list[QPointF], list[int]]] = {}
        self._count = 0

    def add(self, text: str, x: float, y: float, face: Face, color: QColor, *, hang: bool = True) -> bool:
        """The next text, centred at (x, y); False if the face lacks a glyph of it (then none can be prepared)."""
        run = face.run(text)
        if run is None:
            return False
        x -= run[2] / 2 + (face.hang if hang and text[:1] == numbers.MINUS else 0.0)
        y += face.cap / 2
        glyphs, places, _ = self._colors.setdefault(color.rgba(), ([], [], [0] * (self._count + 1)))
        glyphs += run[0]
        places += [QPointF(x + place, y) for place in run[1]]
        self._count += 1
        for other in self._colors.values():
            other[2].append(len(other[0]))
        return True

    def draw(self, painter: QPainter, face: Face, count: int) -> None:
        """Draw the first `count` texts."""
        count = min(count, self._count)
        for rgba, (glyphs, places, ends) in self._colors.items():
            end = ends[count]
            if not end:
                continue
            run = QGlyphRun()
            run.setRawFont(face.raw)
            run.setGlyphIndexes(glyphs[:end])
            run.setPositions(places[:end])
            painter.setPen(QColor.fromRgba(rgba))
            painter.drawGlyphRun(QPointF(0, 0), run)


class Ink:
    """Collects texts and draws them together on `flush`, one call for each face and colour.

    `vector` draws each text by itself, as text: for SVG and PDF, which a painter is asked about where it is not said.
    """

    def __init__(self, painter: QPainter, *, vector: bool = False) -> None:
        self.painter = painter
        self.vector = vector or painter.paintEngine().type() in _VECTORS
        self._runs: dict[tuple[Face, int], tuple[list[int], list[QPointF]]] = defaultdict(lambda: ([], []))

    def put(
        self, text: str, x: float, y: float, face: Face, color: QColor, align: Align = "center", *, hang: bool = True
    ) -> None:
        """A text whose digits have their middle at height `y`; `x` is its left end, middle or right end."""
        if not text:
            return
        run = None if self.vector else face.run(text)
        width = face.width(text) if run is None else run[2]
        if align == "center":
            x -= width / 2
            if hang and text[0] == numbers.MINUS:
                x -= face.hang
        elif align == "right":
            x -= width
        y += face.cap / 2
        if run is None:
            self.painter.setFont(face.font)
            self.painter.setPen(color)
            self.painter.drawText(QPointF(x, y), text)
            return
        glyphs, places = self._runs[face, color.rgba()]
        glyphs += run[0]
        places += [QPointF(x + place, y) for place in run[1]]

    def words(self, text: str, x: float, y: float, face: Face, color: QColor, align: Align = "left") -> float:
        """A text of the interface face (kerned and shaped), drawn at once; returns its width."""
        width = face.width(text)
        left = x if align == "left" else x - width / 2 if align == "center" else x - width
        self.painter.setFont(face.font)
        self.painter.setPen(color)
        self.painter.drawText(QPointF(left, y + face.cap / 2), text)
        return width

    def flush(self) -> None:
        """Draw what was collected."""
        for (face, rgba), (glyphs, places) in self._runs.items():
            run = QGlyphRun()
            run.setRawFont(face.raw)
            run.setGlyphIndexes(glyphs)
            run.setPositions(places)
            self.painter.setPen(QColor.fromRgba(rgba))
            self.painter.drawGlyphRun(QPointF(0, 0), run)
        self._runs.clear()
