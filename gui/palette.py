"""The palette: every action by typing a few of its letters (Ctrl+K). A pasted link of Receptive goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.actions import Action, Match, key_text, search
from gui.overlay import Overlay
from gui.theme import Theme, fonts, icons
from gui.theme.controls import box, key_width, paint_key

_WIDTH, _TOP, _FIELD, _ROW, _ROWS, _PAD = 600.0, 72.0, 48.0, 36.0, 10, 6.0


class Palette(Overlay):
    """Lists the actions that fit what is typed; arrows choose, Enter does.

    `actions` is called each time that it opens. An action that is not enabled is shown faint and cannot be done.
    """

    def __init__(
        self,
        actions: Callable[[], Sequence[Action]],
        open_link: Callable[[str], object],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(theme, parent)
        self._ask = actions
        self._open_link = open_link
        self._actions: tuple[Action, ...] = ()
        self._recent: list[str] = []
        self._first = 0
        self.matches: list[Match] = []
        self.current = 0
        self.field = QLineEdit(self)
        self.field.setFrame(False)
        self.field.setFont(fonts.ui(14))
        self.field.setPlaceholderText("Type an action, or paste a link")
        self.field.setAccessibleName("Find an action")
        self.field.setStyleSheet("QLineEdit { background: transparent; border: none; padding: 0; max-height: 40px; }")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.setMouseTracking(True)
        self.setFocusProxy(self.field)

    def open(self) -> None:
        self._actions = tuple(self._ask())
        self.field.clear()
        self._search()
        super().open()

    def panel(self) -> QRectF:
        width = min(_WIDTH, self.width() - 48.0)
        rows = max(1, min(len(self.matches), self._rows()))
        top = min(_TOP, self.height() * 0.1)
        return QRectF(round((self.width() - width) / 2), round(top), width, _FIELD + rows * _ROW + 2 * _PAD)

    def _rows(self) -> int:
        return max(1, min(_ROWS, int((self.height() - 2 * _TOP - _FIELD) // _ROW)))

    def arrange(self) -> None:
        panel = self.panel()
        self.field.setGeometry(int(panel.left()) + 44, int(panel.top()) + 4, int(panel.width()) - 60, int(_FIELD) - 8)

    def _search(self) -> None:
        self.matches = search(self.field.text(), self._actions, recent=self._recent)
        self.current, self._first = 0, 0
        self.arrange()
        self.update()

    def choose(self, index: int) -> None:
        """Mark a row, and scroll to it."""
        if not self.matches:
            return
        self.current = min(max(index, 0), len(self.matches) - 1)
        rows = self._rows()
        self._first = min(max(self._first, self.current - rows + 1), self.current)
        self.update()

    def run(self, index: int | None = None) -> None:
        """Do the action of a row, or go to the link that was pasted, and close."""
        text = self.field.text().strip()
        if text.lower().startswith("receptive:"):
            self.dismiss()
            self._open_link(text)
            return
        if not self.matches:
            return
        action = self.matches[self.current if index is None else index].action
        if not action.enabled():
            return
        self._recent = [action.id, *(name for name in self._recent if name != action.id)][:20]
        self.dismiss()
        action.do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if self._key(event):
                return True
        elif watched is self.field and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """Keys that move and do; all others are the text field's."""
        key, last = event.key(), len(self.matches) - 1
        page = self._rows()
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Escape or (key == Qt.Key.Key_K and control):
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self.choose(0 if self.current >= last else self.current + 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Backtab):
            self.choose(last if self.current <= 0 else self.current - 1)
        elif key == Qt.Key.Key_PageDown:
            self.choose(self.current + page)
        elif key == Qt.Key.Key_PageUp:
            self.choose(self.current - page)
        else:
            return False
        return True

    def row_rect(self, index: int) -> QRectF:
        """Where the row of a match lies (rows above the first shown lie above the list)."""
        panel = self.panel()
        top = panel.top() + _FIELD + _PAD + (index - self._first) * _ROW
        return QRectF(panel.left() + _PAD, top, panel.width() - 2 * _PAD, _ROW)

    def _row_at(self, place: QPointF) -> int:
        for index in range(self._first, min(len(self.matches), self._first + self._rows())):
            if self.row_rect(index).contains(place):
                return index
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._row_at(event.position())
        if index >= 0:
            self.choose(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._row_at(event.position())
        if index >= 0:
            self.run(index)
        else:
            super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = -round(event.angleDelta().y() / 40)
        last = max(0, len(self.matches) - self._rows())
        self._first = min(max(self._first + steps, 0), last)
        self.current = min(max(self.current, self._first), self._first + self._rows() - 1)
        self.update()
        event.accept()

    def paint_panel(self, painter: QPainter, panel: QRectF) -> None:
        theme = self.theme
        icons.paint(painter, "search", theme.text_3, QRectF(panel.left() + 16, panel.top() + 15, 18, 18))
        painter.fillRect(QRectF(panel.left() + 1, panel.top() + _FIELD, panel.width() - 2, 1), theme.border)
        if not self.matches:
            painter.setFont(fonts.ui(12))
            painter.setPen(theme.text_3)
            rect = self.row_rect(0).adjusted(12, 0, 0, 0)
            link = self.field.text().strip().lower().startswith("receptive:")
            text = "Enter goes to this link" if link else "Nothing fits. Fewer letters find more."
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
            return
        for index in range(self._first, min(len(self.matches), self._first + self._rows())):
            self._paint_row(painter, index)

    def _paint_row(self, painter: QPainter, index: int) -> None:
        theme, match, rect = self.theme, self.matches[index], self.row_rect(index)
        action = match.action
        enabled = action.enabled()
        if index == self.current:
            box(painter, rect, fill=theme.segment_on, radius=6)
        faint = theme.border_strong if theme.is_dark else theme.text_3
        middle = rect.center().y()
        checked = action.checked is not None and action.checked()
        icon = "check" if checked else action.icon
        if icon:
            ink = theme.accent if checked else theme.text_2 if enabled else faint
            icons.paint(painter, icon, ink, QRectF(rect.left() + 10, round(middle - 8), 16, 16))
        left = self._paint_title(painter, match, rect.left() + 38, middle, enabled=enabled)
        if action.group:
            painter.setFont(fonts.ui(11))
            painter.setPen(theme.text_3)
            painter.drawText(QPointF(left + 10, middle + 4), action.group)
        if action.shortcut:
            keys = key_text(action.shortcut)
            paint_key(painter, theme, rect.right() - 10 - key_width(keys), middle, keys)

    def _paint_title(self, painter: QPainter, match: Match, left: float, middle: float, *, enabled: bool) -> float:
        """The title with the letters that were typed in accent; returns its right edge."""
        theme, title = self.theme, match.action.title
        plain = theme.text_1 if enabled else theme.text_3
        start = 0
        while start < len(title):
            hit, end = start in match.letters, start
            while end < len(title) and (end in match.letters) == hit:
                end += 1
            font = fonts.ui(13, 600 if hit else 400)
            painter.setFont(font)
            painter.setPen(theme.accent if hit and enabled else plain)
            painter.drawText(QPointF(left, round(middle + 4.5)), title[start:end])
            left += QFontMetricsF(font).horizontalAdvance(title[start:end])
            start = end
        return left
