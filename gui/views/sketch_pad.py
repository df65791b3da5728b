"""A pad to draw on: each stroke becomes a picture for the network at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Theme, colormaps
from gui.theme.controls import IconButton, set_theme_below
from gui.views import drawing
from gui.views.drops import given_by
from gui.views.sketch_tools import COLOURS, PENS, PenWidths, Swatches
from gui.views.strokes import Canvas, Stroke


class SketchPad(QWidget):
    """Left button draws, right button erases, Ctrl+Z takes a stroke back, Del clears. A pen or a finger draws too.

    Its tools lie in its corners and give way while something is drawn. One-channel drawings are fitted as MNIST's
    digits were (20 of 28 pixels, centred by mass), unless that is switched off or a sample is drawn on.

    `picture_changed(uint8 (channels, height, width))`: what the network gets of it, at most once a turn of the event
    loop. `picture_dropped(path: str | QImage)`: a picture of the user's own was dropped or pasted here.
    """

    picture_changed = Signal(object)
    picture_dropped = Signal(object)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._canvas = Canvas((1, 28, 28))
        self._strokes: list[Stroke] = []
        self._stroke: Stroke | None = None
        self._undone: list[Stroke] = []
        self._picture: QImage | None = None
        self._seen: NDArray[np.uint8] | None = None
        self.fitted = True
        self.show_seen = False
        self.pen = PENS[1]
        self.color = COLOURS[0]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Sketch pad")
        self.setToolTip("")
        self._clear = IconButton("trash", "Clear (Del)", theme, self, px=14, size=(24, 24))
        self._undo = IconButton("undo", "Take a stroke back (Ctrl+Z)", theme, self, px=14, size=(24, 24))
        self._seen_button = IconButton("picture", "Show what the network sees", theme, self, px=14, size=(24, 24))
        self._seen_button.setCheckable(True)
        self._fit_button = IconButton("fit", "Fit and centre as MNIST's digits", theme, self, px=14, size=(24, 24))
        self._fit_button.setCheckable(True)
        self._fit_button.setChecked(True)
        self._pens = PenWidths(theme, self)
        self._swatches = Swatches(theme, self)
        self._swatches.hide()
        self._clear.clicked.connect(self.clear)
        self._undo.clicked.connect(self.undo)
        self._seen_button.toggled.connect(self._toggle_seen)
        self._fit_button.toggled.connect(self.set_fitted)
        self._pens.chosen.connect(lambda index: self.set_pen(PENS[index]))
        self._swatches.chosen.connect(lambda index: self.set_color(COLOURS[index]))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._tell)

    # What it is, and what can be done with it

    def set_picture_shape(self, shape: tuple[int, int, int]) -> None:
        """The network's input (1 or 3, height, width); what was drawn stays if it still fits."""
        if shape != self._canvas.shape:
            self._canvas = Canvas(shape if shape[0] in (1, 3) else (1, *shape[1:]))
            self._strokes, self._undone, self._stroke = [], [], None
            self._show_tools(True)
            self._changed()

    def set_fitted(self, fitted: bool) -> None:
        """Whether drawings are fitted and centred as MNIST's digits."""
        if fitted != self.fitted:
            self.fitted = fitted
            self._fit_button.setChecked(fitted)
            self._changed()

    def set_pen(self, width: float) -> None:
        """How thick strokes are from now on, in network pixels."""
        self.pen = width
        if width in PENS:
            self._pens.set_index(PENS.index(width))

    def set_color(self, color: str) -> None:
        """The colour ("#RRGGBB") of strokes from now on, where the network sees colours."""
        self.color = color
        if color in COLOURS:
            self._swatches.set_index(COLOURS.index(color))

    def picture(self) -> NDArray[np.uint8]:
        """What the network gets: uint8 (channels, height, width)."""
        strokes = self._strokes if self._stroke is None else [*self._strokes, self._stroke]
        return self._canvas.picture(strokes, fitted=self.fitted)

    @property
    def empty(self) -> bool:
        return not self._strokes and self._stroke is None and self._canvas.base is None

    def start_from(self, picture: NDArray[np.uint8]) -> None:
        """Draw on this picture, uint8 (channels, height, width) of the network's input; it is not fitted then."""
        self._strokes, self._undone, self._stroke = [], [], None
        self._canvas.start_from(picture)
        self._changed()

    def clear(self) -> None:
        """Take all strokes, and the picture to start from, away; undo brings the strokes back."""
        self._canvas.base = None
        self._undone = self._strokes[::-1]
        self._strokes = []
        self._stroke = None
        self._canvas.redraw([])
        self._changed()

    def undo(self) -> None:
        """Take the last stroke back, or bring back what was cleared."""
        if self._strokes:
            self._undone.append(self._strokes.pop())
        elif self._undone:
            self._strokes, self._undone = self._undone[::-1], []
        self._canvas.redraw(self._strokes)
        self._changed()

    def redo(self) -> None:
        """Draw the stroke again that was taken back last."""
        if self._undone:
            self._strokes.append(self._undone.pop())
            self._canvas.redraw(self._strokes)
            self._changed()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._picture = None
        set_theme_below(self, theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(196, 196)

    def _changed(self) -> None:
        self._picture = self._seen = None
        self._soon.start()
        self.update()

    def _tell(self) -> None:
        self.picture_changed.emit(self.picture())

    def _toggle_seen(self, on: bool) -> None:
        self.show_seen = on
        self.update()

    # Drawing

    def _place(self, point: QPointF) -> tuple[float, float]:
        _, height, width = self._canvas.shape
        return point.x() * width / max(self.width(), 1), point.y() * height / max(self.height(), 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        erases = event.button() is Qt.MouseButton.RightButton
        self._stroke = Stroke(self.pen * (2.0 if erases else 1.0), erases, self.color, [self._place(event.position())])
        self._undone = []
        self._show_tools(False)
        self._canvas.extend(self._stroke, 0)
        self._changed()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stroke is None:
            return
        self._stroke.points.append(self._place(event.position()))
        self._canvas.extend(self._stroke, len(self._stroke.points) - 1)
        self._changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None:
            self._strokes.append(self._stroke)
            self._stroke = None
            self._show_tools(True)
            self._changed()

    def event(self, event: QEvent) -> bool:
        """Its own keys come before the window's shortcuts while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) or any(
            event.matches(key)
            for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo, QKeySequence.StandardKey.Paste)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._take(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    # Pictures of the user's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._take(event.mimeData()):
            event.acceptProposedAction()

    def _take(self, data: QMimeData) -> bool:
        given = given_by(data)
        if given is not None:
            self.picture_dropped.emit(given)
        return given is not None

    # Painting

    def _show_tools(self, shown: bool) -> None:
        """Tools give way while something is drawn."""
        colours = self._canvas.shape[0] == 3
        for tool in (self._clear, self._undo, self._seen_button, self._pens):
            tool.setVisible(shown)
        self._fit_button.setVisible(shown and not colours)
        self._swatches.setVisible(shown and colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        x, bottom = self.width() - 26, self.height() - 25
        for button in (self._clear, self._undo, self._seen_button):
            button.move(x, 2)
            x -= 26
        self._pens.move(4, bottom)
        self._fit_button.move(self.width() - 26, bottom - 1)
        self._swatches.move(self.width() - self._swatches.width() - 3, bottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = QRectF(self.rect())
        with QPainter(self) as painter:
            if self.show_seen:
                if self._seen is None:
                    self._seen = self.picture()
                painter.drawImage(area, _coloured(self._seen, self.theme))
            else:
                if self._picture is None:
                    self._picture = _coloured(self._canvas.values(), self.theme)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(area, self._picture)
            drawing.frame(painter, area.adjusted(1, 1, -1, -1), self.theme.accent)
            if self.empty:
                hint = "Draw a digit" if self._canvas.shape[0] == 1 else "Draw something"
                middle = area.center()
                drawing.write_middle(painter, middle.x(), middle.y() + 4, hint, drawing.ui(12), self.theme.text_3)


def _coloured(values: NDArray[np.uint8], theme: Theme) -> QImage:
    """Ink in the theme's map for one-channel inputs; colours as they are."""
    if values.shape[0] == 3:
        return colormaps.photograph(values)
    return colormaps.picture(np.ascontiguousarray(values[0]), colormaps.lut(theme, "input"))
