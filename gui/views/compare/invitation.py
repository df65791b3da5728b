"""What stands where a second network would be: the ways to get one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.theme.controls import Button
from gui.views import drawing
from gui.views.compare.choices import Choice

_TITLE = "Compare with what?"
_TEXT = "A twin is trained with the same data and seed, and everything is set side by side."
_SAVED = "What is open is not trained here, so no twin of it is; what is there already can stand beside it."


_LEFT = 8


class Invitation(QWidget):
    """`chosen(Choice)`: train these, or show them; `more()`: the list of saved runs."""

    chosen = Signal(object)
    more = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.buttons: list[Button] = []
        self._choices: tuple[Choice, ...] = ()
        self._busy = ""

    def set_choices(self, choices: Sequence[Choice], *, busy: str) -> None:
        """`busy`: what is being trained already; then nothing else is offered."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            for button in self.buttons:
                button.hide()
                button.deleteLater()
            self.buttons = []
            for choice in self._choices:
                button = Button(choice.title, self.theme, self)
                button.setToolTip(choice.summary)
                button.clicked.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
                self.buttons.append(button)
            last = Button("A saved run…", self.theme, self, icon="folder")
            last.clicked.connect(self.more)
            self.buttons.append(last)
        self._busy = busy
        self._place()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for button in self.buttons:
            button.set_theme(theme)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Buttons in rows under the text."""
        x, y = _LEFT, self._top + 52
        for button in self.buttons:
            size = button.sizeHint()
            if x + size.width() > self.width() - 24 and x > _LEFT:
                x, y = _LEFT, y + 36
            button.setGeometry(x, y, size.width(), size.height())
            button.setVisible(not self._busy)
            x += size.width() + 8

    @property
    def _top(self) -> int:
        return max(round(self.height() * 0.5) - 84, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, top = self.theme, self._top
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.stage)
            painter.fillRect(_LEFT, 0, self.width() - _LEFT - 24, 1, theme.border)
            title = self._busy or _TITLE
            drawing.write(painter, _LEFT, top + 20, title, drawing.ui(13, 600), theme.text_1)
            twins = any(choice.plans for choice in self._choices)
            text = "It is shown here as soon as it has begun." if self._busy else _TEXT if twins else _SAVED
            ink = drawing.ui(12)
            room = self.width() - _LEFT - 24
            drawing.write(painter, _LEFT, top + 40, ink.elided(text, room), ink, theme.text_2)
