"""The runs' settings as a table, those that differ marked and first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent

from gui.theme import DARK, Density, Theme
from gui.theme.controls import Toggle
from gui.views import drawing
from gui.views.compare import colours
from gui.views.compare.model import ShownRun
from gui.views.compare.settings_rows import Row, rows
from gui.views.panel import Panel

_ROW = 20.0
_LABEL = 132.0
_LEAST = 104.0


class SettingsTable(Panel):
    """`set_runs` fills it. The wheel scrolls."""

    only_changed = Signal(bool)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setAccessibleName("Settings of the runs")
        self.runs: Sequence[ShownRun] = ()
        self.rows: list[Row] = []
        self._offset = 0.0
        self.only = Toggle("", theme, self)
        self.only.setToolTip("Show only the settings that differ")
        self.only.setAccessibleName("Only differences")
        self.only.toggled.connect(self._toggled)

    def set_runs(self, runs: Sequence[ShownRun]) -> None:
        self.runs = runs
        self.rows = rows(runs)
        self._scroll(0.0)
        self.forget_still()

    def _toggled(self, on: bool) -> None:
        self._offset = 0.0
        self.forget_still()
        self.only_changed.emit(on)

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if row.differs] if self.only.isChecked() else self.rows

    def restyle(self) -> None:
        self.only.set_theme(self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.only.setGeometry(self.width() - 16 - 32, 14, 32, 20)
        self._scroll(0.0)
        self.forget_still()

    @property
    def _body(self) -> QRectF:
        top = 62.0 if not self.small else 56.0
        return QRectF(16, top, self.width() - 32, max(self.height() - top - 8, 20))

    def _scroll(self, by: float) -> None:
        content = _ROW * len(self.shown)
        offset = min(max(self._offset + by, 0.0), max(content - self._body.height(), 0.0))
        if offset != self._offset:
            self._offset = offset
            self.forget_still()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll(-event.angleDelta().y() / 3)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter)

    def paint_still(self, painter: QPainter) -> None:
        theme = self.theme
        x = drawing.write(painter, 24, 28, "Settings", drawing.ui(13, 600), theme.text_1)
        differ = sum(row.differs for row in self.rows)
        same = sum(not row.differs and not row.outcome for row in self.rows)
        label = drawing.ui(11)
        right = drawing.write_right(painter, self.only.x() - 10, 28, "Only differences", label, theme.text_2)
        if len(self.runs) > 1:
            text = label.elided(f"{differ} differ, {same} the same", right - x - 20)
            drawing.write(painter, x + 10, 28, text, label, theme.text_2)
        body = self._body
        columns = self._columns(body)
        for (left, width), run in zip(columns, self.runs, strict=False):
            colours.dot(painter, theme, run.place, QPointF(left + 4, body.top() - 12))
            drawing.write(painter, left + 14, body.top() - 8, label.elided(run.title, width - 22), label, theme.text_1)
        if len(columns) < len(self.runs):
            more = f"+{len(self.runs) - len(columns)}"
            drawing.write_right(painter, body.right(), body.top() - 8, more, label, theme.text_3)
        painter.save()
        painter.setClipRect(QRectF(0, body.top(), self.width(), body.height()))
        y = body.top() - self._offset
        for row in self.shown:
            if body.top() - _ROW < y < body.bottom():
                self._paint_row(painter, row, QRectF(body.left() - 8, y, body.width() + 16, _ROW), columns)
            y += _ROW
        painter.restore()
        if not self.shown and self.only.isChecked():
            text = "Nothing differs but the runs themselves" if len(self.runs) > 1 else "There is only one run"
            drawing.write(painter, 24, body.top() + 16, text, drawing.ui(12), theme.text_3)
        content = _ROW * len(self.shown)
        if content > body.height():
            share = body.height() / content
            top = body.top() + self._offset / content * body.height()
            painter.fillRect(QRectF(self.width() - 6, top, 3, body.height() * share), theme.border_strong)

    def _columns(self, body: QRectF) -> list[tuple[float, float]]:
        """(left, width) of each run's column, of as many as have room."""
        left = body.left() + 8 + min(_LABEL, body.width() * 0.3)
        room = body.right() - left
        count = max(1, min(len(self.runs), int(room // _LEAST)))
        width = room / count
        return [(round(left + width * place), width) for place in range(count if self.runs else 0)]

    def _paint_row(self, painter: QPainter, row: Row, rect: QRectF, columns: Sequence[tuple[float, float]]) -> None:
        theme = self.theme
        baseline = rect.center().y() + 4
        marked = row.differs and len(self.runs) > 1
        if marked:
            painter.fillRect(rect, theme.segment_on)
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), theme.accent)
        ink = drawing.ui(12)
        drawing.write(painter, rect.left() + 16, baseline, row.name, ink, theme.text_2 if not marked else theme.text_1)
        figure = drawing.mono(12, 600 if marked else 400)
        color = theme.text_1 if marked or row.outcome else theme.text_3
        for (left, width), value in zip(columns, row.values, strict=False):
            drawing.write(painter, left, baseline, figure.elided(value, width - 8), figure, color)

    def enterEvent(self, event: object) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor)
