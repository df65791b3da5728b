"""Opening and closing a module smoothly: every box on its way from where it was to where it will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from gui.theme import Theme
from gui.views import drawing
from gui.views.graph.camera import Camera
from gui.views.graph.layout import Box, Layout, Look
from gui.views.graph.live import box_area
from gui.views.graph.paint import View, paint_edge

MILLISECONDS = 250
_MOST_NAMES = 160
_MOST_WIRES = 240

_Rect = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class _Moving:
    box: Box
    start: _Rect
    end: _Rect
    fades: int  # +1 appears, -1 goes, 0 stays


class Motion:
    """The way from one layout and camera to another, as `share` runs from 0 to 1."""

    def __init__(
        self, before: Layout, after: Layout, camera: Camera, goal: Camera, pictures: Mapping[str, QPixmap]
    ) -> None:
        """`pictures` are those of the values that were shown, by box."""
        self.before, self.after, self.camera, self.goal = before, after, camera, goal
        self._pictures = pictures
        self._moving: list[_Moving] = []
        for box in before.boxes:
            if box.key not in after.by_key:
                self._moving.append(_Moving(box, _rect(box), _holder(after, box), -1))
        for box in after.boxes:
            known = before.by_key.get(box.key)
            start = _rect(known) if known is not None else _holder(before, box)
            self._moving.append(_Moving(box, start, _rect(box), 0 if known is not None else 1))

    def paint(self, painter: QPainter, share: float, theme: Theme, clip: QRectF) -> None:
        """Paint the boxes on their way; only what lies in `clip` of the view."""
        eased = 1 - (1 - share) ** 3
        camera = self.camera.between(self.goal, eased)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        visible = []
        for one in self._moving:
            x, y, width, height = (a + (b - a) * eased for a, b in zip(one.start, one.end, strict=True))
            left, top = camera.view(x, y)
            rect = QRectF(round(left), round(top), round(width * camera.zoom), round(height * camera.zoom))
            if rect.intersects(clip):
                visible.append((one, rect))
        names = len(visible) <= _MOST_NAMES
        for one, rect in visible:
            opacity = 1.0 if not one.fades else eased if one.fades > 0 else 1 - eased
            painter.setOpacity(opacity)
            group = one.box.look is Look.GROUP
            if one.box.look is Look.STRIP:
                painter.fillRect(rect, theme.border_strong)
                continue
            painter.setPen(QPen(theme.border_strong, 1))
            painter.setBrush(theme.ground if group else theme.panel)
            if one.box.look is Look.DISC:
                painter.drawEllipse(rect)
                continue
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
            if names and rect.width() > 34 and rect.height() > 14:
                size = min(12, max(9, round(12 * camera.zoom)))
                ink = drawing.ui(size, 600)
                text = ink.metrics.elidedText(one.box.part.label, Qt.TextElideMode.ElideMiddle, rect.width() - 10)
                drawing.write(painter, rect.left() + 6, rect.top() + size + 3, text, ink, theme.text_1)
            picture = None if group else self._pictures.get(one.box.key)
            if picture is not None:
                x, y, width, height = box_area(one.box)
                across, down = rect.width() / one.box.width, rect.height() / one.box.height
                place = QRectF(
                    rect.left() + (x - one.box.x) * across, rect.top() + (y - one.box.y) * down,
                    width * across, height * down,
                )  # fmt: skip
                painter.drawPixmap(place, picture, QRectF(picture.rect()))
        painter.setOpacity(1.0)
        self._wires(painter, eased, theme, clip)

    def _wires(self, painter: QPainter, eased: float, theme: Theme, clip: QRectF) -> None:
        """The new wires appear when the boxes are almost where they belong."""
        opacity = (eased - 0.7) / 0.3
        if opacity <= 0:
            return
        view = View(self.goal.zoom, self.goal.x, self.goal.y)
        left, top, right, bottom = self.goal.clip(clip.toRect())
        seen = [
            edge for edge in self.after.edges if any(left <= x <= right and top <= y <= bottom for x, y in edge.points)
        ]
        if len(seen) <= _MOST_WIRES:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setOpacity(opacity)
            for edge in seen:
                paint_edge(painter, view, edge, theme)
            painter.setOpacity(1.0)


def _rect(box: Box) -> _Rect:
    return box.x, box.y, box.width, box.height


def _holder(layout: Layout, box: Box) -> _Rect:
    """The smallest box of a layout that holds another's part."""
    for module in reversed(layout.network.around(box.key)):
        if module.key in layout.by_key:
            return _rect(layout.by_key[module.key])
    return box.x + box.width / 2, box.y + box.height / 2, 0.0, 0.0
