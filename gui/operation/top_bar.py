"""The top bar of a lab for one operation: how it is looked at, its axes, undo and redo, link and export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import Density, Theme
from gui.theme.controls import Button, FieldBox, IconButton, Segmented, set_theme_below


class OperationBar(QWidget):
    """Its signals are the user's wishes; what it shows is set by the lab. `pages` are (key, label) pairs."""

    page_chosen = Signal(str)
    axes_chosen = Signal(int)

    def __init__(self, pages: Iterable[tuple[str, str]], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = Segmented(tuple(pages), theme, self)
        self.page.setAccessibleName("How it is shown")
        self.axes = FieldBox("Type", theme, self)
        for number in (1, 2, 3):
            self.axes.add(str(number), f"{number}-D")
        self.undo = IconButton("undo", "Undo (Ctrl+Z)", theme, self)
        self.redo = IconButton("redo", "Redo (Ctrl+Shift+Z)", theme, self)
        self.link = Button("Copy link", theme, self, icon="link")
        self.export = Button("Export", theme, self, icon="export")
        self.fields = QHBoxLayout()
        row = QHBoxLayout(self)
        for layout in (row, self.fields):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(8)
        row.addWidget(self.page)
        row.addLayout(self.fields)
        self.fields.addWidget(self.axes)
        row.addStretch(1)
        for button in (self.undo, self.redo):
            row.addWidget(button)
        row.addSpacing(8)
        for text_button in (self.link, self.export):
            row.addWidget(text_button)
        self.page.changed.connect(self.page_chosen)
        self.axes.chosen.connect(self._choose_axes)

    def connect_window(self, window: Any) -> None:
        """Let the window undo, redo, copy the link and export."""
        self.undo.clicked.connect(window.host.undo)
        self.redo.clicked.connect(window.host.redo)
        self.link.clicked.connect(window.copy_link)
        self.export.clicked.connect(window.export)

    def _choose_axes(self, key: str) -> None:
        self.axes_chosen.emit(int(key))

    def set_history(self, *, can_undo: bool, can_redo: bool) -> None:
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def set_density(self, density: Density) -> None:
        """Below 1440x920 the fields lose their captions."""
        for field in self.findChildren(FieldBox):
            field.set_captioned(density is Density.LARGE)

    def set_theme(self, theme: Theme) -> None:
        set_theme_below(self, theme)
