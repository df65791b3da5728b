"""The lab's part of the top bar, with the kind of convolution."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.labs.convolution.state import ConvolutionState, Page
from gui.operation.top_bar import OperationBar
from gui.theme import Theme
from gui.theme.controls import FieldBox

PAGES = ((Page.STEPS.value, "Step by step"), (Page.PICTURE.value, "On a picture"), (Page.MATRIX.value, "As a matrix"))
KINDS = (("convolution", "Convolution"), ("transposed", "Transposed"), ("causal", "Causal"))


class TopBar(OperationBar):
    """See OperationBar. `kind_chosen(str)`: one of KINDS."""

    kind_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(PAGES, theme, parent)
        self.kind = FieldBox("Kind", theme, self)
        for key, label in KINDS:
            self.kind.add(key, label)
        self.fields.addWidget(self.kind)
        self.kind.chosen.connect(self.kind_chosen)

    def set_state(self, state: ConvolutionState) -> None:
        self.page.set_value(state.page.value)
        self.axes.set_key(str(state.axes))
        self.kind.set_key("transposed" if state.transposed else "causal" if state.causal else "convolution")
        on_picture = state.page is Page.PICTURE
        self.axes.setVisible(not on_picture)
        self.kind.setVisible(not on_picture)
