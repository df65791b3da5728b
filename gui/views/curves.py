"""Loss and accuracy over the epochs, of training batches and of held-out samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from engine.messages import Point
from gui.theme import DARK, Density, Theme, numbers
from gui.theme.controls import IconButton
from gui.views import curves_axes, curves_marks, drawing
from gui.views.curves_controls import Chip, SmoothingSlider
from gui.views.curves_data import History
from gui.views.curves_plot import Plot, fitted, paint_curves
from gui.views.curves_zoom import ZoomedPlots

_REDRAW_MS = 190
_RIGHT = 16.0
_READOUT = 92.0  # room for the numbers right of where the curves end
_PAGE = 320  # from this height on it is a page of its own


class CurvesView(ZoomedPlots):
    """Made for 335x211, small for 315x191; from 320 px of height on it is a page with finer axes.

    `reset` starts a run, `add_points` adds to it; it is drawn no more than five times a second. The wheel zooms into
    the epochs, dragging moves, a double-click shows all again; a double-click on the title, or the button beside it,
    emits `enlarge`: the user wants it large, or small again.
    """

    enlarge = Signal()
    smoothing_changed = Signal(float)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setAccessibleName("Curves")
        self.history = History()
        self._moment: float | None = None
        self._epochs = 1
        self._steps_per_epoch = 1
        self._plot: Plot | None = None
        self._curves: QPixmap | None = None
        self._log = True
        self._slider = SmoothingSlider(theme, self)
        self._slider.set_value(self.history.smoothing)
        self._slider.changed.connect(self._smooth)
        self._chip = Chip("log", "Loss on a logarithmic axis", theme, self)
        self._chip.setChecked(True)
        self._chip.toggled.connect(self.set_log)
        self._button = IconButton("full-screen", "Show the curves large", theme, self, px=12, size=(18, 20))
        self._button.clicked.connect(self.enlarge)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        self._since = QElapsedTimer()  # the last drawing
        self._since.start()
        self._stale = False

    # What it is fed with

    def reset(self, steps_per_epoch: int, epochs: int | None = None) -> None:
        """A run from its start: no points. `epochs` is how far the axis reaches at least."""
        self.history.clear()
        self._steps_per_epoch = max(steps_per_epoch, 1)
        self._epochs = max(epochs or self._epochs, 1)
        self._view = None
        self._redraw()

    def set_epochs(self, epochs: int) -> None:
        """How many epochs the run is to have."""
        if epochs != self._epochs:
            self._epochs = max(epochs, 1)
            self._redraw()

    def add_points(self, points: Sequence[Point]) -> None:
        """More points. They are drawn within a fifth of a second, together with those that follow meanwhile."""
        if not points:
            return
        self.history.add(points)
        self._stale = True
        if not self.isVisible():
            return
        if self._since.elapsed() >= _REDRAW_MS:
            self._redraw()
        elif not self._timer.isActive():
            self._timer.start()

    def set_moment(self, epoch: float | None) -> None:
        """The epoch of the earlier moment that is looked at; None: the present."""
        if epoch != self._moment:
            self._moment = epoch
            self.update()

    def set_smoothing(self, smoothing: float) -> None:
        """How much the training curves are smoothed: 0 (not at all) … 0.99."""
        if smoothing != self.history.smoothing:
            self.history.set_smoothing(smoothing)
            self._slider.set_value(self.history.smoothing)
            self._redraw()

    def set_log(self, log: bool) -> None:
        """The loss on a logarithmic axis, or on a linear one."""
        if log != self._log:
            self._log = log
            self._chip.setChecked(log)
            self._redraw()

    @property
    def log(self) -> bool:
        return self._log

    def _smooth(self, smoothing: float) -> None:
        self.set_smoothing(smoothing)
        self.smoothing_changed.emit(smoothing)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(315, 191) if self.small else QSize(335, 211)

    @property
    def _page(self) -> bool:
        return self.height() >= _PAGE

    @property
    def boxes(self) -> tuple[QRectF, QRectF]:
        """The plots of loss and accuracy."""
        top = 38.0 if self.small else 43.0
        foot = 23.0 if self.small else 25.0
        gap = 15.0
        if self._page:
            top, foot, gap = 56.0, 40.0, 32.0
        room = self.height() - top - foot - gap
        loss = round(room * (0.56 if self._page else 0.61))
        left = 72.0 if self._page else 48.0
        width = self.width() - left - _RIGHT - (8 if self._page else 0)
        first = QRectF(left, top, width, loss)
        return first, QRectF(left, first.bottom() + gap, width, room - loss)

    @property
    def _whole(self) -> float:
        """The end of the axis when all is shown: so far that the read-outs find room beside the curves."""
        width, epoch = self.boxes[0].width(), self.history.epoch
        room = max(width - _READOUT, width / 2)
        return max(curves_axes.reach(epoch, self._epochs, empty=self.history.empty), epoch * width / room)

    @property
    def _least(self) -> float:
        return 10 / self._steps_per_epoch

    @property
    def _is_empty(self) -> bool:
        return self.history.empty

    @property
    def plot(self) -> Plot:
        """Where epochs and values stand now."""
        if self._plot is None:
            self._plot = fitted(self.history, *self.boxes, *self.span, log=self._log)
        return self._plot

    # Drawing the curves: rarely

    def _redraw(self) -> None:
        """Draw the curves anew, at once if they can be seen, else when they can."""
        self._timer.stop()
        self._since.restart()
        self._stale = True
        self._plot = self._curves = None
        if self.isVisible():
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_controls()
        self._plot = self._curves = None
        self.forget_still()

    def restyle(self) -> None:
        for part in (self._slider, self._chip, self._button):
            part.set_theme(self.theme)
        self._place_controls()
        self._plot = self._curves = None

    def _draw_curves(self) -> QPixmap:
        """The curves alone, on nothing: kept until there is something new."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            paint_curves(painter, self.plot, self.history, self.theme)
        self._stale = False
        return pixmap

    # Painting: whenever Qt asks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._curves is None:
            self._curves = self._draw_curves()
        with QPainter(self) as painter:
            plot = self.plot
            self.draw_still(painter, (plot.low, plot.high, plot.loss_axis, plot.accuracy_axis, self.history.empty))
            if self.is_for_file(painter):
                paint_curves(painter, plot, self.history, self.theme)
            else:
                painter.drawPixmap(0, 0, self._curves)
            curves_marks.paint_best(painter, plot, self.history, self.theme)
            if self._hover is not None and not self.history.empty:
                bounds = QRectF(self.rect()).adjusted(4, 4, -4, -4)
                curves_marks.paint_hover(painter, plot, self.history, self.theme, x=self._hover, bounds=bounds)
            elif self._moment is not None:
                curves_marks.paint_moment(painter, plot, self.history, self.theme, epoch=self._moment)
            else:
                curves_marks.paint_end(painter, plot, self.history, self.theme)

    def paint_still(self, painter: QPainter) -> None:
        theme = self.theme
        x = self._title_left
        drawing.write(painter, x, self._baseline, "Curves", drawing.ui(13, 600), theme.text_1)
        self._paint_legend(painter)
        tick = drawing.mono(11)
        plot = self.plot
        for box, axis in plot.parts:
            for value, label in axis.ticks:
                y = round(axis.at(value, box))
                painter.fillRect(QRectF(box.left(), y, box.width(), 1), theme.border)
                drawing.write_right(painter, box.left() - 8, y + 4, label, tick, theme.text_3)
        box = plot.accuracy_box
        baseline = box.bottom() + (15 if self.small else 17)
        ink = drawing.ui(11)
        start = drawing.write(painter, box.left(), baseline, "epoch", ink, theme.text_3)
        last = max(self._epochs, math.ceil(self.history.epoch - 1e-6))  # beyond it is room for numbers alone
        for epoch in curves_axes.epoch_ticks(plot.low, min(plot.high, last), box.width()):
            label = numbers.plain(epoch, 3)
            left = min(plot.x_of(epoch) - ink.width(label) / 2, box.right() - ink.width(label))
            if left >= start + 8:
                drawing.write(painter, left, baseline, label, drawing.mono(11), theme.text_3)
        if self.history.empty:
            text = "Loss and accuracy appear here while the network trains"
            lines = drawing.wrapped(text, drawing.ui(12), self.boxes[0].width() - 40)
            for position, line in enumerate(lines):
                middle = plot.loss_box.center()
                drawing.write_middle(
                    painter, middle.x(), middle.y() + 18 * position, line, drawing.ui(12), theme.text_3
                )
        if self._page:
            for box, name in zip(self.boxes, ("Loss", "Accuracy, %"), strict=True):
                drawing.write(painter, box.left(), box.top() - 8, name, drawing.ui(11), theme.text_2)
            right = self._slider.geometry().left() - 6
            drawing.write_right(painter, right, self._baseline, "smoothing", drawing.ui(11), theme.text_3)

    @property
    def _baseline(self) -> float:
        return 27.0 if self._page else 24.0 if self.small else 25.0

    @property
    def _title_left(self) -> float:
        return 24.0 if self._page else 16.0

    def _legend_width(self, *, lines: bool) -> float:
        ink = drawing.ui(11)
        gap = 10.0 if self.small else 14.0
        return ink.width("training") + ink.width("held-out") + gap + (36 if lines else 0)

    def _place_controls(self) -> None:
        """The title row: title, button, slider, toggle, legend. Without room the legend goes, its lines first."""
        middle = self._baseline - 4
        x = self._title_left + drawing.ui(13, 600).width("Curves") + 2
        self._button.move(round(x), round(middle - 10))
        self._button.set_icon(
            "close" if self._page else "full-screen",
            "Back to the network (Esc)" if self._page else "Show the curves large",
        )
        self._slider.setFixedWidth(120 if self._page else 36 if self.small else 50)
        room = self.width() - _RIGHT - x - 18 - 4 - self._slider.width() - 5 - self._chip.width() - 8
        self._legend_lines = room >= self._legend_width(lines=True)
        self._legend_shown = room >= self._legend_width(lines=False)
        left = x + 22 + (drawing.ui(11).width("smoothing") + 14 if self._page else 0)
        self._slider.move(round(left), round(middle - self._slider.height() / 2))
        self._chip.move(self._slider.geometry().right() + 6, round(middle - self._chip.height() / 2))

    _legend_lines = True
    _legend_shown = True

    def _paint_legend(self, painter: QPainter) -> None:
        if not self._legend_shown:
            return
        theme, ink, y = self.theme, drawing.ui(11), self._baseline
        x = self.width() - _RIGHT - (8 if self._page else 0)
        for name, line in (("held-out", theme.accent), ("training", theme.text_2)):
            color = theme.text_2 if self._legend_lines else line
            x = drawing.write_right(painter, x, y, name, ink, color)
            if self._legend_lines:
                painter.fillRect(QRectF(x - 18, y - 5, 12, 2), line)
                x -= 18
            x -= 10 if self.small else 14

    # The user

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._on_plot(event.position()):
            self.show_all()
        elif event.position().y() < self.boxes[0].top():
            self.enlarge.emit()

    def _zoomed(self) -> None:
        self._redraw()
