"""Drawing on the stage: lines, frames and text by their places at 100 %, sharp at every zoom and pixel ratio."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.theme import Theme
from gui.views import drawing
from gui.views.drawing import Ink
from gui.views.network.camera import Camera

Box = tuple[float, float, float, float]


def measure(text: str, role: str) -> float:
    """The width of a text in one of the layout's roles, in pixels at 100 %."""
    return ink(role).width(text)


def ink(role: str) -> Ink:
    """What a role of the layout is written with: name, mono, text, label, value, verdict."""
    match role:
        case "name":
            return drawing.ui(12, 600)
        case "mono":
            return drawing.mono(11)
        case "text":
            return drawing.ui(11)
        case "label":
            return drawing.ui(13)
        case "strong":
            return drawing.ui(13, 600)
    raise ValueError(f"unknown role of text {role!r}")


class Draw:
    """A painter in device pixels, with the camera that places things. Line widths do not grow with the zoom."""

    def __init__(self, painter: QPainter, camera: Camera, theme: Theme) -> None:
        self.painter, self.camera, self.theme = painter, camera, theme

    def fill(self, box: Box, color: QColor) -> None:
        self.painter.fillRect(QRect(*self.camera.device(box)), color)

    def frame(self, box: Box, color: QColor, width: float = 1.0, *, outset: float = 0.0) -> None:
        """A frame outside of `box`, `outset` further out."""
        x, y, w, h = self.camera.device(box)
        thick = max(1, round(width * self.camera.ratio))
        if outset:
            by = round(outset * self.camera.ratio)
            x, y, w, h = x - by, y - by, w + 2 * by, h + 2 * by
        for bar in (
            (x - thick, y - thick, w + 2 * thick, thick),
            (x - thick, y + h, w + 2 * thick, thick),
            (x - thick, y, thick, h),
            (x + w, y, thick, h),
        ):
            self.painter.fillRect(QRect(*bar), color)

    def square(self, box: Box, color: QColor, width: float = 1.5) -> None:
        """An antialiased frame of any width outside of `box`: the cell under the cursor."""
        x, y, w, h = self.camera.device(box)
        thick = width * self.camera.ratio
        pen = QPen(color, thick)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        half = thick / 2
        self.painter.drawRect(QRectF(x - half, y - half, w + thick, h + thick))

    def level(self, x: float, end: float, y: float, color: QColor, width: float = 1.0) -> None:
        """A horizontal line from `x` to `end`, on whole pixels."""
        left, right = self.camera.device_x(x), self.camera.device_x(end)
        thick = max(1, round(width * self.camera.ratio))
        self.painter.fillRect(QRect(left, self.camera.device_y(y) - thick // 2, right - left, thick), color)

    def point(self, x: float, y: float) -> QPointF:
        """A point of the stage in device pixels."""
        camera = self.camera
        return QPointF(x * camera.scale + camera.x * camera.ratio, y * camera.scale + camera.y * camera.ratio)

    def curve(self, start: tuple[float, float], end: tuple[float, float], color: QColor, width: float = 1.0) -> None:
        """A curve that leaves and arrives horizontally."""
        path = QPainterPath()
        self.add_curve(path, start, end)
        self.stroke(path, color, width)

    def add_curve(self, path: QPainterPath, start: tuple[float, float], end: tuple[float, float]) -> None:
        a, b = self.point(*start), self.point(*end)
        half = (a.x() + b.x()) / 2
        path.moveTo(a)
        path.cubicTo(half, a.y(), half, b.y(), b.x(), b.y())

    def stroke(self, path: QPainterPath, color: QColor, width: float = 1.0) -> None:
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(color, width * self.camera.ratio))
        self.painter.drawPath(path)

    def chevron(self, x: float, y: float, color: QColor) -> None:
        """The open head of an arrow whose tip is at a point."""
        tip, size = self.point(x, y), 5.0 * self.camera.scale
        path = QPainterPath(QPointF(tip.x() - size, tip.y() - size))
        path.lineTo(tip)
        path.lineTo(tip.x() - size, tip.y() + size)
        self.stroke(path, color)

    def text(self, x: float, baseline: float, text: str, face: Ink, color: QColor) -> None:
        """Text from `x` to the right; it scales with the zoom."""
        camera, painter = self.camera, self.painter
        painter.setFont(face.font)
        painter.setPen(color)
        if camera.scale == 1.0:
            painter.drawText(QPointF(round(x + camera.x), round(baseline + camera.y)), text)
            return
        painter.save()
        painter.translate(round(x * camera.scale + camera.x * camera.ratio),
                          round(baseline * camera.scale + camera.y * camera.ratio))  # fmt: skip
        painter.scale(camera.scale, camera.scale)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()

    def right(self, right: float, baseline: float, text: str, face: Ink, color: QColor) -> None:
        self.text(right - face.width(text), baseline, text, face, color)

    def middle(self, middle: float, baseline: float, text: str, face: Ink, color: QColor) -> None:
        self.text(middle - face.width(text) / 2, baseline, text, face, color)

    def words(self, middle: float, baseline: float, words: Sequence[str], face: Ink, color: QColor) -> None:
        if words:
            self.middle(middle, baseline, ", ".join(words), face, color)
