"""The table beside the large curves: the values of each curve where the cursor is, and the switch that hides it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import Theme, numbers
from gui.theme.controls import ButtonControl, box
from gui.views import drawing
from gui.views.curves_data import History, Reading
from gui.views.curves_marks import value_text

WIDTH, NARROW = 300, 264
_HEAD = 62
_ROW = 44
_TITLES = {
    "raw": "Batches",
    "smooth": "Training",
    "held": "Held-out",
    "best": "Best held-out",
}
_HINT = "Wheel: zoom the epochs, with Shift the values. Drag: move. Double-click: show all."


@dataclass(frozen=True)
class Values:
    """What a row says: a note under its name, loss and accuracy (0-1); None where there is nothing yet."""

    note: str = ""
    loss: float | None = None
    accuracy: float | None = None


class CurveRow(ButtonControl):
    """A curve's line, name and values. Checked while the curve is shown."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.name = name
        self.values = Values()
        self.setText(_TITLES[name])
        self.setCheckable(True)
        self.setChecked(True)
        self.setFixedHeight(_ROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"Show the curve {_TITLES[name]}")
        self.toggled.connect(self._tell)
        self._tell(True)

    def _tell(self, shown: bool) -> None:
        self.setToolTip(f"Click to {'hide' if shown else 'show'} this curve")

    def set_values(self, values: Values) -> None:
        if values != self.values:
            self.values = values
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self.theme, self.isChecked()
        ink = theme.text_1 if on else theme.text_3
        with QPainter(self) as painter:
            if self.hovered or self.ring:
                fill = theme.segment_on if self.hovered else None
                line = theme.accent if self.ring else None
                box(painter, QRectF(self.rect()).adjusted(8, 2, -8, -2), fill=fill, line=line)
            self._paint_line(painter, QPointF(18, 17))
            drawing.write(painter, 44, 21, self.text(), drawing.ui(12), ink)
            drawing.write(painter, 44, 36, self.values.note if on else "hidden", drawing.ui(11), theme.text_3)
            for part, value in enumerate((self.values.loss, self.values.accuracy)):
                text = "–" if value is None else value_text(part, value)
                right = self.width() - (16 if part else 88)
                drawing.write_right(
                    painter, right, 21, text, drawing.mono(12), ink if value is not None else theme.text_3
                )

    def _paint_line(self, painter: QPainter, at: QPointF) -> None:
        theme = self.theme
        if not self.isChecked():
            painter.setPen(drawing.dashed(theme.text_3))
            painter.drawLine(at, at + QPointF(16, 0))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.name != "raw")
        if self.name == "best":
            middle = at + QPointF(8, 0)
            painter.setPen(QPen(theme.accent, 1.5))
            painter.setBrush(theme.panel)
            painter.drawPolygon([middle + QPointF(*corner) for corner in ((-5, 0), (0, -5), (5, 0), (0, 5))])
            return
        color, width = {
            "raw": (drawing.faded(theme.text_2, 0.5), 1.0),
            "smooth": (theme.text_2, 1.25),
            "held": (theme.accent, 1.5),
        }[self.name]
        painter.setPen(QPen(QColor(color), width))
        painter.drawLine(at, at + QPointF(16, 0))
        if self.name == "held":
            painter.setBrush(theme.accent)
            painter.drawEllipse(at + QPointF(8, 0), 2, 2)


class CurveTable(QWidget):
    """`show_reading` fills it for a place, or with the latest values. `toggled(name, shown)`: a curve's switch."""

    toggled = Signal(str, bool)

    def __init__(self, history: History, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history, self.theme = history, theme
        self._reading: Reading | None = None
        self._pointed = False
        self.samples: dict[int, int] = {}
        self.rows = {name: CurveRow(name, theme, self) for name in _TITLES}
        column = QVBoxLayout(self)
        column.setContentsMargins(1, _HEAD, 0, 0)
        column.setSpacing(0)
        for name, row in self.rows.items():
            column.addWidget(row)
            row.toggled.connect(lambda shown, name=name: self.toggled.emit(name, shown))
        column.addStretch(1)
        self.setFixedWidth(WIDTH)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for row in self.rows.values():
            row.set_theme(theme)
        self.update()

    def show_reading(self, reading: Reading | None) -> None:
        """The values at a reading; None means where the curves end."""
        history = self.history
        self._pointed = reading is not None
        self._reading = reading = reading or history.at(history.epoch)
        found = dict.fromkeys(self.rows, Values())
        if reading is not None and (row := reading.train) is not None:
            train = history.train
            found["raw"] = Values("each training batch", float(train[2][row]), float(train[3][row]))
            smooth = history.smooth
            found["smooth"] = Values(f"smoothed by {history.smoothing:g}", float(smooth[0][row]), float(smooth[1][row]))
        for name, row in (("held", reading.held if reading is not None else None), ("best", history.best)):
            if row is not None:
                step = int(history.held[history.STEP][row])
                loss, accuracy = (float(history.held[column][row]) for column in (history.LOSS, history.ACCURACY))
                samples = self.samples.get(step)
                of = f", {numbers.count(samples)} samples" if samples and self.width() >= WIDTH else ""
                found[name] = Values(f"step {numbers.count(step)}{of}", loss, accuracy)
        for name, values in found.items():
            self.rows[name].set_values(values)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, width = self.theme, self.width()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.panel)
            painter.fillRect(QRectF(0, 0, 1, self.height()), theme.border)
            if self._reading is not None:
                label, figure = drawing.ui(11), drawing.mono(12)
                x = drawing.write(painter, 18, 21, "step", label, theme.text_3)
                x = drawing.write(painter, x + 6, 21, numbers.count(self._reading.step), figure, theme.text_1)
                x = drawing.write(painter, x + 14, 21, "epoch", label, theme.text_3)
                drawing.write(painter, x + 6, 21, numbers.text(self._reading.epoch, 2), figure, theme.text_1)
                where = "at this step" if self._pointed else "latest"
                drawing.write_right(painter, width - 16, 21, where, label, theme.text_3)
            for right, word in ((width - 88, "loss"), (width - 16, "accuracy")):
                drawing.write_right(painter, right, 52, word, drawing.ui(11), theme.text_3)
            painter.fillRect(QRectF(18, _HEAD - 2, width - 34, 1), theme.border)
            ink = drawing.ui(11)
            lines = drawing.wrapped(_HINT, ink, width - 36)
            top = self.height() - 16 * len(lines) - 4
            if top > _HEAD + _ROW * len(self.rows) + 12:
                for index, line in enumerate(lines):
                    drawing.write(painter, 18, top + 16 * index, line, ink, theme.text_3)
