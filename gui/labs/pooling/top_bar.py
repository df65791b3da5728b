"""The lab's part of the top bar."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.labs.pooling.state import Page, PoolingState
from gui.operation.top_bar import OperationBar
from gui.theme import Theme


class TopBar(OperationBar):
    """See OperationBar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(((Page.STEPS.value, "Step by step"), (Page.PICTURE.value, "On a picture")), theme, parent)

    def set_state(self, state: PoolingState) -> None:
        self.page.set_value(state.page.value)
        self.axes.set_key(str(state.axes))
        self.axes.setVisible(state.page is Page.STEPS)
