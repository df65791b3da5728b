"""The rail at the left: the app's mark with its menu, one item a lab and the lessons, help and settings at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labs import Entry
from gui.theme import Density, Theme, fonts, icons
from gui.theme.controls import ButtonControl, Control, box

WIDTH = {Density.LARGE: 72, Density.SMALL: 48}
_ITEM = {Density.LARGE: 60, Density.SMALL: 44}
_FOOT = 40


class Mark(ButtonControl):
    """The app's mark: a cell and its receptive field. Opens the menu."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setToolTip("Menu (F10)")
        self.setAccessibleName("Menu")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        left, top = (self.width() - 1) // 2 - 11, 12
        lit = self.hovered or self.isDown() or self.ring
        box(painter, QRectF(left, top, 24, 24), line=theme.text_3 if lit else theme.border_strong, radius=6)
        box(painter, QRectF(left + 4, top + 4, 16, 16), line=theme.text_1 if lit else theme.text_2, radius=4, width=1.5)
        box(painter, QRectF(left + 9, top + 9, 6, 6), fill=theme.accent, radius=1)


class Item(ButtonControl):
    """One lab (or help, or settings): an icon, with its name below where there is room."""

    def __init__(self, title: str, icon: str, theme: Theme, parent: QWidget, *, tip: str = "") -> None:
        super().__init__(theme, parent)
        self._icon = icon
        self._tip = tip or title
        self._labelled = True
        self._lit = False
        self.setText(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_labelled(self, labelled: bool) -> None:
        self._labelled = labelled
        self.setToolTip(self._tip)
        self.update()

    def set_lit(self, lit: bool) -> None:
        """Draw it in the accent: what it opens is there, beside the lab."""
        self._lit = lit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        active = self.isChecked()
        middle = (self.width() - 1) // 2
        height = self.height()
        if active:
            bar = height - 20 if self._labelled else height - 16
            painter.fillRect(QRectF(0, (height - bar) // 2, 2, bar), theme.accent)
        lit = self.hovered or self.ring
        quiet = theme.text_2 if theme.is_dark else theme.text_3
        ink = theme.accent if active or self._lit else theme.text_1 if lit else quiet
        if self.ring:
            box(painter, QRectF(4, 2, self.width() - 9, height - 4), line=theme.accent, width=1.5)
        top = 11 if self._labelled else (height - 20) // 2
        icons.paint(painter, self._icon, ink, QRectF(middle - 9, top, 20, 20))
        if self._labelled:
            painter.setFont(fonts.ui(21))
            painter.setPen(theme.text_1 if active or lit else theme.text_2)
            painter.scale(0.5, 0.5)  # 10.5 px: Qt takes whole pixel sizes alone
            label = QRectF(0, 68, 2 * self.width() - 2, 32)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, self.text())


class Rail(Control):
    """The rail. `chosen(str)` names a lab; `menu`, `lessons`, `help` and `settings` are its other buttons."""

    chosen = Signal(str)
    menu = Signal()
    lessons = Signal()
    help = Signal()
    settings = Signal()

    def __init__(self, entries: Sequence[Entry], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.mark = Mark(theme, self)
        self.mark.clicked.connect(self.menu)
        self._items: dict[str, Item] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(self.mark)
        for index, entry in enumerate(entries, 1):
            tip = entry.summary or entry.title
            item = Item(entry.title, entry.icon, theme, self, tip=f"{tip} (Ctrl {index})" if index < 10 else tip)
            item.setCheckable(True)
            item.setAutoExclusive(True)
            item.setProperty("lab", entry.name)
            item.clicked.connect(self._choose)
            self._items[entry.name] = item
            column.addWidget(item)
        self._lessons = Item("Lessons", "lessons", theme, self, tip="Lessons (F1)")
        self._lessons.clicked.connect(self.lessons)
        column.addWidget(self._lessons)
        column.addStretch(1)
        self._help = Item("Help", "help", theme, self, tip="Keys and help (?)")
        self._settings = Item("Settings", "settings", theme, self, tip="Settings (Ctrl ,)")
        self._help.clicked.connect(self.help)
        self._settings.clicked.connect(self.settings)
        for foot in (self._help, self._settings):
            foot.setFixedHeight(_FOOT)
            foot.set_labelled(False)
            column.addWidget(foot)
        self.set_density(Density.LARGE)

    def _choose(self) -> None:
        self.chosen.emit(str(self.sender().property("lab")))

    def item(self, name: str) -> Item:
        """A lab's item. KeyError if it has none."""
        return self._items[name]

    def set_current(self, name: str) -> None:
        """Mark this lab as the one that is shown; a lab without an item marks none."""
        for key, item in self._items.items():
            item.setAutoExclusive(False)
            item.setChecked(key == name)
            item.setAutoExclusive(True)

    def set_lessons_open(self, open_: bool) -> None:
        """Light up the item of the lessons while their panel is there."""
        self._lessons.set_lit(open_)

    def set_density(self, density: Density) -> None:
        """Icons with labels, or icons alone."""
        self.setFixedWidth(WIDTH[density])
        for item in (*self._items.values(), self._lessons):
            item.setFixedHeight(_ITEM[density])
            item.set_labelled(density is Density.LARGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.window)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self.theme.border)
