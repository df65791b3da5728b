"""What stands on the curves: the best evaluation, the values at their end, and those under the cursor."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.curves_data import History
from gui.views.curves_plot import Plot

Row = list[tuple[str, drawing.Ink, QColor]]


def value_text(part: int, value: float) -> str:
    """A loss (part 0) or an accuracy (1) as it is written; NaN is an accuracy that nobody measured, as in a script that
    gives its loss alone."""
    if part and value != value:
        return "–"
    return numbers.percent(value, 1) if part else numbers.text(value)


def paint_best(painter: QPainter, plot: Plot, history: History, theme: Theme) -> None:
    """A diamond at the best held-out accuracy, unless that is the last: the end has its dot."""
    row = history.best
    if row is None or row == len(history.held) - 1:
        return
    epoch = float(history.held[history.EPOCH][row])
    if not plot.shows(epoch):
        return
    x = plot.x_of(epoch)
    y = plot.accuracy_axis.at(float(history.held[history.ACCURACY][row]), plot.accuracy_box)
    painter.setPen(QPen(theme.accent, 1.5))
    painter.setBrush(theme.panel)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.drawPolygon([QPointF(x - 5, y), QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def latest(history: History) -> tuple[float, float, float] | None:
    """Epoch, loss and accuracy at the end: held-out, or of training where nothing was evaluated yet."""
    if len(history.held):
        epoch, loss, accuracy = (float(history.held[column][-1]) for column in (1, 2, 3))
        return epoch, loss, accuracy
    if len(history.train):
        return float(history.train[history.EPOCH][-1]), float(history.smooth[0][-1]), float(history.smooth[1][-1])
    return None


def paint_end(painter: QPainter, plot: Plot, history: History, theme: Theme) -> None:
    """Where the curves end: a line, dots, and the values to its right, in the colour of the curve that they are of."""
    end = latest(history)
    if end is not None and plot.shows(end[0]):
        held, note = bool(len(history.held)), ""
        if held and len(history.train):
            step = int(history.held[history.STEP][-1])
            note = f"at step {numbers.count(step)}" if step < history.train[history.STEP][-1] else ""
        _paint_values(painter, plot, theme, end, at=history.epoch, end=history.epoch, held=held, note=note)


def paint_moment(painter: QPainter, plot: Plot, history: History, theme: Theme, *, epoch: float) -> None:
    """As `paint_end`, at an earlier moment that is looked at."""
    reading = history.at(epoch)
    if reading is None or not plot.shows(epoch):
        return
    held, train = reading.held, reading.train
    if held is not None and (train is None or abs(float(history.held[history.EPOCH][held]) - reading.epoch) < 1e-6):
        values = tuple(float(history.held[column][held]) for column in (history.EPOCH, history.LOSS, history.LOSS + 1))
        _paint_values(painter, plot, theme, values, at=epoch, end=history.epoch, held=True)
    elif train is not None:
        smooth = (float(history.smooth[part][train]) for part in (0, 1))
        _paint_values(painter, plot, theme, (reading.epoch, *smooth), at=epoch, end=history.epoch, held=False)


def _paint_values(
    painter: QPainter, plot: Plot, theme: Theme, values: tuple[float, ...], *, at: float, end: float, held: bool,
    note: str = "",
) -> None:  # fmt: skip
    """A line at an epoch, and right of where the curves end what (epoch, loss, accuracy) say; `note`: when that was."""
    color = theme.accent if held else theme.text_2
    line = min(plot.x_of(at), plot.loss_box.right())
    top = plot.loss_box.top() - 3
    height = plot.accuracy_box.bottom() - top
    painter.fillRect(QRectF(round(line), top, 1, height).toRect(), drawing.faded(theme.accent, 0.6))
    left = min(plot.x_of(end) + 16, plot.loss_box.right() - 60)
    for part, name in enumerate(("Loss", "Accuracy")):
        box = plot.parts[part][0]
        value = values[1 + part]
        _dot(painter, plot, part, values[0], value, color)
        middle = box.center().y() - (0 if part else 8)
        words = [
            (middle - 5, name, drawing.ui(12), theme.text_2),
            (middle + 22, value_text(part, value), drawing.mono(13), color),
        ]
        if note and not part:
            words.append((middle + 39, note, drawing.ui(11), theme.text_3))
        for baseline, word, ink, tone in words:
            painter.fillRect(QRectF(left - 3, baseline - 12, ink.width(word) + 6, 16).toAlignedRect(), theme.panel)
            drawing.write(painter, left, baseline, word, ink, tone)


def paint_hover(painter: QPainter, plot: Plot, history: History, theme: Theme, *, x: float, bounds: QRectF) -> None:
    """A line at the step nearest to `x`, and the values of all curves there."""
    reading = history.at(plot.epoch_at(x))
    if reading is None:
        return
    at, train, held = reading.epoch, reading.train, reading.held
    place = plot.x_of(at)
    top = plot.loss_box.top() - 3
    painter.fillRect(QRectF(round(place), top, 1, plot.accuracy_box.bottom() - top).toRect(), theme.text_3)
    ink, label = drawing.mono(12), drawing.ui(11)
    rows: list[Row] = [
        [
            ("step", label, theme.text_3),
            (numbers.count(reading.step), ink, theme.text_1),
            ("epoch", label, theme.text_3),
            (numbers.text(at, 2), ink, theme.text_1),
        ]
    ]
    for part, name in enumerate(("loss", "accuracy")):
        words: Row = [(name, label, theme.text_3)]
        if train is not None:
            value = float(history.smooth[part][train])
            words.append((value_text(part, value), ink, theme.text_2))
            _dot(painter, plot, part, at, value, theme.text_2)
        if held is not None:
            value = float(history.held[history.LOSS + part][held])
            words.append((value_text(part, value), ink, theme.accent))
            _dot(painter, plot, part, float(history.held[history.EPOCH][held]), value, theme.accent)
        rows.append(words)
    if held is not None and (step := int(history.held[history.STEP][held])) != reading.step:
        rows.append(
            [("held-out at step", label, theme.text_3), (numbers.count(step), ink, theme.accent)],
        )
    drawing.tooltip(painter, theme=theme, near=QPointF(place, plot.loss_box.top()), bounds=bounds, rows=rows)


def _dot(painter: QPainter, plot: Plot, part: int, epoch: float, value: float, color: QColor) -> None:
    box, axis = plot.parts[part]
    if math.isfinite(value) and plot.shows(epoch):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        y = min(max(axis.at(value, box), box.top()), box.bottom())
        painter.drawEllipse(QPointF(plot.x_of(epoch), y), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # which makes filling a rectangle slow
