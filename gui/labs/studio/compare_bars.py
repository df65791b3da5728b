"""The Studio's top bar: the choice between network and comparison, and the controls of the one that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.labs.studio.state import Page
from gui.theme import Density, Theme
from gui.theme.controls import Segmented

if TYPE_CHECKING:
    from gui.labs.studio.top_bar import TopBar
    from gui.views.compare.bar import CompareBar


class Bars(QWidget):
    """`chosen(str)`: the user wants to see "network" or "compare"."""

    chosen = Signal(str)

    def __init__(self, top: TopBar, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.top = top
        self.theme = theme
        self.compare: CompareBar | None = None
        self.pages = Segmented([(Page.NETWORK, "Network"), (Page.COMPARE, "Compare")], theme, self)
        self.pages.setToolTip("The network, or several runs side by side (X)")
        self.pages.changed.connect(self.chosen)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self.pages)
        self._row.addWidget(top, 1)

    def make_compare(self) -> CompareBar:
        """The comparison's controls, made when they are first needed."""
        if self.compare is None:
            from gui.views.compare.bar import CompareBar

            self.compare = CompareBar(self.theme, self)
            self.compare.hide()
            self._row.addWidget(self.compare, 1)
        return self.compare

    def show_page(self, comparing: bool) -> None:
        """Show the controls of the comparison, or those of the network."""
        self.pages.set_value(Page.COMPARE if comparing else Page.NETWORK)
        self.top.setVisible(not comparing)
        if comparing or self.compare is not None:
            self.make_compare().setVisible(comparing)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.pages.set_theme(theme)
        if self.compare is not None:
            self.compare.set_theme(theme)

    def set_density(self, density: Density) -> None:
        self._row.setSpacing(12 if density is Density.LARGE else 8)
