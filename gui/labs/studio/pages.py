"""The stage: the network, and the pages that open over it: a layer large, the step player, the curves large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.labs.studio.stage import Stage
from gui.labs.studio.state import Page
from gui.theme import Density, Theme

if TYPE_CHECKING:
    from gui.views.compare.page import ComparePage
    from gui.views.curves_page import CurvesPage
    from gui.views.layer_page import LayerPage
    from gui.views.player import PlayerView


class Pages(QStackedWidget):
    """One page at a time; all but the network are made when they are first opened.

    `made(Page)` tells that a page has just been made and wants its signals connected and its data.
    """

    made = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._density = Density.LARGE
        self._others: dict[Page, QWidget] = {}
        self.network = Stage(theme, parent=self)
        self.addWidget(self.network)
        self.page = Page.NETWORK
        self.presenting = False

    @property
    def layer(self) -> LayerPage | None:
        return self._others.get(Page.LAYER)  # type: ignore[return-value]

    @property
    def player(self) -> PlayerView | None:
        return self._others.get(Page.STEP)  # type: ignore[return-value]

    @property
    def compare(self) -> ComparePage | None:
        return self._others.get(Page.COMPARE)  # type: ignore[return-value]

    @property
    def curves(self) -> CurvesPage | None:
        return self._others.get(Page.CURVES)  # type: ignore[return-value]

    def open(self, page: Page) -> None:
        """Put this page on top and give it the keyboard."""
        widget: QWidget = self.network
        if page is not Page.NETWORK:
            if page not in self._others:
                self._others[page] = self._make(page)
                self.addWidget(self._others[page])
                self.made.emit(page)
            widget = self._others[page]
        self.page = page
        self.setCurrentWidget(widget)
        widget.setFocus()

    def _make(self, page: Page) -> QWidget:
        widget: LayerPage | CurvesPage | ComparePage
        if page is Page.LAYER:
            from gui.views.layer_page import LayerPage

            widget = LayerPage(self._theme, parent=self)
        elif page is Page.COMPARE:
            from gui.views.compare.page import ComparePage

            widget = ComparePage(self._theme, parent=self)
        elif page is Page.STEP:
            from gui.views.player import PlayerView

            player = PlayerView(self._theme, parent=self)  # it finds its density from its own size
            player.set_presenting(self.presenting)
            return player
        else:
            from gui.views.curves_page import CurvesPage  # and with it pyqtgraph, which takes a while

            widget = CurvesPage(self._theme, parent=self)
        widget.set_density(self._density)
        return widget

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for widget in (self.network, *self._others.values()):
            widget.set_theme(theme)  # type: ignore[attr-defined]

    def set_presenting(self, on: bool) -> None:
        """The diagram in larger type, and the step player's own way."""
        self.presenting = on
        self.network.set_presenting(on)
        if self.player is not None:
            self.player.set_presenting(on)

    def set_density(self, density: Density) -> None:
        self._density = density
        self.network.set_density(density)
        for widget in (self.layer, self.curves, self.compare):
            if widget is not None:
                widget.set_density(density)
