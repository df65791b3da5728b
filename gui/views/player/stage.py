"""The stage of the step player: shows a Scene in layers that are kept, so that a step or a hover repaints little."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.views.player.drawing import spans
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look, sizes_for
from gui.views.player.drawing.shapes import chip
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_scene import ConvolutionScene
from gui.views.player.scenes.scene import Hit, Scene


class StepStage(QWidget):
    """A Scene at a moment, with what lights up under the mouse.

    Signals: `term_hovered(int | None)` number of a term of the current step; `held(bool)` the mouse is over a number;
    `step_wanted(int)` an output cell was clicked, then `output_chosen(index)` where its step makes others, too;
    `cell_activated(index, source)` an input cell was double-clicked: its index into input number `source` of the trace;
    `hinted(str)` what a click would do, "" if nothing.
    """

    term_hovered = Signal(object)
    held = Signal(bool)
    step_wanted = Signal(int)
    output_chosen = Signal(object)
    cell_activated = Signal(object, int)
    hinted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.scene: Scene | None = None
        self.moment = Moment(0, 0)
        self._settled = True
        self._hit: Hit | None = None
        self._mouse: QPointF | None = None
        self._pinned: QPointF | None = None
        self._term: int | None = None
        self._ground = QPixmap()
        self._still = QPixmap()
        self._rest = QPixmap()
        self._still_key: Hashable = None
        self._rest_key: Hashable = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Step")

    def sizeHint(self) -> QSize:
        return QSize(1208, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 220)

    @property
    def look(self) -> Look:
        """The theme at the sizes of the scene."""
        assert self.scene is not None
        return Look(self.theme, self.scene.sizes)

    @property
    def hit(self) -> Hit | None:
        """What is lit up now: under the mouse, else pinned."""
        return self._hit

    # -- what is shown --------------------------------------------------------------------------------------------

    def set_scene(self, scene: Scene | None, moment: Moment | None = None) -> None:
        """Show another scene, at a moment of its own (None: at its start if it is shorter than the one before)."""
        self.scene = scene
        if moment is None and scene is not None and self.moment.index >= scene.count:
            moment = Moment(0, 0)
        self.moment = moment or self.moment
        self._still_key = self._rest_key = None
        self._pinned, self._term = None, None
        self._arrange()
        self._look_under()
        self.update()

    def set_moment(self, moment: Moment, *, settled: bool = True) -> None:
        """Show this moment. `settled`: it will stay for a while, so what is painted is worth keeping."""
        if moment == self.moment and settled == self._settled:
            return
        jumped = moment.index != self.moment.index
        self.moment, self._settled = moment, settled
        if jumped and (self._mouse is not None or self._pinned is not None):
            self._look_under()
        self.update()

    def refresh(self) -> None:
        """The scene has newer numbers in the same places."""
        self._still_key = self._rest_key = None
        self._look_under()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_term(self, term: int | None) -> None:
        """Light up a term of the step, from the formula."""
        if term != self._term:
            self._term = term
            self.update()

    def unpin(self) -> bool:
        """Let go of what was pinned; whether there was something."""
        pinned = self._pinned is not None
        self._pinned = None
        self._look_under()
        return pinned

    def turn_over(self, by: int) -> bool:
        """Show the next channels (or those before) of a convolution that has more than fit; whether there are."""
        if isinstance(self.scene, ConvolutionScene) and self.scene.turn_over(self.moment.index, by):
            self.refresh()
            return True
        return False

    def _arrange(self) -> None:
        if self.scene is not None and self.width() > 1 and self.height() > 1:
            self.scene.arrange(self.width(), self.height(), sizes_for(self.width(), self.height()))

    # -- painting -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.scene is None:
            painter.fillRect(self.rect(), self.theme.stage)
            return
        if painter.device().devicePixelRatioF() != self.devicePixelRatioF() or Ink(painter).vector:
            self._paint_afresh(painter)
            return
        self._keep_still()
        if self.moment.done and self._settled:
            self._keep_rest()
            painter.drawPixmap(0, 0, self._rest)
        else:
            painter.drawPixmap(0, 0, self._still)
            self._paint_step(painter)
        hit = self._hit
        if hit is not None or self._term is not None:
            ink = Ink(painter)
            self.scene.paint_hover(ink, self.look, self.moment, hit, self._term)
            ink.flush()
            if hit is not None and hit.lines:
                self._paint_read_out(painter, hit)

    def _paint_afresh(self, painter: QPainter) -> None:
        """Paint all of it, without what is kept for the screen: for a picture of another scale, or of vectors."""
        assert self.scene is not None
        painter.fillRect(self.rect(), self.theme.stage)
        ink = Ink(painter)
        self.scene.paint_ground(ink, self.look, self.moment)
        self.scene.paint_digits(ink, self.look, self.moment)
        ink.flush()
        self.scene.paint_step(ink, self.look, self.moment, None)
        ink.flush()

    def _keep_still(self) -> None:
        """Paint what does not change from step to step, if it has changed."""
        assert self.scene is not None
        ratio = self.devicePixelRatioF()
        key = (id(self.scene), self.scene.still_key(self.moment), self.theme, self.size().toTuple(), ratio)
        if key == self._still_key:
            return
        self._ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        self._ground.setDevicePixelRatio(ratio)
        self._ground.fill(self.theme.stage)
        painter = QPainter(self._ground)
        ink = Ink(painter)
        self.scene.paint_ground(ink, self.look, self.moment)
        ink.flush()
        painter.end()
        self._still = QPixmap(self._ground)
        painter = QPainter(self._still)
        ink = Ink(painter)
        self.scene.paint_digits(ink, self.look, self.moment)
        ink.flush()
        painter.end()
        self._still_key, self._rest_key = key, None

    def _keep_rest(self) -> None:
        """Paint a finished step once: hovering then costs its highlights alone."""
        key = self.moment.index
        if key == self._rest_key:
            return
        self._rest = QPixmap(self._still)
        painter = QPainter(self._rest)
        self._paint_step(painter)
        painter.end()
        self._rest_key = key

    def _paint_step(self, painter: QPainter) -> None:
        assert self.scene is not None
        ground, ratio = self._ground, self._ground.devicePixelRatioF()

        def restore(rect: QRectF) -> None:
            source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
            painter.drawPixmap(rect, ground, source)

        ink = Ink(painter)
        self.scene.paint_step(ink, self.look, self.moment, restore)
        ink.flush()

    def _paint_read_out(self, painter: QPainter, hit: Hit) -> None:
        """The numbers of what is under the mouse, in a box beside it."""
        sizes = self.look.sizes
        pixels = [sizes.text_px + 1, *(sizes.caption_px,) * (len(hit.lines) - 1)]
        rows = [spans.place(line, px) for line, px in zip(hit.lines, pixels, strict=True)]
        line_height = sizes.text_px + 8
        width = max(spans.width_of(row) for row in rows) + 24
        height = len(rows) * line_height + 12
        x, y = hit.rect.right() + 14, hit.rect.top() - 6
        if x + width > self.width() - 8:
            x = hit.rect.left() - 14 - width
        x, y = max(8.0, round(x)), max(8.0, min(round(y), self.height() - height - 8))
        rect = QRectF(x, y, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shadow = self.theme.shadow
        for spread in (6, 4, 2):
            tone = shadow.lighter(100)
            tone.setAlphaF(shadow.alphaF() * 0.18)
            painter.setBrush(tone)
            painter.drawRoundedRect(rect.adjusted(-spread, 2 - spread, spread, 4 + spread), 6 + spread, 6 + spread)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        chip(painter, rect, self.theme.border_strong, 1, self.theme.tooltip)
        ink = Ink(painter)
        for number, row in enumerate(rows):
            spans.paint(ink, self.look, row, x + 12, y + 6 + line_height * (number + 0.5))
        ink.flush()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Over the strip of all sums the wheel turns to other channels."""
        over = self.scene is not None and self.scene.hit(event.position(), self.moment)
        turn = event.angleDelta().y() or event.angleDelta().x()
        if over and over.part == "strip" and turn and self.turn_over(-1 if turn > 0 else 1):
            event.accept()
        else:
            event.ignore()

    # -- mouse ----------------------------------------------------------------------------------------------------

    def _look_under(self) -> None:
        """Find out anew what is lit up."""
        point = self._mouse if self._mouse is not None else self._pinned
        hit = None
        if self.scene is not None and point is not None:
            hit = self.scene.hit(point, Moment(self.moment.index, self.moment.index))
            if hit is None and self._pinned is not None:
                hit = self.scene.hit(self._pinned, Moment(self.moment.index, self.moment.index))
        if hit == self._hit:
            return
        before, self._hit = self._hit, hit
        if (before is None or before.term) != (hit is None or hit.term) or (before is None) != (hit is None):
            self.term_hovered.emit(None if hit is None else hit.term)
        self.hinted.emit(self._hint(hit))
        clickable = hit is not None and (hit.step is not None or hit.input_index is not None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        self.update()

    def _hint(self, hit: Hit | None) -> str:
        """What the mouse can do here."""
        if hit is None or self.scene is None:
            return ""
        if hit.part == "strip":
            return "Click: show this channel"
        if hit.step is not None:
            return "Click: go to this step"
        if hit.input_index is not None and not self.scene.names.picture:
            return "Click: keep it lit. Double-click: the step that made this number"
        return "Click: keep it lit"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held = self._mouse is not None and self._hit is not None
        self._mouse = event.position()
        self._look_under()
        over = self.scene is not None and self.scene.hit(self._mouse, self.moment) is not None
        if over != held or over:
            self.held.emit(over)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self._look_under()
        self.held.emit(False)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.scene is None:
            return
        hit = self.scene.hit(event.position(), self.moment)
        if hit is not None and hit.part == "strip" and isinstance(self.scene, ConvolutionScene):
            self.scene.choose(self.scene.reading.place(self.moment.index).channel, hit.step or 0)
            self.refresh()
        elif hit is not None and hit.step is not None:
            self._pinned = None
            self.step_wanted.emit(hit.step)
            if hit.output_index is not None:
                self.output_chosen.emit(hit.output_index)
        else:
            self._pinned = event.position() if hit is not None and self._pinned is None else None
            self._look_under()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.scene is None:
            return
        hit = self.scene.hit(event.position(), self.moment)
        if hit is not None and hit.input_index is not None:
            self.cell_activated.emit(hit.input_index, hit.source)
        event.accept()
