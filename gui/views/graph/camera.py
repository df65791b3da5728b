"""Where the view looks: any zoom, the diagram's origin on whole pixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect

from gui.views.graph.layout import Layout

LEAST, MOST = 0.02, 8.0
LEVELS = (0.03, 0.05, 0.08, 0.12, 0.17, 0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
MARGIN = 20.0
LEGEND = 36.0
"""What the legend takes at the foot of the stage."""


@dataclass(frozen=True)
class Camera:
    """`zoom` 1 is 100 %; (`x`, `y`) is where the diagram's origin is in the view."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def stage(self, point: QPointF) -> tuple[float, float]:
        """A point of the view on the diagram."""
        return (point.x() - self.x) / self.zoom, (point.y() - self.y) / self.zoom

    def view(self, x: float, y: float) -> tuple[float, float]:
        return x * self.zoom + self.x, y * self.zoom + self.y

    def zoomed(self, zoom: float, about: QPointF) -> Camera:
        """Another zoom; the point `about` of the view stays where it is."""
        zoom = min(max(zoom, LEAST), MOST)
        x, y = self.stage(about)
        return Camera(zoom, round(about.x() - x * zoom), round(about.y() - y * zoom))

    def moved(self, dx: float, dy: float) -> Camera:
        return Camera(self.zoom, self.x + round(dx), self.y + round(dy))

    def between(self, other: Camera, share: float) -> Camera:
        return Camera(
            self.zoom * (other.zoom / self.zoom) ** share,
            round(self.x + (other.x - self.x) * share),
            round(self.y + (other.y - self.y) * share),
        )

    def clip(self, stage: QRect) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a rectangle of the view on the diagram."""
        left, top = self.stage(QPointF(stage.topLeft()))
        right, bottom = self.stage(QPointF(stage.right() + 1, stage.bottom() + 1))
        return left, top, right, bottom

    def kept(self, layout: Layout, stage: QRect) -> Camera:
        """Moved so that the diagram lies centred, over the legend, where it is smaller than the stage, and is never all
        out of sight."""
        x = _along(self.x, layout.width * self.zoom, stage.x(), stage.width())
        y = _along(self.y, layout.height * self.zoom, stage.y(), round(stage.height() - LEGEND))
        return Camera(self.zoom, round(x), round(y))


def _along(offset: float, size: float, start: int, room: int) -> float:
    if size <= room:
        return start + (room - size) / 2
    slack = min(room * 0.5, 160.0)
    return min(max(offset, start + room - size - slack), start + slack)


def fitting(layout: Layout, stage: QRect, *, grown: float = 1.0) -> Camera:
    """All of the diagram in the stage, at 100 % at most; in a large window, or for a projector (`grown`), larger."""
    width, height = stage.width() - MARGIN, stage.height() - MARGIN / 2 - LEGEND * grown
    most = max(grown, 1.0 if stage.height() < 900 else 1.5 if stage.height() < 1500 else 2.0)
    zoom = min(most, width / max(layout.width, 1), height / max(layout.height, 1))
    zoom = max(zoom, LEAST)
    return Camera(zoom).kept(layout, stage)
