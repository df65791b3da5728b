"""The two plots of the curves: where an epoch and a value stand, and lines drawn between many points at little cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.theme import Theme
from gui.views import curves_axes, drawing
from gui.views.curves_axes import Axis
from gui.views.curves_data import History, peaks

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Plot:
    """Loss above accuracy, over the epochs from `low` to `high`."""

    loss_box: QRectF
    accuracy_box: QRectF
    low: float
    high: float
    loss_axis: Axis
    accuracy_axis: Axis

    @property
    def parts(self) -> tuple[tuple[QRectF, Axis], tuple[QRectF, Axis]]:
        return (self.loss_box, self.loss_axis), (self.accuracy_box, self.accuracy_axis)

    def x(self, epochs: Values) -> Values:
        """Where epochs stand."""
        box = self.loss_box
        return box.left() + (epochs - self.low) / (self.high - self.low) * box.width()

    def x_of(self, epoch: float) -> float:
        """Where one epoch stands."""
        return self.loss_box.left() + (epoch - self.low) / (self.high - self.low) * self.loss_box.width()

    def epoch_at(self, x: float) -> float:
        """Which epoch stands there."""
        return self.low + (x - self.loss_box.left()) / self.loss_box.width() * (self.high - self.low)

    def shows(self, epoch: float) -> bool:
        """Whether an epoch is in view."""
        return self.loss_box.left() - 1 <= self.x_of(epoch) <= self.loss_box.right() + 1


def rows_in_view(epochs: Values, low: float, high: float) -> slice:
    """The rows between two epochs, with one more on each side so that lines run on to the edge."""
    first, last = np.searchsorted(epochs, (low, high))
    return slice(max(int(first) - 1, 0), min(int(last) + 1, len(epochs)))


def fitted(history: History, loss_box: QRectF, accuracy_box: QRectF, low: float, high: float, *, log: bool) -> Plot:
    """A plot whose axes fit what lies between these epochs."""
    train = rows_in_view(history.train[history.EPOCH], low, high)
    held = rows_in_view(history.held[history.EPOCH], low, high)
    losses = np.concatenate([history.smooth[0][train], history.held[history.LOSS][held]])
    raw = history.train[history.LOSS][train]
    finite = raw[np.isfinite(raw)]
    if log and finite.size:  # a lucky batch among thousands must not flatten all others
        if finite.size > 20_000:
            finite = finite[:: finite.size // 10_000]
        losses = np.append(losses, np.quantile(finite, (0.02, 0.98)))
    accuracies = np.concatenate([history.held[history.ACCURACY][held], history.smooth[1][train]])
    if accuracies.size > 20_000:
        accuracies = accuracies[:: accuracies.size // 10_000]
    loss_axis = (curves_axes.log_axis if log else curves_axes.linear_axis)(losses, loss_box.height())
    accuracy_axis = curves_axes.accuracy_axis(accuracies, accuracy_box.height())
    return Plot(loss_box, accuracy_box, low, high, loss_axis, accuracy_axis)


def paint_curves(painter: QPainter, plot: Plot, history: History, theme: Theme) -> None:
    """All curves: raw training 1 px and faint, smoothed 1.25, held-out 1.5 in the accent."""
    train, held, smooth = history.train, history.held, history.smooth
    rows = rows_in_view(train[history.EPOCH], plot.low, plot.high)
    crowded = rows.stop - rows.start > plot.loss_box.width() / 2
    raw_pen = QPen(drawing.faded(theme.text_2, 0.16 if crowded else 0.3), 1)
    _curve(painter, plot, 0, train[history.EPOCH][rows], train[history.LOSS][rows], raw_pen)
    smooth_pen, held_pen = QPen(theme.text_2, 1.25), QPen(theme.accent, 1.5)
    for part in (0, 1):
        _curve(painter, plot, part, train[history.EPOCH][rows], smooth[part][rows], smooth_pen)
    rows = rows_in_view(held[history.EPOCH], plot.low, plot.high)
    for part in (0, 1):
        _curve(painter, plot, part, held[history.EPOCH][rows], held[history.LOSS + part][rows], held_pen)


def _curve(painter: QPainter, plot: Plot, part: int, epochs: Values, values: Values, pen: QPen) -> None:
    """One curve, thinned to what its width can show. Those of 1 px are not antialiased: that costs a tenth."""
    if not len(epochs):
        return
    box, axis = plot.parts[part]
    fine = pen.widthF() <= 1
    x, y = peaks(epochs, values, int(box.width() / (1 if fine else 4)))
    painter.setClipRect(box.adjusted(-3, -3, 3, 3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not fine)
    painter.setPen(pen)
    points = polygon(plot.x(x), axis.y(y, box))
    if len(x) > 1:
        painter.drawPolyline(points)
    elif not fine:
        painter.setBrush(pen.color())
        painter.drawEllipse(points.at(0), 1.5, 1.5)


def polygon(x: Values, y: Values) -> QPolygonF:
    """Points as a QPolygonF, written into its memory: a loop over the points would cost more than drawing them."""
    result = QPolygonF()
    result.resize(len(x))
    buffer: Any = shiboken6.VoidPtr(result.data(), len(x) * 16, True)  # type: ignore[call-arg, arg-type]
    memory = np.frombuffer(buffer, np.float64).reshape(-1, 2)
    memory[:, 0], memory[:, 1] = x, y
    return result
