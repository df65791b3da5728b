"""The lab's part of the top bar: how it is looked at, signals, maps or volumes, undo and redo, link and export."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.labs.pooling.state import Page, PoolingState
from gui.theme import Density, Theme
from gui.theme.controls import Button, FieldBox, IconButton, Segmented, set_theme_below


class TopBar(QWidget):
    """Its signals are the user's wishes; what it shows is set by the lab."""

    page_chosen = Signal(str)
    axes_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = Segmented(((Page.STEPS.value, "Step by step"), (Page.PICTURE.value, "On a picture")), theme, self)
        self.axes = FieldBox("Type", theme, self)
        for number in (1, 2, 3):
            self.axes.add(str(number), f"{number}-D")
        self.undo = IconButton("undo", "Undo (Ctrl+Z)", theme, self)
        self.redo = IconButton("redo", "Redo (Ctrl+Shift+Z)", theme, self)
        self.link = Button("Copy link", theme, self, icon="link")
        self.export = Button("Export", theme, self, icon="export")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.page)
        row.addWidget(self.axes)
        row.addStretch(1)
        for button in (self.undo, self.redo):
            row.addWidget(button)
        row.addSpacing(8)
        for text_button in (self.link, self.export):
            row.addWidget(text_button)
        self.page.changed.connect(self.page_chosen)
        self.axes.chosen.connect(self._choose_axes)

    def _choose_axes(self, key: str) -> None:
        self.axes_chosen.emit(int(key))

    def set_state(self, state: PoolingState) -> None:
        self.page.set_value(state.page.value)
        self.axes.set_key(str(state.axes))
        self.axes.setVisible(state.page is Page.STEPS)

    def set_history(self, *, can_undo: bool, can_redo: bool) -> None:
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def set_density(self, density: Density) -> None:
        self.axes.set_captioned(density is Density.LARGE)

    def set_theme(self, theme: Theme) -> None:
        set_theme_below(self, theme)
