"""What the canvas paints: kept pictures of what stands still, live values, and what is lit up over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.views.graph import tips
from gui.views.graph.layout import Box, Edge, Layout, Look, segment_spans
from gui.views.graph.legend import paint_legend
from gui.views.graph.paint import NEAR, VECTORS, View, paint_edge
from gui.views.graph.sides import paint_input, paint_joints, paint_output

if TYPE_CHECKING:
    from gui.views.graph.unfolding import Unfolding

_BUDGET_MS = 5.0
_LIT_MOST = 400
_TIP = 190  # about as high as facts are


class Picture:
    """Paints a canvas. While the view moves it paints no more than fits a frame, and the rest when there is time."""

    def __init__(self, canvas: Unfolding) -> None:
        self._canvas = canvas
        self._sides: tuple[QPixmap, QPixmap] | None = None
        self._whole = 0.0  # the zoom at which all was seen last: it stands in for what else is missing
        self._sharp = 0.0  # the zoom for which pictures were made last: shown, scaled, while another zoom is painted
        self._clock = QElapsedTimer()

    def forget(self) -> None:
        self._sides = None

    def forget_sides(self) -> None:
        self._sides = None

    def paint(self, painter: QPainter) -> None:
        canvas = self._canvas
        painter.fillRect(canvas.rect(), canvas.theme.stage)
        if canvas.network is None:
            painter.setPen(canvas.theme.text_3)
            painter.drawText(canvas.rect(), Qt.AlignmentFlag.AlignCenter, "No network is open")
            return
        ratio = canvas.devicePixelRatioF()
        if painter.paintEngine().type() in VECTORS or painter.device().devicePixelRatioF() != ratio:
            canvas.finish()
            self.paint_direct(painter)
            return
        layout = canvas.layout_now
        if layout is not None and canvas.tiles is not None:
            painter.setClipRect(canvas.sides.stage)
            if canvas.motion is not None:
                canvas.motion.paint(painter, canvas.motion_share, canvas.theme, QRectF(canvas.sides.stage))
            else:
                self._paint_tiles(painter)
                self._paint_live(painter, layout, ratio, vectors=False)
                self._paint_marks(painter, layout)
            painter.setClipping(False)
        self._paint_sides(painter, ratio)
        self._paint_front(painter, layout)

    def paint_direct(self, painter: QPainter) -> None:
        """Everything that is seen as lines and text, without kept pictures."""
        canvas = self._canvas
        layout, tiles = canvas.layout_now, canvas.tiles
        painter.fillRect(canvas.rect(), canvas.theme.stage)
        if layout is None or tiles is None or canvas.network is None:
            return
        painter.save()
        painter.setClipRect(canvas.sides.stage)
        clip = canvas.camera.clip(canvas.sides.stage)
        paint = tiles.paint
        paint.all(painter, self._view(), [layout.boxes[i] for i in tiles.boxes_in(clip)],
                  [layout.edges[i] for i in tiles.edges_in(clip)], paint.labels)  # fmt: skip
        self._paint_live(painter, layout, 1.0, vectors=True)
        self._paint_marks(painter, layout)
        painter.restore()
        self._left(painter)
        self._right(painter)
        self._paint_front(painter, layout)

    def _view(self) -> View:
        camera = self._canvas.camera
        return View(camera.zoom, camera.x, camera.y)

    # What stands still

    def _paint_tiles(self, painter: QPainter) -> None:
        canvas, camera, tiles = self._canvas, self._canvas.camera, self._canvas.tiles
        assert tiles is not None
        places = list(tiles.visible(camera.zoom, camera.x, camera.y, canvas.width(), canvas.height()))
        tiles.most = 80 + 3 * len(places)
        have = {place: tiles.get(camera.zoom, *place) for place in places}
        missing = [place for place, found in have.items() if found is None]
        if missing and canvas.moving:
            self._paint_old(painter)
            self._clock.start()
            if self._sharp == camera.zoom:  # panning: there are few, one after another
                for place in missing:
                    have[place] = tiles.make(camera.zoom, *place)
                    if self._clock.elapsed() >= _BUDGET_MS:
                        break
        else:
            for place in missing:
                have[place] = tiles.make(camera.zoom, *place)
            self._sharp = camera.zoom
            if canvas.fitted:
                self._whole = camera.zoom
        for place, found in have.items():
            if found is not None:
                tiles.draw(painter, camera.zoom, camera.zoom, *place, found, camera.x, camera.y)

    def _paint_old(self, painter: QPainter) -> None:
        """Pictures of the zoom before, scaled, until those of this one are made."""
        for zoom in dict.fromkeys((self._whole, self._sharp)):
            if zoom:
                self._paint_scaled(painter, zoom)

    def _paint_scaled(self, painter: QPainter, zoom: float) -> None:
        canvas, camera, tiles = self._canvas, self._canvas.camera, self._canvas.tiles
        assert tiles is not None
        factor = camera.zoom / zoom
        x, y, width, height = camera.x / factor, camera.y / factor, canvas.width() / factor, canvas.height() / factor
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for place in tiles.visible(zoom, x, y, width, height):
            found = tiles.get(zoom, *place)
            if found is not None:
                tiles.draw(painter, zoom, camera.zoom, *place, found, camera.x, camera.y)

    def fill_one(self) -> bool:
        """Make pictures that the view misses, for some milliseconds; whether more are missing."""
        canvas, camera, tiles = self._canvas, self._canvas.camera, self._canvas.tiles
        if tiles is None:
            return False
        self._clock.start()
        for place in tiles.visible(camera.zoom, camera.x, camera.y, canvas.width(), canvas.height()):
            if tiles.get(camera.zoom, *place) is None:
                tiles.make(camera.zoom, *place)
                if self._clock.elapsed() >= _BUDGET_MS:
                    return True
        self._sharp = camera.zoom
        if canvas.fitted:
            self._whole = camera.zoom
        return False

    # What changes

    def _paint_live(self, painter: QPainter, layout: Layout, ratio: float, *, vectors: bool) -> None:
        canvas = self._canvas
        if canvas.snapshot is None or canvas.camera.zoom < NEAR or canvas.tiles is None:
            return
        if canvas.moving and canvas.camera.zoom != self._sharp and not vectors:
            return  # cards on their way to another size
        view = self._view()
        for index in canvas.tiles.boxes_in(canvas.camera.clip(canvas.sides.stage)):
            box = layout.boxes[index]
            if box.look in (Look.CARD, Look.STRIP):
                canvas.live.paint(painter, view, box, layout, canvas.snapshot, canvas.theme, ratio, vectors=vectors)
                if canvas.off:
                    from gui.views.insight import struck  # seldom needed

                    struck.on_card(painter, view, box, layout, canvas.snapshot, canvas.live, canvas.off, canvas.theme)

    def _paint_marks(self, painter: QPainter, layout: Layout) -> None:
        """What is selected, and the inputs and outputs of what is pointed at, else of what is selected."""
        canvas, theme, view = self._canvas, self._canvas.theme, self._view()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        selected = canvas.selected_box()
        lit = canvas.hovered_box if canvas.hovered_box is not None else selected
        if canvas.hovered_edge is not None:
            self._light(painter, view, [canvas.hovered_edge], 2.0)
        elif lit is not None:
            self._light(painter, view, touching(layout, lit)[:_LIT_MOST], 1.5 if lit is selected else 2.0)
            self._light_segments(painter, view, layout, lit)
        hovered = canvas.hovered_box
        if hovered is not None and hovered is not selected and hovered.look is not Look.GROUP:
            self._ring(painter, view, hovered, theme.text_3, 1.0)
        if selected is not None:
            self._ring(painter, view, selected, theme.accent, 2.0)

    def _light(self, painter: QPainter, view: View, edges: list[Edge], width: float) -> None:
        """Paint wires lit up, and what is written on them once more."""
        theme, tiles = self._canvas.theme, self._canvas.tiles
        for edge in edges:
            paint_edge(painter, view, edge, theme, color=theme.output, width=width)
        heights = {y for edge in edges for _, y in edge.points}
        if tiles is not None:
            tiles.paint.write(painter, view, [label for label in tiles.paint.labels if label.y in heights])

    @staticmethod
    def _ring(painter: QPainter, view: View, box: Box, color: QColor, width: float) -> None:
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = view.box(box).adjusted(-2, -2, 2, 2)
        if box.look is Look.DISC:
            painter.drawEllipse(rect)
        else:
            painter.drawRoundedRect(rect, 4, 4)

    def _light_segments(self, painter: QPainter, view: View, layout: Layout, lit: Box) -> None:
        """The parts of concatenations that come from the box."""
        painter.setPen(QPen(self._canvas.theme.output, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for node in layout.network.outputs[lit.face]:
            box = layout.box_of(node)
            if box is None or box.look is not Look.STRIP:
                continue
            for source, top, bottom in segment_spans(layout.network, node, box.height):
                if lit.part.first <= source <= lit.part.last:
                    painter.drawRect(view.rect(box.x - 1, box.y + top, box.width + 2, bottom - top))

    # Beside and before

    def _paint_sides(self, painter: QPainter, ratio: float) -> None:
        """Input and classes, from pictures that are made when something about them changes."""
        canvas = self._canvas
        sides = canvas.sides
        if self._sides is None:
            made = []
            for width, paint in ((sides.left, self._left), (sides.right, self._right)):
                pixmap = QPixmap(round(width * ratio), round(canvas.height() * ratio))
                pixmap.setDevicePixelRatio(ratio)
                pixmap.fill(canvas.theme.stage)
                inner = QPainter(pixmap)
                try:
                    if paint == self._right:
                        inner.translate(-(sides.width - sides.right), 0)
                    paint(inner)
                finally:
                    inner.end()
                made.append(pixmap)
            self._sides = made[0], made[1]
        painter.drawPixmap(0, 0, self._sides[0])
        painter.drawPixmap(sides.width - sides.right, 0, self._sides[1])

    def _left(self, painter: QPainter) -> None:
        canvas = self._canvas
        assert canvas.network is not None
        paint_input(painter, canvas.sides, canvas.network.graph, canvas.snapshot, canvas.theme,
                    shown=canvas.show_input)  # fmt: skip

    def _right(self, painter: QPainter) -> None:
        canvas = self._canvas
        assert canvas.network is not None
        title = ("Prediction", "probability")
        paint_output(painter, canvas.sides, canvas.snapshot, canvas.classes, canvas.theme, title, canvas.hovered_class)

    def _paint_front(self, painter: QPainter, layout: Layout | None) -> None:
        canvas, theme = self._canvas, self._canvas.theme
        if layout is not None and canvas.motion is None:
            enter, leave = canvas.camera.view(*layout.enter), canvas.camera.view(*layout.leave)
            paint_joints(painter, canvas.sides, enter, leave, theme)
        paint_legend(painter, canvas)
        found = None
        hint = ""
        if layout is None or canvas.motion is not None or canvas.moving:
            return
        if canvas.hovered_box is not None:
            box = canvas.hovered_box
            found = tips.box_facts(layout.network, box)
            hint = ("Double-click to close" if box.look is Look.GROUP else "Double-click to open"
                    ) if box.is_module else "Click a map to pin it, double-click for the layer"  # fmt: skip
        elif canvas.hovered_edge is not None:
            found = tips.edge_facts(layout.network, canvas.hovered_edge)
        if found is not None:
            stage = QRectF(canvas.sides.stage)
            near = self._beside(canvas.hovered_box, stage)
            tips.paint(painter, theme, found, near=near, bounds=stage, hint=hint)

    def _beside(self, box: Box | None, stage: QRectF) -> QPointF:
        """Where facts hide neither their card nor, if there is room below, those beside it."""
        pointer = self._canvas.pointer
        if box is None or box.look is Look.GROUP:
            return QPointF(pointer.x() + 14, pointer.y() + 16)
        rect = self._view().box(box)
        if rect.bottom() + _TIP <= stage.bottom():
            return QPointF(rect.left(), rect.bottom() + 10)
        return QPointF(rect.right() + 10, max(rect.top() - 20, stage.top() + 4))


def touching(layout: Layout, box: Box) -> list[Edge]:
    """The wires that go into a box or come out of it."""
    first, last = box.part.first, box.part.last
    return [
        edge
        for edge in layout.edges
        if any((first <= a <= last) != (first <= b <= last) for a, b in edge.flows)
    ]  # fmt: skip
