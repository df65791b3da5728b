"""The diagram's canvas: where the view looks, and its picture with every snapshot."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Snapshot
from gui.theme import DARK, Theme
from gui.views.graph.camera import Camera, fitting
from gui.views.graph.layout import Look
from gui.views.graph.paint import NEAR
from gui.views.graph.planning import showing
from gui.views.graph.unfolding import Unfolding

_AVERAGED = 112  # cells a side: larger maps come averaged (gui.labs.studio.watching)


class Canvas(Unfolding):
    """Paints a graph as it is unfolded. What the pointer and keys do is `GraphCanvas`'s (gestures)."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._settle.timeout.connect(self._settled)
        self._fill.timeout.connect(self._fill_in)

    # What is shown

    def set_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.live.set_sample(snapshot.sample, snapshot.quantity)
        self.picture.forget_sides()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.repaint_all()

    def set_small(self, small: bool) -> None:
        if small != self.small:
            self.small = small
            self.picture.forget_sides()
            self.lay_out_again()

    def set_presenting(self, on: bool) -> None:
        """Draw larger, for a projector."""
        if on != self.presenting:
            self.presenting, self.fitted = on, True
            self.picture.forget_sides()
            self.lay_out_again()

    def set_show_input(self, shown: bool) -> None:
        self.show_input = shown
        self.picture.forget_sides()
        self.update()

    def set_by_role(self, on: bool) -> None:
        """Colour the cards by what they compute."""
        if on != self.by_role:
            self.by_role = on
            self.repaint_all()

    def repaint_all(self) -> None:
        if self.layout_now is not None:
            self._take(self.layout_now)
        self.live.repaint()
        self.picture.forget()
        self.update()

    # Camera

    def zoom(self) -> float:
        return self.camera.zoom

    def set_camera(self, camera: Camera, *, interactive: bool = True) -> None:
        """Look elsewhere. While the user moves the view, what is missing is painted between the frames."""
        layout = self.layout_now
        if layout is None:
            return
        camera = camera.kept(layout, self.sides.stage)
        if camera == self.camera:
            return
        zoomed = camera.zoom != self.camera.zoom
        self.camera, self.fitted = camera, False
        self.motion = None
        if interactive:
            self.moving = True
        self._settle.start()
        self.update()
        if zoomed:
            self.layout_changed.emit()
            self.zoom_changed.emit(camera.zoom)

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        point = about if about is not None else QPointF(self.sides.stage.center())
        self.set_camera(self.camera.zoomed(zoom, point))

    def pan(self, dx: float, dy: float) -> None:
        self.set_camera(self.camera.moved(dx, dy))

    def fit(self) -> None:
        """All of the network in the stage."""
        if self.layout_now is not None:
            self.set_camera(fitting(self.layout_now, self.sides.stage, grown=self.magnified))
            self.fitted = True

    def reveal(self, key: str) -> None:
        """Open the modules around a part, go there, and select it."""
        if self.network is None or self.network.part(key) is None:
            return
        closed = [module.key for module in self.network.around(key)
                  if not module.inline and module.key not in self.opened]  # fmt: skip
        if closed:
            self.chosen_depth = self.shown_depth
            self.toggled = self.toggled ^ frozenset(closed)
            self.lay_out_again(animate=True, anchor=key, now=True)
        self.select(key)
        self.show_box(key)

    def show_box(self, key: str, *, zoom: float = NEAR) -> None:
        """Move so that a part is in the middle, near enough for its maps, unless it is well in sight."""
        box = self.layout_now.by_key.get(key) if self.layout_now is not None else None
        if box is not None:
            self.set_camera(showing(box, self.camera, self.sides.stage, least=zoom))

    def _settled(self) -> None:
        """The view stands still: paint what is missing, then say what is seen."""
        self.view_changed.emit()
        if self.moving:
            self._fill.start()

    def _fill_in(self) -> None:
        if self.picture.fill_one():
            self._fill.start()
        else:
            self.moving = False
        self.update()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.forget_sides()
        self.lay_out_again()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for timer in (self._frames, self._fill, self._settle):
            timer.stop()
        self.motion, self.moving = None, False

    def sizeHint(self) -> QSize:
        return QSize(1528, 672)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self.picture.paint(painter)
        finally:
            painter.end()

    def paint_to(self, painter: QPainter, rect: QRect) -> None:
        """Paint the diagram as it is seen into a rectangle of any painter: as lines and text."""
        self.finish()
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / max(self.width(), 1), rect.height() / max(self.height(), 1))
        self.picture.paint_direct(painter)
        painter.restore()

    def visible_nodes(self, *, most: int) -> list[int]:
        """The nodes whose values are on screen, large enough to be seen, with `most` values: cards before strips."""
        layout, tiles = self.layout_now, self.tiles
        if layout is None or tiles is None or self.camera.zoom < NEAR:
            return []
        found = [layout.boxes[index] for index in tiles.boxes_in(self.camera.clip(self.sides.stage))]
        nodes = [box.face for look in (Look.CARD, Look.STRIP) for box in found if box.look is look]
        kept: list[int] = []
        total = 0
        for node in dict.fromkeys(nodes):
            shape = layout.network.nodes[node].output_shape
            total += math.prod((*shape[:1], *(min(size, _AVERAGED) for size in shape[1:])))
            if total > most and kept:
                break
            kept.append(node)
        return sorted(kept)
