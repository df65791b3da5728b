"""The list of networks, dropped down: by family, small ones and paper-size ones apart, found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from gui.theme import Theme, icons
from gui.theme.controls import box
from gui.views import drawing

_ROW, _GAP, _TITLE = 23, 7, 30
_FAMILY, _NAME = 78, 166
_COLUMN = _FAMILY + _NAME + 26
_MOST_ABOUT = 2  # lines of what the network pointed at is


@dataclass(frozen=True)
class Line:
    """A network that can be chosen. Lines of one family stand together, in the column that `column` names."""

    key: str
    title: str
    about: str
    family: str
    column: str

    def fits(self, words: Sequence[str]) -> bool:
        """Whether all words of a search are in it; signs between letters and digits may be left out."""
        said = f"{self.title} {self.key} {self.family} {self.about}".lower()
        return all(word in said or word in said.replace("-", "") for word in words)


class Lines(QWidget):
    """The lines in columns. What is pointed at, or reached by keys, is `current`."""

    chosen = Signal(str)
    current_changed = Signal()

    def __init__(self, lines: Sequence[Line], chosen: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._lines = tuple(lines)
        self._chosen = chosen
        self._columns = tuple(dict.fromkeys(line.column for line in lines))
        self._words: tuple[str, ...] = ()
        self.rects: dict[str, QRect] = {}  # of the lines that are shown, by key
        self._families: list[tuple[QRect, str]] = []
        self.current = chosen
        self.setMouseTracking(True)
        self._arrange()
        bottom = max((rect.bottom() for rect in self.rects.values()), default=_TITLE + _ROW)
        self.setFixedSize(len(self._columns) * _COLUMN, bottom + 5)

    @property
    def line(self) -> Line | None:
        """What is pointed at."""
        return next((line for line in self.shown if line.key == self.current), None)

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines that fit the search."""
        return tuple(line for line in self._lines if line.fits(self._words))

    def search(self, text: str) -> None:
        """Show only what fits."""
        self._words = tuple(text.lower().split())
        self._arrange()
        titles = [line for line in self.shown if line.title.lower().startswith(text.strip().lower())]
        first = (*titles, *self.shown)[:1] if self._words else ()
        if first and self.line not in titles:
            self._point_at(first[0].key)
        elif self.line is None:
            self._point_at(self._chosen if self._chosen in self.rects else "")
        self.update()

    def _arrange(self) -> None:
        self.rects, self._families = {}, []
        for place, column in enumerate(self._columns):
            left, top = place * _COLUMN, _TITLE
            inside = [line for line in self.shown if line.column == column]
            for family, group in groupby(inside, key=lambda line: line.family):
                self._families.append((QRect(left + 10, top, _FAMILY - 10, _ROW), family))
                for line in group:
                    self.rects[line.key] = QRect(left + _FAMILY, top, _NAME + 20, _ROW)
                    top += _ROW
                top += _GAP

    # Where one is

    def _point_at(self, key: str) -> None:
        if key != self.current:
            self.current = key
            self.update()
            self.current_changed.emit()

    def move_on(self, key: Qt.Key) -> None:
        """One line up or down, on into the next column; or across to the line that is level with this one."""
        keys = list(self.rects)
        if not keys:
            return
        here = self.rects.get(self.current)
        if here is None:
            self._point_at(keys[0])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._point_at(keys[(keys.index(self.current) + step) % len(keys)])
        else:
            side = 1 if key == Qt.Key.Key_Right else -1
            across = [one for one in keys if (self.rects[one].x() - here.x()) * side > 0]
            if across:
                nearest = min(across, key=lambda one: (abs(self.rects[one].x() - here.x()),
                                                       abs(self.rects[one].y() - here.y())))  # fmt: skip
                self._point_at(nearest)

    def _at(self, event: QMouseEvent) -> str:
        point = event.position().toPoint()
        return next((key for key, rect in self.rects.items() if rect.contains(point)), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if key := self._at(event):
            self._point_at(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (key := self._at(event)):
            self.chosen.emit(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        name, strong, small = drawing.ui(12), drawing.ui(12, 600), drawing.ui(11)
        with QPainter(self) as painter:
            for place, column in enumerate(self._columns):
                drawing.write(painter, place * _COLUMN + 10, 18, column, drawing.ui(11, 600), theme.text_2)
            for rect, family in self._families:
                room = rect.width() - 8
                drawing.write(painter, rect.x(), rect.y() + 16, small.elided(family, room), small, theme.text_3)
            for line in self.shown:
                rect = self.rects[line.key]
                on = line.key == self._chosen
                if line.key == self.current:
                    box(painter, QRectF(rect), fill=theme.segment_on, radius=4)
                ink = strong if on else name
                text = ink.elided(line.title, rect.width() - (34 if on else 16))
                drawing.write(painter, rect.x() + 8, rect.y() + 16, text, ink, theme.accent if on else theme.text_1)
                if on:
                    icons.paint(painter, "check", theme.accent, QRectF(rect.right() - 19, rect.y() + 5, 14, 14))
            if not self.rects:
                drawing.write(painter, 10, _TITLE + 16, "Nothing fits", name, theme.text_2)


class NetworkMenu(QFrame):
    """A popup that closes by a click beside it, Esc or a choice: `chosen(key)`. What one types is searched for."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, lines: Sequence[Line], chosen: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # else a click on the field would open it again
        self.theme = theme
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Type to find a network")
        self.search.setAccessibleName("Find a network")
        self.search.setClearButtonEnabled(True)
        self.lines = Lines(lines, chosen, theme, self)
        self.about = _About(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(4)
        for part in (self.search, self.lines, self.about):
            column.addWidget(part)
        self.search.textChanged.connect(self.lines.search)
        self.search.installEventFilter(self)
        self.lines.chosen.connect(self._choose)
        self.lines.current_changed.connect(self._tell)
        self._tell()
        self.setFocusProxy(self.search)

    def _tell(self) -> None:
        line = self.lines.line
        self.about.tell(line.about if line is not None else "")
        self.search.setAccessibleDescription(f"{line.title}: {line.about}" if line is not None else "")

    def _choose(self, key: str) -> None:
        self.close()
        self.chosen.emit(key)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.lines.move_on(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (line := self.lines.line) is not None:
                self._choose(line.key)
        else:
            return False
        return True

    def closeEvent(self, event: object) -> None:
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.border_strong)
            painter.fillRect(self.rect().adjusted(1, 1, -1, -1), self.theme.tooltip)

    def show_under(self, field: QWidget) -> None:
        """Drop down from a field, inside the screen."""
        self.adjustSize()
        corner = field.mapToGlobal(QPoint(0, field.height() + 4))
        screen = field.screen().availableGeometry()
        left = max(min(corner.x(), screen.right() - self.width()), screen.left())
        self.move(left, max(min(corner.y(), screen.bottom() - self.height()), screen.top()))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)


class _About(QWidget):
    """What the network that is pointed at is, in a few words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, ""
        self.setFixedHeight(12 + _MOST_ABOUT * 16)

    def tell(self, text: str) -> None:
        self._text = text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = drawing.ui(11)
        with QPainter(self) as painter:
            painter.fillRect(0, 2, self.width(), 1, self._theme.border)
            for row, text in enumerate(drawing.wrapped(self._text, ink, self.width() - 20)[:_MOST_ABOUT]):
                drawing.write(painter, 10, 20 + 16 * row, text, ink, self._theme.text_2)
