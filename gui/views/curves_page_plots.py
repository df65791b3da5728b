"""The two linked plots of the curves' page: loss above accuracy over the epochs, made of pyqtgraph's parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import Theme, fonts, numbers
from gui.views import curves_axes, drawing
from gui.views.curves_data import History, Reading
from gui.views.curves_marks import value_text
from gui.views.curves_page_axis import GUTTER, CurveAxis
from gui.views.curves_plot import fitted, rows_in_view

NAMES = ("raw", "smooth", "held", "best")
"""The curves of each plot: training as it came, training smoothed, held-out, and the best held-out evaluation."""
_LOWEST, _HIGHEST = -12.0, 9.0  # powers of ten that a loss is shown between


class Sight(pg.ViewBox):  # type: ignore[misc]
    """What is in view. The wheel zooms the epochs, with Shift the values; over an axis that axis. A drag moves.

    `moved(axes)`: by the user, axes as [epochs, values]. `whole()`: all is wanted, by a double-click.
    """

    moved = Signal(object)
    whole = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.free = False  # whether the user has chosen the values in view, so that a drag moves them too

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if axis is None:
            axis = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        super().wheelEvent(event, axis)
        self.moved.emit([axis == 0, axis == 1])

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        if axis is None and not self.free:
            axis = 0
        super().mouseDragEvent(event, axis)
        self.moved.emit([axis != 1, axis != 0])

    def mouseClickEvent(self, event: Any) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.whole.emit()


class Caption(pg.GraphicsWidget):  # type: ignore[misc]
    """The name of a plot, above it, where the grid begins."""

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__()
        self.text, self.theme = text, theme
        self.setFixedHeight(24)

    def paint(self, painter: Any, *_: Any) -> None:
        drawing.write(painter, GUTTER, 15, self.text, drawing.ui(11), self.theme.text_2)


@dataclass
class Half:
    """One of the two plots with what is in it."""

    plot: Any
    sight: Sight
    axes: tuple[CurveAxis, CurveAxis]
    caption: Caption
    curves: dict[str, Any]
    label: Any
    upright: Any
    level: Any
    dots: Any


class CurvePlots(pg.GraphicsView):  # type: ignore[misc]
    """Draws a History. `show_history` after it has changed, `fit` to see all of it again, `mark` to point at a place.

    `hovered(epoch)`: the epoch under the cursor, None when it has left.
    """

    hovered = Signal(object)
    fitted_changed = Signal(bool)

    def __init__(self, history: History, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=theme.panel)
        self.history, self.theme = history, theme
        self.log = True
        self._end, self._shortest = 1.0, 0.01
        self._following = [True, True]  # epochs, values: whether all of them are kept in view
        self._crowded: bool | None = None
        self._cursor: QPointF | None = None
        self._shown = dict.fromkeys(NAMES, True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys belong to the page
        grid = pg.GraphicsLayout()
        grid.setContentsMargins(0, 0, 20, 12)  # right: half of the last epoch's label
        grid.setSpacing(0)
        self.setCentralItem(grid)
        self.loss = self._half("Loss", self._loss_ticks, last=False)
        self.accuracy = self._half("Accuracy, %", curves_axes.linear_ticks, last=True)
        self.halves = (self.loss, self.accuracy)
        for row, half in enumerate(self.halves):
            grid.addItem(half.caption, 2 * row, 0)
            grid.addItem(half.plot, 2 * row + 1, 0)
            grid.layout.setRowPreferredHeight(2 * row + 1, 1000)  # more than there is, so that it is shared
            grid.layout.setRowStretchFactor(2 * row + 1, 11 if row == 0 else 10)
        self.accuracy.plot.setXLink(self.loss.plot)
        self.loss.plot.setLogMode(y=True)
        self.accuracy.sight.setLimits(yMin=-5, yMax=105, minYRange=0.02)
        self.set_theme(theme)
        self.fit()

    def _half(self, title: str, ticks: Any, *, last: bool) -> Half:
        sight = Sight()
        axes = (
            CurveAxis("left", ticks, self.theme),
            CurveAxis("bottom", self._epoch_ticks, self.theme, labels=last),
        )
        plot = pg.PlotItem(viewBox=sight, axisItems=dict(zip(("left", "bottom"), axes, strict=True)), enableMenu=False)
        plot.hideButtons()
        plot.ctrlMenu.setParent(self, plot.ctrlMenu.windowFlags())  # never shown; without a parent it outlives the page
        plot.layout.setContentsMargins(0, 0, 0, 0)
        for axis in axes:
            axis.setZValue(-10)
        curves = {}
        for name in NAMES:
            curves[name] = pg.PlotDataItem(antialias=name != "raw", autoDownsampleFactor=1.0)
            plot.addItem(curves[name])
            if name != "best":  # after adding it: that sets them to the plot's own
                curves[name].setDownsampling(auto=True, method="peak")
                curves[name].setClipToView(True)
            if name != "raw":  # a jagged line of one path takes Qt's antialiasing ten times as long as its segments
                curves[name].curve.setSegmentedLineMode("on")
        label = pg.TextItem("", anchor=(0.5, 0.0))
        label.setFont(fonts.mono(11))
        upright, level = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0)
        dots = pg.ScatterPlotItem(pxMode=True, antialias=True)
        for item in (label, upright, level, dots):
            plot.addItem(item, ignoreBounds=True)
            item.hide()
        sight.disableAutoRange()
        sight.moved.connect(lambda moved, half=sight: self._moved(half, moved))
        sight.whole.connect(self.fit)
        return Half(plot, sight, axes, Caption(title, self.theme), curves, label, upright, level, dots)

    # Ticks

    def _loss_ticks(self, low: float, high: float, length: float) -> list[tuple[float, str]]:
        if not self.log:
            return list(curves_axes.linear_ticks(low, high, length))
        return [(math.log10(value), text) for value, text in curves_axes.log_ticks(low, high, length) if value > 0]

    def _epoch_ticks(self, low: float, high: float, length: float) -> list[tuple[float, str]]:
        places = curves_axes.epoch_ticks(low, high, length / 2)
        step = places[1] - places[0] if len(places) > 1 else 1.0
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        return [(place, numbers.text(place, digits if place else 0)) for place in places]

    # What is drawn

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.setBackground(theme.panel)
        for half in self.halves:
            for axis in half.axes:
                axis.set_theme(theme)
            half.caption.theme = theme
            half.caption.update()
            half.curves["smooth"].setPen(_pen(theme.text_2, 1.25))
            half.curves["held"].setPen(_pen(theme.accent, 1.5))
            half.curves["best"].setPen(None)
            held, best = half.curves["held"], half.curves["best"]
            held.setSymbol("o")
            held.setSymbolSize(4)
            held.setSymbolPen(None)
            held.setSymbolBrush(theme.accent)
            best.setSymbol("d")
            best.setSymbolSize(12)
            best.setSymbolPen(_pen(theme.accent, 1.5))
            best.setSymbolBrush(theme.panel)
            half.label.setColor(theme.text_1)
            half.label.fill = pg.mkBrush(drawing.faded(theme.panel, 0.8))
            half.label.update()
            for line in (half.upright, half.level):
                line.setPen(_pen(theme.text_3, 1))
            half.dots.setPen(None)
        self._crowded = None
        self._thin_out()

    def _thin_out(self) -> None:
        """The raw curve at 30 %; fainter where its points are so close that it fills an area."""
        rows = rows_in_view(self.history.train[self.history.EPOCH], *self.span)
        crowded = rows.stop - rows.start > self.loss.sight.width() / 2
        if crowded != self._crowded:
            self._crowded = crowded
            for half in self.halves:
                half.curves["raw"].setPen(_pen(drawing.faded(self.theme.text_2, 0.16 if crowded else 0.3), 1))

    def show_history(self, *, end: float, shortest: float) -> None:
        """Draw what the history holds now; all of it reaches to epoch `end`, and no less than `shortest` is shown."""
        history = self.history
        self._end, self._shortest = end, shortest
        for part, half in enumerate(self.halves):
            columns = {
                "raw": (history.train[history.EPOCH], history.train[history.LOSS + part]),
                "smooth": (history.train[history.EPOCH], history.smooth[part]),
                "held": (history.held[history.EPOCH], history.held[history.LOSS + part]),
            }
            for name, (epochs, values) in columns.items():
                # What has no place on the axis is left out: of nothing but NaN pyqtgraph makes a picture without end.
                placed = np.isfinite(values) if part or not self.log else np.isfinite(values) & (values > 0)
                if not placed.all():
                    epochs, values = epochs[placed], values[placed]
                half.curves[name].setData(epochs, values * 100.0 if part else values)
        self._show_best()
        self._keep_in_view()

    def _show_best(self) -> None:
        history, row = self.history, self.history.best
        for part, half in enumerate(self.halves):
            if row is None:
                half.curves["best"].setData([], [])
                half.label.hide()
                continue
            epoch = float(history.held[history.EPOCH][row])
            value = float(history.held[history.LOSS + part][row])
            place = self._place(part, value)
            half.curves["best"].setData(
                *([[epoch], [value * 100.0 if part else value]] if place is not None else [[], []])
            )
            half.label.setVisible(self._shown["best"] and place is not None)
            half.label.setText(f"best {value_text(part, value)}" if part else value_text(part, value))
            if place is not None:
                half.label.setPos(epoch, place)

    def _place(self, part: int, value: float) -> float | None:
        """Where a loss or an accuracy stands on its axis; None where it has no place."""
        if not math.isfinite(value) or (not part and self.log and value <= 0):
            return None
        return value * 100.0 if part else math.log10(value) if self.log else value

    def show_curve(self, name: str, shown: bool) -> None:
        """Show or hide one of NAMES in both plots."""
        self._shown[name] = shown
        for half in self.halves:
            half.curves[name].setVisible(shown)
        self._show_best()

    def set_log(self, log: bool) -> None:
        """The loss on a logarithmic axis, or on a linear one; the values in view are all again."""
        self.log = log
        self.loss.plot.setLogMode(y=log)
        for half in self.halves:
            half.sight.disableAutoRange()
        self._following[1] = True
        self._free(False)
        self.show_history(end=self._end, shortest=self._shortest)

    # What is in view

    @property
    def span(self) -> tuple[float, float]:
        """The epochs in view."""
        low, high = self.loss.sight.viewRange()[0]
        return float(low), float(high)

    @property
    def follows(self) -> bool:
        """Whether all is in view, and stays so."""
        return all(self._following)

    def fit(self) -> None:
        """All epochs and values, also those to come."""
        self._following = [True, True]
        self._free(False)
        self._keep_in_view()
        self.fitted_changed.emit(True)

    def _moved(self, sight: Sight, axes: list[bool]) -> None:
        if axes[1]:
            self._following[1] = False
            sight.free = True
        if axes[0]:
            low, high = self.span
            self._following[0] = low <= 0 and high >= self._end
        self._keep_in_view()
        self.fitted_changed.emit(self.follows)
        if self._cursor is not None:  # which is over another epoch now
            self._hover(self._cursor)

    def _free(self, free: bool) -> None:
        for half in self.halves:
            half.sight.free = free

    def _keep_in_view(self) -> None:
        """Set the ranges that the user has not chosen: all epochs, and the values between the epochs in view."""
        for half in self.halves:
            half.sight.setLimits(xMin=0.0, xMax=self._end, minXRange=min(self._shortest, self._end))
        low, high = (0.0, self._end) if self._following[0] else self.span
        self.loss.sight.setXRange(low, high, padding=0)
        boxes = [QRectF(0, 0, 1, max(half.sight.height(), 1.0)) for half in self.halves]
        plot = fitted(self.history, boxes[0], boxes[1], low, high, log=self.log)
        lowest, highest = (_LOWEST, _HIGHEST) if self.log else (-0.05 * plot.loss_axis.high, 10**_HIGHEST)
        self.loss.sight.setLimits(yMin=lowest, yMax=highest)
        for half, axis, scale in zip(self.halves, (plot.loss_axis, plot.accuracy_axis), (1.0, 100.0), strict=True):
            if not half.sight.free:
                half.sight.setYRange(axis.low * scale, axis.high * scale, padding=0.02)
        self._thin_out()
        self._turn_labels()
        self.viewport().update()  # one rectangle: lines clipped by the many that have changed take three times as long

    def _turn_labels(self) -> None:
        """The label of the best on that side of its diamond where there is room."""
        for half in self.halves:
            (left, right), (low, high) = half.sight.viewRange()
            at = half.label.pos()
            x = (at.x() - left) / (right - left)
            above = (at.y() - low) / (high - low) < 0.5
            half.label.setAnchor((0.0 if x < 0.06 else 1.0 if x > 0.94 else 0.5, 1.25 if above else -0.25))

    # Pointing

    def _hover(self, at: QPointF) -> None:
        for half in self.halves:
            if half.sight.sceneBoundingRect().contains(at):
                point = half.sight.mapSceneToView(at)
                for other in self.halves:
                    other.level.setVisible(other is half)
                half.level.setPos(point.y())
                self.hovered.emit(float(point.x()))
                return
        self.hovered.emit(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)  # the scene tells of some moves alone, and maybe not of the last one
        self._cursor = self.mapToScene(event.position().toPoint())
        self._hover(self._cursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._cursor = None
        self.hovered.emit(None)

    def mark(self, reading: Reading | None) -> None:
        """The cross-hair at a reading, with a dot on each curve that is shown; None takes it away."""
        history, theme = self.history, self.theme
        for part, half in enumerate(self.halves):
            half.upright.setVisible(reading is not None)
            half.dots.setVisible(reading is not None)
            if reading is None:
                half.level.hide()
                continue
            half.upright.setPos(reading.epoch)
            spots = []
            if reading.train is not None:
                raw, smooth = history.train[history.LOSS + part][reading.train], history.smooth[part][reading.train]
                faint = drawing.faded(theme.text_2, 0.6)
                spots += [("raw", reading.epoch, raw, faint, 5), ("smooth", reading.epoch, smooth, theme.text_2, 7)]
            if reading.held is not None:
                epoch = float(history.held[history.EPOCH][reading.held])
                spots.append(("held", epoch, history.held[history.LOSS + part][reading.held], theme.accent, 7))
            half.dots.setData(
                [
                    {"pos": (epoch, place), "brush": color, "size": size}
                    for name, epoch, value, color, size in spots
                    if self._shown[name] and (place := self._place(part, float(value))) is not None
                ]
            )


def _pen(color: QColor, width: float) -> QPen:
    """A pen of so many pixels, however the plot is scaled."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen
