"""The lab's part of the top bar: how it is looked at, what kind it is, undo and redo, link and export."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.labs.convolution.state import ConvolutionState, Page
from gui.theme import Density, Theme
from gui.theme.controls import Button, FieldBox, IconButton, Segmented, set_theme_below

KINDS = (("convolution", "Convolution"), ("transposed", "Transposed"), ("causal", "Causal"))


class TopBar(QWidget):
    """Its signals are the user's wishes; what it shows is set by the lab."""

    page_chosen = Signal(str)
    axes_chosen = Signal(int)
    kind_chosen = Signal(str)
    undo = Signal()
    redo = Signal()
    copy_link = Signal()
    export = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pages = ((Page.STEPS, "Step by step"), (Page.PICTURE, "On a picture"), (Page.MATRIX, "As a matrix"))
        self.page = Segmented([(page.value, label) for page, label in pages], theme, self)
        self.axes = FieldBox("Type", theme, self)
        for number in (1, 2, 3):
            self.axes.add(str(number), f"{number}-D")
        self.kind = FieldBox("Kind", theme, self)
        for key, label in KINDS:
            self.kind.add(key, label)
        self.undo_button = IconButton("undo", "Undo (Ctrl+Z)", theme, self)
        self.redo_button = IconButton("redo", "Redo (Ctrl+Shift+Z)", theme, self)
        self._link = Button("Copy link", theme, self, icon="link")
        self._export = Button("Export", theme, self, icon="export")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.page, self.axes, self.kind):
            row.addWidget(part)
        row.addStretch(1)
        for button in (self.undo_button, self.redo_button):
            row.addWidget(button)
        row.addSpacing(8)
        for text_button in (self._link, self._export):
            row.addWidget(text_button)
        self.page.changed.connect(self.page_chosen)
        self.axes.chosen.connect(self._choose_axes)
        self.kind.chosen.connect(self.kind_chosen)
        self.undo_button.clicked.connect(self.undo)
        self.redo_button.clicked.connect(self.redo)
        self._link.clicked.connect(self.copy_link)
        self._export.clicked.connect(self.export)

    def _choose_axes(self, key: str) -> None:
        self.axes_chosen.emit(int(key))

    def set_state(self, state: ConvolutionState) -> None:
        self.page.set_value(state.page.value)
        self.axes.set_key(str(state.axes))
        self.kind.set_key("transposed" if state.transposed else "causal" if state.causal else "convolution")
        on_picture = state.page is Page.PICTURE
        self.axes.setVisible(not on_picture)
        self.kind.setVisible(not on_picture)

    def set_history(self, *, can_undo: bool, can_redo: bool) -> None:
        self.undo_button.setEnabled(can_undo)
        self.redo_button.setEnabled(can_redo)

    def set_density(self, density: Density) -> None:
        captioned = density is Density.LARGE
        for field in (self.axes, self.kind):
            field.set_captioned(captioned)

    def set_theme(self, theme: Theme) -> None:
        set_theme_below(self, theme)
