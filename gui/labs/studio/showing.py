"""How the Studio is shown to others: where its parts are, for a projector, as a film."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from gui.labs.studio.parts import places
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs import Context
    from gui.labs.studio.compare import Compare
    from gui.labs.studio.dock import Dock
    from gui.labs.studio.film import Film
    from gui.labs.studio.pages import Pages
    from gui.labs.studio.state import StudioState
    from gui.views.timeline import TimelineView


class Showing:
    """The part of the lab (`gui.labs.studio.lab`) that answers to lessons, presenting and export."""

    context: Context
    pages: Pages
    timeline: TimelineView
    dock: Dock
    film: Film
    compare: Compare
    _state: StudioState

    def places(self, part: str) -> list[tuple[QWidget, QRectF]]:
        """See `gui.labs.Lab`."""
        return places(self, part)  # type: ignore[arg-type]

    def describe(self) -> str:
        """See `gui.labs.Lab`."""
        state = self._state
        names = [self.top.network.currentText(), self.top.dataset.currentText()]  # type: ignore[attr-defined]
        if state.node:
            names.append(f"{state.node}, map {state.map}")
        return ", ".join(name for name in names if name)

    def set_presenting(self, on: bool) -> None:
        """The stage alone, or the step player; both in larger type."""
        self.timeline.setVisible(not on)
        self.film.set_presenting(on)
        self.dock.setVisible(not on)
        self.pages.set_presenting(on)
        self.compare.show_around()

    def frames(self, scale: float) -> Iterable[QImage | tuple[QImage, int]]:
        """The stage and the formula at each step of the play-through (of the map that is shown, where there are very
        many); what is no play-through is one picture."""
        from gui.export import picture
        from gui.film import film, stretch
        from gui.labs.studio.film_export import frames

        player = self.pages.player
        if self._state.page is Page.STEP and player is not None and player.trace is not None:
            return film(player, scale=scale, steps=stretch(player))
        if self.film.plays:
            return frames(self.film, scale)
        window: Any = self.context.window_widget
        return [picture(window, scale=scale)]

    def frame_count(self) -> int:
        """How many pictures `frames` gives."""
        from gui.film import stretch
        from gui.labs.studio.film_export import stops

        player = self.pages.player
        if self._state.page is Page.STEP and player is not None and player.trace is not None:
            return len(stretch(player))
        return len(stops(self.film)) if self.film.plays else 1

    def paint(self, painter: QPainter) -> bool:
        """Everything here paints itself as vectors where the painter writes an SVG."""
        return False
