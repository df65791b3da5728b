"""The spotlight: what a lesson speaks of is outlined in the lab, the rest of it recedes. It gives way to the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRectF, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from gui.window import Window

FADE_MS = 160
STAYS_MS = 6000
"""How long it stays after "Show me", where nobody touches anything."""
_LOOK_MS = 40
_PATIENCE_MS = 120_000  # a network that must be opened first: torch may have to load
_UNTOUCHED_MS = 500  # so long the mouse may still be on its way
_AROUND, _RADIUS = 5.0, 6.0
_MODIFIERS = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
_TOUCHES = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove,
    QEvent.Type.WindowDeactivate,
}  # fmt: skip


class Spotlight(QWidget):
    """Lies over the whole window and takes neither mouse nor keys. Any key, click, or move over the lab ends it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._parts: tuple[str, ...] = ()
        self._rects: tuple[QRectF, ...] = ()
        self._stays = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Spotlight")
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self._faded)
        self._fade.finished.connect(self._fade_ended)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._find)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(STAYS_MS)
        self._end.timeout.connect(self.dismiss)
        self._waiting, self._shown_for = QElapsedTimer(), QElapsedTimer()
        window.installEventFilter(self)
        self.hide()

    @property
    def parts(self) -> tuple[str, ...]:
        """What is lit up now, or will be as soon as the lab shows it."""
        return self._parts

    @property
    def rects(self) -> tuple[QRectF, ...]:
        """What is lit up now, in the window's coordinates; empty while nothing is."""
        return self._rects if self._parts and self.isVisible() else ()

    def light(self, parts: Sequence[str], *, stays: bool = False) -> None:
        """Light up these parts of the lab that is shown, as soon as they are on screen; none: end it.

        It ends by itself after a while, unless it `stays`.
        """
        if not parts:
            self.dismiss()
            return
        if self._parts != tuple(parts):
            self._rects = ()
            self.hide()  # what was lit up before; fading it out would take from what comes
        self._parts, self._stays = tuple(parts), stays
        self._end.stop()
        self._waiting.start()
        self._look.start()
        self._watch(True)
        self._find()

    def dismiss(self) -> None:
        """Fade away."""
        self._look.stop()
        self._end.stop()
        self._parts = ()
        self._watch(False)
        if self.isVisible():
            self._fade.setDirection(QVariantAnimation.Direction.Backward)
            if self._fade.state() != QVariantAnimation.State.Running:
                self._fade.start()

    def clear(self) -> None:
        """Be gone at once."""
        self.dismiss()
        self._fade.stop()
        self._rects = ()
        self.hide()

    # -- finding --------------------------------------------------------------------------------------------------

    def places(self, part: str) -> list[QRectF]:
        """Where a part is, in the window's coordinates."""
        lab: Any = self._window.lab
        if lab is None or not hasattr(lab, "places"):
            return []
        found = []
        for widget, rect in lab.places(part):
            if widget.isVisible() and not rect.isEmpty():
                shown = rect.intersected(QRectF(widget.rect()))
                corner = widget.mapTo(self._window, QPoint(0, 0))
                found.append(shown.translated(corner.x(), corner.y()))
        return [rect for rect in found if not rect.isEmpty()]

    def _find(self) -> None:
        """Look for the parts; again in a moment where the lab is not ready, or has yet to lay itself out."""
        lab: Any = self._window.lab
        found = tuple(rect for part in self._parts for rect in self.places(part))
        if found and lab.settled:
            if found != self._rects or not self.isVisible() or self._fading_out:
                self._rects = found
                self._show()
            elif self._waiting.elapsed() > 4 * _LOOK_MS:
                self._look.stop()  # it lies still
        elif self._waiting.elapsed() > _PATIENCE_MS:
            self.dismiss()

    @property
    def _fading_out(self) -> bool:
        return self._fade.direction() == QVariantAnimation.Direction.Backward

    def _show(self) -> None:
        self.setGeometry(self._window.rect())
        if not self.isVisible() or self._fading_out:
            self._fade.setDirection(QVariantAnimation.Direction.Forward)
            if self._fade.state() != QVariantAnimation.State.Running:
                self._fade.start()
            self._shown_for.start()
        self.show()
        self.raise_()
        self._window.notices.place()  # what must be read lies above
        if not self._stays:
            self._end.start()
        self.update()

    # -- giving way -----------------------------------------------------------------------------------------------

    def _watch(self, on: bool) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
            if on:
                app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.Close):
            self.clear()
            return False
        if not self._parts:
            return False
        if event.type() in _TOUCHES and isinstance(watched, QWidget) and self._is_touch(watched, event):
            self.dismiss()
        return False

    def _is_touch(self, watched: QWidget, event: Any) -> bool:
        """Whether the user turns to something else than the lesson."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            return event.key() not in _MODIFIERS
        if kind == QEvent.Type.WindowDeactivate:
            return watched is self._window
        panel = self._window.lessons.panel
        if panel is not None and (watched is panel or panel.isAncestorOf(watched)):
            return False
        if kind != QEvent.Type.MouseMove:
            return True
        lab = self._window.lab
        over = lab is not None and (watched is lab.widget or lab.widget.isAncestorOf(watched))
        return over and self.isVisible() and self._shown_for.elapsed() > _UNTOUCHED_MS

    # -- painting -------------------------------------------------------------------------------------------------

    def _faded(self, value: object) -> None:
        self.update()

    def _fade_ended(self) -> None:
        if self._fading_out:
            self._rects = ()
            self.hide()

    def _grounds(self) -> Iterator[QRectF]:
        """What recedes: the lab, without the lesson."""
        lab, panel = self._window.lab, self._window.lessons.panel
        if lab is None:
            return
        for widget in (lab.widget, lab.top_bar):
            if widget.isVisible():
                corner = widget.mapTo(self._window, QPoint(0, 0))
                rect = QRectF(widget.rect()).translated(corner.x(), corner.y())
                if panel is not None and panel.isVisible() and widget.isAncestorOf(panel):
                    x = panel.mapTo(self._window, QPoint(0, 0)).x()
                    rect.setRight(min(rect.right(), x)) if x > rect.left() else rect.setLeft(x + panel.width())
                yield rect

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(float(self._fade.currentValue()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._window.theme
        holes = QPainterPath()
        bounds = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        outlines = QPainterPath()
        frames = [rect.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND).intersected(bounds) for rect in self._rects]
        for frame in frames:
            hole = QPainterPath()
            hole.addRoundedRect(frame, _RADIUS, _RADIUS)
            holes = holes.united(hole)
            outlines.addPath(hole)
        ground = QPainterPath()
        for rect in self._grounds():
            ground.addRect(rect)
        veil = QColor(theme.window)
        veil.setAlphaF(0.5)
        painter.fillPath(ground.subtracted(holes), veil)
        painter.setPen(QColor(theme.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = painter.pen()
        pen.setWidthF(2)
        painter.setPen(pen)
        painter.drawPath(outlines)
