"""The runs' settings as a table, those that differ marked and first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent

from gui.theme import DARK, Density, Theme, icons
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
    """`set_runs` fills it. The wheel scrolls, sideways (or with Shift) to the runs that have no room."""

    only_changed = Signal(bool)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setMouseTracking(True)
        self.setAccessibleName("Settings of the runs")
        self.runs: Sequence[ShownRun] = ()
        self.rows: list[Row] = []
        self._offset = 0.0
        self._first = 0
        self.only = Toggle("", theme, self)
        self.only.setToolTip("Show only the settings that differ")
        self.only.setAccessibleName("Only differences")
        self.only.toggled.connect(self._toggled)

    def set_runs(self, runs: Sequence[ShownRun]) -> None:
        self.runs = runs
        self.rows = rows(runs)
        self._turn(0)
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
        self._turn(0)
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
        turned = event.angleDelta()
        aside = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if aside:
            self._turn(-1 if aside > 0 else 1)
        else:
            self._scroll(-turned.y() / 3)
        event.accept()

    def _turn(self, by: int) -> None:
        """So many runs on to the right."""
        most = max(len(self.runs) - len(self._columns(self._body)), 0)
        first = min(max(self._first + by, 0), most)
        if first != self._first:
            self._first = first
            self.forget_still()

    def _arrow_at(self, at: QPointF) -> int:
        """-1 or 1 on the marks that there are more runs, else 0."""
        body = self._body
        if not body.top() - 24 <= at.y() <= body.top():
            return 0
        hidden = len(self.runs) - self._first - len(self._columns(body))
        if hidden > 0 and at.x() >= body.right() - 34:
            return 1
        left = body.left() + 8 + min(_LABEL, body.width() * 0.3)
        return -1 if self._first and left - 34 <= at.x() <= left else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._turn(self._arrow_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        on = bool(self._arrow_at(event.position()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

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
        hidden = len(self.runs) - self._first - len(columns)
        for place, ((left, width), run) in enumerate(zip(columns, self.runs[self._first :], strict=False)):
            colours.dot(painter, theme, run.place, QPointF(left + 4, body.top() - 12))
            room = width - (48 if hidden > 0 and place == len(columns) - 1 else 22)
            name = run.title if label.width(run.title) <= room else run.short
            drawing.write(painter, left + 14, body.top() - 8, label.elided(name, room), label, theme.text_1)
        if hidden > 0:
            icons.paint(painter, "chevron-right", theme.text_2, QRectF(body.right() - 10, body.top() - 18, 12, 12))
            drawing.write_right(painter, body.right() - 10, body.top() - 8, f"+{hidden}", label, theme.text_2)
        if self._first and columns:
            x = columns[0][0] - 10
            icons.paint(painter, "chevron-left", theme.text_2, QRectF(x - 24, body.top() - 18, 12, 12))
            drawing.write(painter, x - 12, body.top() - 8, str(self._first), label, theme.text_2)
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
        for (left, width), value in zip(columns, row.values[self._first :], strict=False):
            drawing.write(painter, left, baseline, figure.elided(value, width - 8), figure, color)
