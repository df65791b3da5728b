"""The curves of several runs over each other: loss above accuracy, over steps or time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Density, Theme
from gui.theme.controls import Segmented
from gui.views import curves_axes, drawing
from gui.views.compare import colours, curves_over, curves_series
from gui.views.compare.curves_series import Line
from gui.views.compare.model import ShownRun, groups
from gui.views.curves_axes import Axis
from gui.views.curves_controls import Chip, SmoothingSlider
from gui.views.curves_data import peaks
from gui.views.curves_plot import polygon
from gui.views.curves_zoom import ZoomedPlots

_REDRAW_MS = 200
_EMPTY = "Loss and accuracy appear here once a run has been trained"


class CompareCurves(ZoomedPlots):
    """`set_runs` shows these; `refresh` after one of them has got more points, drawn at most five times a second."""

    smoothing_changed = Signal(float)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setAccessibleName("Curves of the runs")
        self.runs: Sequence[ShownRun] = ()
        self.lines: list[Line] = []
        self.by_time, self.log, self.banded, self.smoothing = False, True, True, 0.9
        self._picture: QPixmap | None = None
        self._axes: tuple[Axis, Axis] | None = None
        self._stale = True
        self._log = Chip("log", "Loss on a logarithmic axis", theme, self)
        self._log.setChecked(True)
        self._log.toggled.connect(self._set_log)
        self._seeds = Chip("± seeds", "Runs that differ in their seed alone as mean ± standard deviation", theme, self)
        self._seeds.setChecked(True)
        self._seeds.toggled.connect(self._set_banded)
        self._seeds.hide()
        self._slider = SmoothingSlider(theme, self)
        self._slider.set_value(self.smoothing)
        self._slider.changed.connect(self._smooth)
        self._axis = Segmented([("step", "Step"), ("time", "Time")], theme, self)
        self._axis.setToolTip("Over training steps, or over seconds of training")
        self._axis.changed.connect(self._set_axis)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self._redraw)

    # What it is fed with

    def set_runs(self, runs: Sequence[ShownRun]) -> None:
        self.runs = runs
        self._seeds.setVisible(any(len(group) > 1 for group in groups(runs)))
        self._place_controls()
        self._redraw()

    def refresh(self) -> None:
        """A run has more points."""
        self._stale = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def set_smoothing(self, smoothing: float) -> None:
        if smoothing != self.smoothing:
            self.smoothing = smoothing
            self._slider.set_value(smoothing)
            self._redraw()

    def _smooth(self, smoothing: float) -> None:
        self.set_smoothing(smoothing)
        self.smoothing_changed.emit(smoothing)

    def _set_log(self, log: bool) -> None:
        self.log = log
        self._redraw()

    def _set_banded(self, banded: bool) -> None:
        self.banded = banded
        self._redraw()

    def _set_axis(self, axis: str) -> None:
        self.by_time = axis == "time"
        self._axis.set_value(axis)
        self._view = None
        self._redraw()

    def _redraw(self) -> None:
        self._timer.stop()
        self._stale = True
        if self.isVisible():
            self._make()
            self.update()

    def _make(self) -> None:
        self.lines = curves_series.lines(
            self.runs, by_time=self.by_time, smoothing=self.smoothing, banded=self.banded and not self._seeds.isHidden()
        )
        self._axes = self._picture = None
        self._stale = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._make()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(528, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._axes = self._picture = None
        self._place_controls()

    def _place_controls(self) -> None:
        middle = 23
        x = 24 + round(drawing.ui(13, 600).width("Curves")) + 12
        for part in (self._log, self._slider, self._seeds):
            if part.isHidden() and part is self._seeds:
                continue
            part.move(x, middle - part.height() // 2)
            x += part.width() + 6
        self._left_end = x
        size = self._axis.sizeHint()
        self._axis.setGeometry(self.width() - 16 - size.width(), middle - 14, size.width(), size.height())

    @property
    def boxes(self) -> tuple[QRectF, QRectF]:
        """The plots of loss and accuracy."""
        top, foot, gap = (74.0, 30.0, 42.0) if not self.small else (66.0, 26.0, 34.0)
        left, right = 60.0, 84.0 if self.width() > 420 else 70.0
        room = max(self.height() - top - foot - gap, 60.0)
        loss = round(room * 0.5)
        first = QRectF(left, top, self.width() - left - right, loss)
        return first, QRectF(left, first.bottom() + gap, first.width(), room - loss)

    @property
    def _whole(self) -> float:
        return curves_series.reach(self.runs, by_time=self.by_time)

    @property
    def _least(self) -> float:
        return self._whole / 500

    @property
    def _is_empty(self) -> bool:
        return not self.lines

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The axes of loss and accuracy for what is in view."""
        if self._axes is None:
            low, high = self.span
            found: list[list[np.ndarray]] = [[], []]
            for line in self.lines:
                inside = (line.x >= low) & (line.x <= high)
                found[line.part].append(line.y[inside])
            losses, accuracies = (np.concatenate(part) if part else np.zeros(0) for part in found)
            losses = losses[losses <= curves_series.ceiling(self.lines)]
            loss, accuracy = self.boxes
            make = curves_axes.log_axis if self.log else curves_axes.linear_axis
            self._axes = make(losses, loss.height()), curves_axes.accuracy_axis(accuracies, accuracy.height())
        return self._axes

    def x_of(self, value: float) -> float:
        low, high = self.span
        box = self.boxes[0]
        return box.left() + (value - low) / (high - low) * box.width()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._stale:
                self._make()
            low, high = self.axes
            self.draw_still(painter, (self.span, low, high, self.by_time, bool(self.lines), self._seeds.isHidden()))
            if self.is_for_file(painter):
                self._paint_lines(painter)
            else:
                if self._picture is None:
                    self._picture = self._draw()
                painter.drawPixmap(0, 0, self._picture)
            if self._hover is not None and self.lines:
                curves_over.paint_hover(self, painter, self._hover)

    def paint_still(self, painter: QPainter) -> None:
        theme, tick = self.theme, drawing.mono(11)
        drawing.write(painter, 24, 28, "Curves", drawing.ui(13, 600), theme.text_1)
        self._paint_legend(painter)
        for box, axis, name in zip(self.boxes, self.axes, ("Loss", "Accuracy, %"), strict=True):
            drawing.write(painter, 24, box.top() - 14, name, drawing.ui(12, 600), theme.text_1)
            for value, label in axis.ticks if self.lines else ():
                y = round(axis.at(value, box))
                painter.fillRect(QRectF(box.left(), y, box.width(), 1), theme.border)
                drawing.write_right(painter, box.left() - 12, y + 4, label, tick, theme.text_3)
        box = self.boxes[1]
        low, high = self.span
        baseline = box.bottom() + 20
        word = "seconds" if self.by_time else "step"
        start = drawing.write(painter, box.left(), baseline, word, drawing.ui(11), theme.text_3)
        for value, label in curves_axes.linear_ticks(low, high, box.width(), room=72) if self.lines else ():
            if not self.by_time and value != round(value):
                continue  # there are no half steps
            left = self.x_of(value) - tick.width(label) / 2
            if left >= start + 8 and left + tick.width(label) <= self.width() - 8:
                drawing.write(painter, left, baseline, label, tick, theme.text_3)
        if not self.lines:
            middle = self.boxes[0].center()
            for row, line in enumerate(drawing.wrapped(_EMPTY, drawing.ui(12), box.width() - 40)):
                drawing.write_middle(painter, middle.x(), middle.y() + 18 * row, line, drawing.ui(12), theme.text_3)

    def _paint_legend(self, painter: QPainter) -> None:
        """In the title's row, or above the loss where that has no room."""
        ink, theme = drawing.ui(11), self.theme
        x: float = self._axis.x() - 14
        y = 27.0
        if x - ink.width("training") - ink.width("held-out") - 68 < self._left_end + 8:
            x, y = self.boxes[0].right(), self.boxes[0].top() - 14
        for name, held in (("training", False), ("held-out", True)):
            x = drawing.write_right(painter, x, y, name, ink, theme.text_2)
            pen = QPen(theme.text_2, 1.5) if held else QPen(theme.text_2, 1)
            if not held:
                pen.setDashPattern([2.0, 2.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(x - 20, y - 3.5), QPointF(x - 6, y - 3.5))
            x -= 34

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            self._paint_lines(painter)
        return pixmap

    def _paint_lines(self, painter: QPainter) -> None:
        painter.save()
        for line in self.lines:
            box, axis = self.boxes[line.part], self.axes[line.part]
            painter.setClipRect(box.adjusted(-3, -3, 3, 3))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, line.held)
            if line.low is not None and line.high is not None and line.held:
                self._paint_band(painter, line)
            x, y = peaks(line.x, line.y, int(box.width() / (4 if line.held else 2)))
            theme = self.theme
            painter.setPen(colours.pen(theme, line.place) if line.held else colours.training_pen(theme, line.place))
            painter.drawPolyline(polygon(self._xs(x), axis.y(y, box)))
        painter.restore()
        for part in (0, 1):
            curves_over.paint_ends(self, painter, part)
        curves_over.paint_marks(self, painter)

    def _paint_band(self, painter: QPainter, line: Line) -> None:
        assert line.low is not None
        assert line.high is not None
        box, axis = self.boxes[line.part], self.axes[line.part]
        xs = self._xs(line.x)
        outline = QPolygonF(polygon(xs, axis.y(line.high, box)))
        for point in reversed(list(polygon(xs, axis.y(line.low, box)))):  # type: ignore[call-overload]
            outline.append(point)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(drawing.faded(colours.color(self.theme, line.place), 0.18))
        painter.drawPolygon(outline)

    def _xs(self, values: np.ndarray) -> np.ndarray:
        low, high = self.span
        box = self.boxes[0]
        return box.left() + (values - low) / (high - low) * box.width()

    def restyle(self) -> None:
        for part in (self._log, self._seeds, self._slider, self._axis):
            part.set_theme(self.theme)
        self._axes = self._picture = None
        self._place_controls()

    # The user

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def _zoomed(self) -> None:
        self._axes = self._picture = None
        self.update()
