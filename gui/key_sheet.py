"""The help sheet: all keys on one page, by group (?)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, combinations, pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Action, groups, key_text
from gui.overlay import Overlay
from gui.theme import Theme, fonts
from gui.theme.controls import key_width, paint_key

_HEAD, _ROW, _TITLE, _GAP, _PAD = 56.0, 26.0, 34.0, 14.0, 24.0
_COLUMN = 300.0
_LEAST_ROW = 22.0  # before rows are hidden, they stand closer


class KeySheet(Overlay):
    """Every action that has a key, in as many columns as fit; a sheet that is longer than the window scrolls."""

    def __init__(self, actions: Callable[[], Sequence[Action]], theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._ask = actions
        self._columns: list[list[tuple[str, Action | None]]] = []
        self._scroll = 0.0
        self._row = _ROW

    def open(self) -> None:
        self._scroll = 0.0
        super().open()

    def arrange(self) -> None:
        """Share the groups among the columns, in order, so that the highest is as low as can be."""
        blocks: list[list[tuple[str, Action | None]]] = []
        for group, actions in groups(action for action in self._ask() if action.shortcuts).items():
            rows: list[tuple[str, Action | None]] = [(action.title, action) for action in actions]
            blocks.append([(group or "General", None), *rows])
        count = max(1, min(3, int((self.width() - 2 * 24 - _PAD) // (_COLUMN + _PAD)), len(blocks)))
        ends = [(0, *cuts, len(blocks)) for cuts in combinations(range(1, len(blocks)), count - 1)]
        self._row = _ROW
        shared = [[list(chain(*blocks[start:end])) for start, end in pairwise(each)] for each in ends]
        self._columns = min(shared, key=lambda columns: max(map(self._height, columns)), default=[[]])
        room = self.height() - 48.0 - _HEAD - _PAD
        while self._row > _LEAST_ROW and self._contents() > room:
            self._row -= 1.0

    def _height(self, column: Sequence[tuple[str, Action | None]]) -> float:
        heads = sum(1 for _, action in column if action is None)
        return (len(column) - heads) * self._row + heads * _TITLE + max(0, heads - 1) * _GAP

    def _contents(self) -> float:
        return max((self._height(column) for column in self._columns), default=0.0)

    def panel(self) -> QRectF:
        width = len(self._columns) * (_COLUMN + _PAD) + _PAD
        height = min(_HEAD + self._contents() + _PAD, self.height() - 48.0)
        return QRectF(round((self.width() - width) / 2), round((self.height() - height) / 2), width, height)

    def _scroll_by(self, distance: float) -> None:
        room = self.panel().height() - _HEAD - _PAD
        self._scroll = min(max(self._scroll + distance, 0.0), max(0.0, self._contents() - room))
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll_by(-event.angleDelta().y() / 2)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        distance = {Qt.Key.Key_Down: _ROW, Qt.Key.Key_Up: -_ROW, Qt.Key.Key_PageDown: 10 * _ROW}
        distance |= {Qt.Key.Key_PageUp: -10 * _ROW}
        key = Qt.Key(event.key())
        if key in distance:
            self._scroll_by(distance[key])
        elif key == Qt.Key.Key_Question:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paint_panel(self, painter: QPainter, panel: QRectF) -> None:
        theme = self.theme
        painter.setFont(fonts.ui(16, 600))
        painter.setPen(theme.text_1)
        painter.drawText(QPointF(panel.left() + _PAD, panel.top() + 36), "Keys")
        palette = f"{key_text('Ctrl+K')} finds every action"
        painter.setFont(fonts.ui(12))
        painter.setPen(theme.text_3)
        width = QFontMetricsF(fonts.ui(12)).horizontalAdvance(palette)
        painter.drawText(QPointF(panel.right() - _PAD - width, panel.top() + 36), palette)
        painter.save()
        painter.setClipRect(panel.adjusted(1, _HEAD, -1, -8))
        left = panel.left() + _PAD
        for column in self._columns:
            self._paint_column(painter, column, left, panel.top() + _HEAD - self._scroll)
            left += _COLUMN + _PAD
        painter.restore()

    def _paint_column(
        self, painter: QPainter, column: Sequence[tuple[str, Action | None]], left: float, top: float
    ) -> None:
        theme = self.theme
        for index, (text, action) in enumerate(column):
            if action is None:
                top += _GAP if index else 0.0
                painter.setFont(fonts.ui(12, 600))
                painter.setPen(theme.text_2)
                painter.drawText(QPointF(left, top + 20), text)
                painter.fillRect(QRectF(left, top + _TITLE - 6, _COLUMN, 1), theme.border)
                top += _TITLE
                continue
            right = left + _COLUMN
            for shortcut in reversed(action.shortcuts[:2]):
                keys = key_text(shortcut)
                right -= key_width(keys)
                paint_key(painter, theme, right, top + self._row / 2, keys)
                right -= 6
            painter.setFont(fonts.ui(12))
            painter.setPen(theme.text_1)
            title = QFontMetricsF(fonts.ui(12)).elidedText(
                text.removesuffix("…"), Qt.TextElideMode.ElideRight, right - left - 8
            )
            painter.drawText(QPointF(left, top + self._row / 2 + 4), title)
            top += self._row
